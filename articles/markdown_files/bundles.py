"""Group the files of each article by their slug: one file per audience."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from articles.library.formats.file_faults import FileFault, Unreadable
from articles.markdown_files.markdown_file import Sheet, read_sheet

SLUG_LINE = re.compile(rb"^slug:[ \t]*[\"']?([-a-zA-Z0-9_]{1,100})[\"']?[ \t]*\r?$", re.MULTILINE)
HEAD = 64 * 1024
"""Number of bytes in which the slug of an unreadable file is searched."""


@dataclass
class Bundle:
    """The files of one article: those that could be read, and the faults of the others."""

    slug: str
    sheets: list[Sheet] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)

    @property
    def primary(self) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.is_primary)

    def with_keys(self, keys: Mapping[str, str]) -> "Bundle":
        """Return the files with other keys for their works: in the list of references and in the texts."""
        changed = {old: new for old, new in keys.items() if old != new}
        return replace(self, sheets=[sheet.with_keys(changed) for sheet in self.sheets])

    def check(self) -> None:
        """Raise Unreadable with every fault of the single files, or of their combination."""
        faults = self.faults or [*self._audience_twice(), *self._no_one_primary()]
        if faults:
            raise Unreadable(*faults)

    def _audience_twice(self) -> Iterator[FileFault]:
        first: dict[str, Sheet] = {}
        for sheet in self.sheets:
            earlier = first.setdefault(sheet.text.audience, sheet)
            if earlier is not sheet:
                yield sheet.fault("audience", f"{earlier.path} is for the same audience")

    def _no_one_primary(self) -> Iterator[FileFault]:
        primary = [sheet for sheet in self.sheets if sheet.is_primary]
        if not primary:
            yield self.sheets[0].fault("primary", "one file of each article says “primary: true”")
        for sheet in primary[1:]:
            yield sheet.fault("primary", f"{primary[0].path} is the primary one already")


def collect(paths: Iterable[Path]) -> list[Bundle]:
    """Return the articles in these files, and in all ``.md`` files below these folders, ordered by slug.

    A file that cannot be read makes its whole article fail: the article whose slug it has, or the only one of its
    folder.
    """
    bundles: dict[str, Bundle] = {}
    broken: list[tuple[Path, Unreadable]] = []
    files = [file for path in paths for file in (sorted(path.rglob("*.md")) if path.is_dir() else [path])]
    for path in dict.fromkeys(files):
        try:
            sheet = read_sheet(path)
        except Unreadable as error:
            broken.append((path, error))
        else:
            bundles.setdefault(sheet.slug, Bundle(sheet.slug)).sheets.append(sheet)
    for path, unreadable in broken:
        slug = _slug_of(path) or _only_slug_beside(path, bundles.values()) or str(path)
        bundles.setdefault(slug, Bundle(slug)).faults.extend(unreadable.faults)
    return sorted(bundles.values(), key=lambda bundle: bundle.slug)


def _slug_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = SLUG_LINE.search(file.read(HEAD))
    except OSError:
        return ""
    return found[1].decode() if found else ""


def _only_slug_beside(path: Path, bundles: Iterable[Bundle]) -> str:
    beside = {bundle.slug for bundle in bundles for sheet in bundle.sheets if sheet.path.parent == path.parent}
    return beside.pop() if len(beside) == 1 else ""
