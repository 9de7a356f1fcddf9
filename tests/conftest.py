"""The cast and the stage. Names: wanda and walter write, edith edits, ada, ben and cleo are on the board."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from config.memory import configure_garbage_collection
from editorial.http.throttling import MovingWindowThrottle
from editorial.models import EditorialPolicy, User
from tests.support import factories
from tests.support.coverage_scope import unmeasured
from tests.support.stored_rows import memory
from tests.support.template_database import template_database

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


LONGEST = {
    "test_readers_are_told_the_truth_wherever_chance_leads",
    "test_score_keeps_the_promise_on_both_halves_and_leaves_nothing_behind",
}
"""Tests that take a minute. They begin first, so that no worker is left alone with one at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.name not in LONGEST)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    configure_garbage_collection()
    _import_commands()


def _import_commands() -> None:
    """Import all management commands, as coverage counts here but not in fixtures, which may call one first."""
    for name, app in get_commands().items():
        if app in {"articles", "config", "editorial", "reviews"}:
            load_command_class(app, name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Iterator[None]:
    with unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    with unmeasured():
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests found out beside passing."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker) -> None:
    """Copy test databases from one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"] |= {"TEMPLATE": template_database(), "MIGRATE": False}


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_laws() -> Iterator[None]:
    """Transactional tests empty the tables by TRUNCATE, which the laws refuse; only a superuser can set them aside."""
    sql_flush = DatabaseOperations.sql_flush

    def sql_flush_unguarded(self, *args, **kwargs):
        statements = sql_flush(self, *args, **kwargs)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    DatabaseOperations.sql_flush = sql_flush_unguarded
    yield
    DatabaseOperations.sql_flush = sql_flush


@pytest.fixture(autouse=True, scope="session")
def watched() -> Iterator[None]:
    with connection.execute_wrapper(memory.watch):
        yield


@pytest.fixture(autouse=True)
def walks_remembered(watched) -> Iterator[None]:
    """Only within a test: what is made for a whole module is walked to."""
    memory.begin()
    yield
    memory.trail = None


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def own_counts(monkeypatch) -> None:
    """For tests that ask often: the others' requests come from the same address."""
    monkeypatch.setattr(MovingWindowThrottle, "cache_format", f"{uuid4()} %(scope)s %(ident)s")


@pytest.fixture
def policy(db) -> EditorialPolicy:
    return factories.make_policy()


@pytest.fixture
def wanda(db) -> User:
    return factories.make_user("wanda", is_writer=True)


@pytest.fixture
def walter(db) -> User:
    return factories.make_user("walter", is_writer=True)


@pytest.fixture
def edith(db) -> User:
    return factories.make_user("edith", is_editor=True)


@pytest.fixture
def root(db) -> User:
    return factories.make_user("root", is_superuser=True)


@pytest.fixture
def ada(db) -> User:
    return factories.make_member("ada").user


@pytest.fixture
def ben(db) -> User:
    return factories.make_member("ben").user


@pytest.fixture
def cleo(db) -> User:
    """On the board, invited to nothing."""
    return factories.make_member("cleo").user


@pytest.fixture
def api() -> APIClient:
    return APIClient()
