"""What kind of reference a CSL-JSON item needs, and the words in brackets that name its kind or medium."""

from collections.abc import Mapping

from articles.library.vancouver.dates import span
from articles.library.vancouver.fields import custom, field, words
from articles.library.work_kinds import publication_types
from articles.models.references import WorkKind
from editorial.record.canonical_json import JSONDict

PERIODICAL = frozenset(("article-journal", "article-magazine", "article-newspaper", "review", "review-book"))
HOSTED = frozenset(("chapter", "paper-conference", "entry", "entry-dictionary", "entry-encyclopedia"))
"""Parts of a book, which follow "In:"."""

BOOKS = frozenset(("book", "report", "thesis", "pamphlet", "standard", *HOSTED))
ONLINE = frozenset(("webpage", "post", "post-weblog"))
CHANGING = frozenset((*ONLINE, "dataset", "software", "article", "document", ""))
"""Types whose content can change, so that the day of access is told even where an identifier is known."""

LAWS = frozenset(("legislation", "bill", "regulation", "legal_case", "treaty"))

MEDIA: Mapping[str, str] = {
    **dict.fromkeys(ONLINE, "[Internet]"),
    "dataset": "[dataset]",
    "software": "[software]",
    "map": "[map]",
    "motion_picture": "[motion picture]",
    "broadcast": "[broadcast]",
    "song": "[sound recording]",
    "personal_communication": "[personal communication]",
}
"""The text after a title, by type: the medium or the kind of work, if it is not a printed text (Citing Medicine)."""

ARTICLE_TYPES: Mapping[str, str] = {
    "letter": "[letter]",
    **dict.fromkeys(("abstract", "meeting abstract", "conference abstract"), "[abstract]"),
}
"""Kinds of article that are named after their title (ICMJE, sample 13), by genre or publication type."""

SERVERS = frozenset(
    ("arxiv", "biorxiv", "medrxiv", "chemrxiv", "psyarxiv", "techrxiv", "research square", "ssrn", "osf preprints")
)
"""Preprint servers. Some records of preprints are marked by nothing else."""


def kind(csl: JSONDict) -> str:
    return field(csl, "type")


def container(csl: JSONDict) -> str:
    return words(csl, "container-title")


def genres(csl: JSONDict) -> set[str]:
    return {name.strip().casefold() for name in publication_types(csl)}


def is_preprint(csl: JSONDict) -> bool:
    """Whether the work is a preprint: by genre, by publication type, by its server, or as CSL's ``article``."""
    named = genres(csl)
    if "preprint" in named or (kind(csl) == "article" and not field(csl, "genre")):
        return True
    servers = (field(csl, name).casefold() for name in ("container-title", "publisher"))
    return kind(csl) in ("article", "article-journal") and any(server in SERVERS for server in servers)


def is_hosted(csl: JSONDict) -> bool:
    """Whether the work is a part of a book. A conference paper with an issue was published in a journal."""
    return kind(csl) in HOSTED and not (kind(csl) == "paper-conference" and field(csl, "issue"))


def is_in_periodical(csl: JSONDict) -> bool:
    """Whether the work is an article: by its type, or because it has a place in something and no publisher."""
    if kind(csl) in PERIODICAL or (kind(csl) == "paper-conference" and not is_hosted(csl)):
        return bool(container(csl) or words(csl, "container-title-short"))
    placed = any(field(csl, name) for name in ("volume", "issue", "page")) and not field(csl, "publisher")
    return bool(container(csl)) and placed and kind(csl) not in BOOKS | ONLINE


def is_identified(csl: JSONDict) -> bool:
    """Whether the reference ends with an identifier, so that it needs no URL."""
    return bool(field(csl, "DOI") or field(csl, "PMID"))


def is_read_online(csl: JSONDict) -> bool:
    """Whether the reference shows a URL with the day of access."""
    return bool(field(csl, "URL") and span(csl.get("accessed")) and not is_identified(csl))


def designator(csl: JSONDict) -> str:
    """Return the words in brackets after the title of a work, or an empty string."""
    if custom(csl, "kind") == WorkKind.DRUG_LABEL and kind(csl) not in MEDIA:
        return "[package insert]"
    if kind(csl) == "thesis":
        return _thesis(field(csl, "genre").casefold())
    if is_preprint(csl) and not _server(csl):
        return "[Preprint]"
    if kind(csl) in PERIODICAL:
        return next((words for name, words in ARTICLE_TYPES.items() if name in genres(csl)), "")
    medium = field(csl, "medium")
    whole = kind(csl) in BOOKS - HOSTED
    return f"[{medium}]" if medium else MEDIA.get(kind(csl), "[Internet]" if whole and is_read_online(csl) else "")


def _thesis(genre: str) -> str:
    level = next((level for level in ("master", "bachelor") if level in genre), "")
    return f"[{level}'s thesis]" if level else "[dissertation]"


def _server(csl: JSONDict) -> str:
    return container(csl) or words(csl, "container-title-short") or words(csl, "publisher")
