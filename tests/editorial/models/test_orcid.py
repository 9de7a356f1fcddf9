"""ORCID iDs."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from editorial.models import BoardMember
from editorial.models.orcid import check_character, normalised_orcid, validate_orcid
from tests.admin.test_every_page import management
from tests.admin.test_flow import address, as_sent, words
from tests.support import factories


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        (" orcid.org/0000-0001-5109-3700/ ", "0000-0001-5109-3700"),
        ("ORCID iD: 0000000218250097", "0000-0002-1825-0097"),
    ],
)
def test_orcid_is_stored_in_one_spelling(written, stored):
    assert normalised_orcid(written) == stored


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("0000-0002-1825-0098", "checks the others"),
        ("0000-0002-1852-0097", "checks the others"),
        ("0000-0002-1825-009", "has the form"),
        ("\N{ARABIC-INDIC DIGIT ZERO}000-0002-1825-0097", "has the form"),
        ("0000-0002-1825-0097?", "has the form"),
        ("", "has the form"),
    ],
)
def test_what_is_no_orcid_is_refused_with_words(written, says):
    with pytest.raises(ValueError, match=says):
        normalised_orcid(written)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits, place, difference):
    right = digits + check_character(digits)
    assert normalised_orcid(right).replace("-", "") == right
    wrong = right[:place] + str((int(right[place]) + difference) % 10) + right[place + 1 :]
    with pytest.raises(ValueError, match="checks the others"):
        normalised_orcid(wrong)


@pytest.mark.parametrize("value", ["0000-0002-1825-0098", "https://orcid.org/0000-0002-1825-0097"])
def test_member_with_another_spelling_or_a_wrong_digit_is_not_valid(value):
    with pytest.raises(ValidationError) as refusal:
        validate_orcid(value)
    assert refusal.value.code == "invalid"


@pytest.mark.django_db
def test_editor_pastes_the_address_of_an_orcid_and_is_told_of_a_wrong_digit(client, edith):
    member = factories.make_member("dora")
    client.force_login(edith)
    rows = {**management("absences"), **management("disclosures")}
    sent = as_sent(client.get(address(member))) | rows
    page = client.post(address(member), {**sent, "orcid": "0000-0002-1825-0098"})
    assert "this one does not hold" in words(page)
    for written, stored in (("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"), ("", "")):
        sent = as_sent(client.get(address(member))) | rows
        assert client.post(address(member), {**sent, "orcid": written}).status_code == 302
        assert BoardMember.objects.get().orcid == stored
