"""The marks by which records of works are compared: title, first author, year, container, volume, pages and others."""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from enum import Enum

from articles.library.identifiers import serial_numbers, thirteen_digits
from articles.library.matching.spelling import Csl, abbreviates, containers, first_author, letters, plain
from articles.library.matching.work_nature import without_mark
from articles.models.references import publication_year


class Agreement(Enum):
    """Whether a mark of two records agrees, nearly agrees, or differs. Unknown if one of them lacks it."""

    AGREES = "agrees"
    NEAR = "near"
    DIFFERS = "differs"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, one: object, other: object, *, else_: str = "differs") -> "Agreement":
        """Return unknown if one is empty, agrees if they are equal, and ``else_`` otherwise."""
        if not one or not other:
            return cls.UNKNOWN
        return cls.AGREES if one == other else cls(else_)


LANGUAGE = re.compile(r"(?<=[\w\]).!?\"']) ?\[[A-Za-z ;,.]{3,30}\]\.?\Z")
"""What indexes add to a title: ``[Japanese]``, ``[Article in German]``, ``[see comments]``."""

MIN_PART = 20
"""Letters of a title that may be the beginning of a longer one."""

NEARLY = 0.9
"""The similarity of two spellings of one title, as ``difflib`` measures it."""

WEAK_TITLES = {
    *("abstract", "abstracts", "announcement", "authorreply", "bookreview", "bookreviews", "casereport", "commentary"),
    *("comment", "correction", "correspondence", "corrigendum", "discussion", "editorial", "editorialcomment"),
    *("editorscomment", "editorsnote", "erratum", "errata", "foreword", "guesteditorial", "index", "inthisissue"),
    *("intheseissues", "introduction", "invitedcommentary", "letter", "letters", "lettertotheeditor", "miscellaneous"),
    *("letterstotheeditor", "news", "newsandviews", "newsinbrief", "obituary", "overview", "preface", "reply"),
    *("researchletter", "response", "summary", "tableofcontents", "thereply", "titlepage", "untitled"),
}
MIN_TITLE = 12
"""Letters of a title below which it says little."""

PARTICLES = {
    *(
        "van",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
    ),
    *("la", "le", "las", "los", "el", "al", "bin", "ibn", "ben", "ten", "ter", "te", "st", "san", "y", "e", "jr", "sr"),
}
UMLAUTS = re.compile(r"([aou])e(?!u)")
PAGE = re.compile(r"([a-z]{0,10})[ .-]?(\d{1,12})")
LONG_NUMBER = 5
"""Digits of an article number. A page has fewer."""


def _title_letters(csl: Csl) -> str:
    title = " ".join(without_mark(str(csl.get("title") or "")).split())
    return letters(LANGUAGE.sub("", title)) or title


def _title(one: Csl, other: Csl) -> Agreement:
    shorter, longer = sorted((_title_letters(one), _title_letters(other)), key=len)
    if shorter == longer or not shorter or shorter.isascii() != longer.isascii():
        known = bool(shorter) and shorter == longer
        return Agreement.AGREES if known else Agreement.UNKNOWN
    is_part = len(shorter) >= MIN_PART and longer.startswith(shorter)
    is_near = is_part or (re.findall(r"\d+", shorter) == re.findall(r"\d+", longer) and _similar(shorter, longer))
    return Agreement.NEAR if is_near else Agreement.DIFFERS


def _similar(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one[:500], other[:500], autojunk=False)
    return matcher.real_quick_ratio() >= NEARLY and matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY


def has_weak_title(csl: Csl) -> bool:
    """Return whether the title says little about the work, such as *Editorial*."""
    title = _title_letters(csl)
    return title in WEAK_TITLES or (title.isascii() and len(title) < MIN_TITLE)


def _first_author(one: Csl, other: Csl) -> Agreement:
    first, second = _author_words(one), _author_words(other)
    if not first or not second or ("".join(first).isascii() != "".join(second).isascii()):
        return Agreement.UNKNOWN
    if first & second or _written_as_one(first, second) or _abbreviated(one, other):
        return Agreement.AGREES
    return Agreement.DIFFERS


def _author_words(csl: Csl) -> set[str]:
    """Return the words of the first author's family name, or of a name that is not divided, without particles."""
    author = first_author(csl)
    found = re.findall(r"[^\W_]+", plain(author.get("family") or author.get("literal")).replace("'", ""))
    spelt = [UMLAUTS.sub(r"\1", word) for word in found if len(word) > 1]
    return {word for word in spelt if word not in PARTICLES} or set(spelt)


def _written_as_one(one: set[str], other: set[str]) -> bool:
    """García-Márquez and Garcia Marquez share words; Vonpawel and von Pawel share an end."""
    return any(a.endswith(b) or b.endswith(a) for a in one for b in other if min(len(a), len(b)) >= 4)


