"""Reviews of people who left the board, or whose account was closed: handed on once, to the next suitable member."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from articles.models import Version
from editorial.actions import keep_account, keep_board_record
from editorial.mail import notices
from editorial.mail.smtp import MailConnection
from editorial.models import BoardMember, LedgerEntry, Notice, User
from reviews import actions
from reviews.actions import leaving
from reviews.actions.leaving import hand_on_reviews
from reviews.models import Departure, HandedOn, Review
from reviews.tasks import hand_on_reviews as task
from reviews.verification import find_breaks
from tests.admin.test_flow import words
from tests.support import factories, verdicts
from tests.support.factories import NOW, make_member, make_user
from tests.support.late_conflicts import disclose, edith, make_version, review_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
YESTERDAY = NOW.date() - timedelta(days=1)


@pytest.fixture
def version() -> Version:
    factories.make_policy(quorum=1)
    edith()
    return make_version()


def end_term(username: str = "ada", *, last_day: date = YESTERDAY) -> None:
    member = BoardMember.objects.get(user__username=username)
    member.term_to = last_day
    keep_board_record(record=member, by=edith(), now=NOW)


def switch(username: str = "ada", *, is_active: bool = False) -> None:
    account = User.objects.get(username=username)
    account.is_active = is_active
    keep_account(account=account, by=make_user("root", is_superuser=True), now=NOW)


def mails(kind: str = "reviews_handed_on") -> list[str]:
    rows = Notice.objects.select_related("recipient").filter(kind=kind).order_by("pk")
    return [" ".join(notices.mail(notice).body.split()) for notice in rows]


@pytest.mark.parametrize(
    ("leave", "cause"), [(end_term, "no longer in office"), (switch, "account closed")], ids=["term", "account"]
)
@pytest.mark.parametrize("make", [factories.make_invitation, factories.make_accepted])
def test_open_review_of_who_left_goes_to_the_next_member_and_editors_are_told_once(version, make, leave, cause):
    review = make(version, "ada")
    make_member("ben")
    leave()
    assert [hand_on_reviews(now=LATER), hand_on_reviews(now=LATER + timedelta(hours=1))] == [1, 0]
    ended, invited = review_of(version, "ada"), review_of(version, "ben")
    assert (ended.state, invited.state, invited.invited_by.username) == ("lapsed", "invited", "system")
    assert ended.state_reason == f"Handed on, because the reviewer left: {cause}."
    assert (review.handed_on.replacements, review.handed_on.needs_editor) == ([invited.pk], False)
    (mail,) = mails()
    assert f"Ada Example can no longer review ({cause})." in mail
    assert "Ben Example was invited." in mail
    assert LedgerEntry.objects.get(action="review.hand_on").payload["replacements"] == [invited.pk]
    assert list(find_breaks()) == []


def test_mail_about_who_left_lists_every_review_and_those_for_which_nobody_was_found(version):
    other = make_version("another")
    for one in (version, other):
        factories.make_accepted(one, "ada")
    disclose("ben")
    make_member("cleo", capacity=1)
    end_term()
    assert task() == 2
    (mail,) = mails()
    assert "These open reviews were handed on" in mail
    assert mail.index("Cleo Example was invited.") < mail.index(
        "Nobody is available: the round still needs 1 more member."
    )
    assert [row.needs_editor for row in HandedOn.objects.order_by("pk")] == [False, True]


def test_conflict_of_interest_and_writing_keep_a_member_from_the_review_of_who_left(version):
    factories.make_accepted(version, "ada")
    disclose("ben")
    make_member("wanda")
    end_term()
    hand_on_reviews(now=LATER)
    assert "Nobody is available: the round still needs 1 more member." in mails()[0]
    assert not Review.objects.exclude(member__user__username="ada").exists()


def test_round_that_has_enough_reviewers_invites_nobody_for_who_left(version):
    factories.make_accepted(version, "ada")
    factories.make_accepted(version, "ben")
    make_member("cleo")
    end_term()
    hand_on_reviews(now=LATER)
    assert "Nobody was invited: the other reviewers suffice." in mails()[0]
    assert not Review.objects.filter(member__user__username="cleo").exists()


def test_round_that_waited_only_for_who_left_is_decided(version):
    factories.make_accepted(version, "ada")
    factories.sign(factories.make_accepted(version, "ben"), "request_changes")
    end_term()
    hand_on_reviews(now=LATER)
    assert factories.reread(version).state == "changes_requested"
    assert "Nobody was invited: the round ended (changes requested)." in mails()[0]


def test_signed_review_of_who_left_is_untouched(version):
    factories.make_policy(number=2, quorum=2, in_force_from=NOW - timedelta(days=1))
    factories.sign(factories.make_accepted(version, "ada"))
    end_term()
    switch()
    assert hand_on_reviews(now=LATER) == 0
    assert review_of(version, "ada").state == "signed"
    assert mails() == []


def test_unsigned_work_of_who_left_stays_in_their_name_and_the_mail_says_who_ends_objections(version):
    review = factories.make_accepted(version, "ada")
    said = actions.comment(
        review_id=review.pk, text="The dose is lethal.", is_blocking=True, by=review.member.user, now=NOW
    )
    switch()
    hand_on_reviews(now=LATER)
    said.refresh_from_db()
    assert (said.author.username, said.resolved_at) == ("ada", None)
    (mail,) = mails()
    assert "The review holds 1 objection, which still blocks an approval." in mail
    assert "Ada Example can no longer withdraw it." in mail
    assert mails("unsigned_objections") == []


@pytest.mark.parametrize("kind", ["review_closed", "access_ended"])
def test_member_whose_term_ended_is_told_that_the_review_and_the_access_ended(version, kind):
    factories.make_accepted(version, "ada")
    end_term()
    hand_on_reviews(now=LATER)
    (mail,) = mails(kind)
    assert mail.startswith("Dear Ada Example,")


def test_term_that_ends_by_its_date_is_handed_on_the_day_after(version):
    factories.make_accepted(version, "ada")
    end_term(last_day=NOW.date())
    assert hand_on_reviews(now=LATER) == 0
    assert hand_on_reviews(now=NOW + timedelta(days=1)) == 1
    assert HandedOn.objects.get().cause == Departure.TERM_OVER


def test_account_closed_twice_is_handed_on_and_told_twice(version):
    make_member("ada")
    for day in (1, 2):
        switch(is_active=True)
        actions.invite(version_id=version.pk, member_id=make_member("ada").pk, by=edith(), now=NOW)
        switch()
        assert hand_on_reviews(now=NOW + timedelta(days=day)) == 1
    assert len(mails()) == 2
    assert sum("closed your account" in mail for mail in mails("account_closed")) == 2


def test_member_who_is_back_before_the_worker_comes_keeps_the_review(version):
    factories.make_accepted(version, "ada")
    end_term()
    end_term(last_day=date(2099, 1, 1))
    assert hand_on_reviews(now=LATER) == 0
    assert review_of(version, "ada").state == "accepted"


def test_replacement_who_leaves_too_is_replaced(version):
    factories.make_accepted(version, "ada")
    make_member("ben")
    end_term()
    hand_on_reviews(now=LATER)
    make_member("cleo")
    end_term("ben")
    hand_on_reviews(now=LATER)
    assert review_of(version, "cleo").state == "invited"
    assert len(mails()) == 2


def test_worker_that_comes_second_hands_on_nothing_and_tells_nobody(version):
    review = factories.make_accepted(version, "ada")
    end_term()
    hand_on_reviews(now=LATER)
    assert not leaving._hand_on_if_left(review.pk, now=LATER)
    leaving._notify(review.member_id, now=LATER)
    assert (HandedOn.objects.count(), len(mails())) == (1, 1)


def test_review_that_was_handed_on_is_on_record_for_good(version):
    factories.make_accepted(version, "ada")
    end_term()
    hand_on_reviews(now=LATER)
    row = HandedOn.objects.get()
    assert str(row) == "Ada Example on ivig-back-pain, version 1: no longer in office"
    for change in (row.delete, HandedOn.objects.filter(pk=row.pk).update):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(**({} if change == row.delete else {"outcome": "Another one."}))
    with pytest.raises(IntegrityError), transaction.atomic():
        HandedOn.objects.update(notified_at=None)


def test_merged_account_hands_its_review_on_and_the_one_mail_says_to_whom(version):
    factories.make_accepted(version, "twin")
    make_member("ben")
    ids = {"duplicate_id": make_user("twin").pk, "account_id": make_user("ada").pk}
    actions.merge_accounts(**ids, reason="Her mail says so.", by=make_user("root", is_superuser=True), now=NOW)
    assert HandedOn.objects.get().cause == Departure.MERGED
    told = dict(zip(["edith", "ada"], mails("accounts_merged"), strict=True))
    assert "Ben Example was invited." in told["edith"]
    assert "Ben Example" not in told["ada"]
    assert (hand_on_reviews(now=LATER), mails()) == (0, [])
    (closed,) = mails("account_closed")
    assert "It was merged into your other account, ada." in closed


def test_editors_see_what_was_handed_on_and_where_nobody_was_found(version, client):
    factories.make_accepted(version, "ada")
    end_term()
    hand_on_reviews(now=LATER)
    client.force_login(edith())
    start = words(client.get(reverse("admin:index")))
    assert "Reviews handed on because the reviewer left" in start
    assert "No member available Ada Example" in start
    for page in (
        reverse("admin:articles_version_rounds"),
        reverse("admin:articles_version_change", args=[version.pk]),
    ):
        assert "Reviewer left: no longer in office Nobody is available: the round still needs 1 more member." in words(
            client.get(page)
        )
    actions.invite(version_id=version.pk, member_id=make_member("ben").pk, by=edith(), now=LATER + timedelta(hours=1))
    assert "Invited since Ada Example" in words(client.get(reverse("admin:index")))


def test_mail_that_waits_for_an_account_that_is_closed_is_dropped_and_the_last_one_is_sent(version, mailoutbox):
    factories.make_invitation(version, "ada")
    switch()
    waiting = Notice.objects.filter(recipient__username="ada")
    with MailConnection() as server:
        sent = {one.kind: notices.deliver(mail_id=one.pk, now=LATER, connection=server) for one in waiting}
    assert sent == {"invitation": False, "account_closed": True}
    assert Notice.objects.get(kind="invitation").dropped_at == LATER
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]


# --- objections of closed accounts ------------------------------------------------------------------------------------


def object_as(username: str, version: Version) -> Review:
    review = factories.make_accepted(version, username)
    act = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    actions.comment(text="The dose is lethal.", is_blocking=True, **act)
    return review


def start_page(client) -> str:
    client.force_login(edith())
    return words(client.get(reverse("admin:index")))


NONE_CLOSED = "No article in progress has an open objection of a closed account."


def test_editors_see_that_they_end_the_objections_of_a_closed_account(version, client):
    object_as("ada", version)
    switch()
    assert NONE_CLOSED in start_page(client)
    hand_on_reviews(now=LATER)
    assert "their authors can no longer withdraw them" in start_page(client)
    page = words(client.get(reverse("admin:articles_version_change", args=[version.pk])))
    assert "Ada Example can no longer withdraw this: the account is closed." in page
    (comment,) = version.comments.all()
    actions.resolve(comment_id=comment.pk, reason="The label says so.", by=edith(), now=LATER)
    assert NONE_CLOSED in start_page(client)


def test_editors_see_a_negative_verdict_of_a_closed_account_until_it_is_ruled_on(version, client):
    review = factories.make_accepted(version, "ada")
    claim = version.renditions.get().claims.filter(references__isnull=False).order_by("position")[0]
    found = verdicts.check(review, claim, "contradicts")
    switch()
    hand_on_reviews(now=LATER)
    assert NONE_CLOSED not in start_page(client)
    actions.rule(check_id=found.pk, reason="The trial was small.", by=edith(), now=LATER)
    assert NONE_CLOSED in start_page(client)
