"""What production refuses to start with, in every process, and that the table of settings is complete."""

import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from config.celery import stop_on_unsafe_settings
from config.checks import missing_reminders, refuse_unsafe_settings, unsafe_settings
from editorial.actions import draft_next_policy, publish_policy
from tests.support import factories
from tests.support.paths import ROOT

RUNNING = (ROOT / "docs" / "running.md").read_text()
KEY = "n3wT9xkQ7vLzB2mJ5rHcY8fGdP4sWaE6uVtR1oXiNqKbMyZjCl0gSh"
PRODUCTION = {
    "BEHIND_PROXY": "on",
    "DEBUG": "",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "answers.example.org",
    "SITE_URL": "https://answers.example.org",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
}
PROCESSES = {
    "wsgi": ["gunicorn", "--check-config", "config.wsgi"],
    "worker": ["celery", "-A", "config", "worker"],
    "beat": ["celery", "-A", "config", "beat", "--schedule={tmp}/beat", "--pidfile="],
}


@pytest.fixture
def production(settings):
    settings.DEBUG = False
    settings.SECRET_KEY = KEY
    settings.ALLOWED_HOSTS = ["answers.example.org"]
    settings.SITE_URL = "https://answers.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def run(process, tmp_path, **changed):
    return subprocess.run(
        [sys.executable, "-m", *(argument.format(tmp=tmp_path) for argument in PROCESSES[process])],
        cwd=ROOT,
        env=os.environ | PRODUCTION | changed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_safe_settings_have_no_errors(production):
    assert unsafe_settings() == []
    refuse_unsafe_settings()
    stop_on_unsafe_settings()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "short", "config.E001"),
        ("SECRET_KEY", "ab" * 40, "config.E001"),
        ("SECRET_KEY", f"django-insecure-{KEY}", "config.E001"),
        ("ALLOWED_HOSTS", [], "config.E002"),
        ("ALLOWED_HOSTS", ["answers.example.org", "*"], "config.E002"),
        ("SITE_URL", "http://answers.example.org", "config.E003"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "config.E004"),
        ("HOLIDAYS", "Atlantis", "config.E006"),
        ("WEBHOOKS_TO_LOOPBACK", True, "config.E007"),
        ("WEBHOOKS_KEPT_DAYS", 0, "config.E008"),
        ("MAIL_LOG_KEPT_DAYS", 0, "config.E010"),
        ("MAILS_PER_MINUTE", -1, "config.E009"),
        ("BREACHED_PASSWORDS_FILE", "/nowhere/breached.txt", "config.E011"),
        ("ORCID_CLIENT_ID", "APP-1", "config.E012"),
        ("ORCID_URL", "http://127.0.0.1:1", "config.E013"),
    ],
)
def test_unsafe_value_is_an_error_with_a_hint(production, name, value, code):
    setattr(production, name, value)
    (error,) = unsafe_settings()
    assert (error.id, error.is_serious(), bool(error.hint)) == (code, True, True)
    production.DEBUG = True
    assert unsafe_settings() == []


def test_database_other_than_postgresql_is_an_error(production, monkeypatch):
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [error.id for error in unsafe_settings()] == ["config.E005"]


def test_all_unsafe_values_are_named_at_once(production):
    production.SECRET_KEY, production.SITE_URL = "short", "http://x"
    with pytest.raises(ImproperlyConfigured, match=r"(?s)config\.E001.*config\.E003"):
        refuse_unsafe_settings()
    with pytest.raises(SystemExit, match=r"config\.E001"):
        stop_on_unsafe_settings()


@pytest.mark.parametrize("process", PROCESSES)
def test_process_with_unsafe_settings_does_not_start(process, tmp_path):
    done = run(process, tmp_path, SITE_URL="http://answers.example.org")
    assert done.returncode != 0
    assert "config.E003" in done.stdout + done.stderr


def test_web_process_with_safe_settings_starts(tmp_path):
    done = run("wsgi", tmp_path)
    assert done.returncode == 0, done.stderr


def test_table_of_settings_names_every_variable_and_no_other():
    code = "".join(file.read_text() for file in (ROOT / "config").glob("*.py"))
    read = set(re.findall(r'\benv\.\w+\(\s*"(\w+)"', code))
    assert read == set(re.findall(r"^\| `([A-Z_]+)` \|", RUNNING, flags=re.MULTILINE))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE kept DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "TRUNCATE kept",
        "DROP TABLE kept",
        "CREATE TABLE mine (pk int)",
    ],
)
def test_documented_application_role_cannot_reach_around_the_triggers(attempt):
    roles, grants = re.findall(r"```sql\n(.*?)```", RUNNING, flags=re.DOTALL)
    with connection.cursor() as cursor:
        cursor.execute((roles + grants).replace("imprimatur_", "imprimatur_test_"))
        cursor.execute("GRANT ALL ON SCHEMA public TO imprimatur_test_owner; SET ROLE imprimatur_test_owner")
        cursor.execute("CREATE TABLE kept (pk int); SET ROLE imprimatur_test_app; INSERT INTO kept VALUES (1)")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(attempt)
        cursor.execute("RESET ROLE")


# --- a policy without reminders ---------------------------------------------------------------------------------------


def test_policy_in_force_that_reminds_nobody_is_a_warning_of_the_check_of_the_database(db, edith):
    assert missing_reminders(["default"]) == []
    factories.make_policy()
    (warning,) = missing_reminders(["default"])
    assert (warning.id, warning.msg) == (
        "config.W001",
        "Version 1 of the editorial policy is in force and reminds nobody.",
    )
    assert missing_reminders() == []
    draft = draft_next_policy(by=edith, now=timezone.now())
    publish_policy(policy_id=draft.pk, by=edith, now=timezone.now())
    assert missing_reminders(["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_database_without_tables_has_no_warning():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE editorial_rung RENAME TO elsewhere")
        try:
            assert missing_reminders(["default"]) == []
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO editorial_rung")
