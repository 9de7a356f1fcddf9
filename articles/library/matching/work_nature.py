"""Kinds of publication that are different works in spite of one title: notices, preprints, abstracts, theses."""

import re

from articles.library.matching.spelling import Csl, containers, letters, plain
from articles.library.work_kinds import publication_types

NOTICES = {
    "correction": r"(?:published |author |publisher )?(?:errat(?:um|a)|corrections?|corrigend(?:um|a)|addendum)\b",
    "retraction": r"(?:retraction|withdrawal|notice of retraction|expression of concern)(?: (?:of|to|note|notice)\b|:)",
    "comment": r"(?:invited )?(?:comment(?:ary)?|response|reply|letter|discussion|rebuttal)s?(?: (?:on|to|of|by)\b|:)"
    r"|(?:in reply|(?:the )?authors?['\u2019]? (?:reply|response)|re:)",
}
"""How titles of notices and letters about another work begin."""

NOTICE = re.compile("|".join(f"(?P<{name}>{form})" for name, form in NOTICES.items()))
ENDS_AS_NOTICE = re.compile(
    r"(?P<comment>[-:.\u2013\u2014] ?(?:reply|(?:the )?authors?['\u2019]? reply)\.?)\Z"
    r"|(?P<correction>\((?:vol|volume)\.? [^()]{1,80}\)\.?)\Z"
)
MARKED = re.compile(r"\W{0,3}(?:retracted(?: article)?|withdrawn)\b\W{1,3}")
"""What publishers write before the title of the retracted work itself."""

PREPRINT_SERVERS = (
    *("arxiv", "biorxiv", "medrxiv", "chemrxiv", "psyarxiv", "researchsquare", "ssrn", "preprints", "preprintsorg"),
    *("osfpreprints", "authorea", "techrxiv", "eartharxiv", "scielopreprints", "jmirpreprints"),
)
PREPRINT_DOIS = (
    "10.48550/",
    "10.1101/20",
    "10.64898/20",
    "10.21203/rs",
    "10.2139/ssrn",
    "10.20944/preprints",
    "10.31234/",
)
"""Beginnings of DOIs that only preprints have."""

PREPRINT_DOIS_OLD = re.compile(r"10\.1101/\d{6}\Z")
"""The DOIs of bioRxiv until 2019."""

ARTICLES = ("article-journal", "article-magazine", "article-newspaper")
SEPARATE_TYPES = ("thesis", "dataset", "software", "motion_picture", "patent")
"""Types that are never a spelling of another type."""


def without_mark(title: str) -> str:
    """Return the title without the publisher's mark on a retracted work."""
    found = MARKED.match(title.casefold())
    return title[found.end() :] if found else title


def nature_of(csl: Csl) -> str:
    """Return ``correction``, ``retraction``, ``comment``, ``preprint``, ``abstract``, a separate type, or empty."""
    if notice := _notice(str(csl.get("title") or "")):
        return notice
    if _is_preprint(csl):
        return "preprint"
    if csl.get("type") in SEPARATE_TYPES:
        return str(csl["type"])
    said = letters([csl.get("genre"), *publication_types(csl)])
    return "abstract" if "abstract" in said else ""


def _notice(title: str) -> str:
    text = " ".join(plain(without_mark(title)).strip(" [\"'\u201c").split())
    found = NOTICE.match(text) or ENDS_AS_NOTICE.search(text)
    return (found.lastgroup or "") if found else ""


def _is_preprint(csl: Csl) -> bool:
    doi = str(csl.get("DOI") or "").lower()
    if "preprint" in letters(csl.get("genre")) or doi.startswith(PREPRINT_DOIS) or PREPRINT_DOIS_OLD.match(doi):
        return True
    names = [letters(name.split("(")[0]) for name in (*containers(csl), str(csl.get("publisher") or ""))]
    return any(name.startswith(PREPRINT_SERVERS) for name in names)
