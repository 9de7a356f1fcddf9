"""What a member wrote belongs to the member and the claim, not to the seat."""

import pytest

from articles.lifecycle import State
from editorial import autosave
from editorial.actions import keep_board_record
from editorial.exceptions import Conflict, InvalidTransition, NotPermitted
from editorial.models import EditorialPolicy, LedgerEntry, Notice, Unsent
from reviews import actions as reviews
from reviews import verification
from reviews.desk.objections import open_objections
from reviews.models import ClaimCheck, Comment, Review
from reviews.models.unsigned_work import asks_to_hand_over, count_unsigned_work
from reviews.signing.checklist import checklist_items
from tests.reviews.desk.test_objections import approve, object_to
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import check, check_all, claims_of, missing, sent

pytestmark = pytest.mark.django_db
WHY = {"now": NOW, "reason": "No time."}


def cancel(review: Review) -> None:
    reviews.cancel(review_id=review.pk, by=factories.make_user("edith", is_editor=True), **WHY)


def decline(review: Review) -> None:
    reviews.decline(review_id=review.pk, by=review.member.user, **WHY)


def recuse(review: Review) -> None:
    reviews.recuse(review_id=review.pk, by=review.member.user, **WHY)


def lapse(review: Review) -> None:
    system = type(review.member.user).objects.system()
    reviews.lapse(review_id=review.pk, by=system, now=Review.objects.get(pk=review.pk).due_at)


def end_round(review: Review) -> None:
    editor = factories.make_user("edith", is_editor=True)
    reviews.request_changes(version_id=review.version_id, by=editor, **WHY)


def withdraw(review: Review) -> None:
    reviews.withdraw(version_id=review.version_id, by=factories.make_user("wanda"), now=NOW)


ENDS = [cancel, decline, recuse, lapse]
ENDS_OF_ROUNDS = [end_round, withdraw]


@pytest.fixture
def worked(policy) -> Review:
    """Ada found one claim contradicted, supports the other, blocks and remarks, and has not signed."""
    review = factories.make_accepted(sent())
    one, other = claims_of(review.version)
    check(review, one, "contradicts", locator="p. 3")
    check(review, other, "supports", note="Table 2.")
    object_to(review)
    reviews.comment(review_id=review.pk, text="Nice.", by=review.member.user, now=NOW)
    return review


def again(review: Review) -> Review:
    return Review.objects.select_related("member__user", "version__article").get(pk=review.pk)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_objections_of_a_review_that_ends_unsigned_hold_the_approval(worked, end):
    end(worked)
    assert approve(worked.version, "ben", "cleo") == State.UNDER_REVIEW
    lacking = ["resolution of 1 blocking comment"]
    lacking.append("a ruling on, or another wording of, 1 claim that a reviewer found not supported")
    assert missing(worked.version) == lacking


@pytest.mark.parametrize("end", [*ENDS, *ENDS_OF_ROUNDS], ids=lambda end: end.__name__)
def test_objections_of_a_review_that_ends_unsigned_reach_editors_and_writers(worked, end, edith, wanda, cleo):
    end(worked)
    for user in (edith, wanda):
        assert [said.text for said in Comment.objects.visible_to(user)] == ["The dose is lethal."]
        assert [found.verdict for found in ClaimCheck.objects.visible_to(user)] == ["contradicts"]
    assert not Comment.objects.visible_to(cleo).exists()
    told = Notice.objects.get(kind="unsigned_objections", recipient=edith)
    assert told.context["count"] == 2


def test_review_that_ends_without_objections_tells_nobody_of_any(policy, edith):
    review = factories.make_accepted(sent())
    check_all(review)
    cancel(review)
    assert not Notice.objects.filter(kind="unsigned_objections").exists()


def test_editor_rules_on_unsigned_objections_and_the_round_goes_on(worked, edith):
    cancel(worked)
    approve(worked.version, "ben", "cleo")
    reviews.resolve(comment_id=Comment.objects.get(is_blocking=True).pk, by=edith, **WHY)
    reviews.rule(check_id=ClaimCheck.objects.get(verdict="contradicts").pk, by=edith, **WHY)
    assert factories.reread(worked.version).state == State.APPROVED


