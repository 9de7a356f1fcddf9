"""The faults of a file, with their lines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileFault:
    """One fault: file, line (from 1; 0 for the whole file), field and description."""

    file: str
    line: int
    field: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, [place, self.field, self.detail]))


class Unreadable(Exception):
    """Files cannot be imported; ``faults`` has the reasons."""

    def __init__(self, *faults: FileFault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
