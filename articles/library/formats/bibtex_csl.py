"""Turn an entry of BibTeX or biblatex into a CSL-JSON item, with remarks about what was left out of it."""

import re
from collections.abc import Mapping

from articles.library.formats import dates, identifiers_in_words
from articles.library.formats.bibtex_authors import people
from articles.library.formats.bibtex_fields import (
    ALTERNATIVES,
    ARTICLE_NUMBERS,
    EPRINTS,
    GENRES,
    MARKED,
    MONTHS,
    NOT_IN_JOURNALS,
    NUMBERED_ISSUES,
    NUMBERED_SERIES,
    NUMBERS,
    OTHER_PEOPLE,
    PREPRINTS,
    ROLES,
    SUBTITLES,
    SUBTYPES,
    TEXTS,
    TYPES,
    VERBATIM,
    WITH_GENRE,
)
from articles.library.formats.latex_text import decoded, plain
from articles.library.formats.tagged_lines import pages_in_full
from editorial.record.canonical_json import JSONDict

KIND = re.compile(r"\bkind:(\w+)")
DOI_ADDRESS = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s{}]+")
IDENTIFIERS_IN_NOTE = re.compile(r"\b(?:PMID|PMCID): ?(?:PMC)?[0-9]{1,12}\b[;,.]?", re.IGNORECASE)
"""Zotero writes these into the note, since BibTeX has no fields for them."""

TITLE_END = re.compile(r"[?!.:;\u2013\u2014]$")
SEASON_NUMBER = re.compile(r"([0-9]{4})-2([1-4])")
SEASON_WORDS = ("Spring", "Summer", "Autumn", "Winter")
"""ISO 8601-2, which biblatex follows, counts the seasons as the months 21 to 24."""

DASHES = re.compile("[-\u2010-\u2015\u2212]++")

SHOWN = 80
"""Number of characters of a text that was left out which a remark repeats."""