# --- coming back ------------------------------------------------------------------------------------------------------


def verdicts_of(review: Review) -> list[tuple[str, str, str]]:
    rows = review.claim_checks.order_by("claim__position").values_list("verdict", "locator", "note")
    return list(rows)


@pytest.mark.parametrize("end", [cancel, decline, lapse], ids=lambda end: end.__name__)
def test_member_who_comes_back_finds_their_verdicts(worked, end):
    before = verdicts_of(worked)
    end(worked)
    back = factories.make_accepted(worked.version)
    assert verdicts_of(back) == before
    assert LedgerEntry.objects.get(action="review.take_up").payload["verdicts"] == 2
    assert not list(verification.find_breaks())


@pytest.mark.parametrize("end", ENDS_OF_ROUNDS, ids=lambda end: end.__name__)
def test_member_finds_their_verdicts_in_the_next_version(worked, end):
    end(worked)
    second = sent("Pain is common [@orbach2005]. It is light [@stiehm2013].\n", after=factories.reread(worked.version))
    assert verdicts_of(factories.make_accepted(second)) == [("contradicts", "p. 3", "")]


def test_what_was_changed_after_coming_back_replaces_what_was_unsigned(worked):
    cancel(worked)
    back = factories.make_accepted(worked.version)
    check(back, claims_of(worked.version)[0], "supports")
    assert missing(worked.version)[1:] == ["resolution of 1 blocking comment"]
    cancel(back)
    assert missing(worked.version)[1:] == ["resolution of 1 blocking comment"]


def test_verdict_that_was_ruled_on_is_not_taken_up(worked, edith):
    cancel(worked)
    reviews.rule(check_id=ClaimCheck.objects.get(verdict="contradicts").pk, by=edith, **WHY)
    assert [verdict for verdict, *_ in verdicts_of(factories.make_accepted(worked.version))] == ["supports"]


def test_verdict_that_was_signed_later_is_not_taken_up_again(worked, edith):
    end_round(worked)
    second = sent(None, after=factories.reread(worked.version))
    mine = factories.make_accepted(second)
    check_all(mine, verdict="partly")
    factories.sign(mine, "request_changes")
    third = sent(None, after=factories.reread(second))
    assert verdicts_of(factories.make_accepted(third)) == []


def test_verdict_past_its_shelf_life_is_not_taken_up(worked):
    cancel(worked)
    EditorialPolicy.objects.get()
    factories.make_policy(number=2, shelf_life_days=1, in_force_from=NOW)
    late = NOW + (Review.objects.get(pk=worked.pk).due_at - NOW)
    assert verdicts_of(factories.make_accepted(worked.version, now=late)) == []


def test_member_who_never_began_finds_nothing(policy):
    review = factories.make_invitation(sent())
    decline(review)
    assert verdicts_of(factories.make_accepted(review.version)) == []


def test_what_was_typed_and_never_sent_is_found_on_the_new_desk(worked, ada):
    one, other = claims_of(worked.version)
    forms = {f"comment:{one.pk}": "stays", f"comment:{other.pk}": "gone", "comment:passage": "old", "sign": "x"}
    for form, text in forms.items():
        autosave.save_form(worked, form=form, value={"text": text}, seen=None, by=ada, now=NOW)
    end_round(worked)
    second = sent("Pain is common [@orbach2005]. It is light [@stiehm2013].\n", after=factories.reread(worked.version))
    review = factories.make_invitation(second)
    autosave.save_form(review, form="comment:passage", value={"text": "new"}, seen=None, by=ada, now=NOW)
    reviews.accept(review_id=review.pk, by=ada, now=NOW)
    found = {form: held.value["text"] for form, held in autosave.unsent_forms(review, by=ada).items()}
    assert found == {f"comment:{claims_of(second)[0].pk}": "stays", "comment:passage": "new", "sign": "x"}
    assert set(autosave.unsent_forms(worked, by=ada)) == {f"comment:{other.pk}", "comment:passage"}
    assert Unsent.objects.count() == 5


# --- handing over -----------------------------------------------------------------------------------------------------


