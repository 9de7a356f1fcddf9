"""Weighing whether two records describe one work: what speaks for it, and what against it.

An identifier is evidence, not proof: a supplement's DOI is on each of its abstracts, a book's on each of its chapters,
and a DOI may be mistyped. It is weighed with title, first author, year, container, volume, pages and kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from articles.library import identifiers
from articles.library.matching.spelling import Csl
from articles.library.matching.work_marks import MARKS, Agreement, content_of, has_weak_title
from articles.library.matching.work_nature import nature_of

UNIQUE: Mapping[str, str] = {"DOI": "doi", "PMID": "pmid", "PMCID": "pmcid"}
"""Identifiers of which a work has at most one, the most trusted first, with their fields in the library's record."""

PLACE = ("volume", "pages")
"""Where a work stands in its container. Two works rarely share both."""

NATURE = 2
"""How much another nature, such as a notice about a work, weighs against an identifier. Another mark weighs 1."""


@dataclass(frozen=True)
class Comparison:
    """What two records say about the same marks: each mark that both have, with its agreement."""

    marks: Mapping[str, Agreement]
    is_bare: bool
    has_weak_title: bool
    is_undated: bool
    has_same_content: bool
    is_preprint_of_paper: bool

    @property
    def agreeing(self) -> tuple[str, ...]:
        """The marks that speak for one work."""
        return self._with(Agreement.AGREES)

    @property
    def differing(self) -> tuple[str, ...]:
        """The marks that speak against one work."""
        return self._with(Agreement.DIFFERS)

    def _with(self, agreement: Agreement) -> tuple[str, ...]:
        return tuple(name for name, found in self.marks.items() if found == agreement)

    def agree(self, *names: str) -> bool:
        return all(self.marks.get(name) == Agreement.AGREES for name in names)

    @property
    def confirms_identifier(self) -> bool:
        """Whether records that share a DOI, PMID or PMCID are one work: not several marks contradict it.

        Another title, also of the container, is taken for a translation if the place and everything else agree, and
        for a contradiction otherwise. If title and first author agree, two other marks may differ.
        """
        if "title" in self.differing:
            return {*self.differing} <= {"title", "journal or book"} and self.agree(*PLACE)
        against = sum(self._weight(name) for name in self.differing)
        is_sure = self.agree("title", "first author") and not self.has_weak_title
        return against <= (2 if is_sure else 1)

    def _weight(self, name: str) -> int:
        if name in UNIQUE:
            return 2 if self.agree("pages") else 3
        return NATURE if name == "nature" else 1

    @property
    def says_only_title(self) -> bool:
        """Whether another title is all that speaks against the identifier, and nothing but titles can be compared."""
        return self.is_bare and self.differing == ("title",)

    @property
    def is_same_without_identifier(self) -> bool:
        """Whether records that share no identifier are one work.

        Title and year have to agree, and nothing may differ, except one mark if volume and pages agree. Instead of the
        title, everything else may agree. Titles such as *Editorial* need more: author and container, or every field.
        """
        if self.differs_by_identifier or "nature" in self.differing or len(self.differing) > self._tolerated:
            return False
        if not self.agree("title"):
            return not self.differing and self.agree(*PLACE, "first author", "year", "journal or book")
        is_dated = self.agree("year") or self.is_undated
        has_support = self.agree(*PLACE) or self.agree("pages", "journal or book")
        if self.has_weak_title:
            has_names = self.agree("first author", "journal or book")
            return self.has_same_content or (is_dated and (has_support or has_names))
        return is_dated or has_support

    @property
    def _tolerated(self) -> int:
        """How many marks may differ: one, if title and place agree."""
        return int(self.agree("title", *PLACE) and not self.has_weak_title)

    @property
    def shares_identifier(self) -> bool:
        return any(name in self.agreeing for name in UNIQUE)

    @property
    def differs_by_identifier(self) -> bool:
        return any(name in self.differing for name in UNIQUE)

    @property
    def is_possibly_same(self) -> bool:
        """Whether an editor should compare them: title and year, or author and place, agree; one mark may differ.

        The two DOIs of one work count as one difference, and so do a preprint and its paper.
        """
        if self.has_weak_title:
            return self.is_same_without_identifier
        close = (Agreement.AGREES, Agreement.NEAR)
        has_title = self.marks.get("title") in close and self.marks.get("year", Agreement.NEAR) in close
        against = [name for name in self.differing if name not in self._explained]
        has_place = self.agree(*PLACE, "year") and (self.agree("first author") or "title" not in self.marks)
        return (has_title or has_place) and len(against) <= 1

    @property
    def _explained(self) -> tuple[str, ...]:
        """The marks that differ between a preprint and its paper."""
        return ("nature", "journal or book", "volume", "issue", "pages") if self.is_preprint_of_paper else ()


def compare(one: Csl, other: Csl) -> Comparison:
    """Compare two CSL items mark by mark. Marks that one of them lacks are left out."""
    marks = {**_identifier_marks(one, other), **{name: rule(one, other) for name, rule in MARKS.items()}}
    if nature_of(one) != nature_of(other):
        marks["nature"] = Agreement.DIFFERS
    known = {name: agreement for name, agreement in marks.items() if agreement != Agreement.UNKNOWN}
    return Comparison(
        marks=known,
        is_bare=known.keys() <= {*UNIQUE, "title"},
        has_weak_title=has_weak_title(one) or has_weak_title(other),
        is_undated=not one.get("issued") and not other.get("issued"),
        has_same_content=content_of(one) == content_of(other),
        is_preprint_of_paper={nature_of(one), nature_of(other)} == {"preprint", ""},
    )


def _identifier_marks(one: Csl, other: Csl) -> dict[str, Agreement]:
    (first, _), (second, _) = identifiers.read(one), identifiers.read(other)
    pairs = {name: (first[field], second[field]) for name, field in UNIQUE.items()}
    return {name: Agreement.of(left, right) for name, (left, right) in pairs.items()}


def in_words(marks: Sequence[str], verb: str) -> str:
    """Return a clause about marks: ``title and pages agree``, ``title agrees``."""
    *first, last = marks
    is_one = not first and not last.endswith("s")
    return f"{', '.join(first)}{' and ' if first else ''}{last} {verb}{'s' if is_one else ''}"
