"""Setting a signature aside: it counts no more, whoever is told, and what an approval that stood on it becomes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles import actions as articles
from articles.models import Version
from articles.published.document_cache import read_document
from articles.requirements import required
from articles.verification import version_breaks
from editorial.exceptions import Conflict, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry
from reviews import actions
from reviews.models import Lowering, Signature, SignatureConfirmation
from reviews.rounds.decision import tally_round
from reviews.verification import find_breaks
from tests.support import factories
from tests.support.factories import NOW, make_user
from tests.support.late_conflicts import edith, make_version, review_of, set_aside, signed, state, told

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def version() -> Version:
    factories.make_policy()
    return make_version()


@pytest.fixture
def approved(version) -> Version:
    signed(version, "ada")
    signed(version, "ben")
    return factories.reread(version)


def ada_s(version) -> Signature:
    return Signature.objects.get(review=review_of(version, "ada"))


def lacking(version) -> list[str]:
    return tally_round(version, requirements=required(version, at=NOW), now=LATER).missing


def test_signature_set_aside_counts_no_more_and_its_signer_and_editors_are_told(version):
    make_user("emil", is_editor=True)
    signature = signed(version, "ada")
    set_aside(signature)
    assert lacking(factories.reread(version))[0] == "2 more approving signatures"
    assert signature.set_aside.reason == "Paid by the maker."
    assert review_of(version, "ada").state == "signed"
    assert told("signature_set_aside") == ["ada", "emil"]


def test_signature_set_aside_leaves_the_round_to_others(version):
    set_aside(signed(version, "ada"))
    signed(version, "ben")
    assert state(version) == "under_review"
    signed(version, "cleo")
    assert state(version) == "approved"
    assert [one["name"] for one in factories.reread(version).reviewed_by] == ["Ben Example", "Cleo Example"]


def test_approval_that_stood_on_the_signature_is_suspended_with_words_for_readers(approved):
    set_aside(ada_s(approved), now=LATER)
    after = factories.reread(approved)
    assert after.state == "suspended"
    assert after.state_reason.startswith("A reviewer's signature was set aside")
    assert "Paid by the maker" not in after.state_reason
    assert [one["name"] for one in after.reviewed_by] == ["Ben Example"]
    document, _ = read_document(approved.article.slug, audience=None, at=LATER)
    assert document["review"]["status"] == "under_review"
    assert "Ada" not in str(document)


def test_approval_by_three_stays_approved_on_the_two_that_are_left(version):
    for username in ("ada", "ben"):
        factories.make_accepted(version, username)
    third = factories.make_accepted(version, "cleo")
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - timedelta(days=1))
    for username in ("ada", "ben"):
        factories.sign(review_of(version, username))
    factories.sign(third)
    row = factories.reread(version)
    rule = row.policy.rule("moderate")
    with connection.cursor() as cursor:  # a rule that asks for two, as if it had been the one of then
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE editorial_policyrule SET quorum = 2 WHERE id = %s", [rule.pk])
        cursor.execute("SET session_replication_role = origin")
    set_aside(ada_s(version), now=LATER)
    assert state(version) == "approved"
    document, _ = read_document(version.article.slug, audience=None, at=LATER)
    assert [one["name"] for one in document["review"]["reviewed_by"]] == ["Ben Example", "Cleo Example"]
    assert list(version_breaks()) == []


def test_request_for_changes_set_aside_approves_nothing_until_a_person_approves_again(version):
    late = factories.make_accepted(version, "dora")
    objection = signed(version, "cleo", "request_changes")
    signed(version, "ada")
    signed(version, "ben")
    set_aside(objection, now=LATER)
    actions.cancel(review_id=factories.make_accepted(version, "finn").pk, by=edith(), now=LATER)
    assert state(version) == "under_review"
    assert lacking(factories.reread(version))[0] == (
        "an approving signature given after a request for changes was set aside"
    )
    factories.sign(late, now=LATER + timedelta(hours=2))
    assert state(version) == "approved"


def test_postgresql_refuses_an_approval_that_nobody_gave_after_an_objection_was_set_aside(version):
    factories.make_accepted(version, "dora")
    objection = signed(version, "cleo", "request_changes")
    signed(version, "ada")
    signed(version, "ben")
    set_aside(objection, now=LATER)
    with pytest.raises(IntegrityError, match="nobody approved"), transaction.atomic():
        approve_by_sql(version)


def test_postgresql_refuses_an_approval_of_which_the_later_signature_is_not_confirmed(version, ada):
    finn = factories.make_accepted(version, "finn")
    objection = signed(version, "cleo", "request_changes")
    actions.comment(review_id=finn.pk, text="Open.", is_blocking=True, by=finn.member.user, now=NOW)
    signed(version, "ada")
    signed(version, "ben")
    set_aside(objection, now=LATER)
    late = signed(version, "dora", now=LATER + timedelta(hours=1))
    less = {"before": {}, "after": {}, "less": [], "reason": "?", "proposed_by": ada, "proposed_at": LATER}
    asked = Lowering.objects.create(version=version, **less)
    SignatureConfirmation.objects.create(signature=late, lowering=asked, asked_at=LATER + timedelta(hours=2))
    assert tally_round(factories.reread(version), requirements=required(version, at=NOW), now=LATER).is_unheard
    with pytest.raises(IntegrityError, match="nobody approved"), transaction.atomic():
        approve_by_sql(version)


def approve_by_sql(version) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = %s, reviewed_by = '[]',"
            " state_changed_at = %s, policy_id = (SELECT max(id) FROM editorial_editorialpolicy)"
            " WHERE id = %s",
            [LATER, LATER + timedelta(days=300), LATER, version.pk],
        )


def test_postgresql_counts_no_signature_that_was_set_aside(version):
    late = factories.make_accepted(version, "dora")
    set_aside(signed(version, "ada"))
    signed(version, "cleo")
    with pytest.raises(IntegrityError, match="1 of 2"), transaction.atomic():
        approve_by_sql(version)
    factories.sign(late, now=LATER)
    assert state(version) == "approved"


def test_suspended_version_is_not_given_back_on_what_is_left(approved):
    set_aside(ada_s(approved), now=LATER)
    with pytest.raises(IntegrityError, match="1 of 2"), transaction.atomic():
        articles.reinstate(version_id=approved.pk, reason="All is well.", by=edith(), now=LATER)


def test_reviewers_of_a_version_are_struck_and_never_added(approved):
    with pytest.raises(IntegrityError, match="not added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("""UPDATE articles_version SET reviewed_by = '[{"name": "Mallory"}]'""")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_version SET reviewed_by = NULL")


@pytest.mark.parametrize(
    ("username", "refusal"),
    [("ada", NotPermitted), ("wanda", NotFound), ("root", NotPermitted), ("cleo", NotFound)],
)
def test_signature_is_set_aside_by_editors_only(version, username, refusal):
    signature = signed(version, "ada")
    factories.make_member("cleo")
    make_user("root", is_superuser=True)
    by = make_user(username)
    with pytest.raises(refusal):
        set_aside(signature, by=by if username != "wanda" else make_user("walter", is_writer=True))


def test_editor_does_not_set_aside_a_signature_of_their_own(version):
    make_user("ada", is_editor=True)
    signature = signed(version, "ada")
    with pytest.raises(NotPermitted, match="yours"):
        set_aside(signature, by=signature.signer)


def test_editor_who_owes_a_review_does_not_see_the_signature(version):
    make_user("ed", is_editor=True)
    factories.make_accepted(version, "ed")
    with pytest.raises(NotFound):
        set_aside(signed(version, "ada"), by=make_user("ed"))


def test_signature_is_set_aside_once_with_a_reason_and_not_after_it_was_withdrawn(version):
    signature = signed(version, "ada")
    with pytest.raises(Unacceptable):
        set_aside(signature, reason=" ")
    set_aside(signature)
    with pytest.raises(Conflict, match="set aside already"):
        set_aside(signature)
    with pytest.raises(Conflict, match="set this signature aside"):
        actions.withdraw_signature(review_id=signature.review_id, reason="Mine.", by=signature.signer, now=LATER)
    other = signed(version, "ben")
    actions.withdraw_signature(review_id=other.review_id, reason="Too early.", by=other.signer, now=LATER)
    factories.sign(review_of(version, "ben"), "request_changes")
    with pytest.raises(Conflict, match="withdrawn already"):
        set_aside(other)


def test_set_aside_is_proved_by_the_ledger(version):
    signature = signed(version, "ada")
    set_aside(signature)
    entry = LedgerEntry.objects.get(action="review.set_aside")
    assert entry.payload["signature"] == signature.pk
    assert list(find_breaks()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE reviews_signaturesetaside SET reason = 'x'")
        assert "is not the one that was given" in str(next(find_breaks()))
        cursor.execute("DELETE FROM reviews_signaturesetaside")
        assert "is missing" in str(next(find_breaks()))
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    "sql", ["UPDATE reviews_signaturesetaside SET reason = 'x'", "DELETE FROM reviews_signaturesetaside"]
)
def test_set_aside_stays_as_it_was_written(version, sql):
    set_aside(signed(version, "ada"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_reviewer_who_was_struck_is_proved_by_the_ledger(approved):
    set_aside(ada_s(approved), now=LATER)
    assert list(version_breaks()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE articles_version SET reviewed_by = '[]'")
        cursor.execute("SET session_replication_role = origin")
    assert "another reviewed_by" in str(next(version_breaks()))


def test_policy_that_invites_by_itself_fills_the_seat(version):
    factories.make_policy(number=2, invites_by_itself=True, in_force_from=NOW - timedelta(days=1))
    for username in ("cleo", "dora"):
        factories.make_member(username)
    signature = signed(version, "ada")
    factories.make_accepted(version, "ben")
    set_aside(signature)
    invited = version.reviews.filter(state="invited")
    assert invited.count() == 1
