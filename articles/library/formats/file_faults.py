"""What is wrong with a file, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileFault:
    """One thing that is wrong: in which file, at which line (from 1; 0 for the file as a whole), field and words."""

    file: str
    line: int
    field: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, [place, self.field, self.detail]))


class Unreadable(Exception):
    """Files that cannot be taken as they are; ``faults`` say why."""

    def __init__(self, *faults: FileFault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
