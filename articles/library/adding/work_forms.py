"""The forms in which a person describes a work: one for each type, with the names of its fields in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from articles.library import identifiers
from articles.library.work_kinds import kind_of
from articles.models.references import WorkKind
from editorial.record.canonical_json import JSONDict


class FieldKind(Enum):
    TEXT = auto()
    NAMES = auto()
    DATE = auto()


@dataclass(frozen=True)
class WorkField:
    """One CSL variable in words."""

    variable: str
    label: str
    help: str = ""
    kind: FieldKind = FieldKind.TEXT


NAMES_HELP = (
    "One a line: Family, Given. An organisation as it is written, in braces if its name has a comma: "
    "{Agency for Research, Quality and Safety}."
)

FIELDS: Mapping[str, WorkField] = {
    one.variable: one
    for one in (
        WorkField("author", "Authors", NAMES_HELP, FieldKind.NAMES),
        WorkField("title", "Title"),
        WorkField("container-title", "Published in"),
        WorkField("container-title-short", "Journal, abbreviated", "As in PubMed, such as N Engl J Med."),
        WorkField("editor", "Editors", NAMES_HELP, FieldKind.NAMES),
        WorkField("edition", "Edition", "A number, such as 3. Nothing for the first edition."),
        WorkField("publisher-place", "Place"),
        WorkField("publisher", "Publisher"),
        WorkField("issued", "Published", "As far as it is known. The year is enough.", FieldKind.DATE),
        WorkField("volume", "Volume"),
        WorkField("issue", "Issue"),
        WorkField("page", "Pages or article number", "Such as 173-184 or e1234."),
        WorkField("number", "Number"),
        WorkField("DOI", "DOI"),
        WorkField("PMID", "PMID", "The number in PubMed."),
        WorkField("PMCID", "PMCID", "The number in PubMed Central."),
        WorkField("ISBN", "ISBN"),
        WorkField("URL", "Address", "Where readers find it, beginning with https://."),
        WorkField("accessed", "Last seen there", "Pages change, so the citation gives the day.", FieldKind.DATE),
    )
}
"""Every variable that has a field, in the order of the form."""


@dataclass(frozen=True)
class WorkForm:
    """One type of work: its CSL type, its fields, which of them are needed, and other names for some.

    A form with a ``kind`` says what kind of source the work is; otherwise the record decides.
    """

    code: str
    label: str
    type: str
    fields: Sequence[str]
    needed: Sequence[str]
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: WorkKind | None = None

    @property
    def asks_kind(self) -> bool:
        """Return whether only a person can say what kind of source such a work is."""
        return self.kind is None and kind_of({"type": self.type}) == WorkKind.OTHER

    def label_of(self, variable: str) -> str:
        return self.labels.get(variable, FIELDS[variable].label)


IN_A_JOURNAL = ("author", "title", "container-title", "container-title-short")
IN_A_BOOK = ("author", "title", "container-title", "editor", "edition")
ONLINE = ("URL", "accessed")
OF_A_PUBLISHER = ("publisher-place", "publisher", "issued")
OF_AN_ORGANISATION = ("author", "title", "number", *OF_A_PUBLISHER, "DOI", "PMID", "ISBN", *ONLINE)
BY_AN_ORGANISATION = {"author": "Organisation or authors", "number": "Report number"}

ARTICLE = WorkForm(
    "article",
    "Journal article",
    "article-journal",
    (*IN_A_JOURNAL, "issued", "volume", "issue", "page", "DOI", "PMID", "PMCID", "URL"),
    ("author", "title", "container-title", "issued"),
    {"container-title": "Journal"},
)
OTHER = WorkForm("other", "Another work", "document", tuple(FIELDS), ("title", "issued"))

WORK_FORMS: Mapping[str, WorkForm] = {
    one.code: one
    for one in (
        ARTICLE,
        WorkForm(
            "guideline",
            "Guideline of an organisation",
            "report",
            OF_AN_ORGANISATION,
            ("author", "title", "publisher", "issued"),
            BY_AN_ORGANISATION,
            WorkKind.GUIDELINE,
        ),
        WorkForm(
            "report",
            "Report of an organisation",
            "report",
            OF_AN_ORGANISATION,
            ("author", "title", "publisher", "issued"),
            BY_AN_ORGANISATION,
        ),
        WorkForm(
            "drug-label",
            "Drug label",
            "document",
            ("title", *OF_A_PUBLISHER, "number", *ONLINE),
            ("title", "publisher", "issued", "URL"),
            {
                "title": "Product, as on the label",
                "publisher": "Company",
                "issued": "Revised",
                "number": "Version or set ID",
            },
            WorkKind.DRUG_LABEL,
        ),
        WorkForm(
            "web-page",
            "Web page",
            "webpage",
            ("author", "title", "container-title", "publisher", "issued", *ONLINE),
            ("title", "URL", "accessed"),
            {"author": "Authors or organisation", "container-title": "Website"},
        ),
        WorkForm(
            "book",
            "Book",
            "book",
            ("author", "editor", "title", "edition", *OF_A_PUBLISHER, "volume", "ISBN", "DOI", *ONLINE),
            ("title", "publisher", "issued"),
        ),
        WorkForm(
            "chapter",
            "Chapter of a book",
            "chapter",
            (*IN_A_BOOK, *OF_A_PUBLISHER, "volume", "page", "ISBN", "DOI", "PMID", *ONLINE),
            ("author", "title", "container-title", "publisher", "issued"),
            {"title": "Title of the chapter", "container-title": "Title of the book", "editor": "Editors of the book"},
        ),
        WorkForm(
            "trial",
            "Trial registration",
            "webpage",
            ("title", "author", "number", "container-title", "issued", *ONLINE),
            ("title", "number", "URL"),
            {
                "author": "Sponsor",
                "number": "Registration number",
                "container-title": "Register",
                "issued": "Registered",
            },
        ),
        WorkForm(
            "preprint",
            "Preprint",
            "article",
            ("author", "title", "container-title", "issued", "DOI", "PMID", *ONLINE),
            ("author", "title", "container-title", "issued"),
            {"container-title": "Preprint server"},
        ),
        WorkForm(
            "conference-paper",
            "Conference paper",
            "paper-conference",
            ("author", "title", "container-title", "editor", *OF_A_PUBLISHER, "volume", "page", "DOI", "ISBN", *ONLINE),
            ("author", "title", "container-title", "issued"),
            {"container-title": "Proceedings"},
        ),
        WorkForm(
            "thesis",
            "Thesis",
            "thesis",
            ("author", "title", *OF_A_PUBLISHER, "DOI", *ONLINE),
            ("author", "title", "publisher", "issued"),
            {"publisher": "University"},
        ),
        OTHER,
    )
}
"""Every form by its code, the most usual first."""

FORMS_BY_TYPE: Mapping[str, str] = {
    "article-journal": "article",
    "report": "report",
    "standard": "report",
    "webpage": "web-page",
    "post-weblog": "web-page",
    "book": "book",
    "chapter": "chapter",
    "entry-encyclopedia": "chapter",
    "article": "preprint",
    "paper-conference": "conference-paper",
    "thesis": "thesis",
}
"""Forms by CSL type, if nothing else is known."""


def form_of(csl: JSONDict, *, kind: str = "") -> WorkForm:
    """Return the form for a work. ``kind`` is the kind that a person gave it, if any."""
    kind = kind if kind and kind != WorkKind.OTHER else kind_of(csl)
    form = WORK_FORMS[FORMS_BY_TYPE.get(str(csl.get("type")), OTHER.code)]
    if kind == WorkKind.DRUG_LABEL and form is not ARTICLE:
        return WORK_FORMS["drug-label"]
    if kind == WorkKind.GUIDELINE and form.code in ("report", "web-page", "book", "other"):
        return WORK_FORMS["guideline"]
    is_trial = form.code in ("web-page", "other") and identifiers.read(csl)[0]["nct"]
    return WORK_FORMS["trial"] if is_trial else form


def missing(csl: JSONDict, form: WorkForm) -> list[str]:
    """Return the needed variables that ``csl`` lacks."""
    return [name for name in form.needed if not csl.get(name)]
