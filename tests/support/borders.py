"""Records that cross borders: how each is made, how each border is crossed, and what happened to the record.

It is about Ada's review of Wanda's article. Ben reviews it too, Edith and Emil are editors. Everything happens by real
actions.
"""

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction

from articles import actions as articles
from articles.models import Version
from editorial import actions as editorial
from editorial import autosave
from editorial.exceptions import Refusal
from editorial.models import BoardMember, Disclosure, EditorialPolicy, RiskTier, User
from reviews import actions as reviews
from reviews.actions.leaving import hand_on_reviews
from reviews.borders import Border, BorderOutcome, RecordKind
from reviews.lifecycle import State
from reviews.models import Recusal, Review, Signature
from tests.support import factories
from tests.support.factories import NOW, make_member, make_user
from tests.support.verdicts import check, claims_of, sent

NEXT = "Pain is common [@orbach2005]. It is light [@stiehm2013].\n"
QUESTIONS = (("Is it complete?", "text", True),)
LATER = NOW + timedelta(hours=1)
DUE = NOW + timedelta(days=40)


@dataclass
class World:
    """Ada's ``review``, what she made in it (``thing``), and the ``refusal`` at a border, if any."""

    review: Review
    thing: Any = None
    refusal: str = ""
    notices: int = 0
    owner: str = "ada"

    @property
    def version(self) -> Version:
        return factories.reread(self.review.version)

    @property
    def latest(self) -> Version:
        """The newest version of the article."""
        return Version.objects.select_related("article").filter(article=self.review.version.article_id).latest("number")

    @property
    def now(self) -> Review:
        """Ada's newest review of the article."""
        rows = Review.objects.select_related("member__user", "version__article")
        return rows.filter(member=self.review.member, version__article=self.review.version.article_id).latest("pk")

    @property
    def before(self) -> Review:
        """The review in which the thing was made, read from the database."""
        return Review.objects.select_related("member__user", "version__article").get(pk=self.review.pk)

    @property
    def is_moved(self) -> bool:
        """Whether the seat, the round or the person changed."""
        was, owner = self.review, User.objects.get(username=self.owner)
        is_same = (self.before.state, self.latest.pk) == (was.state, was.version_id) and self.latest.is_in_review
        member = BoardMember.objects.filter(user=owner).first()
        return not (is_same and owner.is_active and (member is None or member.is_in_office(on=LATER.date())))

    @property
    def has_new_seat(self) -> bool:
        return self.now.pk != self.review.pk

    def kept(self) -> BorderOutcome:
        """Return the outcome for a thing that still counts: with or without a change around it."""
        return BorderOutcome.STAYS if self.is_moved else BorderOutcome.UNTOUCHED

    @contextmanager
    def trying(self) -> Any:
        """Roll the block back if it is refused, and keep the refusal."""
        try:
            with transaction.atomic():
                yield
        except Refusal as refusal:
            self.refusal = refusal.detail


def awaits_confirmation(review: Review) -> bool:
    """Return whether the signature in ``review`` does not count until its reviewer confirms it."""
    return Review.objects.with_confirmations().get(pk=review.pk).to_confirm


def edith() -> User:
    return make_user("edith", is_editor=True)


def ada() -> User:
    return make_user("ada")


def why(by: User) -> dict[str, Any]:
    return {"by": by, "now": LATER, "reason": "For a reason."}


# --- making ---------------------------------------------------------------------------------------------------------


def make_world() -> World:
    factories.make_policy(quorum=2, quorums={RiskTier.LOW: 1}, questions=QUESTIONS)
    edith(), make_user("emil", is_editor=True), make_user("root", is_superuser=True)
    version = sent()
    factories.make_specialty()
    subject = articles.Classification(specialties=["immunology"], products=[factories.make_product().pk])
    articles.classify(article_id=version.article_id, classification=subject, by=edith(), now=NOW)
    factories.make_accepted(version, "ben")
    return World(factories.make_invitation(factories.reread(version)))


def accepted() -> World:
    world = make_world()
    reviews.accept(review_id=world.review.pk, by=ada(), now=NOW)
    world.review = world.now
    return world


def make_comment() -> World:
    world = accepted()
    said = {"text": "The dose is lethal.", "is_blocking": True, "by": ada(), "now": NOW}
    world.thing = reviews.comment(review_id=world.review.pk, **said)
    return world


