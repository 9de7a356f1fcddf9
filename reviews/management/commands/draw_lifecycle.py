"""Draws docs/lifecycle.md from the tables of the two life cycles."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import TextChoices

from articles import lifecycle as version
from articles import permissions as version_permissions
from editorial.roles import Role
from reviews import lifecycle as review
from reviews import permissions as review_permissions

PLACE = Path("docs") / "lifecycle.md"

INTRODUCTION = """# Life cycles

Drawn from `articles/lifecycle.py`, `reviews/lifecycle.py` and the tables of who may do what in the `permissions.py`
beside them, by `python manage.py draw_lifecycle`. `make check` refuses a page that differs from the tables: change
those, then draw it again. Anything without a row is impossible; PostgreSQL refuses it as well.
"""

VERSION_WORDS = """
Writers act on articles that name them as an author, editors on all. “The system” acts without a user, for example when
the signatures decide a round. A lapsed approval is not a state: it is computed on every read.
"""

REVIEW_WORDS = """
A board member acts in their own reviews only. The system lets open reviews lapse when their round ends; that is never
recorded as the member's own act. A signature can be withdrawn until the round is decided; both stay on record.
"""

SYSTEM = "the system"


class Command(BaseCommand):
    """Write the page, or with ``--check`` show how it differs from the tables and exit with code 1."""

    help = "Draw docs/lifecycle.md from the life cycles."
    requires_system_checks = ()
    place = PLACE

    def page(self) -> str:
        """Return the whole page as Markdown."""
        return page()

    def add_arguments(self, parser: CommandParser) -> None:
        """Draw, or only compare; and where."""
        parser.add_argument("--check", action="store_true", help="compare only; exit code 1 when the page differs")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / self.place, help="the page")

    def handle(self, *args: Any, check: bool, file: Path, **options: Any) -> None:
        """Write or compare."""
        drawn = self.page()
        if not check:
            file.write_text(drawn, encoding="utf-8")
            return
        present = file.read_text(encoding="utf-8") if file.exists() else ""
        if present != drawn:
            lines = difflib.unified_diff(
                present.splitlines(keepends=True), drawn.splitlines(keepends=True), str(self.place), "the tables"
            )
            self.stdout.write("".join(lines))
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"{self.place} differs from the tables; run: python manage.py {name}")


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION, "\n## The life of a version\n", VERSION_WORDS]
    parts += diagram(version.TRANSITIONS, initial=version.State.DRAFT)
    parts += table(version.TRANSITIONS, who=version_permissions.WHO, sees=version.READER_SEES)
    parts += ["\nWithout a change of state:\n", *acts(version.ACTS, who=version_permissions.WHO, states=version.State)]
    parts += ["\nWhat waits for another version of the article:\n", *rivals(version.BLOCKED_BY, states=version.State)]
    parts += ["\n## The life of a review\n", REVIEW_WORDS]
    parts += diagram(review.TRANSITIONS, initial=review.State.INVITED)
    parts += table(review.TRANSITIONS, who=review_permissions.WHO)
    parts += ["\nWithout a change of state:\n", *acts(review.ACTS, who=review_permissions.WHO, states=review.State)]
    return "".join(parts)


def diagram(transitions: Mapping[Any, Any], *, initial: TextChoices) -> Iterator[str]:
    """Yield the transitions as a Mermaid state diagram. States without a way out are end states."""
    states = dict.fromkeys([initial, *(state for pair in transitions.items() for state in (pair[0][0], pair[1]))])
    yield "\n```mermaid\nstateDiagram-v2\n"
    yield from (f"    {state.value}: {lower_label(state)}\n" for state in states)
    yield f"    [*] --> {initial.value}\n"
    for (before, action), after in transitions.items():
        yield f"    {before.value} --> {after.value}: {lower_label(action)}\n"
    leaving = {before for before, _ in transitions}
    yield from (f"    {state.value} --> [*]\n" for state in states if state not in leaving)
    yield "```\n"


def table(
    transitions: Mapping[Any, Any], *, who: Mapping[Any, frozenset[Role]], sees: Mapping[Any, str] | None = None
) -> Iterator[str]:
    """Yield the transitions as a table: from, action, by whom, to and, for versions, what readers see."""
    heads = ["From", "Action", "By", "To", *(["Then the reader sees"] if sees else [])]
    yield f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for (before, action), after in transitions.items():
        cells = [
            lower_label(before),
            lower_label(action),
            role_names(who[action]),
            lower_label(after),
            *([sees[after]] if sees else []),
        ]
        yield f"| {' | '.join(cells)} |\n"


def acts(
    table: Mapping[Any, frozenset[Any]], *, who: Mapping[Any, frozenset[Role]], states: type[TextChoices]
) -> Iterator[str]:
    """Yield what can be done without a change of state: what, by whom, in which states."""
    yield "\n| Act | By | In |\n|---|---|---|\n"
    for act, possible in table.items():
        impossible = [lower_label(state) for state in states if state not in possible]
        named = ", ".join(lower_label(state) for state in states if state in possible)
        where = f"every state but {impossible[0]}" if len(impossible) == 1 else named
        yield f"| {lower_label(act)} | {role_names(who[act])} | {where} |\n"


def rivals(table: Mapping[Any, version.BlockingStates], *, states: type[TextChoices]) -> Iterator[str]:
    """Yield what has to wait while another version is in which states."""
    yield "\n| Not possible | While another version is |\n|---|---|\n"
    for action, rival in table.items():
        named = " or ".join(lower_label(state) for state in states if state in rival.states)
        yield f"| {lower_label(action)} | {named} |\n"


def role_names(roles: frozenset[Role]) -> str:
    """Return the roles as text, in the order of ``Role``."""
    return ", ".join(SYSTEM if role == Role.SYSTEM else lower_label(role) for role in Role if role in roles)


def lower_label(choice: TextChoices) -> str:
    """Return the label of a state, action or role as it is written within a sentence."""
    return str(choice.label).lower()