def test_member_is_asked_once_and_hands_over(worked, ada, edith, wanda, ben):
    cancel(worked)
    assert asks_to_hand_over(again(worked))
    reviews.hand_over(review_id=worked.pk, handed_over=True, by=ada, now=NOW)
    for user in (edith, wanda):
        assert Comment.objects.visible_to(user).count() == 2
        assert ClaimCheck.objects.visible_to(user).count() == 2
    assert not Comment.objects.visible_to(ben).exists()
    assert Notice.objects.filter(kind="work_handed_over", recipient=edith).exists()
    with pytest.raises(Conflict):
        reviews.hand_over(review_id=worked.pk, handed_over=False, by=ada, now=NOW)


def test_member_keeps_the_rest_to_themselves(worked, ada, edith):
    cancel(worked)
    reviews.hand_over(review_id=worked.pk, handed_over=False, by=ada, now=NOW)
    assert Comment.objects.visible_to(edith).count() == 1
    assert not Notice.objects.filter(kind="work_handed_over").exists()
    assert not asks_to_hand_over(again(worked))


def test_handing_over_is_the_members_own_and_only_after_the_end(worked, ada, edith, ben):
    with pytest.raises(InvalidTransition):
        reviews.hand_over(review_id=worked.pk, handed_over=True, by=ada, now=NOW)
    cancel(worked)
    with pytest.raises(NotPermitted):
        reviews.hand_over(review_id=worked.pk, handed_over=True, by=edith, now=NOW)


def test_nothing_is_asked_where_nothing_was_written(policy, ada):
    review = factories.make_accepted(sent())
    cancel(review)
    assert not asks_to_hand_over(again(review))
    invited = factories.make_invitation(review.version, "ben")
    cancel(invited)
    assert not asks_to_hand_over(again(invited))


def test_mail_of_a_cancelled_review_says_what_was_written(worked, ada):
    cancel(worked)
    told = Notice.objects.get(kind="review_cancelled", recipient=ada)
    assert told.context["unsigned"] == "2 comments and 2 verdicts"
    assert count_unsigned_work([worked])[worked.pk].objections == 2


# --- another account of the same person -------------------------------------------------------------------------------


def test_account_that_stays_after_a_merge_takes_up_what_the_other_one_left(worked):
    ada, twin = worked.member.user, factories.make_member("twin").user
    policy = EditorialPolicy.objects.required(at=NOW)
    (question,) = policy.questions.all()
    reviews.answer_checklist(review_id=worked.pk, checklist={question.pk: "A table."}, by=ada, now=NOW)
    form = f"comment:{claims_of(worked.version)[0].pk}"
    for who, name, typed in ((ada, form, "Half a sentence"), (ada, "decision", "First"), (twin, "decision", "Mine")):
        autosave.save_form(worked, form=name, value={"text": typed}, seen=None, by=who, now=NOW)
    root = factories.make_user("root", is_superuser=True)
    reviews.merge_accounts(duplicate_id=ada.pk, account_id=twin.pk, by=root, **WHY)
    (handed_on,) = worked.version.reviews.filter(member__user=twin)
    again = reviews.accept(review_id=handed_on.pk, by=twin, now=NOW)
    assert sorted(again.claim_checks.values_list("verdict", flat=True)) == ["contradicts", "supports"]
    assert [one.answer for one in checklist_items(again, policy=policy)] == ["A table."]
    held = {name: one.value["text"] for name, one in autosave.unsent_forms(again, by=twin).items()}
    assert held == {form: "Half a sentence", "decision": "Mine"}


def test_what_the_other_account_signed_later_replaces_unsigned_verdicts_but_ends_no_objection(worked, edith):
    """The person finds nothing to take up, and the objection of the first account still holds the approval."""
    cancel(worked)
    twin = factories.make_accepted(worked.version, "twin")
    check_all(twin)
    factories.sign(twin)
    for member in (worked.member, twin.member):
        member.orcid = "0000-0002-1825-0097"
        keep_board_record(record=member, by=edith, now=NOW)
    end_round(worked)
    second = sent(None, after=factories.reread(worked.version))
    assert verdicts_of(factories.make_accepted(second)) == []
    assert {objection.author.username for objection in open_objections(second)} == {"ada"}