def make_verdict() -> World:
    """Ada contradicts one claim and supports the other."""
    world = accepted()
    one, other = claims_of(world.review.version)
    world.thing = check(world.review, one, "contradicts", note="Table 2 says otherwise.")
    check(world.review, other, "supports", note="Table 3.")
    return world


def make_answer() -> World:
    world = accepted()
    (question,) = EditorialPolicy.objects.get().questions.all()
    answers = {question.pk: "Nothing is missing."}
    reviews.answer_checklist(review_id=world.review.pk, checklist=answers, by=ada(), now=NOW)
    world.thing = question
    return world


def make_signature() -> World:
    world = make_answer()
    world.review = factories.sign(world.review)
    world.thing = Signature.objects.get()
    return world


def make_recusal() -> World:
    world = accepted()
    reviews.recuse(review_id=world.review.pk, by=ada(), now=NOW, reason="I hold shares in the maker.")
    world.review = world.now
    world.thing = Recusal.objects.get()
    return world


def disclose() -> Disclosure:
    company = factories.make_product().manufacturer
    row = Disclosure(member=factories.make_member("ada"), company=company, nature="consulting", held_from=NOW.date())
    return editorial.keep_board_record(record=row, by=edith(), now=NOW)


def make_interest() -> World:
    """The interest is recorded after Ada accepted."""
    world = accepted()
    world.thing = disclose()
    return world


def make_waiver() -> World:
    world = make_world()
    reviews.cancel(review_id=world.review.pk, by=edith(), now=NOW)
    world.thing = disclose()
    invited = {"version_id": world.review.version_id, "member_id": world.review.member_id, "by": edith(), "now": NOW}
    reviews.invite(**invited, waiver="A single lecture.")
    reviews.accept(review_id=world.now.pk, by=ada(), now=NOW)
    world.review = world.now
    return world


def make_typed() -> World:
    world = accepted()
    form = f"comment:{claims_of(world.review.version)[0].pk}"
    autosave.save_form(world.review, form=form, value={"text": "Half a sentence"}, seen=None, by=ada(), now=NOW)
    return world


def make_due_date() -> World:
    world = accepted()
    reviews.extend(review_id=world.review.pk, due_at=DUE, by=edith(), now=NOW, reason="A holiday.")
    world.review = world.now
    return world


def make_authorship() -> World:
    """Make Wanda a member of the board too."""
    world = accepted()
    factories.make_member("wanda")
    world.owner = "wanda"
    return world


MAKERS: Mapping[RecordKind, Callable[[], World]] = MappingProxyType(
    {
        RecordKind.COMMENT: make_comment,
        RecordKind.VERDICT: make_verdict,
        RecordKind.ANSWER: make_answer,
        RecordKind.SIGNATURE: make_signature,
        RecordKind.RECUSAL: make_recusal,
        RecordKind.INTEREST: make_interest,
        RecordKind.WAIVER: make_waiver,
        RecordKind.TYPED: make_typed,
        RecordKind.INVITATION: make_world,
        RecordKind.DUE_DATE: make_due_date,
        RecordKind.ROLE: accepted,
        RecordKind.AUTHORSHIP: make_authorship,
    }
)


# --- crossing -------------------------------------------------------------------------------------------------------


def come_back(world: World) -> None:
    """Edith invites Ada to the newest version, and Ada accepts."""
    with world.trying():
        invited = {"version_id": world.latest.pk, "member_id": world.review.member_id, "by": edith(), "now": LATER}
        review = reviews.invite(**invited)
        reviews.accept(review_id=review.pk, by=ada(), now=LATER)


def end_round(world: World) -> None:
    reviews.request_changes(version_id=world.review.version_id, **why(edith()))


def next_version(world: World) -> None:
    end_round(world)
    sent(NEXT, after=world.version, now=LATER)
    come_back(world)


def same_text(world: World) -> None:
    """Wanda withdraws the text and submits it again. After requested changes, pre-flight would refuse the same text."""
    wanda = make_user("wanda")
    reviews.withdraw(version_id=world.review.version_id, by=wanda, now=LATER)
    draft = articles.revise(version_id=world.review.version_id, by=wanda, now=LATER)
    articles.submit(version_id=draft.pk, by=wanda, now=LATER)
    come_back(world)