def _abbreviated(one: Csl, other: Csl) -> bool:
    names = [str(first_author(csl).get("literal") or "") for csl in (one, other)]
    return abbreviates(*names) or abbreviates(*reversed(names))


def _year(one: Csl, other: Csl) -> Agreement:
    first, second = publication_year(dict(one)), publication_year(dict(other))
    return Agreement.of(first, second, else_="near" if abs((first or 0) - (second or 0)) == 1 else "differs")


def _container(one: Csl, other: Csl) -> Agreement:
    first, second = list(_container_names(one)), list(_container_names(other))
    if not first or not second or set(_serials(one)) & set(_serials(other)):
        return Agreement.AGREES if first and second else Agreement.UNKNOWN
    pairs = [(a, b) for a in first for b in second]
    if any(letters(a) == letters(b) or abbreviates(a, b) or abbreviates(b, a) for a, b in pairs):
        return Agreement.AGREES
    begins = any(letters(a).startswith(letters(b)) or letters(b).startswith(letters(a)) for a, b in pairs)
    has_script = "".join(first).isascii() == "".join(second).isascii()
    return Agreement.NEAR if begins or not has_script else Agreement.DIFFERS


def _container_names(csl: Csl) -> Iterator[str]:
    for name in containers(csl):
        bare = re.sub(r"\([^()]{0,200}\)", " ", plain(name))
        yield re.sub(r"\Athe ", "", " ".join(bare.split())) or name


def _serials(csl: Csl) -> list[str]:
    return serial_numbers(str(csl.get("ISSN") or ""))[0]


def _number(name: str) -> Callable[[Csl, Csl], Agreement]:
    """Return a rule: the first number in a variable is the same, as in ``38`` and ``38 (Supplement 1)``."""

    def compare(one: Csl, other: Csl) -> Agreement:
        years = {str(publication_year(dict(csl)) or "") for csl in (one, other)}
        first, second = (_first_number(csl.get(name)) for csl in (one, other))
        return Agreement.UNKNOWN if years & {first, second} else Agreement.of(first, second)

    return compare


def _first_number(value: object) -> str:
    text = plain(value)
    found = re.search(r"\d{1,12}", text)
    return found[0].lstrip("0") if found else letters(text)


def _issue(one: Csl, other: Csl) -> Agreement:
    """A supplement, a month and a combined issue are written in too many ways to say that they differ."""
    values = [str(csl.get("issue") or "").strip() for csl in (one, other)]
    is_comparable = all(value.isascii() and value.isdecimal() for value in values)
    return Agreement.of(*(value.lstrip("0") for value in values)) if is_comparable else Agreement.UNKNOWN


def _pages(one: Csl, other: Csl) -> Agreement:
    (letter, number), (other_letter, other_number) = _first_page(one), _first_page(other)
    if not number or not other_number:
        return Agreement.UNKNOWN
    if number == other_number:
        return Agreement.AGREES if letter == other_letter or not (letter and other_letter) else Agreement.DIFFERS
    are_locators = [
        mark == "e" or len(digits) >= LONG_NUMBER for mark, digits in (_first_page(one), _first_page(other))
    ]
    return Agreement.UNKNOWN if are_locators[0] != are_locators[1] else Agreement.DIFFERS


def _first_page(csl: Csl) -> tuple[str, str]:
    text = plain(csl.get("page") or csl.get("number"))
    found = PAGE.search(re.sub(r"\b(?:pp?|pages?|seiten?|art|article|no|id)\b[. ]{0,3}", "", text))
    return (found[1], found[2].lstrip("0")) if found else ("", "")


def _kind(one: Csl, other: Csl) -> Agreement:
    kinds = {str(csl.get("type")) for csl in (one, other)}
    return Agreement.DIFFERS if kinds == {"book", "chapter"} else Agreement.UNKNOWN


def _isbn(one: Csl, other: Csl) -> Agreement:
    """A book has several numbers: only a shared one says something."""
    first, second = (
        {thirteen_digits(number) for number in serial_numbers(str(csl.get("ISBN") or ""))[1]} for csl in (one, other)
    )
    return Agreement.AGREES if first & second else Agreement.UNKNOWN


MARKS: Mapping[str, Callable[[Csl, Csl], Agreement]] = {
    "title": _title,
    "first author": _first_author,
    "year": _year,
    "journal or book": _container,
    "volume": _number("volume"),
    "issue": _issue,
    "pages": _pages,
    "edition": _number("edition"),
    "kind": _kind,
    "ISBN": _isbn,
}
"""The rule for each mark, in the order in which they are named."""

BESIDE_CONTENT = {
    "id",
    "custom",
    "DOI",
    "PMID",
    "PMCID",
    "ISBN",
    "ISSN",
    "URL",
    "accessed",
    "abstract",
    "keyword",
    "note",
}


def content_of(csl: Csl) -> dict[str, object]:
    """Return the record without identifiers and what is added to a work."""
    return {name: value for name, value in csl.items() if name not in BESIDE_CONTENT}
