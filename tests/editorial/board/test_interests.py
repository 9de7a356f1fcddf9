"""What members say about their interests, how long it lasts, and what their silence keeps them from."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.lifecycle import State
from config.start_page import my_interests
from editorial.actions import state_interests
from editorial.board.interests import ITEMS, MAX_ANSWER_LENGTH, NONE
from editorial.exceptions import NotFound, NotPermitted, Unacceptable
from editorial.models import BoardMember, DisclosureStatement, LedgerEntry, Specialty
from reviews import actions
from reviews.models import Review
from reviews.rounds.reviewer_suggestions import candidates
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

ALL_NONE = dict.fromkeys(ITEMS, NONE)


@pytest.fixture
def silent() -> BoardMember:
    """Dora, on the board, who stated nothing yet."""
    factories.make_specialty()
    user = factories.make_user("dora")
    fields = {"specialties": ["immunology"], "licence_expires_on": NOW.date() + timedelta(days=9999)}
    return BoardMember.objects.create(user=user, credentials="MD", term_from=NOW.date(), **fields)


def state(member, *, by=None, now=NOW, **answers):
    return state_interests(member_id=member.pk, answers={**ALL_NONE, **answers}, by=by or member.user, now=now)


def test_statement_names_what_is_disclosed_and_is_told_to_the_ledger(silent):
    interest = factories.make_disclosure(silent, company=factories.make_product().manufacturer)
    statement = state(silent, consulting=" CSL Behring ")
    assert statement.interests == [interest.pk]
    assert statement.answers["consulting"] == "CSL Behring"
    entry = LedgerEntry.objects.get(action="interests_stated")
    assert entry.payload["statement"] == statement.pk
    assert "CSL Behring" not in str(entry.payload)


def test_statement_by_somebody_else_is_not_permitted(silent, edith):
    with pytest.raises(NotPermitted):
        state(silent, by=edith)


def test_statement_of_nobody_is_out_of_sight(edith):
    with pytest.raises(NotFound):
        state_interests(member_id=0, answers=ALL_NONE, by=edith, now=NOW)


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [({"stock": "  "}, "/stock"), ({"stock": "x" * (MAX_ANSWER_LENGTH + 1)}, "/stock"), ({"horses": "two"}, "/horses")],
)
def test_statement_that_leaves_something_open_is_refused_there(silent, answers, pointer):
    with pytest.raises(Unacceptable) as refusal:
        state(silent, **answers)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]
    assert not DisclosureStatement.objects.exists()


# --- what it keeps from ---------------------------------------------------------------------------------------------


def test_member_without_a_statement_is_invited_and_accepts_after_stating(policy, silent):
    review = factories.make_invitation(factories.make_submitted(), "dora")
    act = {"review_id": review.pk, "by": silent.user, "now": NOW}
    with pytest.raises(NotPermitted, match="Declare your interests") as refusal:
        actions.accept(**act)
    assert refusal.value.code == "no_statement"
    state(silent)
    assert actions.accept(**act).state == "accepted"


def test_statement_that_lapses_before_signing_keeps_from_it(policy, silent):
    state(silent)
    review = factories.make_accepted(factories.make_submitted(), "dora")
    with pytest.raises(NotPermitted, match="has not stated"):
        factories.sign(review, now=NOW + timedelta(days=365))
    factories.sign(review, now=NOW + timedelta(days=365, seconds=-1))
    assert Review.objects.get().state == "signed"


def test_candidate_whose_statement_is_missing_is_marked(policy, silent):
    version = factories.make_version_at(State.SUBMITTED)
    (dora,) = candidates(version, at=NOW)
    assert dora.remarks == ("has to renew their statement of interests before accepting",)
    state(silent)
    assert candidates(version, at=NOW)[0].is_free


# --- in the admin ---------------------------------------------------------------------------------------------------


def test_member_states_in_the_admin_and_finds_last_words_there(client, policy, silent):
    factories.make_disclosure(silent, company=factories.make_product().manufacturer)
    assert do(client, silent.user, silent, "state-interests", **{**ALL_NONE, "grants": "Acme"}).status_code == 302
    page = client.get(address(silent, "do", "state-interests"))
    assert "consulting, CSL Behring" in words(page)
    assert page.context["form"]["grants"].value() == "Acme"
    shown = words(client.get(address(silent)))
    said = [shown.index(item) for item in ITEMS.values()]
    assert said == sorted(said)
    assert "Acme" in shown


def test_statement_with_a_gap_stays_on_the_page(client, silent):
    answer = do(client, silent.user, silent, "state-interests", **{**ALL_NONE, "grants": ""})
    assert answer.context["form"].errors.keys() == {"grants"}
    assert "No interest in a company." in words(answer)


def test_box_answers_what_was_left_empty_with_none(client, silent):
    typed = {**dict.fromkeys(ITEMS, ""), "grants": "Acme", "nothing_else": "on"}
    assert do(client, silent.user, silent, "state-interests", **typed).status_code == 302
    assert DisclosureStatement.objects.get().answers == {**ALL_NONE, "grants": "Acme"}


def test_box_excuses_no_answer_that_is_too_long(client, silent):
    typed = {**dict.fromkeys(ITEMS, ""), "grants": "x" * (MAX_ANSWER_LENGTH + 1), "nothing_else": "on"}
    answer = do(client, silent.user, silent, "state-interests", **typed)
    assert answer.context["form"].errors.keys() == {"grants"}


def test_editor_reads_a_members_page_and_cannot_state_for_them(client, edith, silent):
    client.force_login(edith)
    assert "Not yet" in words(client.get(address(silent)))
    assert "Only members themselves" in words(client.get(address(silent)))


@pytest.mark.parametrize(("days_ago", "shown"), [(None, "Required"), (400, "Required"), (340, "Until"), (300, "")])
def test_start_page_asks_for_renewal_from_thirty_days_before(policy, silent, days_ago, shown):
    now = timezone.now()
    if days_ago:
        factories.make_statement(silent, stated_at=now - timedelta(days=days_ago))
    found = [item.state for part in my_interests(silent, now=now) for item in part.items]
    assert len(found) == bool(shown)
    assert all(shown in words for words in found)


def test_start_page_asks_nothing_while_there_is_no_policy(client, silent):
    assert list(my_interests(silent, now=NOW)) == []
    client.force_login(silent.user)
    assert client.get(reverse("admin:index")).status_code == 200
    assert Specialty.objects.count() == 1
