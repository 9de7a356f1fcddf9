"""Which new passwords are refused, and what the meter beside the field is sent."""

import logging
from hashlib import sha1

import pytest
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from editorial.accounts.password_strength import ENOUGH, is_in_file, score_of
from editorial.models import User
from tests.support.account_invitations import NEW

NORA = User(first_name="Nora", last_name="Newman", email="nora.newman@example.org", username="nora")


def hash_of(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def codes(password: str) -> set[str]:
    try:
        validate_password(password, NORA)
    except ValidationError as refused:
        return {error.code for error in refused.error_list}
    return set()


@pytest.mark.parametrize("password", ["password12345", "qwertyuiopasdf", "Imprimatur1234", "ImprimaturNora1"])
def test_password_that_is_guessed_easily_is_refused(password):
    assert "guessable" in codes(password)


def test_other_names_of_the_site_are_no_passwords(settings):
    assert codes("Vellichor1234") == set()
    settings.SITE_NAMES = ["Vellichor Press"]
    assert codes("Vellichor1234") == {"guessable"}


def common_passwords() -> set[str]:
    """Return the lists of frequent passwords that come with zxcvbn and Django."""
    return {*FREQUENCY_LISTS["passwords"], *CommonPasswordValidator().passwords}


def test_every_common_password_is_refused():
    long_enough = [password for password in common_passwords() if len(password) >= 12]
    assert len(long_enough) > 300
    assert [password for password in long_enough if not codes(password)] == []


def test_refusal_says_in_words_what_is_weak():
    with pytest.raises(ValidationError, match="easily. This is similar to a commonly used password. Add another word"):  # noqa: RUF043
        validate_password("password12345", NORA)


def test_long_and_unusual_password_is_accepted():
    assert codes(NEW) == set()
    assert score_of(NEW, about=None) == (4, "")


def test_empty_password_has_the_lowest_score():
    assert score_of("", about=None) == (0, "")


def test_only_the_first_hundred_characters_are_looked_at():
    assert score_of("a" * 100 + NEW, about=NORA)[0] < ENOUGH


# --- breached passwords ---------------------------------------------------------------------------------------------


def breached_file(tmp_path, passwords, *, ending="\r\n"):
    file = tmp_path / "breached.txt"
    lines = sorted(f"{hash_of(password)}:{number}" for number, password in enumerate(passwords))
    file.write_bytes("".join(f"{line}{ending}" for line in lines).encode())
    return file


def use(settings, file):
    name = "editorial.accounts.password_strength.BreachedPasswordValidator"
    validator = {"NAME": name, "OPTIONS": {"file": str(file)}}
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, validator]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_password_of_the_file_is_found_and_no_other(tmp_path, count, ending):
    known = [f"known {number}" for number in range(count)]
    file = breached_file(tmp_path, known, ending=ending)
    assert all(is_in_file(password, file) for password in known)
    assert not any(is_in_file(f"other {number}", file) for number in range(100))


def test_breached_password_is_refused(tmp_path, settings):
    use(settings, breached_file(tmp_path, [NEW]))
    assert codes(NEW) == {"breached"}
    assert codes(f"{NEW} far") == set()
    assert "data breach elsewhere are refused." in password_validators_help_texts()[-1]


def test_no_password_is_accepted_while_the_file_cannot_be_read(tmp_path, settings, caplog):
    use(settings, tmp_path / "missing.txt")
    with caplog.at_level(logging.ERROR):
        assert codes(NEW) == {"unchecked"}
    assert "cannot be read" in caplog.text


# --- the meter ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_counts")
def test_meter_is_sent_score_and_words(client):
    def shown(password, about=""):
        return client.post("/password-strength/", {"password": password, "about": about}).json()

    assert shown(NEW) == {"score": 4, "words": "Very good."}
    assert shown("quiet4Herons")["score"] >= ENOUGH
    short = shown("otters#9")
    assert short["score"] < ENOUGH
    assert "too short" in short["words"]
    assert shown("Nora Newman 1", about="Nora Newman")["score"] < ENOUGH
    assert shown("")["score"] == 0


@pytest.mark.usefixtures("own_counts")
def test_meter_answers_posts_only_and_is_not_cached(client):
    assert client.get("/password-strength/").status_code == 405
    assert "no-store" in client.post("/password-strength/", {"password": NEW})["Cache-Control"]


@pytest.mark.usefixtures("own_counts")
def test_meter_is_throttled(client):
    statuses = [client.post("/password-strength/", {}).status_code for _ in range(150)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
