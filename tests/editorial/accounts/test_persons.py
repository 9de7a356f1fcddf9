"""Which accounts are of one person, as PostgreSQL answers it."""

import pytest
from django.db import IntegrityError, connection

from editorial.accounts.persons import accounts_of
from tests.support import factories

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"


def members(**orcids: str):
    return [factories.make_member(name, orcid=orcid).user for name, orcid in orcids.items()]


def test_accounts_with_one_orcid_id_are_of_one_person():
    ada, twin, _ben = members(ada=ORCID, twin=ORCID, ben="")
    assert accounts_of([twin.pk]) == {ada.pk, twin.pk}


def test_accounts_without_an_orcid_id_or_address_are_persons_of_their_own():
    one, other = (factories.make_user(name, email="") for name in ("one", "other"))
    assert accounts_of([one.pk]) == {one.pk}
    assert accounts_of([other.pk]) == {other.pk}


@pytest.mark.parametrize(
    ("address", "is_same"),
    [
        ("ada+board@example.org", True),
        ("ADA+2@Example.org", True),
        ("adam@example.org", False),
        ("ada@example.com", False),
        ("+ada@example.org", False),
    ],
)
def test_address_that_reaches_the_same_mailbox_is_of_one_person(address, is_same):
    ada, other = factories.make_user("ada", email="ada@example.org"), factories.make_user("other", email=address)
    assert (accounts_of([ada.pk]) == {ada.pk, other.pk}) == is_same


def test_links_of_several_kinds_chain():
    ada = factories.make_member("ada", orcid=ORCID).user
    twin = factories.make_member("twin", orcid=ORCID).user
    third = factories.make_user("third", email="twin+x@example.org")
    assert accounts_of([third.pk]) == {ada.pk, twin.pk, third.pk}


@pytest.mark.parametrize("written", ["merged_into_id = NULL", "merged_into_id = id", "is_active = true"])
def test_merged_account_stays_inactive_and_merged_whatever_is_written(written):
    ada, twin = factories.make_user("ada"), factories.make_user("twin")
    merge = "UPDATE editorial_user SET merged_into_id = %s, is_active = false WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(merge, [ada.pk, twin.pk])
        assert accounts_of([ada.pk]) == {ada.pk, twin.pk}
        with pytest.raises(IntegrityError):
            cursor.execute(f"UPDATE editorial_user SET {written} WHERE id = %s", [twin.pk])
