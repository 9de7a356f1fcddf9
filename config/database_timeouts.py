"""Timeouts of database sessions, by the kind of work that the process does.

A transaction that hangs must not hold its locks for ever, and a request must not wait for a statement for minutes. A
management command may take as long as it needs: an import, an export, a check of the whole ledger, a migration.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import environ
from django.core.exceptions import ImproperlyConfigured

KINDS = WEB, TASK, COMMAND = "web", "task", "command"

PAIR = re.compile(rf"({WEB}|{TASK}|{COMMAND})=(\d+)")

PROGRAMS: Mapping[str, str] = {"celery": TASK, "manage": COMMAND, "django-admin": COMMAND, "django": COMMAND}
"""The kind of work by the name of the program. Every other program is a web server."""

DEFAULTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "lock_timeout": {WEB: 5, TASK: 5, COMMAND: 5},
        "statement_timeout": {WEB: 30, TASK: 120, COMMAND: 0},
        "idle_in_transaction_session_timeout": {WEB: 60, TASK: 120, COMMAND: 600},
    }
)
"""Seconds by kind of work; 0 is no limit. A task is ended after 300 seconds anyway (``CELERY_TASK_TIME_LIMIT``)."""


PLANNING = ("-c plan_cache_mode=force_generic_plan", "-c max_parallel_workers_per_gather=0")
"""Plans are cached, and queries use no parallel workers."""


def kind_of_work(arguments: Sequence[str]) -> str:
    """Return the kind of work of the process with this command line (``sys.argv``)."""
    program = Path(arguments[0] if arguments else "")
    name = program.parent.name if program.stem == "__main__" else program.stem
    return WEB if arguments[1:2] == ["runserver"] else PROGRAMS.get(name, WEB)


def session_options(env: environ.Env, arguments: Sequence[str] = sys.argv) -> str:
    """Return the options of every PostgreSQL connection of this process: its timeouts, and how statements are planned.

    ``env`` replaces some of ``DEFAULTS``, by pairs such as ``web=30,task=60``. Raises ImproperlyConfigured for other
    values.
    """
    given = {
        "lock_timeout": env.list("LOCK_TIMEOUT", default=[]),
        "statement_timeout": env.list("STATEMENT_TIMEOUT", default=[]),
        "idle_in_transaction_session_timeout": env.list("IDLE_TRANSACTION_TIMEOUT", default=[]),
    }
    kind = env.str("KIND_OF_WORK", default=kind_of_work(arguments))
    if kind not in KINDS:
        raise ImproperlyConfigured(f"{kind} is no kind of work: it is web, task or command.")
    seconds = {name: {**defaults, **_seconds(given[name])} for name, defaults in DEFAULTS.items()}
    limits = [f"-c {name}={by_kind[kind]}s" for name, by_kind in seconds.items()]
    return " ".join([*limits, *PLANNING])


def _seconds(pairs: Sequence[str]) -> Mapping[str, int]:
    found = [PAIR.fullmatch(pair) for pair in pairs]
    if not all(found):
        raise ImproperlyConfigured(f"{','.join(pairs)} are no seconds by kind of work, such as web=30,task=60.")
    return {pair[1]: int(pair[2]) for pair in found if pair}
