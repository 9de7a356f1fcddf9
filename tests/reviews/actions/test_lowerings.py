"""Asking for less while a version is in review: two people, everybody told before, signers confirm."""

import pytest
from django.db import connection

from articles import actions as articles
from articles import verification as versions
from articles.lifecycle import State
from editorial.exceptions import Conflict, InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice, RiskTier, User
from reviews import actions as reviews
from reviews import verification
from reviews.allowed_actions import offers
from reviews.models import Lowering, Signature, SignatureConfirmation
from tests.admin.test_flow import as_sent
from tests.laws.test_laws import refused as refused_by_postgresql
from tests.support import factories
from tests.support.api import action, refused
from tests.support.api import client as api_client
from tests.support.factories import NOW, PASSWORD
from tests.support.late_conflicts import set_aside
from tests.support.verdicts import missing

LOW = articles.Classification(risk=RiskTier.LOW)


@pytest.fixture
def version(db):
    """At moderate risk, for which the policy asks for two approvals; Ada has given one, Ben is at work."""
    factories.make_policy(quorum=2, quorums={RiskTier.LOW: 1})
    version = factories.make_submitted()
    factories.make_accepted(version, "ben")
    factories.sign(factories.make_accepted(version, "ada"))
    return version


@pytest.fixture
def emil(db) -> User:
    """Another editor."""
    return factories.make_user("emil", is_editor=True)


def propose(version, *, by: User, wanted=LOW, reason: str = "It is harmless.") -> Lowering:
    act = {"classification": wanted, "reason": reason, "by": by, "now": NOW}
    return reviews.propose_lowering(article_id=version.article_id, **act)


def confirm(lowering: Lowering, *, by: User) -> Lowering:
    return reviews.confirm_lowering(lowering_id=lowering.pk, by=by, now=NOW)


def confirm_signature(version, username: str = "ada"):
    review = version.reviews.get(member__user__username=username)
    act = {"digest": version.digest, "by": review.member.user, "now": NOW}
    return reviews.confirm_signature(review_id=review.pk, **act)


def state_of(version) -> str:
    return factories.reread(version).state


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def breaks() -> list[str]:
    return [str(one) for one in [*versions.version_breaks(), *verification.find_breaks()]]


# --- two people -------------------------------------------------------------------------------------------------------


def test_proposal_changes_nothing_and_tells_everybody_in_the_round(version, edith, emil):
    factories.make_member("carla", is_chair=True)
    lowering = propose(version, by=edith)
    assert str(lowering) == "ivig-back-pain, version 1: low risk instead of moderate"
    assert factories.reread(version).article.risk == RiskTier.MODERATE
    assert told("lowering_proposed") == {"ada", "ben", "wanda", "emil", "carla"}
    context = Notice.objects.filter(kind="lowering_proposed").first().context
    assert (context["less"], context["reason"]) == ("low risk instead of moderate", "It is harmless.")
    assert context["proposed_by"] == "Edith Example"


def test_confirmed_lowering_approves_nothing_until_the_signer_confirms(version, edith, emil):
    confirm(propose(version, by=edith), by=emil)
    lowered = factories.reread(version)
    assert (lowered.state, lowered.article.risk, lowered.tiers) == (State.UNDER_REVIEW, "low", ["low"])
    assert missing(version) == ["1 more approving signature", "confirmation of 1 signature given earlier"]
    assert (told("lowering_decided"), told("signature_to_confirm")) == ({"ada", "ben", "wanda", "edith"}, {"ada"})
    assert str(SignatureConfirmation.objects.get()) == "to confirm: Ada Example: approve"
    confirm_signature(version)
    assert str(SignatureConfirmation.objects.get()) == "confirmed: Ada Example: approve"
    assert state_of(version) == State.APPROVED
    assert LedgerEntry.objects.filter(action="review.confirm_signature").count() == 1
    assert breaks() == []


def test_signer_who_decides_anew_withdraws_and_signs_again(version, edith, emil):
    confirm(propose(version, by=edith), by=emil)
    ada = version.reviews.get(member__user__username="ada")
    reviews.withdraw_signature(review_id=ada.pk, reason="Not for less.", by=ada.member.user, now=NOW)
    assert missing(version) == ["1 more approving signature"]
    factories.sign(ada)
    assert state_of(version) == State.APPROVED


