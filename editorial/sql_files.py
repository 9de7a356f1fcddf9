"""SQL statements in files: each file holds one whole statement that can be pasted into psql.

The comment on top says what the statement answers, and gives an example for each parameter::

    -- Names of the audiences.
    -- %(code)s = 'patient'
    SELECT name FROM editorial_audience WHERE code = %(code)s

Files stand in a directory ``sql`` beside the module that uses them. ``manage.py explain_sql`` lists and explains them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

PARAMETER = re.compile(r"%\((\w+)\)s")
EXAMPLE = re.compile(rf"{PARAMETER.pattern} = (.+)")
LONE_PERCENT = re.compile(r"%(?!\(\w+\)s)")
"""An operator, such as that of pg_trgm; psycopg reads two percent signs as one."""


@dataclass(frozen=True)
class Statement:
    """The statement of a file. ``examples`` gives an SQL expression for each parameter."""

    name: str
    description: str
    examples: Mapping[str, str]
    text: str

    @property
    def summary(self) -> str:
        """The first sentence of the description."""
        return re.split(r"(?<=\.) ", self.description, maxsplit=1)[0]

    def with_examples(self) -> str:
        """Return the statement with an example in place of each parameter. Raises KeyError where one is missing."""
        return PARAMETER.sub(lambda found: self.examples[found[1]], self.text)


def statement(package: str, name: str) -> str:
    """Return the statement ``sql/name.sql`` of a package, as a cursor takes it. Raises FileNotFoundError."""
    text = files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    return LONE_PERCENT.sub("%%", parsed(name, text).text)


def statements(*directories: Path) -> Iterator[Statement]:
    """Return every statement in files below these directories, by directory and name."""
    for directory in directories:
        for file in sorted(directory.rglob("sql/*.sql")):
            yield parsed(file.stem, file.read_text(encoding="utf-8"))


def parsed(name: str, text: str) -> Statement:
    """Return the statement of a file with this ``text``."""
    lines = text.splitlines()
    head = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    comment = [line.removeprefix("--").strip() for line in lines[:head]]
    examples = {found[1]: found[2] for line in comment if (found := EXAMPLE.fullmatch(line))}
    description = " ".join(line for line in comment if not EXAMPLE.fullmatch(line))
    return Statement(name, description, examples, "\n".join(lines[head:]).strip())
