"""One person, one seat, one signature: whichever account it is given with, and when two accounts are merged."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles.models import Version
from articles.permissions import has_written
from articles.requirements import required
from editorial.actions import keep_account, keep_board_record
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.models import BoardMember, LedgerEntry, User
from reviews import actions
from reviews.actions.merging_accounts import consequences
from reviews.rounds.decision import tally_round
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers
from reviews.verification import find_breaks
from tests.support import factories
from tests.support.factories import NOW, make_member, make_user
from tests.support.late_conflicts import disclose, edith, make_version, review_of, set_aside, signed, state, told

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
ORCID = "0000-0002-1825-0097"


@pytest.fixture
def version() -> Version:
    factories.make_policy()
    return make_version()


def name_orcid(username: str, orcid: str = ORCID) -> BoardMember:
    member = BoardMember.objects.get(pk=make_member(username).pk)
    member.orcid = orcid
    return keep_board_record(record=member, by=edith(), now=NOW)


def twins() -> None:
    """Ada and Twin turn out to have one ORCID iD."""
    for username in ("ada", "twin"):
        name_orcid(username)


def counted(version) -> int:
    found = factories.reread(version)
    return len(tally_round(found, requirements=required(found, at=NOW), now=LATER).approvals)


def invite(version, username):
    return actions.invite(version_id=version.pk, member_id=make_member(username).pk, by=edith(), now=NOW)


# --- seats ------------------------------------------------------------------------------------------------------------


def test_second_account_of_a_person_is_not_invited_to_the_same_round(version):
    twins()
    invite(version, "ada")
    with pytest.raises(Conflict, match="with another account, ada"):
        invite(version, "twin")
    with pytest.raises(Conflict, match="takes part in this round already\\."):
        invite(version, "ada")


def test_second_account_that_was_invited_before_it_was_known_does_not_accept(version):
    invite(version, "ada")
    second = invite(version, "twin")
    twins()
    actions.accept(review_id=review_of(version, "ada").pk, by=make_user("ada"), now=NOW)
    with pytest.raises(Conflict, match="another account, ada"):
        actions.accept(review_id=second.pk, by=make_user("twin"), now=NOW)


def test_second_account_that_accepted_before_it_was_known_does_not_sign(version):
    first, second = (factories.make_accepted(version, username) for username in ("ada", "twin"))
    twins()
    factories.sign(first)
    with pytest.raises(Conflict, match="one person signs once") as refused:
        actions.sign(review_id=second.pk, decision="approve", digest=version.digest, by=second.member.user, now=NOW)
    assert refused.value.code == "signed_already"


def test_second_account_is_named_as_such_and_not_chosen(version):
    twins()
    make_member("ben")
    asked = required(version, at=NOW)
    assert {one.member.user.username for one in choose_reviewers(version, requirements=asked, at=NOW).chosen} == {
        "ada",
        "ben",
    }
    invite(version, "ada")
    twin = next(one for one in candidates(version, at=NOW) if one.member.user.username == "twin")
    assert twin.against == ("takes part in this round already with another account",)
    assert [one.member.user.username for one in choose_reviewers(version, requirements=asked, at=NOW).chosen] == ["ben"]


def test_writing_and_interests_of_one_account_bind_the_other(version):
    twins()
    make_member("ada")
    assert not has_written(make_user("twin"), version.article)
    version.article.authorships.model(article=version.article, user=make_user("ada"), position=9).record(
        by=edith(), now=NOW
    )
    assert has_written(make_user("twin"), version.article)
    other = make_version("another")
    disclose("ada")
    with pytest.raises(Unacceptable, match="disclosed an interest") as refused:
        invite(other, "twin")
    assert refused.value.code == "conflict_of_interest"


# --- signatures -------------------------------------------------------------------------------------------------------


def test_two_signatures_of_one_person_count_once(version):
    factories.make_accepted(version, "dora")
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - timedelta(days=1))
    signed(version, "ada")
    signed(version, "twin")
    assert counted(version) == 2
    twins()
    assert counted(version) == 1
    signed(version, "ben")
    assert state(version) == "under_review"


def test_orcid_id_as_printed_counts_when_it_was_changed_later(version):
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - timedelta(days=1))
    name_orcid("ada")
    signed(version, "ada")
    name_orcid("ada", "0000-0001-5109-3700")
    signed(version, "twin")
    assert counted(version) == 2
    name_orcid("twin")
    assert counted(version) == 1


def test_postgresql_counts_persons(version):
    factories.make_accepted(version, "dora")
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - timedelta(days=1))
    for username in ("ada", "twin", "ben"):
        factories.make_accepted(version, username)
    signed_by = [factories.sign(review_of(version, username)) for username in ("ada", "twin")]
    twins()
    factories.sign(review_of(version, "ben"))
    assert len(signed_by) == 2
    with pytest.raises(IntegrityError, match="2 of 3"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = %s, reviewed_by = '[]',"
            " state_changed_at = %s, policy_id = (SELECT max(id) FROM editorial_editorialpolicy) WHERE id = %s",
            [LATER, LATER + timedelta(days=9), LATER, version.pk],
        )


# --- merging ----------------------------------------------------------------------------------------------------------


def root() -> User:
    return make_user("root", is_superuser=True)


def merge(duplicate="twin", account="ada", *, by=None, reason="Her mail says so.", now=LATER) -> User:
    ids = {"duplicate_id": make_user(duplicate).pk, "account_id": make_user(account).pk}
    return actions.merge_accounts(**ids, reason=reason, by=by or root(), now=now)


def test_merged_account_is_closed_and_its_seat_on_the_board_ends(version):
    make_member("ada"), make_member("twin")
    assert merge().username == "ada"
    twin = User.objects.get(username="twin")
    assert (twin.merged_into.username, twin.is_active) == ("ada", False)
    assert twin.board_member.term_to == LATER.date()
    assert LedgerEntry.objects.get(action="accounts_merged").payload["reason"] == "Her mail says so."
    assert told("accounts_merged") == ["ada", "edith"]


def test_merged_account_of_nobody_on_the_board_and_of_one_whose_term_is_over(version):
    make_user("twin"), make_user("ada")
    merge()
    member = make_member("third")
    member.term_to = NOW.date() - timedelta(days=30)
    keep_board_record(record=member, by=edith(), now=NOW)
    merge("third")
    assert BoardMember.objects.get(user__username="third").term_to == member.term_to


def test_open_review_of_the_merged_account_ends_and_editors_are_told(version):
    factories.make_accepted(version, "ada")
    invite(version, "twin")
    merge()
    assert review_of(version, "twin").state == "lapsed"
    assert review_of(version, "ada").state == "accepted"
    assert "accounts_merged" in set(edith().notices.values_list("kind", flat=True))


def test_both_accounts_signed_and_the_second_signature_counts_no_more(version):
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - timedelta(days=1))
    signed(version, "ada")
    signed(version, "twin")
    merge()
    assert counted(version) == 1
    signed(version, "ben")
    signed(version, "cleo")
    assert [one["name"] for one in factories.reread(version).reviewed_by] == [
        "Ada Example",
        "Ben Example",
        "Cleo Example",
    ]


def test_approval_that_counted_both_accounts_is_suspended(version):
    signed(version, "ada")
    signed(version, "twin", now=LATER)
    assert state(version) == "approved"
    found = consequences(make_user("twin"), make_user("ada"))
    assert [one.pk for one in found.approved] == [version.pk]
    merge()
    after = factories.reread(version)
    assert after.state == "suspended"
    assert after.state_reason.startswith("Two signatures turned out to be of one person")
    assert [one["name"] for one in after.reviewed_by] == ["Ada Example"]
    assert list(find_breaks()) == []


def test_approval_that_counted_one_of_the_accounts_stays(version):
    signed(version, "twin")
    signed(version, "ben")
    make_member("ada")
    assert consequences(make_user("twin"), None).signed_twice == []
    merge()
    assert state(version) == "approved"


def test_signature_set_aside_is_not_counted_again_by_a_merge(version):
    set_aside(signed(version, "ada"))
    signed(version, "twin")
    merge()
    assert counted(version) == 1


@pytest.mark.parametrize(
    ("duplicate", "account", "refusal"),
    [
        ("ada", "ada", Conflict),
        ("root", "ada", Conflict),
        ("twin", "closed", Unacceptable),
        ("system", "ada", Unacceptable),
    ],
)
def test_accounts_that_cannot_be_merged_are_refused_in_words(db, duplicate, account, refusal):
    for username in ("ada", "twin", "closed"):
        make_user(username)
    User.objects.system()
    closed = make_user("closed")
    closed.is_active = False
    keep_account(account=closed, by=root(), now=NOW)
    with pytest.raises(refusal):
        merge(duplicate, account)


def test_accounts_are_merged_by_administrators_once_with_a_reason(db):
    for username in ("ada", "twin", "ben"):
        make_user(username)
    with pytest.raises(NotPermitted):
        merge(by=edith())
    with pytest.raises(Unacceptable):
        merge(reason=" ")
    merge()
    with pytest.raises(Conflict, match="merged already"):
        merge(account="ben")
