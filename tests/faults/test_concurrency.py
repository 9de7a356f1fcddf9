"""Many at once on real PostgreSQL: one effect, clear refusals for the others, a ledger that verifies."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, transaction

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Article, Passage, Reference, Version
from articles.published.search.indexing import write_passages
from articles.transitions import lock
from editorial.accounts import password_links
from editorial.accounts.invitations import invitation_token
from editorial.actions import (
    accept_invitation,
    draft_next_policy,
    invite_person,
    keep_account,
    keep_board_record,
    keep_policy,
    reset_password,
)
from editorial.exceptions import Refusal
from editorial.http.problems import problem_of
from editorial.models import AccountInvitation, BoardMember, EditorialPolicy, LedgerEntry, Notice, User
from editorial.record import ledger
from reviews import actions as reviews
from reviews.actions import leaving
from reviews.lifecycle import State as ReviewState
from reviews.models import CarriedCheck, HandedOn, Lowering, Review, Signature, SignatureWithdrawal
from tests.support import factories, retraction_lists, verdicts
from tests.support.account_invitations import NEW, board_invitee, invitee
from tests.support.factories import NOW

THREADS = 8
WHY = {"now": NOW, "reason": "For the test."}

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> Counter[str | int]:
    """Make all ``calls`` at the same moment, each on a connection of its own; count what they came to.

    "done" for an effect, else the HTTP status of the refusal. Anything else is raised.
    """
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str | int:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            call()
        except Refusal as refusal:
            return refusal.status
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(future.result(timeout=60) for future in [pool.submit(run, call) for call in calls])


def assert_one_effect(outcome: Counter[str | int], *, status: int = 409) -> None:
    assert outcome == {"done": 1, status: outcome.total() - 1}
    assert_ledger_holds()


def assert_ledger_holds() -> None:
    assert list(ledger.chain_breaks()) == []
    assert LedgerEntry.objects.exists()


@pytest.fixture
def house() -> EditorialPolicy:
    return factories.make_policy()


@pytest.fixture
def wanda(house) -> User:
    return factories.make_user("wanda", is_writer=True)


@pytest.fixture
def edith(house) -> User:
    return factories.make_user("edith", is_editor=True)


def test_submitting_one_draft_from_eight_threads_happens_once(house, wanda):
    draft = factories.make_draft()
    assert_one_effect(at_once(*[lambda: articles.submit(version_id=draft.pk, by=wanda, now=NOW)] * THREADS))
    assert LedgerEntry.objects.filter(action="submit").count() == 1
    assert Version.history.filter(id=draft.pk, state=State.SUBMITTED).count() == 1


def test_signing_one_review_from_eight_threads_happens_once(house):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    assert_one_effect(at_once(*[lambda: factories.sign(review)] * THREADS))
    assert Signature.objects.count() == 1


def test_retracting_one_version_from_eight_threads_happens_once(house, edith):
    version = factories.make_approved()
    act = {"version_id": version.pk, "by": edith, **WHY}
    assert_one_effect(at_once(*[lambda: articles.retract(**act)] * THREADS))
    assert Notice.objects.filter(kind="retracted").count() == 1


def test_inviting_one_member_from_eight_threads_happens_once(house, edith):
    version = factories.make_submitted()
    member = factories.make_member("ada")
    invite = {"version_id": version.pk, "member_id": member.pk, "by": edith, "now": NOW}
    assert_one_effect(at_once(*[lambda: reviews.invite(**invite)] * THREADS))
    assert Review.objects.count() == Notice.objects.filter(kind="invitation").count() == 1


def test_revising_from_eight_threads_makes_one_draft(house, wanda):
    version = factories.make_approved()
    assert_one_effect(at_once(*[lambda: articles.revise(version_id=version.pk, by=wanda, now=NOW)] * THREADS))
    assert Version.objects.filter(article=version.article, state=State.DRAFT).count() == 1


def test_creating_one_slug_from_eight_threads_makes_one_article(house, wanda):
    new = articles.NewArticle(slug="one", question="One?", texts=factories.make_texts())
    assert_one_effect(at_once(*[lambda: articles.create(new=new, by=wanda, now=NOW)] * THREADS))
    assert Article.objects.count() == Version.objects.count() == 1


def test_adding_one_work_from_eight_threads_adds_it_once(house, wanda):
    work = factories.csl("same2020", DOI="10.1000/same")
    assert_one_effect(at_once(*[lambda: articles.keep_reference(csl=work, by=wanda, now=NOW)] * THREADS))
    assert Reference.objects.count() == 1


def test_two_last_signatures_at_once_approve_once(house):
    version = factories.make_submitted()
    both = [factories.make_accepted(version, name) for name in ("ada", "ben")]
    outcome = at_once(*[lambda review=review: factories.sign(review) for review in both])
    assert outcome == {"done": 2}
    assert factories.reread(version).state == State.APPROVED
    assert LedgerEntry.objects.filter(action="approve").count() == 1
    assert_ledger_holds()


def test_signing_withdrawing_and_closing_at_once_leave_one_decision(house, wanda, edith):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    last = factories.make_accepted(version, "ben")
    act = {"version_id": version.pk, **WHY}
    outcome = at_once(
        lambda: factories.sign(last),
        lambda: reviews.withdraw(by=wanda, **act),
        lambda: reviews.request_changes(by=edith, **act),
        lambda: reviews.reject(by=edith, **act),
    )
    assert_one_effect(outcome)
    ends = {State.APPROVED, State.WITHDRAWN, State.CHANGES_REQUESTED, State.REJECTED}
    assert factories.reread(version).state in ends
    assert not Review.objects.open().exists()


@pytest.mark.parametrize("is_open", [True, False], ids=["term", "account"])
def test_signing_against_leaving_either_counts_or_is_handed_on(house, edith, is_open):
    """The signature is sent while an editor ends the term, or an administrator the account, and workers follow."""
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    factories.make_member("ben"), factories.make_member("cleo")
    leave = end_term if is_open else close_account

    def leave_and_follow() -> None:
        leave(review.member, by=edith)
        leaving.hand_on_reviews(now=NOW)

    follow = [lambda: leaving.hand_on_reviews(now=NOW)] * 3
    outcome = at_once(lambda: factories.sign(review), leave_and_follow, *follow)
    leaving.hand_on_reviews(now=NOW)
    ended = Review.objects.get(pk=review.pk)
    signed, handed_on = Signature.objects.filter(review=review).count(), HandedOn.objects.filter(review=review).count()
    assert (ended.state, signed, handed_on) in (("signed", 1, 0), ("lapsed", 0, 1))
    assert outcome.total() == outcome["done"] + outcome[403] + outcome[404] + outcome[409]
    assert Notice.objects.filter(kind="reviews_handed_on").count() == handed_on
    invited = Review.objects.filter(version=version, state="invited").count()
    assert invited == (2 if handed_on else 0)
    assert_ledger_holds()


def end_term(member: BoardMember, *, by: User) -> None:
    member = BoardMember.objects.get(pk=member.pk)
    member.term_to = NOW.date() - timedelta(days=1)
    keep_board_record(record=member, by=by, now=NOW)


def close_account(member: BoardMember, *, by: User) -> None:
    account = User.objects.get(pk=member.user_id)
    account.is_active = False
    keep_account(account=account, by=factories.make_user("root", is_superuser=True), now=NOW)


def test_answering_an_invitation_against_leaving_either_counts_or_is_handed_on(house, edith):
    version = factories.make_submitted()
    review = factories.make_invitation(version)
    end_term(review.member, by=edith)
    by = review.member.user
    outcome = at_once(
        lambda: reviews.decline(review_id=review.pk, by=by, **WHY), *[lambda: leaving.hand_on_reviews(now=NOW)] * 3
    )
    is_declined = Review.objects.get(pk=review.pk).state == "declined"
    assert outcome == ({"done": 4} if is_declined else {"done": 3, 409: 1})
    assert HandedOn.objects.count() == (0 if is_declined else 1)
    assert_ledger_holds()


def test_last_signature_against_withdrawing_the_first_never_approves_on_one(house):
    version = factories.make_submitted()
    first = factories.sign(factories.make_accepted(version))
    last = factories.make_accepted(version, "ben")
    by = first.member.user
    outcome = at_once(
        lambda: factories.sign(last), lambda: reviews.withdraw_signature(review_id=first.pk, by=by, **WHY)
    )
    approved = factories.reread(version).state == State.APPROVED
    assert outcome == ({"done": 1, 409: 1} if approved else {"done": 2})
    assert SignatureWithdrawal.objects.exists() != approved
    assert_ledger_holds()


def test_ruling_on_one_verdict_from_eight_threads_happens_once(house, edith):
    review = verdicts.signed(verdicts.sent(), verdict="contradicts", decision="request_changes")
    found = review.claim_checks.order_by("pk")[0]
    assert_one_effect(at_once(*[lambda: reviews.rule(check_id=found.pk, by=edith, **WHY)] * THREADS))
    assert LedgerEntry.objects.filter(action="review.rule").count() == 1


def test_ruling_against_withdrawing_the_signature_holds_for_what_was_signed(house, edith):
    version = verdicts.sent()
    factories.make_accepted(version, "ben")
    review = verdicts.signed(version, verdict="contradicts", decision="request_changes")
    found = review.claim_checks.order_by("pk")[0]
    outcome = at_once(
        lambda: reviews.rule(check_id=found.pk, by=edith, **WHY),
        lambda: reviews.withdraw_signature(review_id=review.pk, by=review.member.user, **WHY),
    )
    assert outcome in ({"done": 2}, {"done": 1, 404: 1})
    assert_ledger_holds()


def test_two_members_who_accept_at_once_carry_verdicts_over_once(house):
    first = verdicts.sent()
    verdicts.signed(first, decision="request_changes")
    second = verdicts.sent(None, after=factories.reread(first))
    both = [factories.make_invitation(second, name) for name in ("ben", "cleo")]
    accept = [lambda one=one: reviews.accept(review_id=one.pk, by=one.member.user, now=NOW) for one in both]
    assert at_once(*accept) == {"done": 2}
    assert CarriedCheck.objects.count() == 2
    assert LedgerEntry.objects.filter(action="carry_over").count() == 1


def test_two_articles_at_once_share_the_board_without_deadlock(house, wanda):
    drafts = [factories.make_draft(slug) for slug in ("one", "two", "three", "four")]
    calls = [lambda draft=draft: articles.submit(version_id=draft.pk, by=wanda, now=NOW) for draft in drafts]
    calls += [
        lambda key=key: articles.keep_reference(csl=factories.csl(key), by=wanda, now=NOW) for key in ("a1", "b2")
    ]
    assert at_once(*calls) == {"done": 6}
    assert_ledger_holds()


def test_lock_of_an_article_is_one_row(house):
    """Were versions locked along with it, the order of the two would be the planner's, and a deadlock its choice."""
    version = factories.make_submitted()
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute("SELECT FROM articles_version WHERE id = %s FOR NO KEY UPDATE", [version.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            assert lock(version.pk) == version


def test_a_lock_that_is_held_too_long_is_told_as_conflict_with_retry_after(house, wanda):
    draft = factories.make_draft()
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute("SELECT FROM articles_article WHERE id = %s FOR NO KEY UPDATE", [draft.article_id])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError) as refusal:
            articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    connection.close()
    problem = problem_of(refusal.value)
    assert (problem.status, problem.headers) == (409, {"Retry-After": "1"})
    assert factories.reread(draft).state == State.DRAFT


def held_by_somebody_else() -> dict[str, object]:
    """How to reach the same database on a connection of one's own."""
    wanted = {"host", "port", "user", "password", "dbname"}
    return {key: value for key, value in connection.get_connection_params().items() if key in wanted}


def test_comments_are_not_held_up_while_an_article_is_worked_on(house):
    """NO KEY UPDATE lets rows be added that point to the article's versions."""
    version = factories.make_submitted()
    factories.make_accepted(version)
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute("SELECT FROM articles_version WHERE id = %s FOR NO KEY UPDATE", [version.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            articles.report(article=version.article, version=version, text="Typo.", email="", now=NOW)


def test_list_of_retractions_imported_by_many_at_once_is_stored_once(edith):
    content = retraction_lists.as_csv(retraction_lists.row())

    def keep():
        source = retraction_lists.source(content)
        articles.keep_retractions(source=source, sha256="a" * 64, as_of=NOW.date(), by=edith, now=NOW)

    assert_one_effect(at_once(*[keep] * 4))


def test_retraction_followed_by_many_at_once_suspends_and_tells_once(edith):
    retraction_lists.make_work()
    version = factories.make_approved()
    retraction_lists.make_list()
    retraction_lists.make_record()
    system = User.objects.system()
    assert at_once(*[lambda: reviews.follow_retractions(by=system, now=NOW)] * 4) == {"done": 4}
    assert factories.reread(version).state == State.SUSPENDED
    assert Notice.objects.filter(kind="work_retracted").count() == 2
    assert LedgerEntry.objects.filter(action="suspend").count() == 1
    assert_ledger_holds()


def test_passages_that_are_written_while_their_version_is_approved_know_of_it(house):
    version = factories.make_submitted(now=NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            factories.approve(version)
            writing = pool.submit(_written_elsewhere, version)
            while not _somebody_waits():
                assert not writing.done()
        writing.result(timeout=30)
    until = Version.objects.get(pk=version.pk).valid_until
    assert until
    assert set(Passage.objects.values_list("approved_until", "code")) == {(until, "elsewhere")}


def _written_elsewhere(version: Version) -> None:
    try:
        write_passages(version, code="elsewhere")
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_lowering_and_raising_at_once_leaves_the_higher_risk(house, edith):
    """Whichever comes first: the lowering is void after the raising, and the raising counts after the lowering."""
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    emil = factories.make_user("emil", is_editor=True)
    low, high = (articles.Classification(risk=risk) for risk in ("low", "high"))
    lowering = reviews.propose_lowering(article_id=version.article_id, classification=low, by=edith, **WHY)
    outcome = at_once(
        lambda: reviews.confirm_lowering(lowering_id=lowering.pk, by=emil, now=NOW),
        lambda: reviews.classify(article_id=version.article_id, classification=high, by=edith, now=NOW),
    )
    assert outcome in ({"done": 2}, {"done": 1, 409: 1})
    current = factories.reread(version)
    assert (current.article.risk, "high" in current.tiers, current.state) == ("high", True, State.UNDER_REVIEW)
    assert_ledger_holds()


def test_lowering_is_proposed_and_confirmed_once_from_eight_threads(house, edith):
    version = factories.make_submitted()
    factories.make_accepted(version)
    emil = factories.make_user("emil", is_editor=True)
    act = {"article_id": version.article_id, "classification": articles.Classification(risk="low"), "by": edith, **WHY}
    assert_one_effect(at_once(*[lambda: reviews.propose_lowering(**act)] * THREADS))
    lowering = Lowering.objects.get()
    assert_one_effect(at_once(*[lambda: reviews.confirm_lowering(lowering_id=lowering.pk, by=emil, now=NOW)] * THREADS))


def test_policy_published_while_the_last_signature_is_given_is_satisfied_or_marked(house, edith):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    last = factories.make_accepted(version, "ben")
    policy = draft_next_policy(by=edith, now=NOW)
    for rule in policy.rules.all():
        rule.quorum = 3
        keep_policy(record=rule, by=edith, now=NOW)
    outcome = at_once(
        lambda: factories.sign(last), lambda: reviews.publish_policy(policy_id=policy.pk, by=edith, now=NOW)
    )
    assert outcome in ({"done": 2}, {"done": 1, 409: 1})
    reviews.mark_approvals(by=User.objects.system(), now=NOW)
    current = factories.reread(version)
    assert current.state == State.UNDER_REVIEW or current.marks.get().missing == ["1 more approving signature"]
    assert_ledger_holds()


def test_inviting_one_address_from_eight_threads_makes_one_account(house, edith):
    people = [board_invitee(email=email) for email in ("nora@example.org", "NORA@example.org")]
    acts = [lambda person=person: invite_person(invitee=person, by=edith, now=NOW) for person in people]
    assert_one_effect(at_once(*acts * (THREADS // 2)))
    assert User.objects.filter(email__iexact="nora@example.org").count() == AccountInvitation.objects.count() == 1
    assert Notice.objects.filter(kind="account_invitation").count() == 1


def test_accepting_one_invitation_from_eight_threads_sets_one_password(house, edith):
    token = invitation_token(invite_person(invitee=invitee(), by=edith, now=NOW))
    passwords = [f"{NEW} {number}" for number in range(THREADS)]
    by = {"by": AnonymousUser(), "now": NOW}
    acts = [lambda password=password: accept_invitation(token=token, password=password, **by) for password in passwords]
    assert_one_effect(at_once(*acts))
    nora = User.objects.get(email="nora@example.org")
    assert sum(nora.check_password(password) for password in passwords) == 1
    assert LedgerEntry.objects.filter(action="invitation_accepted").count() == 1


def test_link_to_set_a_password_that_is_used_twice_at_once_sets_one(house):
    ada = factories.make_user("ada")
    asked = int(NOW.timestamp())
    link = {"account_id": ada.pk, "asked": asked, "secret": password_links.token(ada, asked=asked), "now": NOW}
    calls = [lambda new=new: reset_password(password=f"{new} long one 9", by=ada, **link) for new in ("one", "two")]
    assert_one_effect(at_once(*calls), status=410)