class Conversion:
    """The conversion of one entry: its fields, the CSL-JSON item that it becomes, and remarks."""

    def __init__(self, key: str, kind: str, fields: Mapping[str, str]) -> None:
        self.fields = fields
        self.kind = kind
        self.unknown: dict[str, None] = {}
        self.remarks: list[str] = []
        self.told: dict[str, str] = {}
        self.item: JSONDict = {"id": key, "type": _type(kind, fields)}

    def run(self) -> JSONDict:
        """Return the item. Raises ValueError for LaTeX that is nested too deeply."""
        self._texts()
        self._titles()
        self._number()
        self._verbatim()
        self._preprint()
        self._numbers()
        self._locator()
        self._people()
        self._dates()
        self._custom()
        if self.unknown:
            names = ", ".join(self.unknown)
            self.remarks.append(f"LaTeX commands that are not known were left out, and the text in them kept: {names}.")
        return self.item

    def text(self, name: str, *, markup: bool = False) -> str:
        written = self.fields.get(name, "")
        return decoded(written, unknown=self.unknown, markup=markup) if written else ""

    def _texts(self) -> None:
        for name, variable in TEXTS.items():
            if not (text := self.text(name, markup=variable in MARKED)):
                continue
            if self.item.setdefault(variable, text) != text and name not in ALTERNATIVES:
                self.remarks.append(f"The field {name}, “{text[:SHOWN]}”, was left out: another one has its place.")
        if (kind := str(self.item["type"])) in WITH_GENRE:
            genre = self.text("type")
            of_thesis = GENRES.get(self.kind, "") if kind == "thesis" else ""
            if genre := GENRES.get(genre.lower().replace(" ", ""), genre) or of_thesis:
                self.item["genre"] = genre
        if kind == "webpage" and (site := self.text("titleaddon", markup=True)):
            self.item.setdefault("container-title", site)
        if (publisher := self.text("howpublished")) and not ADDRESS.search(publisher):
            self.item.setdefault("publisher", publisher)

    def _titles(self) -> None:
        """Join titles and subtitles. A book whose ``booktitle`` repeats its title has no container."""
        for name, subtitle in SUBTITLES.items():
            title, more = self.item.get(TEXTS[name], ""), self.text(subtitle, markup=True)
            if title and more and self.text(name, markup=True) == title:
                self.item[TEXTS[name]] = f"{title}{'' if TITLE_END.search(title) else ':'} {more}"
        container = self.item.get("container-title", "")
        if "title" not in self.item and container and self.item["type"] in ("book", "periodical"):
            self.item["title"] = self.item.pop("container-title")
        elif self.item["type"] == "book" and container == self.item.get("title"):
            del self.item["container-title"]

    def _number(self) -> None:
        """Give ``number`` the variable that it has in a work of this type: issue, number in a series, or its own."""
        kind, number = str(self.item["type"]), str(self.item.pop("number", ""))
        in_series = kind in NUMBERED_SERIES or (kind == "paper-conference" and "collection-title" in self.item)
        variable = "collection-number" if in_series else "issue" if kind in NUMBERED_ISSUES else "number"
        if number:
            stated = self.item.get(variable, number)
            self.item[variable] = number
            if stated != number:
                self.remarks.append(f"The field issue, “{stated[:SHOWN]}”, was left out: another one has its place.")

    def _verbatim(self) -> None:
        found = dict[str, str]()
        for name, variable in VERBATIM.items():
            if value := plain(self.fields.get(name, "")):
                found.setdefault(variable, value)
        self._eprint(found)
        self._identifiers_in_note(found)
        if "DOI" in found:
            found["DOI"] = DOI_ADDRESS.sub("", found["DOI"])
        how = plain(self.fields.get("howpublished", ""))
        addresses = ADDRESS.findall(found.get("URL", "")) or ADDRESS.findall(how)
        if addresses:
            found["URL"] = addresses[0]
            self.remarks += [f"The address {address} was left out: a work has one." for address in addresses[1:]]
        if (
            self.kind == "misc"
            and addresses
            and ("urldate" in self.fields or ADDRESS.search(how))
            and "DOI" not in found
        ):
            self.item["type"] = "webpage"
        self.item |= found

    def _preprint(self) -> None:
        """Mark a work on a server of preprints as such, unless a journal has it. CSL calls it an ``article``."""
        servers = (str(self.item.get(name, "")).lower() for name in ("archive", "publisher", "container-title"))
        is_on_server = any(server in PREPRINTS for server in servers)
        journal = str(self.item.get("container-title", "")).lower()
        if is_on_server and self.item["type"] in NOT_IN_JOURNALS and (not journal or journal in PREPRINTS):
            self.item |= {"type": "article", "genre": "Preprint"}

    def _eprint(self, found: dict[str, str]) -> None:
        """Read ``eprint`` as the identifier or archive that ``eprinttype`` names; without one it is arXiv's."""
        if not (value := plain(self.fields.get("eprint", "") or self.fields.get("arxivid", ""))):
            return
        archive = self.text("eprinttype") or self.text("archiveprefix") or "arXiv"
        if variable := EPRINTS.get(archive.lower()):
            found.setdefault(variable, value)
        else:
            self.item |= {"archive": PREPRINTS.get(archive.lower(), archive), "archive_location": value}

    def _identifiers_in_note(self, found: dict[str, str]) -> None:
        if note := self.item.get("note"):
            for variable, read in (("PMID", identifiers_in_words.pmid), ("PMCID", identifiers_in_words.pmcid)):
                if value := read([note]):
                    found.setdefault(variable, value)
            if rest := " ".join(IDENTIFIERS_IN_NOTE.sub("", note).split()):
                self.item["note"] = rest
            else:
                del self.item["note"]

    def _numbers(self) -> None:
        """Read ISBNs and ISSNs, which programs also write into each other's field."""
        found = identifiers_in_words.numbers(filter(None, (self.text(name) for name in NUMBERS)))
        self.item |= {name: value for name, value in (("ISSN", found.issn), ("ISBN", found.isbn)) if value}
        if found.unread:
            self.told["ISBN" if self.fields.get("isbn") else "ISSN"] = found.unread
            self.remarks.append(f"“{found.unread}” is neither an ISSN nor an ISBN, and was left out.")

    def _locator(self) -> None:
        """Keep the pages, or else the number of the article. Beside pages it is ``number``."""
        pages = pages_in_full("-".join(map(str.strip, DASHES.split(self.text("pages")))))
        article = next(filter(None, map(self.text, ARTICLE_NUMBERS)), "")
        if pages or article:
            self.item["page"] = pages or article
        if pages and article not in ("", pages):
            self.item.setdefault("number", article)

    def _people(self) -> None:
        for field, role in ROLES.items():
            names, remarks = people(self.fields.get(field, ""))
            if names:
                self.item[role] = names
            self.remarks += remarks
        for field in OTHER_PEOPLE:
            if text := self.text(field):
                self.remarks.append(f"The field {field}, “{text[:SHOWN]}”, was left out: CSL-JSON has no place for it.")

    def _dates(self) -> None:
        """Combine the fields of each date. The field ``date`` is trusted more than ``year`` and ``month``."""
        parts = [self.text("year"), _month(self.text("month"), self.text("day"))]
        stated = {
            "issued": [SEASON_NUMBER.sub(_season, self.text("date")), *parts],
            "accessed": [self.text("urldate")],
            "event-date": [self.text("eventdate")],
            "original-date": [self.text("origdate")],
        }
        for variable, fields in stated.items():
            found = dates.best(fields)
            if found.csl and (found.year or found.words not in parts[1:]):
                self.item[variable] = found.csl
            self.remarks += dates.remarks(found, fields)

    def _custom(self) -> None:
        """Keep the corrected kind and the trial, and take the kind out of the keywords."""
        keywords = [word.strip() for word in re.split(r"[;,]", str(self.item.pop("keyword", "")))]
        if kept := "; ".join(dict.fromkeys(word for word in keywords if word and not KIND.fullmatch(word))):
            self.item["keyword"] = kept
        kind, trial = KIND.search(self.fields.get("keywords", "")), self.fields.get("nct", "").strip()
        custom: JSONDict = {"kind": kind[1] if kind else "", "nct": trial, "told": self.told}
        if custom := {name: value for name, value in custom.items() if value}:
            self.item["custom"] = custom


def csl(key: str, kind: str, fields: Mapping[str, str]) -> tuple[JSONDict, list[str]]:
    """Return an entry as a CSL-JSON item, and sentences that say what was left out of it.

    Raises ValueError for LaTeX that is nested too deeply.
    """
    conversion = Conversion(key, kind, fields)
    return conversion.run(), conversion.remarks


def _type(kind: str, fields: Mapping[str, str]) -> str:
    found = TYPES.get(kind, "document")
    return SUBTYPES.get(fields.get("entrysubtype", "").lower(), found) if found == "article-journal" else found


def _month(month: str, day: str) -> str:
    """Return the fields ``month`` and ``day`` in words: ``8`` is Aug."""
    if month.isascii() and month.isdecimal() and 1 <= int(month[:3]) <= len(MONTHS):
        month = MONTHS[int(month[:3]) - 1].title()
    return f"{month} {day}".strip() if month else ""


def _season(found: re.Match[str]) -> str:
    return f"{SEASON_WORDS[int(found[2]) - 1]} {found[1]}"