def cancel(world: World) -> None:
    with world.trying():
        reviews.cancel(review_id=world.review.pk, **why(edith()))


def decline(world: World) -> None:
    with world.trying():
        reviews.decline(review_id=world.review.pk, **why(ada()))


def recuse(world: World) -> None:
    with world.trying():
        reviews.recuse(review_id=world.review.pk, **why(ada()))


def lapse(world: World) -> None:
    with world.trying():
        reviews.lapse(review_id=world.review.pk, by=User.objects.system(), now=DUE)


def invite_again(world: World) -> None:
    """Invite Ada again. A review that is still open is cancelled first."""
    if world.review.state in (State.INVITED, State.ACCEPTED):
        cancel(world)
    come_back(world)


def publish_policy(world: World) -> None:
    """Publish a policy that requires more signatures and has the same questions."""
    policy = editorial.draft_next_policy(by=edith(), now=LATER)
    for rule in policy.rules.all():
        rule.quorum += 1
        editorial.keep_policy(record=rule, by=edith(), now=LATER)
    reviews.publish_policy(policy_id=policy.pk, by=edith(), now=LATER)


def change_risk(world: World) -> None:
    """Edith raises the risk, then proposes one lower than at the start, and Emil confirms."""
    article = world.review.version.article_id
    subject = {"specialties": ["immunology"], "products": [factories.make_product().pk]}
    high, low = (articles.Classification(risk=risk, **subject) for risk in (RiskTier.HIGH, RiskTier.LOW))
    reviews.classify(article_id=article, classification=high, by=edith(), now=LATER)
    lowering = reviews.propose_lowering(article_id=article, classification=low, **why(edith()))
    reviews.confirm_lowering(lowering_id=lowering.pk, by=make_user("emil"), now=LATER)


def leave_board(world: World) -> None:
    """End the member's term. In production this wakes a worker, which hands on open reviews."""
    member = BoardMember.objects.get(user__username=world.owner)
    member.term_to = LATER.date() - timedelta(days=1)
    editorial.keep_board_record(record=member, by=edith(), now=LATER)
    hand_on_reviews(now=LATER)


def disable_account(world: World) -> None:
    account = User.objects.get(username=world.owner)
    account.is_active = False
    editorial.keep_account(account=account, by=make_user("root"), now=LATER)
    hand_on_reviews(now=LATER)


def merge_account(world: World) -> None:
    """Merge the owner's account into another one, so that the owner's is closed."""
    duplicate, stays = User.objects.get(username=world.owner), make_member("twin").user
    act = {"duplicate_id": duplicate.pk, "account_id": stays.pk}
    reviews.merge_accounts(**act, **why(make_user("root")))


def complete_work(world: World) -> None:
    work = factories.make_reference("orbach2005")
    found = {**work.csl, "DOI": "10.1000/orbach", "PMID": "16391392"}
    system = User.objects.system()
    articles.complete_reference(reference_id=work.pk, found=found, source="Crossref", by=system, now=LATER)


def merge_work(world: World) -> None:
    """Merge the work into another record of it, which has a DOI."""
    duplicate = factories.make_reference("orbach2005")
    fuller = factories.make_reference("orbach2005b", title="Title of orbach2005", DOI="10.1000/b")
    articles.merge_references(loser_id=duplicate.pk, winner_id=fuller.pk, by=edith(), now=LATER)


CROSSINGS: Mapping[Border, Callable[[World], None]] = MappingProxyType(
    {
        Border.NEXT_VERSION: next_version,
        Border.SAME_TEXT: same_text,
        Border.CANCEL: cancel,
        Border.DECLINE: decline,
        Border.LAPSE: lapse,
        Border.RECUSE: recuse,
        Border.ROUND_ENDED: end_round,
        Border.RE_INVITATION: invite_again,
        Border.POLICY_PUBLISHED: publish_policy,
        Border.RISK_CHANGED: change_risk,
        Border.MEMBER_LEFT: leave_board,
        Border.ACCOUNT_DISABLED: disable_account,
        Border.ACCOUNT_MERGED: merge_account,
        Border.WORK_COMPLETED: complete_work,
        Border.WORK_MERGED: merge_work,
    }
)
"""All except ``Border.CHANNEL``, which is crossed by requests to every URL; see tests/borders/test_borders.py."""
