"""Test data. A record with a life cycle reaches its state through the real actions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.contrib.auth.hashers import make_password

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Reference, Version
from articles.text.content import Text
from editorial.actions import publish_policy
from editorial.board.interests import ITEMS, NONE
from editorial.models import (
    Audience,
    BoardMember,
    ChecklistQuestion,
    Company,
    Disclosure,
    DisclosureStatement,
    EditorialPolicy,
    PolicyRule,
    Product,
    RiskTier,
    Specialty,
    User,
)
from editorial.policy.default_reminders import Step, rungs_of
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review
from tests.support.stored_rows import remembered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday. Actions get the time as an argument. Code that reads the clock itself is tested at the present day."""

BODY = "Intravenous immunoglobulin can cause back pain [@orbach2005]. It is mild [@orbach2005; @stiehm2013, p. 12].\n"


PASSWORD = "three quiet herons"


@remembered
def make_user(username: str, **fields: Any) -> User:
    user, _ = User.objects.get_or_create(
        username=username,
        defaults={
            "first_name": username.title(),
            "last_name": "Example",
            "email": f"{username}@example.org",
            "password": lambda: make_password(PASSWORD),
            **fields,
        },
    )
    return user


@remembered
def make_specialty(code: str = "immunology") -> Specialty:
    return Specialty.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


@remembered
def make_member(username: str, **fields: Any) -> BoardMember:
    make_specialty()
    defaults = {
        "credentials": "MD, PhD",
        "specialties": ["immunology"],
        "licence_expires_on": date(2099, 12, 31),
        "term_from": date(2020, 1, 1),
        **fields,
    }
    member, is_new = BoardMember.objects.get_or_create(user=make_user(username), defaults=defaults)
    if is_new:
        make_statement(member)
    return member


@remembered
def make_statement(member: BoardMember, *, stated_at: datetime = datetime(2099, 1, 1, tzinfo=UTC)) -> None:
    """Record a statement on interests. By default it never expires in a test."""
    DisclosureStatement.objects.create(member=member, answers=dict.fromkeys(ITEMS, NONE), stated_at=stated_at)


@remembered
def make_policy(
    *,
    number: int = 1,
    quorum: int = 2,
    quorums: Mapping[str, int] = MappingProxyType({}),
    questions: Sequence[tuple[str, str, bool]] = (("What would you add?", "text", False),),
    rungs: Sequence[Step] = (),
    in_force_from: datetime | None = None,
    **fields: Any,
) -> EditorialPolicy:
    """Publish a policy with the same rule for every tier except ``quorums``, by default in force since 2020."""
    rule = {name: fields.pop(name) for name in ("required_specialties",) if name in fields}
    rule["shelf_life_days"] = fields.pop("shelf_life_days", 365)
    policy = EditorialPolicy.objects.create(
        number=number, title="Editorial policy", text="Two members of the board approve every answer.", **fields
    )
    for risk in RiskTier:
        PolicyRule.objects.create(policy=policy, risk=risk, quorum=quorums.get(risk, quorum), **rule)
    for position, (text, kind, is_required) in enumerate(questions, start=1):
        ChecklistQuestion.objects.create(
            policy=policy, position=position, text=text, kind=kind, is_required=is_required
        )
    for rung in rungs_of(policy, ladder=rungs):
        rung.save()
    editor = make_user("edith", is_editor=True)
    moment = in_force_from or datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return publish_policy(policy_id=policy.pk, by=editor, now=moment)


@remembered
def make_audience(code: str = "professional", **fields: Any) -> Audience:
    defaults = {"name": code.title(), "disclaimer": f"For the {code} reader.", **fields}
    return Audience.objects.get_or_create(code=code, defaults=defaults)[0]


def csl(key: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "type": "article-journal",
        "title": f"Title of {key}",
        "author": [{"family": "Orbach", "given": "Hedi"}],
        "container-title": "Clinical Reviews",
        "issued": {"date-parts": [[2005, 12]]},
        "volume": "29",
        "page": "173-184",
        **fields,
    }


@remembered
def make_reference(key: str = "orbach2005", **fields: Any) -> Reference:
    found = Reference.objects.filter(key=key).first()
    writer = make_user("wanda", is_writer=True)
    return found or articles.keep_reference(csl=csl(key, **fields), kind="research", by=writer, now=NOW)


@remembered
def make_product(name: str = "Privigen", manufacturer: str = "CSL Behring") -> Product:
    company, _ = Company.objects.get_or_create(name=manufacturer)
    return Product.objects.get_or_create(name=name, manufacturer=company)[0]


@remembered
def make_disclosure(member: BoardMember, *, company: Company, **fields: Any) -> Disclosure:
    defaults = {"nature": "consulting", "held_from": date(2020, 1, 1), **fields}
    return Disclosure.objects.create(member=member, company=company, **defaults)


@remembered
def make_texts(body: str = BODY) -> list[Text]:
    make_audience("professional", position=1)
    for key in ("orbach2005", "stiehm2013"):
        make_reference(key)
    return [Text("professional", "Yes, sometimes.", body, is_primary=True)]