def test_signature_given_after_the_lowering_counts_at_once(version, edith, emil):
    confirm(propose(version, by=edith), by=emil)
    factories.sign(version.reviews.get(member__user__username="ben"))
    approved = factories.reread(version)
    assert (approved.state, [by["name"] for by in approved.reviewed_by]) == (State.APPROVED, ["Ben Example"])


def test_refused_lowering_leaves_the_round_as_it_is(version, edith, emil):
    lowering = propose(version, by=edith)
    reviews.refuse_lowering(lowering_id=lowering.pk, by=emil, now=NOW)
    assert (factories.reread(version).article.risk, SignatureConfirmation.objects.count()) == ("moderate", 0)
    with pytest.raises(InvalidTransition, match="already decided: refused"):
        confirm(lowering, by=emil)
    assert breaks() == []


def test_who_proposed_it_takes_it_back_and_may_propose_again(version, edith):
    lowering = propose(version, by=edith)
    with pytest.raises(Conflict) as refusal:
        propose(version, by=edith)
    assert refusal.value.code == "proposed_already"
    reviews.refuse_lowering(lowering_id=lowering.pk, by=edith, now=NOW)
    assert propose(version, by=edith).outcome is None


def test_lowering_is_decided_by_neither_proposer_nor_writer_nor_reviewer(version, edith, emil, cleo):
    lowering = propose(version, by=edith)
    for field, username in (("is_editor", "ada"), ("is_editor", "wanda")):
        user = User.objects.get(username=username)
        setattr(user, field, True)
        user.record(by=edith, now=NOW)
    for username in ("edith", "ada", "wanda", "cleo"):
        with pytest.raises(NotPermitted):
            confirm(lowering, by=User.objects.get(username=username))
    assert factories.reread(version).article.risk == RiskTier.MODERATE


def test_chair_of_the_board_confirms_a_lowering(version, edith):
    chair = factories.make_member("carla", is_chair=True).user
    confirm(propose(version, by=edith), by=chair)
    assert factories.reread(version).article.risk == RiskTier.LOW


def test_removed_product_is_a_lowering_that_leaves_the_rules(version, edith, emil):
    raised = articles.Classification(risk="moderate", products=[factories.make_product().pk])
    articles.classify(article_id=version.article_id, classification=raised, by=edith, now=NOW)
    lowering = propose(version, by=edith, wanted=articles.Classification(risk="moderate"))
    assert lowering.less == ["without the product Privigen"]
    confirm(lowering, by=emil)
    lowered = factories.reread(version)
    assert (lowered.tiers, lowered.article.products.count()) == (["moderate"], 0)
    assert missing(version)[1] == "confirmation of 1 signature given earlier"


# --- what is refused --------------------------------------------------------------------------------------------------


def test_proposal_is_refused_where_it_is_none(version, edith, wanda):
    with pytest.raises(Unacceptable):
        propose(version, by=edith, reason=" ")
    with pytest.raises(Conflict, match="does not lower"):
        propose(version, by=edith, wanted=articles.Classification(risk=RiskTier.HIGH))
    with pytest.raises(NotPermitted):
        propose(version, by=wanda)
    with pytest.raises(NotFound):
        propose(version, by=User.objects.get(username="ada"))
    with pytest.raises(NotFound):
        reviews.confirm_lowering(lowering_id=0, by=edith, now=NOW)
    with pytest.raises(InvalidTransition, match="classify the article"):
        propose(factories.make_draft("other"), by=edith)


def test_proposal_is_void_once_the_risk_is_raised(version, edith, emil):
    lowering = propose(version, by=edith)
    high = articles.Classification(risk=RiskTier.HIGH)
    articles.classify(article_id=version.article_id, classification=high, by=emil, now=NOW)
    with pytest.raises(Conflict) as refusal:
        confirm(lowering, by=emil)
    assert refusal.value.code == "classification_changed"
    again = propose(version, by=emil)
    lowering.refresh_from_db()
    assert (lowering.outcome, again.less) == ("void", ["low risk instead of high"])
    assert breaks() == []


def test_proposal_is_void_once_the_round_is_over(version, edith, emil):
    lowering = propose(version, by=edith)
    factories.sign(version.reviews.get(member__user__username="ben"))
    with pytest.raises(InvalidTransition, match="approved"):
        confirm(lowering, by=emil)


