"""The types and fields of BibTeX and biblatex with their equivalents in CSL-JSON.

Sources: the manuals of BibTeX and biblatex, CSL 1.0.2, and what Zotero, Mendeley, Scopus, Web of Science and JabRef
write.
"""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("article", "suppperiodical"), "article-journal"),
    **dict.fromkeys(("book", "mvbook", "collection", "mvcollection", "reference", "mvreference"), "book"),
    **dict.fromkeys(("proceedings", "mvproceedings"), "book"),
    **dict.fromkeys(("inbook", "incollection", "bookinbook", "suppbook", "suppcollection"), "chapter"),
    **dict.fromkeys(("inproceedings", "conference"), "paper-conference"),
    **dict.fromkeys(("mastersthesis", "phdthesis", "thesis", "bachelorsthesis"), "thesis"),
    **dict.fromkeys(("report", "techreport", "manual"), "report"),
    **dict.fromkeys(("online", "electronic", "www", "webpage"), "webpage"),
    **dict.fromkeys(("video", "movie"), "motion_picture"),
    **dict.fromkeys(("audio", "music"), "song"),
    **dict.fromkeys(("artwork", "image"), "graphic"),
    **dict.fromkeys(("legal", "jurisdiction"), "legal_case"),
    "booklet": "pamphlet",
    "dataset": "dataset",
    "software": "software",
    "unpublished": "manuscript",
    "inreference": "entry-encyclopedia",
    "periodical": "periodical",
    "patent": "patent",
    "letter": "personal_communication",
    "legislation": "legislation",
    "standard": "standard",
    "performance": "performance",
    "review": "review",
}
"""CSL types by entry type. Any other entry is a ``document``."""

SUBTYPES: Mapping[str, str] = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
"""CSL types of an article by its ``entrysubtype``."""

NO_WORKS = frozenset({"xdata", "control"})
"""Types of entries that describe no work."""

PERIODICALS = frozenset({"periodical", "suppperiodical"})
CONTAINED = frozenset(
    {
        *("inbook", "incollection", "bookinbook", "suppbook", "suppcollection", "inproceedings", "conference"),
        *("inreference", "article", "misc"),
    }
)
"""Types of entries whose cross-reference names the work in which they appeared."""

NOT_HANDED_DOWN = frozenset(
    {
        *(
            "crossref",
            "xref",
            "xdata",
            "ids",
            "entryset",
            "entrysubtype",
            "title",
            "subtitle",
            "titleaddon",
            "shorttitle",
        ),
        *("doi", "pmid", "pmcid", "pubmed_id", "eprint", "eprinttype", "archiveprefix", "url", "urldate", "nct"),
        *(
            "pages",
            "pagetotal",
            "eid",
            "abstract",
            "note",
            "annote",
            "annotation",
            "keywords",
            "author_keywords",
            "file",
        ),
    }
)
"""Fields that only the entry itself has."""

TEXTS: Mapping[str, str] = {
    "title": "title",
    "journaltitle": "container-title",
    "journal": "container-title",
    "booktitle": "container-title",
    "shortjournal": "container-title-short",
    "journal-iso": "container-title-short",
    "abbrev_source_title": "container-title-short",
    "shorttitle": "title-short",
    "series": "collection-title",
    "maintitle": "collection-title",
    "volume": "volume",
    "volumes": "number-of-volumes",
    "part": "part-number",
    "number": "number",
    "issue": "issue",
    "edition": "edition",
    "version": "version",
    "chapter": "chapter-number",
    "pagetotal": "number-of-pages",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "location": "publisher-place",
    "address": "publisher-place",
    "eventtitle": "event-title",
    "venue": "event-place",
    "pubstate": "status",
    "language": "language",
    "langid": "language",
    "keywords": "keyword",
    "author_keywords": "keyword",
    "note": "note",
    "annote": "annote",
    "annotation": "annote",
    "abstract": "abstract",
}
"""Fields whose LaTeX is decoded. If several fill the same CSL variable, the first is used."""

ALTERNATIVES = frozenset({"langid", "journal-iso", "abbrev_source_title", "author_keywords", "maintitle"})
"""Fields that only repeat another one in other words. Nothing is lost if they are not used."""

SUBTITLES: Mapping[str, str] = {"title": "subtitle", "booktitle": "booksubtitle", "journaltitle": "journalsubtitle"}
"""For each title the field that continues it."""

MARKED = frozenset({"title", "title-short", "container-title", "collection-title", "event-title", "abstract", "note"})
"""CSL variables whose text may have markup."""

VERBATIM: Mapping[str, str] = {
    "doi": "DOI",
    "pmid": "PMID",
    "pubmed_id": "PMID",
    "pmcid": "PMCID",
    "pmc": "PMCID",
    "url": "URL",
}
"""Identifiers and addresses. If several fill the same CSL variable, the first is used."""

NUMBERS = ("isbn", "issn", "eissn")
ARTICLE_NUMBERS = ("eid", "article-number", "art_number", "articleno", "elocation-id")

EPRINTS: Mapping[str, str] = {
    **dict.fromkeys(("pubmed", "pmid", "medline"), "PMID"),
    **dict.fromkeys(("pmc", "pmcid", "pubmedcentral"), "PMCID"),
    "doi": "DOI",
}
"""CSL variables of an ``eprint`` by its ``eprinttype``. Any other type is the name of an archive."""

PREPRINTS: Mapping[str, str] = {
    **{name.lower(): name for name in ("arXiv", "bioRxiv", "medRxiv", "ChemRxiv", "PsyArXiv", "SSRN")},
    "research square": "Research Square",
    "preprints.org": "Preprints.org",
}
"""Servers of preprints, as they write their names."""

NOT_IN_JOURNALS = frozenset({"document", "webpage", "manuscript", "article-journal", "report"})
"""CSL types of works that are preprints if a server of preprints has them, and no journal."""

ROLES: Mapping[str, str] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
}
OTHER_PEOPLE = ("editora", "editorb", "editorc", "commentator", "introduction", "foreword", "afterword", "holder")
"""Fields with people for whom CSL-JSON has no role that fits."""

NUMBERED_ISSUES = frozenset(
    {"article-journal", "article-magazine", "article-newspaper", "periodical", "review", "paper-conference"}
)
"""CSL types whose ``number`` is that of an issue."""

NUMBERED_SERIES = frozenset({"book", "chapter", "entry-encyclopedia"})
"""CSL types whose ``number`` is that in a series."""

WITH_GENRE = frozenset({"thesis", "report", "patent", "manuscript", "document", "standard", "pamphlet"})
"""CSL types whose ``type`` says what they are. Journal articles have the kinds of a database in it."""

GENRES: Mapping[str, str] = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "bachelorsthesis": "Bachelor's thesis",
    "mathesis": "Master's thesis",
    "bathesis": "Bachelor's thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
    "patenteu": "European patent",
    "patentus": "US patent",
}
"""Words for the entry types of theses, and for the keys that biblatex has for the field ``type``."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS: Mapping[str, int] = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
