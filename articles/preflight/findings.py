"""A finding: what was found, where, and how to fix it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from articles.preflight.codes import Code, Severity, severity

PARTS = ("question", "renditions", "citations", "listed")
"""The parts of a version, in the order of their findings."""

MOST = 100
"""The maximum number of findings of one code in one text. The last one says how many more there are."""


@dataclass(frozen=True)
class Finding:
    """One finding. ``pointer`` is a JSON pointer into the version, ``line`` the line of that text, from 1, if known.

    ``refuses`` is True if it prevents submission: every error does, a warning if the policy in force says so.
    """

    code: Code
    pointer: str
    detail: str
    remedy: str
    line: int | None = None
    refuses: bool = False

    @property
    def severity(self) -> Severity:
        return severity(self.code)

    @property
    def part(self) -> tuple[str, int]:
        """The part of the version that it concerns: its name and, in a list, its index from 0."""
        name, _, rest = self.pointer.removeprefix("/").partition("/")
        index = rest.partition("/")[0]
        return name, int(index) if index else -1

    @property
    def place(self) -> tuple[int, int, int, str, str]:
        """The sort key of findings: part, line, pointer, and errors first."""
        name, index = self.part
        return PARTS.index(name), index, self.line or 0, self.pointer, self.severity


def sorted_findings(findings: Iterable[Finding], *, refused: Sequence[str]) -> list[Finding]:
    """Return the findings by place, with ``refuses`` set; ``refused`` holds the policy's codes."""
    reported: list[Finding] = []
    ordered = sorted(findings, key=lambda finding: finding.place)
    total = Counter((finding.part, finding.code) for finding in ordered)
    seen = Counter[tuple[tuple[str, int], Code]]()
    for finding in ordered:
        kind = (finding.part, finding.code)
        seen[kind] += 1
        if seen[kind] <= MOST:
            remainder = f" There are {total[kind] - MOST} more findings of this kind." * (
                seen[kind] == MOST < total[kind]
            )
            refuses = finding.severity == Severity.ERROR or finding.code in refused
            reported.append(replace(finding, refuses=refuses, detail=finding.detail + remainder))
    return reported