def test_signature_that_counts_needs_no_confirmation(version, edith, emil):
    with pytest.raises(Conflict) as refusal:
        confirm_signature(version)
    assert refusal.value.code == "nothing_to_confirm"
    confirm(propose(version, by=edith), by=emil)
    ada = version.reviews.get(member__user__username="ada")
    with pytest.raises(Conflict) as refusal:
        reviews.confirm_signature(review_id=ada.pk, digest="0" * 64, by=ada.member.user, now=NOW)
    assert refusal.value.code == "digest_mismatch"
    factories.sign(version.reviews.get(member__user__username="ben"))
    with pytest.raises(InvalidTransition):
        confirm_signature(version)


def test_signature_that_was_set_aside_cannot_be_confirmed(version, edith, emil):
    confirm(propose(version, by=edith), by=emil)
    set_aside(Signature.objects.get(signer__username="ada"))
    with pytest.raises(Conflict) as refusal:
        confirm_signature(version)
    assert refusal.value.code == "counts_no_more"


def test_confirmation_is_offered_while_there_is_something_to_confirm(version, edith, emil):
    ada = version.reviews.get(member__user__username="ada")

    def offered() -> str:
        return next(
            offer for offer in offers(ada.member.user, ada, now=NOW) if offer.action == "confirm_signature"
        ).reason

    assert offered() == "Your signature counts; there is nothing to confirm."
    confirm(propose(version, by=edith), by=emil)
    assert offered() == ""


# --- the laws ---------------------------------------------------------------------------------------------------------

APPROVE = (
    "UPDATE articles_version SET state = 'approved', approved_at = state_changed_at, reviewed_by = '[]',"
    " valid_until = state_changed_at + interval '1 day', policy_id = opened_policy_id WHERE id = %s"
)


def test_postgresql_counts_no_signature_that_is_not_confirmed(version, edith, emil):
    confirm(propose(version, by=edith), by=emil)
    assert refused_by_postgresql(APPROVE, version.pk)
    SignatureConfirmation.objects.update(confirmed_at=NOW)
    assert not refused_by_postgresql(APPROVE, version.pk)


def test_postgresql_lets_two_people_only_lower_what_a_round_is_judged_by(version, edith, emil):
    lower = "UPDATE articles_version SET tiers = '{low}' WHERE id = %s"
    lowering = propose(version, by=edith)
    assert refused_by_postgresql(lower, version.pk)
    decide = "UPDATE reviews_lowering SET outcome = 'confirmed', decided_at = proposed_at, decided_by_id = %s"
    assert refused_by_postgresql(decide, edith.pk)
    assert not refused_by_postgresql(decide, emil.pk)
    confirm(lowering, by=emil)
    for statement in (
        "UPDATE reviews_lowering SET outcome = 'refused'",
        "UPDATE reviews_lowering SET reason = 'x'",
        "DELETE FROM reviews_lowering",
        "DELETE FROM reviews_signatureconfirmation",
        "UPDATE reviews_signatureconfirmation SET asked_at = asked_at + interval '1 day'",
    ):
        assert refused_by_postgresql(statement), statement
    confirm_signature(version)
    assert refused_by_postgresql("UPDATE reviews_signatureconfirmation SET confirmed_at = NULL")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE reviews_lowering SET reason = 'x'", "is not the one that was given"),
        ("UPDATE reviews_lowering SET outcome = 'refused'", "was decided otherwise"),
        ("UPDATE reviews_signatureconfirmation SET confirmed_at = NULL", "it is not confirmed as the ledger says"),
        ("UPDATE articles_version SET tiers = '{high}'", "is judged by the rules of other tiers"),
        (
            "UPDATE editorial_ledgerentry SET action = 'x' WHERE action = 'decide_lowering'",
            "does not know of its decision",
        ),
    ],
)
def test_changed_byte_of_a_lowering_is_found(version, edith, emil, sql, reason):
    confirm(propose(version, by=edith), by=emil)
    confirm_signature(version)
    assert breaks() == []
    tamper(sql)
    assert reason in " ".join(breaks())


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_other_policy_than_the_ledger_says_is_found(version):
    factories.make_policy(number=2)
    tamper("UPDATE articles_version SET opened_policy_id = (SELECT max(id) FROM editorial_editorialpolicy)")
    assert "was submitted under another policy than the ledger says" in " ".join(breaks())


# --- the API ----------------------------------------------------------------------------------------------------------


