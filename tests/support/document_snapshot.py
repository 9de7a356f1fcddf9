"""What is stored for readers of a fixed record, compared with a snapshot in ``tests/data/documents.json``.

The snapshot has the format and the libraries with which it was written, and a digest over all of it, so that it is only
changed by ``WRITE``. That refuses other rows in the same format.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from articles import actions
from articles.lifecycle import State
from articles.models import Article, Passage, Version
from articles.models.document_cache import Written
from articles.published import document_cache
from articles.published.document_format import DOCUMENT_FORMAT, LIBRARIES
from articles.published.document_rows import rows_of, uncompressed
from editorial.record.canonical_json import JSONDict, sha256_hex
from tests.support import factories, retraction_lists
from tests.support.factories import NOW
from tests.support.paths import ROOT
from tests.support.readers import HOSTILE, LAPSE, LATER

FILE = ROOT / "tests" / "data" / "documents.json"
VARIABLE = "WRITE_SNAPSHOT"
TEST = "tests/articles/published/test_document_snapshot.py"
WRITE = f'{VARIABLE}=1 make test PYTEST_ARGS="-n 0 --no-cov {TEST}"'

MARKUP = """Ünlike *emphasis*, **strong** and ~~struck~~ text.
`Code <b>` cites [@stiehm2013][@orbach2005; @third, p. 12-14].

## Größe & “Dose”: 5 < 6

| Group | Dose |
|---|---|
| adults | 2 g/kg [@orbach2005; @stiehm2013; @third] |
| children | none |

1. first
2. second\\
   line

> A quotation with [a link](https://example.org/ä?q=a%20b&c "title") and <https://example.org/x>.

### Below &amp; beyond

    code block

- one
  - nested

H~2~O
: 10^9^/L <!-- hidden --> and C~max~ [@orbach2005]
: 10<sup>-3</sup>

## Größe & “Dose”: 5 < 6

Headings repeat. Sup\u00adport\u200b is invisible. 50 % of 1.5 mg, e.g. twice a day [@third].
"""

LONG = " ".join(f"Sentence {number} of a long paragraph says something about dose {number}." for number in range(20))


def snapshot() -> JSONDict:
    """Build the record, and return what is stored for it with the format of this code."""
    content = {"format": DOCUMENT_FORMAT, "libraries": list(LIBRARIES), "rows": dict(_rows())}
    return content | {"digest": sha256_hex(content)}


def stored() -> JSONDict:
    content: JSONDict = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def fault(before: JSONDict, now: JSONDict) -> str:
    """Return what has to be done before the snapshot ``before`` agrees with ``now``; empty if it does."""
    if before["digest"] != sha256_hex({name: value for name, value in before.items() if name != "digest"}):
        return f"The snapshot was changed by hand. Restore it, and write it with {WRITE}"
    if before == now:
        return ""
    if any(before[name] != now[name] for name in ("rows", "libraries")) and now["format"] <= before["format"]:
        return f"The documents changed: raise DOCUMENT_FORMAT and write the snapshot again with {WRITE}"
    return f"DOCUMENT_FORMAT was raised: write the snapshot again with {WRITE}"


def write(now: JSONDict) -> None:
    """Write the snapshot. Raises ValueError if the documents changed and the format did not."""
    problem = fault(stored(), now) if FILE.exists() else ""
    if problem.startswith("The "):
        raise ValueError(problem)
    FILE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _rows() -> Iterator[tuple[str, JSONDict]]:
    _make_record()
    for article in Article.objects.order_by("pk"):
        document_cache.write(article_id=article.pk, now=LATER)
        yield article.slug, _stored_of(article, at=LATER)
    yield "rich, lapsed", _stored_of(Article.objects.get(slug="rich"), at=LAPSE + timedelta(days=1))


def _stored_of(article: Article, *, at: datetime) -> JSONDict:
    rows = rows_of(article, ground="", at=at)
    return {
        "documents": [_values(row) for row in rows.documents],
        "entry": _values(rows.entry) if rows.entry else None,
        "history": _values(rows.past) if rows.past else None,
        "passages": [_passage(row) for row in _passages(article)],
    }


def _values(row: Written) -> JSONDict:
    """Return the content of a row, without ids and bytes that differ between machines."""
    left_out = {"id", "article_id", "version_id", "ground", "written_at"}
    values: dict[str, Any] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    if "gzipped" in values:
        values["gzipped"] = uncompressed(values["gzipped"])
    if values.get("told"):
        values["told"] = json.loads(values["told"])
    return {name: _as_json(value) for name, value in values.items() if name not in left_out}


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _passages(article: Article) -> QuerySet[Passage]:
    rows = Passage.objects.filter(version__article=article)
    return rows.select_related("version", "audience").order_by("version", "audience__code", "position")


def _passage(row: Passage) -> str:
    """Return a passage on one line, so that the file stays readable.

    Its search vector is left out: versions of PostgreSQL differ in how they stem words.
    """
    place = f"{row.version.number} {row.audience.code} {row.position} #{row.section}"
    return " | ".join([place, row.heading, row.text, str(row.numbers), str(_as_json(row.approved_until))])


# --- the record -----------------------------------------------------------------------------------------------------


def _make_record() -> None:
    for number, code in enumerate(("professional", "patient", "student"), start=1):
        factories.make_audience(code, position=number)
    factories.make_policy(fallbacks={"student": "patient"})
    edith = factories.make_user("edith", is_editor=True)
    _make_library()
    rich = _publish("rich", "What of “Größe” & dose < 5?", MARKUP, in_short="Yes: *maybe*. & <b>")
    products = [factories.make_product().pk]
    factories.make_specialty()
    fitting = actions.Classification(risk="moderate", specialties=["immunology"], products=products)
    actions.classify(article_id=rich.article_id, classification=fitting, reason="x", by=edith, now=NOW)
    factories.approve(rich)
    reported = actions.report(article=rich.article, version=rich, text="Wrong.", email="", now=LATER)
    actions.decline_report(report_id=reported.pk, by=edith, now=LATER, reason="It is right.")
    _publish("hostile", "<script>?", HOSTILE, in_short="<i>No.</i>")
    _publish("long", "How long?", f"{LONG}\n\n{LONG} [@orbach2005]")
    for state in State:
        factories.make_version_at(state, str(state).replace("_", "-"))


def _make_library() -> None:
    factories.make_reference("orbach2005", DOI="10.1385/CRIAI:29:3:173", PMID="16391392")
    factories.make_reference("stiehm2013", URL="https://example.org/paper?x=1&y=2")
    factories.make_reference("third", type="book", publisher="A & B", title="A <i>book</i>")
    retraction_lists.make_list(NOW.date())
    retraction_lists.make_record(1, retraction_lists.Nature.CONCERN, doi="10.1385/criai:29:3:173")


def _publish(slug: str, question: str, body: str, *, in_short: str = "Yes.") -> Version:
    wanda = factories.make_user("wanda", is_writer=True)
    codes = {"professional": True, "patient": False}
    texts = [factories.Text(code, in_short, body, is_primary) for code, is_primary in codes.items()]
    new = actions.NewArticle(slug=slug, question=question, texts=texts)
    version = actions.create(new=new, by=wanda, now=NOW)
    return actions.submit(version_id=version.pk, by=wanda, now=NOW)
