"""Approvals under stricter rules: listed before a policy is published, marked and treated, given back only if good."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import actions as articles
from articles import verification as versions
from articles.actions.approval import shorten
from articles.lifecycle import State
from articles.models import Version
from articles.requirements import required
from articles.transitions import lock
from editorial.actions import draft_next_policy, keep_policy
from editorial.exceptions import Conflict, InvalidTransition, NotPermitted, Unacceptable
from editorial.models import EditorialPolicy, LedgerEntry, Notice, RiskTier, User
from editorial.record import seals
from reviews import actions as reviews
from reviews import verification
from reviews.actions.approvals import _mark
from reviews.models import ApprovalMark, SignatureWithdrawal
from reviews.rounds.approval_shortfalls import shortfalls, valid_approvals
from reviews.tasks import mark_approvals
from tests.admin.test_flow import as_sent, do, words
from tests.laws.test_laws import refused as refused_by_postgresql
from tests.reviews.actions.test_lowerings import tamper
from tests.support import factories, verdicts
from tests.support.api import client as api_client
from tests.support.api import refused
from tests.support.factories import NOW

LATER = NOW + timedelta(days=1)
WHY = {"now": NOW, "reason": "For the test."}


def draft(*, by: User, quorum: int = 3, **fields) -> EditorialPolicy:
    """The next policy, not published yet, with another quorum for every tier."""
    policy = draft_next_policy(by=by, now=NOW)
    for name, value in fields.items():
        setattr(policy, name, value)
    keep_policy(record=policy, by=by, now=NOW)
    for rule in policy.rules.all():
        rule.quorum = quorum
        keep_policy(record=rule, by=by, now=NOW)
    return policy


def publish(policy: EditorialPolicy, *, by: User) -> EditorialPolicy:
    return reviews.publish_policy(policy_id=policy.pk, by=by, now=LATER)


def classify(version: Version, risk: str, *, by: User, reason: str = "") -> None:
    wanted = articles.Classification(risk=risk)
    reviews.classify(article_id=version.article_id, classification=wanted, by=by, now=NOW, reason=reason)


def breaks() -> list[str]:
    found = [*versions.version_breaks(), *verification.find_breaks(), *seals.breaks_in_history_of(Version)]
    return [str(one) for one in found]


# --- what does not satisfy a policy -----------------------------------------------------------------------------------


def test_approvals_that_a_drafted_policy_asks_more_of_are_listed_with_what_they_lack(policy, edith):
    version = factories.make_approved()
    factories.make_specialty("neurology")
    wanted = draft(by=edith)
    rule = wanted.rules.get(risk=RiskTier.MODERATE)
    rule.required_specialties = ["immunology", "neurology"]
    keep_policy(record=rule, by=edith, now=NOW)
    found = shortfalls(valid_approvals(at=NOW), policy=EditorialPolicy.objects.get(pk=wanted.pk), at=NOW)
    assert [(one.version, one.words) for one in found] == [
        (version, "1 more approving signature; an approval from neurology")
    ]


def test_approval_that_satisfies_the_policy_is_not_listed(policy, edith):
    factories.make_approved()
    assert shortfalls(valid_approvals(at=NOW), policy=draft(by=edith, quorum=2), at=NOW) == []


def test_approval_older_than_a_shorter_shelf_life_is_listed(policy):
    factories.make_approved()
    newer = factories.make_policy(number=2, shelf_life_days=10)
    assert shortfalls(valid_approvals(at=NOW), policy=newer, at=NOW) == []
    at = NOW + timedelta(days=10)
    assert [one.missing for one in shortfalls(valid_approvals(at=at), policy=newer, at=at)] == [
        ("a review in the last 10 days",)
    ]


@pytest.mark.parametrize(("rule", "lacks"), [("one", ("a verdict on 1 claim",)), ("every", ("a verdict on 2 claims",))])
def test_policy_that_asks_for_verdicts_lists_approvals_without_them(policy, rule, lacks):
    version = factories.make_submitted()
    for name in ("ada", "ben"):
        review = factories.make_accepted(version, name)
        if name == "ada":
            verdicts.check_all(review, only={0})
        factories.sign(review)
    stricter = factories.make_policy(number=2, claim_checks=rule)
    assert [one.missing for one in shortfalls(valid_approvals(at=NOW), policy=stricter, at=NOW)] == [lacks]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_number_of_queries_for_any_number_of_approvals(policy, count):
    for number in range(count):
        factories.make_approved(f"slug-{number}")
    stricter = factories.make_policy(number=2, quorum=3, claim_checks="one")
    with CaptureQueriesContext(connection) as queries:
        assert len(shortfalls(valid_approvals(at=NOW), policy=stricter, at=NOW)) == count
    assert len(queries) == 8


def test_signature_that_was_not_confirmed_satisfies_nothing(db, edith):
    factories.make_policy(quorum=2, quorums={RiskTier.LOW: 1})
    version = factories.make_submitted()
    ben = factories.make_accepted(version, "ben")
    factories.sign(factories.make_accepted(version, "ada"))
    low = {"classification": articles.Classification(risk=RiskTier.LOW), "by": edith, **WHY}
    lowering = reviews.propose_lowering(article_id=version.article_id, **low)
    emil = factories.make_user("emil", is_editor=True)
    reviews.confirm_lowering(lowering_id=lowering.pk, by=emil, now=NOW)
    factories.sign(ben)
    stricter = factories.make_policy(number=2, quorum=2)
    found = shortfalls(valid_approvals(at=NOW), policy=stricter, at=NOW)
    assert [one.words for one in found] == ["1 more approving signature"]


# --- what becomes of them ---------------------------------------------------------------------------------------------


def test_published_policy_suspends_approvals_if_it_says_so(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith, approvals_below="suspended"), by=edith)
    suspended = factories.reread(version)
    reason = "Version 2 of the policy asks for more at moderate risk. Missing: 1 more approving signature."
    assert (suspended.state, suspended.state_reason) == (State.SUSPENDED, reason)
    assert LedgerEntry.objects.get(action="suspend").actor == User.objects.system()
    assert Notice.objects.filter(kind="suspended").count() == 2
    assert breaks() == []


def test_published_policy_gives_approvals_a_date_if_it_says_so(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith, approvals_below="dated", approvals_below_days=14), by=edith)
    dated = factories.reread(version)
    assert (dated.state, dated.valid_until) == (State.APPROVED, LATER + timedelta(days=14))
    assert dated.is_validly_approved(at=LATER)
    assert LedgerEntry.objects.get(action="shorten").payload["before"] == "2027-03-02T09:00:00.000000+00:00"
    assert Notice.objects.filter(kind="approval_dated").count() == 2
    assert breaks() == []


def test_published_policy_lets_approvals_stand_and_lists_them_if_it_says_so(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith), by=edith)
    standing = factories.reread(version)
    assert (standing.state, standing.valid_until) == (State.APPROVED, version.valid_until)
    mark = ApprovalMark.objects.get()
    assert (mark.version, mark.missing, mark.treatment) == (version, ["1 more approving signature"], "stand")
    assert str(mark) == "ivig-back-pain, version 1: 1 more approving signature"
    assert breaks() == []


def test_date_that_is_sooner_already_stays(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith, approvals_below="dated", approvals_below_days=9999), by=edith)
    assert factories.reread(version).valid_until == version.valid_until


def test_raised_risk_suspends_at_once_an_approval_that_lacks_a_signature(db, edith):
    factories.make_policy(quorum=2, quorums={RiskTier.HIGH: 3}, approvals_below="suspended")
    version = factories.make_approved()
    classify(version, RiskTier.HIGH, by=edith)
    suspended = factories.reread(version)
    assert suspended.state == State.SUSPENDED
    assert "asks for more at high risk" in suspended.state_reason


def test_approval_is_marked_once_for_a_policy_and_a_tier(policy, edith):
    factories.make_approved()
    publish(draft(by=edith), by=edith)
    assert reviews.mark_approvals(by=User.objects.system(), now=LATER) == []
    assert mark_approvals() == 0
    with pytest.raises(NotPermitted):
        reviews.mark_approvals(by=edith, now=LATER)
    assert ApprovalMark.objects.count() == 1


def test_approval_marked_meanwhile_is_left_alone(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith), by=edith)
    assert _mark(version.pk, by=User.objects.system(), now=LATER) is None


def test_nothing_is_marked_without_a_policy(db):
    assert mark_approvals() == 0


def test_only_the_system_lets_an_approval_lapse_earlier(policy, edith):
    version = factories.make_approved()
    with pytest.raises(NotPermitted):
        articles_shorten(version, by=edith)


def articles_shorten(version: Version, *, by: User) -> Version:
    return shorten(lock(version.pk), valid_until=LATER, by=by, **WHY)


def test_postgresql_lets_an_approval_end_earlier_and_never_later(policy):
    version = factories.make_approved()
    ends = "UPDATE articles_version SET valid_until = valid_until {} interval '1 day' WHERE id = %s"
    assert not refused_by_postgresql(ends.format("-"), version.pk)
    assert refused_by_postgresql(ends.format("+"), version.pk)
    articles.suspend(version_id=version.pk, by=factories.make_user("edith"), **WHY)
    assert refused_by_postgresql(ends.format("-"), version.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_approvalmark SET missing = '{}'",
        "UPDATE editorial_ledgerentry SET action = 'x' WHERE action = 'mark_approval'",
        "DELETE FROM reviews_approvalmark",
    ],
)
def test_changed_mark_is_found(policy, edith, sql):
    factories.make_approved()
    publish(draft(by=edith), by=edith)
    tamper(sql)
    assert "it is not as the ledger says" in " ".join(breaks())


# --- at once ----------------------------------------------------------------------------------------------------------


def test_approval_under_a_policy_that_was_replaced_meanwhile_is_refused_in_words(policy):
    """Somebody signs under the policy that was in force when they were asked; another one is published just then."""
    version = factories.make_submitted()
    for name in ("ada", "ben"):
        factories.make_accepted(version, name)
    read = required(version, at=NOW)
    factories.make_policy(number=2)
    with pytest.raises(Conflict) as refusal:
        articles.approve(lock(version.pk), requirements=read, reviewers=[], by=User.objects.system(), now=NOW)
    assert refusal.value.code == "policy_changed"


def test_approval_that_lacks_a_signature_is_no_matter_of_the_policy(policy):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    act = {"requirements": required(version, at=NOW), "reviewers": [], "by": User.objects.system(), "now": NOW}
    with pytest.raises(IntegrityError, match="1 of 2 approving signatures"), transaction.atomic():
        articles.approve(lock(version.pk), **act)


# --- given back -------------------------------------------------------------------------------------------------------


def test_suspended_version_that_satisfies_the_rules_is_given_back(policy, edith):
    version = factories.make_version_at(State.SUSPENDED)
    assert reviews.reinstate(version_id=version.pk, by=edith, **WHY).state == State.APPROVED


def test_suspended_version_below_the_rules_is_not_given_back(policy, edith):
    version = factories.make_approved()
    publish(draft(by=edith, approvals_below="suspended"), by=edith)
    with pytest.raises(Conflict) as refusal:
        reviews.reinstate(version_id=version.pk, reason="It is fine.", by=edith, now=LATER)
    assert (refusal.value.code, "Missing: 1 more approving signature." in refusal.value.detail) == (
        "below_the_rules",
        True,
    )
    answer = api_client(edith).post(f"/api/v1/versions/{version.pk}/reinstate/", {"reason": "Fine."}, format="json")
    refused(answer, 409, code="below_the_rules")


def test_lowered_risk_gives_back_nothing_that_its_round_was_not_judged_by(policy, edith):
    """The approval stood on two signatures, one of which does not stand any more; low risk asks for one."""
    factories.make_policy(number=2, quorum=2, quorums={RiskTier.LOW: 1})
    version = factories.make_version_at(State.SUSPENDED)
    tamper(
        "INSERT INTO reviews_signaturewithdrawal (signature_id, reason, withdrawn_at)"
        " SELECT min(id), 'x', now() FROM reviews_signature"
    )
    assert SignatureWithdrawal.objects.count() == 1
    classify(version, RiskTier.LOW, by=edith, reason="It is harmless.")
    with pytest.raises(Conflict, match="1 more approving signature"):
        reviews.reinstate(version_id=version.pk, by=edith, **WHY)
    assert refused_by_postgresql("UPDATE articles_version SET state = 'approved' WHERE id = %s", version.pk)


def test_giving_back_is_refused_as_before(policy, edith, wanda):
    version = factories.make_approved()
    with pytest.raises(InvalidTransition):
        reviews.reinstate(version_id=version.pk, by=edith, **WHY)
    with pytest.raises(NotPermitted):
        reviews.reinstate(version_id=version.pk, by=wanda, **WHY)
    with pytest.raises(Unacceptable):
        reviews.reinstate(version_id=version.pk, by=edith, reason=" ", now=NOW)


# --- the admin and the API --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("below", "follows"),
    [
        ("stand", "They stay valid."),
        ("dated", "They lapse in 30 days, unless a new version is approved."),
        ("suspended", "They are suspended at once"),
    ],
)
def test_page_that_publishes_shows_the_approvals_that_would_not_satisfy_it(client, policy, edith, below, follows):
    for number in range(2):
        factories.make_approved(f"slug-{number}", now=timezone.now())
    wanted = draft(by=edith, approvals_below=below)
    client.force_login(edith)
    page = words(client.get(f"/admin/editorial/editorialpolicy/{wanted.pk}/do/publish/"))
    assert f"2 approvals would no longer satisfy this {follows}" in page
    assert "slug-0, version 1 : 1 more approving signature" in page
    do(client, edith, wanted, "publish")
    assert words(client.get("/admin/reviews/approvalmark/")).count("1 more approving signature") == 2


def test_page_that_publishes_says_when_every_approval_satisfies_it(client, policy, edith):
    factories.make_approved(now=timezone.now())
    wanted = draft(by=edith, quorum=1)
    client.force_login(edith)
    address = f"/admin/editorial/editorialpolicy/{wanted.pk}/do/publish/"
    assert "Every approval that counts today satisfies this policy." in words(client.get(address))


def test_page_that_publishes_a_policy_without_rules_lists_nothing(client, policy, edith):
    factories.make_approved()
    drafted = EditorialPolicy.objects.create(number=2, title="Empty", text="x")
    page = words(do(client, edith, drafted, "publish"))
    assert "The policy has no rule for low risk." in page
    assert "no longer satisfy" not in page


def test_page_of_the_article_says_what_a_higher_risk_would_do(client, db, edith):
    factories.make_policy(quorum=2, quorums={RiskTier.HIGH: 3}, approvals_below="suspended")
    version = factories.make_approved(now=timezone.now())
    client.force_login(edith)
    address = f"/admin/articles/article/{version.article_id}/change/"
    page = client.get(address)
    assert "At high risk the present approval would lack 1 more approving signature" in words(page)
    client.post(address, as_sent(page, risk="high"))
    assert factories.reread(version).state == State.SUSPENDED


def test_page_of_an_article_in_review_says_how_less_is_asked_for(client, policy, edith):
    version = factories.make_submitted()
    client.force_login(edith)
    page = words(client.get(f"/admin/articles/article/{version.article_id}/change/"))
    assert "Version 1 is in review. A higher risk counts for it at once." in page


def test_raised_risk_over_http_treats_the_approval(db, edith):
    factories.make_policy(quorum=2, quorums={RiskTier.HIGH: 3}, approvals_below="suspended")
    version = factories.make_approved(now=timezone.now())
    url = f"/api/v1/articles/{version.article.slug}/classification/"
    etag = api_client(edith).get(url)["ETag"]
    body = {"risk": "high", "specialties": [], "products": []}
    assert api_client(edith).put(url, body, format="json", headers={"If-Match": etag}).status_code == 200
    assert factories.reread(version).state == State.SUSPENDED
