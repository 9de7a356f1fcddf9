"""Permissions over HTTP: every method of every API endpoint, by every role, allowed or forbidden."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from articles import actions as articles
from articles.lifecycle import State
from articles.models import ArticleProduct, Claim
from editorial.models import ApiToken, User
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.lifecycle import State as ReviewState
from reviews.models import Recusal
from tests.support import factories, verdicts
from tests.support.api import rows
from tests.support.proposals import make_draft_of, make_proposal
from tests.support.retraction_lists import make_superseded

ROLES = ("anonymous", "writer", "other writer", "reviewer", "uninvited reviewer", "editor", "administrator")

ANYBODY = "200 200 200 200 200 200 200"
ANYBODY_SENDS = "201 201 201 201 201 201 201"
WHO_WORKS_HERE = "401 200 200 200 200 200 200"
RECORD_READERS = "401 200 404 404 404 200 200"
ITS_WRITER = "401 200 404 404 404 403 403"
ITS_WRITER_AND_EDITORS = "401 200 404 404 404 200 403"
EDITORS = "401 403 404 404 404 200 403"
IMPORT_READERS = "401 200 200 403 403 200 200"
EDITORS_OF_WORKS = "401 403 403 403 403 200 403"
LIBRARIANS = "401 200 200 403 403 200 403"
REVIEW_READERS = "401 404 404 200 404 200 200"
THE_REVIEWER = "401 404 404 200 404 403 403"
REVIEWS_EDITORS = "401 404 404 403 404 200 403"


@dataclass(frozen=True)
class Sent:
    """A request that succeeds for the right role: ids of its URL, body and headers."""

    ids: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """The response to each role, in the order of ``ROLES``, and the function that prepares the data."""

    answers: str
    stage: Callable[[], Sent]


# --- stages ---------------------------------------------------------------------------------------------------------


def nothing() -> Sent:
    return Sent()


def version_at(state: State, body: Any = None) -> Callable[[], Sent]:
    def stage() -> Sent:
        version = factories.make_version_at(state)
        return Sent({"version_id": version.pk}, body, {"If-Match": version.etag} if state == State.DRAFT else {})

    return stage


def review_at(state: ReviewState, body: Any = None) -> Callable[[], Sent]:
    def stage() -> Sent:
        return Sent({"review_id": factories.make_review_at(state).pk}, body)

    return stage


def invitation() -> Sent:
    version = factories.make_version_at(State.SUBMITTED)
    return Sent({"version_id": version.pk}, {"member": factories.make_member("dora").pk})


def two_to_invite() -> Sent:
    for username in ("ada", "ben"):
        factories.make_member(username)
    return Sent({"version_id": factories.make_version_at(State.SUBMITTED).pk}, {})


def signing() -> Sent:
    review = factories.make_review_at(ReviewState.ACCEPTED)
    body = {"decision": "approve", "digest": review.version.digest, "password": factories.PASSWORD}
    return Sent({"review_id": review.pk}, body, {"If-Match": review.etag})


def claim_check() -> Sent:
    review = factories.make_review_at(ReviewState.ACCEPTED)
    body = {"claim": Claim.objects.order_by("pk").first().pk, "reference": "orbach2005", "verdict": "supports"}
    return Sent({"review_id": review.pk}, body)


def negative_verdict() -> Sent:
    review = factories.make_review_at(ReviewState.ACCEPTED)
    claim = Claim.objects.order_by("pk")[0]
    refuted = verdicts.check(review, claim, "contradicts")
    factories.sign(review, "request_changes")
    return Sent({"check_id": refuted.pk}, REASON)


def left_review() -> Sent:
    review = factories.make_review_at(ReviewState.ACCEPTED)
    actions.comment(review_id=review.pk, text="Which dose?", by=review.member.user, now=factories.NOW)
    actions.cancel(review_id=review.pk, by=factories.make_user("edith", is_editor=True), now=factories.NOW)
    return Sent({"review_id": review.pk}, {"handed_over": True})


def answered_objection() -> Sent:
    """Ada objected to a claim whose words the next version changes, and also reviews that version."""
    factories.make_policy()
    review = factories.make_accepted(verdicts.sent())
    claim = verdicts.claims_of(review.version)[0]
    refuted = verdicts.check(review, claim, "contradicts")
    said = {"review_id": review.pk, "text": "No.", "is_blocking": True, "by": review.member.user, "now": factories.NOW}
    blocking = actions.comment(anchor=Anchor(claim_id=claim.pk), **said)
    factories.sign(review, "request_changes")
    reworded = "Pain is rare [@orbach2005]. It is mild [@stiehm2013].\n"
    factories.make_accepted(verdicts.sent(reworded, after=factories.reread(review.version)))
    return Sent({"check_id": refuted.pk, "comment_id": blocking.pk}, {})


def late_interest() -> Sent:
    review, product = factories.make_review_at(ReviewState.ACCEPTED), factories.make_product()
    ArticleProduct(article=review.version.article, product=product).record(by=User.objects.system(), now=factories.NOW)
    factories.make_disclosure(review.member, company=product.manufacturer)
    return Sent({"review_id": review.pk}, REASON)


def given_signature() -> Sent:
    review = factories.make_review_at(ReviewState.SIGNED)
    return Sent({"signature_id": review.signatures.get().pk}, REASON)


def recusal() -> Sent:
    factories.make_review_at(ReviewState.RECUSED)
    return Sent({"recusal_id": Recusal.objects.get().pk}, REASON)


def signed_comment() -> Sent:
    review = factories.make_review_at(ReviewState.ACCEPTED)
    said = actions.comment(review_id=review.pk, text="Which dose?", by=review.member.user, now=factories.NOW)
    factories.sign(review)
    return Sent({"comment_id": said.pk})


def proposed_wording() -> Sent:
    comment = make_proposal()
    make_draft_of(comment)
    return Sent({"comment_id": comment.pk})


def released_comment() -> Sent:
    return Sent({"comment_id": make_proposal().pk}, {"text": "Half a gram a day.", "resolves": True})


def later() -> Sent:
    day = timezone.now() + timedelta(days=200)
    return Sent({"review_id": factories.make_review_at(ReviewState.ACCEPTED).pk}, {"due_at": day.isoformat(), **REASON})


def article(body: Any = None) -> Callable[[], Sent]:
    return lambda: Sent({"slug": factories.make_version_at(State.SUBMITTED).article.slug}, body)


def in_a_form() -> Sent:
    return Sent({"slug": factories.make_version_at(State.SUBMITTED).article.slug, "suffix": "md"})


def report(body: Any = None) -> Callable[[], Sent]:
    def stage() -> Sent:
        version, now = factories.make_version_at(State.APPROVED), factories.NOW
        kept = articles.report(article=version.article, version=version, text="The dose is wrong.", email="", now=now)
        return Sent({"report_id": kept.pk}, body)

    return stage


def classification() -> Sent:
    draft = factories.make_draft()
    body = {"risk": "high", "specialties": [], "products": []}
    return Sent({"slug": draft.article.slug}, body, {"If-Match": draft.article.classification_etag()})


def less_asked_for() -> Sent:
    version = factories.make_version_at(State.SUBMITTED)
    return Sent({"slug": version.article.slug}, {"risk": "low", "specialties": [], "products": [], **REASON})


def proposed_lowering() -> Sent:
    """A lower risk tier that another editor proposed, for a version that Ada reviews."""
    version, wanted = factories.make_version_at(State.UNDER_REVIEW), articles.Classification(risk="low")
    act = {"by": factories.make_user("emil", is_editor=True), "now": factories.NOW, **REASON}
    lowering = actions.propose_lowering(article_id=version.article_id, classification=wanted, **act)
    return Sent({"lowering_id": lowering.pk})


def signature_to_confirm() -> Sent:
    review, wanted = factories.make_review_at(ReviewState.SIGNED), articles.Classification(risk="low")
    act = {"by": factories.make_user("emil", is_editor=True), "now": factories.NOW, **REASON}
    lowering = actions.propose_lowering(article_id=review.version.article_id, classification=wanted, **act)
    edith = factories.make_user("edith", is_editor=True)
    actions.confirm_lowering(lowering_id=lowering.pk, by=edith, now=factories.NOW)
    return Sent({"review_id": review.pk}, {"digest": review.version.digest, "password": factories.PASSWORD})


def decidable_round() -> Sent:
    """A round with all signatures. A cited work was listed as retracted when it was signed, and no longer is."""
    version, work = factories.make_version_at(State.UNDER_REVIEW), factories.make_reference()
    for retraction in ("retracted", "clear"):
        work.retraction, work.retraction_as_of = retraction, factories.NOW.date()
        work.record(by=User.objects.system(), now=factories.NOW)
        for review in version.reviews.filter(state="accepted") if retraction == "retracted" else ():
            factories.sign(review)
            factories.sign(factories.make_accepted(version, "ben"))
    return Sent({"version_id": version.pk})


def new_article() -> Sent:
    return Sent(body={"slug": "new", "question": "Why?", "authors": ["wanda"]})


def reference() -> Sent:
    work = factories.make_reference()
    return Sent({"key": work.key}, {"csl": work.csl, "kind": "guideline"}, {"If-Match": work.etag})


def two_references() -> Sent:
    works = [factories.make_reference(key) for key in ("orbach2005", "orbach2005a")]
    return Sent({"key": works[0].key}, {"into": works[1].key})


def works_file() -> Sent:
    return Sent(body={"format": "csl-json", "content": "[]"})


def library_import() -> Sent:
    wanda = factories.make_user("wanda", is_writer=True)
    return Sent({"import_id": articles.request_import(form="ris", content=b"TY", by=wanda, now=factories.NOW).pk})


def superseded() -> Sent:
    return Sent({"key": make_superseded().key}, {"rewrite": True})


def successor() -> Sent:
    newer, older = factories.make_reference("newer2024"), factories.make_reference()
    return Sent({"key": older.key}, {"superseded_by": newer.key, "reason": "The next edition."})


def password() -> Sent:
    dora = factories.make_user("dora")
    dora.set_password("a long enough secret")
    dora.save()
    return Sent(body={"username": "dora", "password": "a long enough secret"})


def own_token() -> Sent:
    token, _secret = ApiToken.objects.create(factories.make_user("wanda", is_writer=True))
    return Sent({"token_id": token.public_id})


def own_session() -> Sent:
    wanda, browser = factories.make_user("wanda", is_writer=True), APIClient()
    browser.force_login(wanda)
    browser.get("/admin/")
    return Sent({"session_id": wanda.account_sessions.get().pk})


def policy() -> Sent:
    return Sent({"number": factories.make_policy().number})


REASON = {"reason": "It was retracted."}

TABLE: dict[str, Row] = {
    "GET articles/": Row(ANYBODY, article()),
    "POST articles/": Row("401 201 403 403 403 201 403", new_article),
    "GET articles/<slug:slug>/": Row(ANYBODY, article()),
    "GET articles/<slug:slug>.<str:suffix>": Row(ANYBODY, in_a_form),
    "GET articles/<slug:slug>/history/": Row(ANYBODY, article()),
    "POST articles/<slug:slug>/questions/": Row(ANYBODY, article({"text": "For children too?"})),
    "GET search/": Row(ANYBODY, lambda: Sent(body={"q": "pain"})),
    "POST articles/<slug:slug>/reports/": Row(ANYBODY_SENDS, article({"text": "The dose is wrong."})),
    "GET articles/<slug:slug>/classification/": Row(RECORD_READERS, article()),
    "PUT articles/<slug:slug>/classification/": Row(ITS_WRITER_AND_EDITORS, classification),
    "POST articles/<slug:slug>/lowerings/": Row("401 403 404 404 404 201 403", less_asked_for),
    "GET lowerings/<int:lowering_id>/": Row("401 200 404 200 404 200 200", proposed_lowering),
    "POST lowerings/<int:lowering_id>/confirm/": Row("401 403 404 403 404 200 403", proposed_lowering),
    "POST lowerings/<int:lowering_id>/refuse/": Row("401 403 404 403 404 200 403", proposed_lowering),
    "GET versions/": Row(WHO_WORKS_HERE, version_at(State.DRAFT)),
    "GET versions/<int:version_id>/": Row(RECORD_READERS, version_at(State.UNDER_REVIEW)),
    "PATCH versions/<int:version_id>/": Row(ITS_WRITER, version_at(State.DRAFT, {"question": "Why?"})),
    "GET versions/<int:version_id>/preflight/": Row(RECORD_READERS, version_at(State.DRAFT)),
    "POST versions/<int:version_id>/submit/": Row(ITS_WRITER, version_at(State.DRAFT)),
    "POST versions/<int:version_id>/revise/": Row("401 201 404 404 404 201 403", version_at(State.APPROVED)),
    "POST versions/<int:version_id>/suspend/": Row(EDITORS, version_at(State.APPROVED, REASON)),
    "POST versions/<int:version_id>/reinstate/": Row(EDITORS, version_at(State.SUSPENDED, REASON)),
    "POST versions/<int:version_id>/retract/": Row(EDITORS, version_at(State.APPROVED, REASON)),
    "POST versions/<int:version_id>/withdraw/": Row(ITS_WRITER_AND_EDITORS, version_at(State.UNDER_REVIEW)),
    "POST versions/<int:version_id>/request-changes/": Row(EDITORS, version_at(State.UNDER_REVIEW, REASON)),
    "POST versions/<int:version_id>/reject/": Row(EDITORS, version_at(State.UNDER_REVIEW, REASON)),
    "POST versions/<int:version_id>/decide/": Row(EDITORS, decidable_round),
    "POST versions/<int:version_id>/invite/": Row("401 403 404 404 404 201 403", invitation),
    "GET versions/<int:version_id>/candidates/": Row("401 403 404 404 404 200 200", version_at(State.SUBMITTED)),
    "POST versions/<int:version_id>/invite-best/": Row("401 403 404 404 404 201 403", two_to_invite),
    "GET versions/<int:version_id>/comments/": Row(RECORD_READERS, version_at(State.UNDER_REVIEW)),
    "GET versions/<int:version_id>/signatures/": Row(RECORD_READERS, version_at(State.UNDER_REVIEW)),
    "GET reports/": Row(WHO_WORKS_HERE, report()),
    "GET reports/<int:report_id>/": Row("401 404 404 404 404 200 200", report()),
    "POST reports/<int:report_id>/uphold/": Row("401 404 404 404 404 200 403", report(REASON)),
    "POST reports/<int:report_id>/decline/": Row("401 404 404 404 404 200 403", report(REASON)),
    "GET references/": Row(WHO_WORKS_HERE, reference),
    "POST references/": Row("401 201 201 403 403 201 403", lambda: Sent(body={"csl": factories.csl("new2020")})),
    "GET references/imports/": Row(IMPORT_READERS, nothing),
    "POST references/imports/": Row("401 202 202 403 403 202 403", works_file),
    "GET references/imports/<int:import_id>/": Row(IMPORT_READERS, library_import),
    "GET references/imports/<int:import_id>/report/": Row(IMPORT_READERS, library_import),
    "GET references/export/": Row(WHO_WORKS_HERE, reference),
    "GET references/duplicates/": Row(WHO_WORKS_HERE, nothing),
    "POST references/<path:key>/merge/": Row("401 403 403 403 403 200 403", two_references),
    "GET references/<path:key>/": Row(WHO_WORKS_HERE, reference),
    "PUT references/<path:key>/": Row(LIBRARIANS, reference),
    "GET references/<path:key>/cited-by/": Row(WHO_WORKS_HERE, superseded),
    "POST references/<path:key>/replace/": Row(EDITORS_OF_WORKS, superseded),
    "POST references/<path:key>/supersede/": Row(EDITORS_OF_WORKS, successor),
    "GET reviews/": Row(WHO_WORKS_HERE, review_at(ReviewState.INVITED)),
    "GET reviews/<int:review_id>/": Row(REVIEW_READERS, review_at(ReviewState.INVITED)),
    "POST reviews/<int:review_id>/accept/": Row(THE_REVIEWER, review_at(ReviewState.INVITED)),
    "POST reviews/<int:review_id>/decline/": Row(THE_REVIEWER, review_at(ReviewState.INVITED, REASON)),
    "POST reviews/<int:review_id>/recuse/": Row(THE_REVIEWER, review_at(ReviewState.ACCEPTED, REASON)),
    "POST reviews/<int:review_id>/cancel/": Row(REVIEWS_EDITORS, review_at(ReviewState.INVITED)),
    "POST reviews/<int:review_id>/sign/": Row(THE_REVIEWER, signing),
    "POST reviews/<int:review_id>/withdraw-signature/": Row(THE_REVIEWER, review_at(ReviewState.SIGNED, REASON)),
    "POST reviews/<int:review_id>/confirm-signature/": Row(THE_REVIEWER, signature_to_confirm),
    "GET reviews/<int:review_id>/checklist/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "POST reviews/<int:review_id>/checklist/": Row(THE_REVIEWER, review_at(ReviewState.ACCEPTED, {"checklist": {}})),
    "POST reviews/<int:review_id>/extend/": Row(REVIEWS_EDITORS, later),
    "POST reviews/<int:review_id>/remind/": Row(REVIEWS_EDITORS, review_at(ReviewState.ACCEPTED)),
    "POST reviews/<int:review_id>/revoke-links/": Row(REVIEWS_EDITORS, review_at(ReviewState.INVITED)),
    "GET reviews/<int:review_id>/comments/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "POST reviews/<int:review_id>/comments/": Row(
        "401 404 404 201 404 403 403", review_at(ReviewState.ACCEPTED, {"text": "Which dose?"})
    ),
    "GET reviews/<int:review_id>/claim-checks/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "POST reviews/<int:review_id>/claim-checks/": Row(THE_REVIEWER, claim_check),
    "GET reviews/<int:review_id>/claims/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "GET reviews/<int:review_id>/changes/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "POST reviews/<int:review_id>/waive/": Row(REVIEWS_EDITORS, late_interest),
    "POST signatures/<int:signature_id>/set-aside/": Row("401 403 404 403 404 200 403", given_signature),
    "GET recusals/": Row("401 200 200 200 200 200 200", nothing),
    "POST recusals/<int:recusal_id>/withdraw/": Row("401 404 404 200 404 200 403", recusal),
    "GET reviews/<int:review_id>/objections/": Row(REVIEW_READERS, review_at(ReviewState.ACCEPTED)),
    "GET versions/<int:version_id>/objections/": Row(RECORD_READERS, version_at(State.UNDER_REVIEW)),
    "POST reviews/<int:review_id>/hand-over/": Row(THE_REVIEWER, left_review),
    "POST claim-checks/<int:check_id>/withdraw/": Row("401 403 404 200 404 403 403", negative_verdict),
    "POST claim-checks/<int:check_id>/accept-change/": Row("401 403 404 200 404 403 403", answered_objection),
    "POST comments/<int:comment_id>/accept-change/": Row("401 403 404 200 404 403 403", answered_objection),
    "POST claim-checks/<int:check_id>/rule/": Row("401 403 404 403 404 200 403", negative_verdict),
    "POST comments/<int:comment_id>/answer/": Row("401 200 404 403 404 403 403", released_comment),
    "POST comments/<int:comment_id>/resolve/": Row("401 403 404 200 404 200 403", signed_comment),
    "POST comments/<int:comment_id>/take-over/": Row("401 200 404 403 404 403 403", proposed_wording),
    "POST tokens/": Row(ANYBODY_SENDS, password),
    "DELETE tokens/current/": Row("401 204 204 204 204 204 204", nothing),
    "GET me/": Row(WHO_WORKS_HERE, nothing),
    "GET me/mail/": Row(WHO_WORKS_HERE, nothing),
    "PATCH me/mail/": Row(WHO_WORKS_HERE, lambda: Sent(body={"delivery": "digest"})),
    "GET me/tokens/": Row(WHO_WORKS_HERE, nothing),
    "DELETE me/tokens/<uuid:token_id>/": Row("401 204 404 404 404 404 404", own_token),
    "GET me/sessions/": Row(WHO_WORKS_HERE, nothing),
    "DELETE me/sessions/<int:session_id>/": Row("401 204 404 404 404 404 404", own_session),
    "GET policy/": Row(ANYBODY, policy),
    "GET policy/<int:number>/": Row(ANYBODY, policy),
    "GET board/": Row(ANYBODY, nothing),
    "GET audiences/": Row(ANYBODY, nothing),
    "GET schema/": Row(ANYBODY, nothing),
    "GET docs/": Row(ANYBODY, nothing),
}


def operations(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield method and route of every operation in the URLconf."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            view = entry.callback.cls
            methods = {name for name in view.http_method_names if hasattr(view, name)} - {"options", "head"}
            yield from (f"{method.upper()} {route}" for method in methods)
        else:
            yield from operations(entry, route)


def test_table_has_every_operation_of_the_api_and_no_other():
    assert set(operations(get_resolver("config.api"))) == set(TABLE)


def people() -> dict[str, User | None]:
    return {
        "anonymous": None,
        "writer": factories.make_user("wanda", is_writer=True),
        "other writer": factories.make_user("walter", is_writer=True),
        "reviewer": factories.make_member("ada").user,
        "uninvited reviewer": factories.make_member("cleo").user,
        "editor": factories.make_user("edith", is_editor=True),
        "administrator": factories.make_user("root", is_superuser=True),
    }


def send(user: User | None, operation: str, sent: Sent):
    """Send the request with a token of ``user``, and roll its effect back. A refused request must have no effect."""
    method, route = operation.split()
    address = re.sub(r"<\w+:(\w+)>", lambda parameter: str(sent.ids[parameter[1]]), route)
    known = APIClient(REMOTE_ADDR=f"10.0.{hash(operation) % 250}.{user.pk % 250 if user else 1}")
    if user:
        known.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.create(user)[1]}")
    with transaction.atomic():
        before = rows()
        response = getattr(known, method.lower())(f"/api/v1/{address}", sent.body, headers=sent.headers)
        assert response.status_code < 400 or rows() == before
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("operation", TABLE)
def test_every_role_is_answered_as_the_table_says(operation, db):
    row, cast = TABLE[operation], people()
    sent = row.stage()
    answers = {role: send(user, operation, sent) for role, user in cast.items()}
    assert {role: answer.status_code for role, answer in answers.items()} == dict(
        zip(ROLES, map(int, row.answers.split()), strict=True)
    )
    refusals = [answer for answer in answers.values() if answer.status_code >= 400]
    assert {answer["Content-Type"] for answer in refusals} <= {"application/problem+json"}