@remembered
def make_draft(slug: str = "ivig-back-pain", *, now: datetime = NOW, **fields: Any) -> Version:
    """Create Wanda's first draft of an article."""
    new = articles.NewArticle(
        slug=slug, question=fields.pop("question", "Can IVIG cause back pain?"), texts=make_texts(), **fields
    )
    return articles.create(new=new, by=make_user("wanda", is_writer=True), now=now)


@remembered
def make_submitted(slug: str = "ivig-back-pain", *, now: datetime = NOW) -> Version:
    draft = make_draft(slug, now=now)
    return articles.submit(version_id=draft.pk, by=make_user("wanda", is_writer=True), now=now)


@remembered
def make_invitation(version: Version, username: str = "ada", *, now: datetime = NOW) -> Review:
    editor = make_user("edith", is_editor=True)
    return reviews.invite(version_id=version.pk, member_id=make_member(username).pk, by=editor, now=now)


@remembered
def make_accepted(version: Version, username: str = "ada", *, now: datetime = NOW) -> Review:
    review = make_invitation(version, username, now=now)
    return reviews.accept(review_id=review.pk, by=review.member.user, now=now)


@remembered
def sign(review: Review, decision: str = Decision.APPROVE, *, now: datetime = NOW) -> Review:
    reviews.sign(
        review_id=review.pk,
        decision=decision,
        digest=review.version.digest,
        statement="Read it all.",
        by=review.member.user,
        now=now,
    )
    return Review.objects.select_related("member__user", "version__article").get(pk=review.pk)


@remembered
def make_approved(slug: str = "ivig-back-pain", *, now: datetime = NOW) -> Version:
    """Return a version approved by Ada and Ben under a policy that requires two signatures."""
    _ensure_policy()
    version = make_submitted(slug, now=now)
    return approve(version, now=now)


@remembered
def approve(version: Version, *, now: datetime = NOW) -> Version:
    for username in ("ada", "ben"):
        sign(make_accepted(version, username, now=now), now=now)
    return reread(version)


def make_retracted() -> Version:
    return make_version_at(State.RETRACTED)


def reread(version: Version) -> Version:
    return Version.objects.select_related("article", "policy").get(pk=version.pk)


def _ensure_policy() -> None:
    if not EditorialPolicy.objects.exists():
        make_policy()


@remembered
def make_version_at(state: State, slug: str = "ivig-back-pain", *, now: datetime = NOW) -> Version:
    """Return a version of Wanda's article in ``state``, with the history that leads there."""
    _ensure_policy()
    editor, writer = make_user("edith", is_editor=True), make_user("wanda", is_writer=True)
    act = {"by": editor, "now": now, "reason": "For the test."}
    if state == State.DRAFT:
        return make_draft(slug, now=now)
    if state in (State.APPROVED, State.SUPERSEDED, State.SUSPENDED, State.RETRACTED):
        version = make_approved(slug, now=now)
    else:
        version = make_submitted(slug, now=now)
    if state in (State.UNDER_REVIEW, State.CHANGES_REQUESTED):
        make_accepted(version, now=now)
    if state == State.SUPERSEDED:
        newer = articles.revise(version_id=version.pk, by=writer, now=now)
        articles.edit(version_id=newer.pk, question="Can IVIG cause low back pain?", by=writer, now=now)
        approve(articles.submit(version_id=newer.pk, by=writer, now=now), now=now)
    last = {
        State.CHANGES_REQUESTED: reviews.request_changes,
        State.WITHDRAWN: reviews.withdraw,
        State.REJECTED: reviews.reject,
        State.SUSPENDED: articles.suspend,
        State.RETRACTED: articles.retract,
    }.get(state)
    if last:
        last(version_id=version.pk, **act)
    return reread(version)


@remembered
def make_review_at(state: ReviewState, *, now: datetime = NOW) -> Review:
    """Return Ada's review of Wanda's article in ``state``. The version stays in review if the state allows it."""
    _ensure_policy()
    version = make_submitted(now=now)
    review = make_invitation(version, now=now)
    ada, editor = review.member.user, make_user("edith", is_editor=True)
    act = {"review_id": review.pk, "now": now}
    if state in (ReviewState.ACCEPTED, ReviewState.SIGNED):
        review = reviews.accept(by=ada, **act)
    if state == ReviewState.SIGNED:
        review = sign(review, now=now)
    elif state == ReviewState.DECLINED:
        reviews.decline(by=ada, reason="No time.", **act)
    elif state == ReviewState.RECUSED:
        reviews.recuse(by=ada, reason="My brother wrote it.", **act)
    elif state == ReviewState.CANCELLED:
        reviews.cancel(by=editor, **act)
    elif state == ReviewState.LAPSED:
        reviews.withdraw(version_id=version.pk, by=editor, now=now, reason="Not now.")
    return Review.objects.select_related("member__user", "version__article").get(pk=review.pk)