def test_lowering_over_http_by_two_editors_and_the_signer(version, edith, emil):
    url = f"/api/v1/articles/{version.article.slug}"
    body = {"risk": "low", "specialties": [], "products": [], "reason": "It is harmless."}
    etag = api_client(edith).get(f"{url}/classification/")["ETag"]
    alone = api_client(edith).put(f"{url}/classification/", body, format="json", headers={"If-Match": etag})
    refused(alone, 409, code="needs_second_person")
    proposed = api_client(edith).post(f"{url}/lowerings/", body, format="json")
    assert (proposed.status_code, proposed.json()["less"]) == (201, ["low risk instead of moderate"])
    address = proposed["Location"]
    assert api_client(edith).get(address).json()["cannot_decide"].startswith("You proposed this")
    refused(api_client(edith).post(f"{address}confirm/"), 403)
    assert api_client(emil).get(address).json()["cannot_decide"] == ""
    confirmed = api_client(emil).post(f"{address}confirm/")
    assert (confirmed.status_code, confirmed.json()["outcome"]) == (200, "confirmed")
    assert api_client(emil).get(address).json()["cannot_decide"] == "This was already decided: confirmed."
    assert_signer_confirms(version)


def assert_signer_confirms(version) -> None:
    review = version.reviews.get(member__user__username="ada")
    ada = api_client(review.member.user)
    shown = ada.get(f"/api/v1/reviews/{review.pk}/").json()
    assert [one["to_confirm"] for one in shown["signatures"]] == [True]
    offer = action(shown, "confirm_signature")
    assert offer["allowed"]
    sent = {"digest": version.digest, "password": "wrong"}
    refused(ada.post(offer["href"], sent, format="json"), 422, pointer="/password")
    done = ada.post(offer["href"], {**sent, "password": PASSWORD}, format="json")
    assert (done.status_code, state_of(version)) == (200, State.APPROVED)
    assert [one["to_confirm"] for one in done.json()["signatures"]] == [False]


def test_proposal_is_seen_by_everybody_in_the_round_and_by_nobody_else(version, edith, cleo):
    address = f"/api/v1/lowerings/{propose(version, by=edith).pk}/"
    seen = {
        name: api_client(factories.make_user(name)).get(address).status_code for name in ("ada", "ben", "wanda", "cleo")
    }
    assert seen == {"ada": 200, "ben": 200, "wanda": 200, "cleo": 404}
    refuse = api_client(edith).post(f"{address}refuse/")
    assert (refuse.status_code, refuse.json()["outcome"]) == (200, "refused")


# --- the admin --------------------------------------------------------------------------------------------------------


def test_editor_who_asks_for_less_in_the_admin_proposes_it(client, version, edith, emil):
    client.force_login(edith)
    address = f"/admin/articles/article/{version.article_id}/change/"
    sent = as_sent(client.get(address), risk="low")
    without = client.post(address, sent)
    assert (without.status_code, Lowering.objects.count()) == (422, 0)
    answer = client.post(address, {**sent, "reason": "It is harmless."}, follow=True)
    page = answer.content.decode()
    assert "Nothing has changed yet. A version is in review and this lowers its requirements" in page
    assert "You proposed this; another editor or the chair of the board decides it." in page
    lowering = Lowering.objects.get()
    client.force_login(emil)
    assert (
        "Confirm the lower requirements"
        in client.get(f"/admin/reviews/lowering/{lowering.pk}/change/").content.decode()
    )
    client.post(f"/admin/reviews/lowering/{lowering.pk}/do/confirm/")
    shown = client.get(f"/admin/articles/version/{version.pk}/change/").content.decode()
    assert "Lower requirements: low risk instead of moderate" in shown
    assert "To be confirmed" in shown
    assert "Confirmed" in client.get("/admin/reviews/lowering/").content.decode()
    assert_signer_confirms_in_the_admin(client, version)


def assert_signer_confirms_in_the_admin(client, version) -> None:
    review = version.reviews.get(member__user__username="ada")
    client.force_login(review.member.user)
    address = f"/admin/reviews/review/{review.pk}/do/confirm_signature/"
    page = client.get(address).content.decode()
    assert "low risk instead of moderate" in page
    assert "At low risk the policy asks for one approval" in page
    client.post(address, {"digest": version.digest, "password": PASSWORD})
    assert state_of(version) == State.APPROVED


def test_refused_lowering_in_the_admin_is_offered_no_more(client, version, edith):
    lowering = propose(version, by=edith)
    client.force_login(edith)
    client.post(f"/admin/reviews/lowering/{lowering.pk}/do/refuse/")
    assert "Refuse and keep" not in client.get(f"/admin/reviews/lowering/{lowering.pk}/change/").content.decode()
