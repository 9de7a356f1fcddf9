"""The border table, cell by cell: each thing is made and each border is crossed by real actions."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.urls import reverse

from articles.models import Authorship
from articles.permissions import has_written
from editorial import autosave
from editorial.accounts.persons import accounts_of
from editorial.mail import notices
from editorial.models import BoardMember, EditorialPolicy, Notice, User
from reviews import verification
from reviews.borders import BORDERS, Border, BorderOutcome, NoticeRecipient, RecordKind
from reviews.desk.objections import open_objections
from reviews.lifecycle import State
from reviews.models import ClaimCheck, Comment, Signature
from reviews.rounds.obstacles import Interest, InterestKind, interests_of_person, interests_touching
from reviews.signing.checklist import checklist_items
from tests.support.api import client as api_client
from tests.support.borders import CROSSINGS, DUE, LATER, MAKERS, World, awaits_confirmation, edith
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

CELLS = [(thing, border) for thing in RecordKind for border in Border]


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker) -> Iterator[World]:
    """A thing that was said; made once for all borders."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = MAKERS[request.param]()
        yield made
        transaction.set_rollback(True)


# --- what became of it ------------------------------------------------------------------------------------------------


def found_comment(world: World) -> BorderOutcome:
    """It stands against approving the newest version, and its words are as they were."""
    comment = Comment.objects.get(pk=world.thing.pk)
    assert comment.text == "The dose is lethal."
    if comment.resolved_at:
        return BorderOutcome.ENDS
    assert comment in [one.source for one in open_objections(world.latest)]
    assert not is_over(world) or edith_sees(comment)
    return world.kept()


def found_verdict(world: World) -> BorderOutcome:
    """The negative one stands against approving the newest version; both are where Ada gave them, or where she is."""
    given = list(world.before.claim_checks.order_by("claim__position"))
    assert [one.verdict for one in given] == ["contradicts", "supports"]
    standing = {one.source for one in open_objections(world.latest)}
    assert any(isinstance(one, ClaimCheck) and one.note == given[0].note for one in standing)
    assert not is_over(world) or edith_sees(given[0])
    if not world.has_new_seat:
        return world.kept()
    now = list(world.now.claim_checks.order_by("claim__position").values_list("verdict", "note"))
    same_words = [one.claim.words for one in given]
    kept = [one for one, claim in zip(given, same_words, strict=True) if claim in words_of(world.latest)]
    assert now == [(one.verdict, one.note) for one in kept]
    return BorderOutcome.CARRIED


def words_of(version: Any) -> set[str]:
    return {claim.words for text in version.renditions.all() for claim in text.claims.all()}


def is_over(world: World) -> bool:
    return world.before.state not in (State.INVITED, State.ACCEPTED, State.SIGNED)


def edith_sees(said: Comment | ClaimCheck) -> bool:
    return type(said).objects.visible_to(edith()).filter(pk=said.pk).exists()


def found_answer(world: World) -> BorderOutcome:
    """The question as it is asked now has the answer, without a word of Ada's."""
    assert world.before.checklist_answers.get().value == "Nothing is missing."
    (item,) = checklist_items(world.now, policy=EditorialPolicy.objects.required(at=LATER))
    assert item.answer == "Nothing is missing."
    is_new = world.has_new_seat or item.question != world.thing
    return BorderOutcome.CARRIED if is_new else world.kept()


def found_signature(world: World) -> BorderOutcome:
    signature = Signature.objects.standing().get(pk=world.thing.pk)
    if world.has_new_seat:
        assert not Signature.objects.filter(review=world.now).exists()
        return BorderOutcome.ASKED_AGAIN
    if awaits_confirmation(world.before):
        return BorderOutcome.ASKED_AGAIN
    assert signature in Signature.objects.over(world.version)
    return world.kept()


def binding(world: World) -> list[Interest]:
    """What binds Ada to the newest version, and every account of hers."""
    found = interests_touching(world.latest, on=LATER.date())
    twin = User.objects.filter(username="twin").first()
    mine = interests_of_person(found, accounts_of([world.review.member.user_id]))
    assert twin is None or interests_of_person(found, accounts_of([twin.pk])) == mine
    return mine


def found_recusal(world: World) -> BorderOutcome:
    assert world.before.state == State.RECUSED
    assert [(one.kind, one.source) for one in binding(world)] == [(InterestKind.RECUSED, world.thing.pk)]
    return world.kept()


def found_interest(world: World) -> BorderOutcome:
    """It is an obstacle as before."""
    assert (InterestKind.DISCLOSED, world.thing.pk) in [(one.kind, one.source) for one in binding(world)]
    return world.kept()


def found_waiver(world: World) -> BorderOutcome:
    """It stays on record with its review; it covers no other."""
    review = world.before
    assert (review.waiver, review.waived_interests) == ("A single lecture.", [world.thing.pk])
    if world.refusal and not world.has_new_seat and "disclosed an interest" in world.refusal:
        return BorderOutcome.ASKED_AGAIN
    return BorderOutcome.ENDS if is_over(world) else world.kept()


def found_typed(world: World) -> BorderOutcome:
    account = make_user("ada")
    (held,) = autosave.unsent_forms(world.now, by=account.merged_into or account).values()
    assert held.value == {"text": "Half a sentence"}
    return BorderOutcome.CARRIED if world.has_new_seat else world.kept()


def found_invitation(world: World) -> BorderOutcome:
    if world.has_new_seat:
        assert is_over(world)
        return BorderOutcome.ASKED_AGAIN
    return BorderOutcome.ENDS if is_over(world) else world.kept()


def found_due_date(world: World) -> BorderOutcome:
    assert world.before.due_at == DUE
    if world.has_new_seat:
        assert world.now.due_at != DUE
        return BorderOutcome.ASKED_AGAIN
    return BorderOutcome.ENDS if is_over(world) else world.kept()


def found_role(world: World) -> BorderOutcome:
    """That of a member of the board in office, with an account."""
    member = BoardMember.objects.select_related("user").get(user__username="ada")
    return BorderOutcome.UNTOUCHED if member.is_in_office(on=LATER.date()) else BorderOutcome.ENDS


def found_authorship(world: World) -> BorderOutcome:
    wanda, article = User.objects.get(username="wanda"), world.version.article
    assert Authorship.objects.filter(article=article, user=wanda).exists()
    assert all(has_written(User.objects.get(pk=account), article) for account in accounts_of([wanda.pk]))
    assert not User.objects.filter(username="twin").exists() or len(accounts_of([wanda.pk])) == 2
    return world.kept()


FOUND: Mapping[RecordKind, Callable[[World], BorderOutcome]] = MappingProxyType(
    {
        RecordKind.COMMENT: found_comment,
        RecordKind.VERDICT: found_verdict,
        RecordKind.ANSWER: found_answer,
        RecordKind.SIGNATURE: found_signature,
        RecordKind.RECUSAL: found_recusal,
        RecordKind.INTEREST: found_interest,
        RecordKind.WAIVER: found_waiver,
        RecordKind.TYPED: found_typed,
        RecordKind.INVITATION: found_invitation,
        RecordKind.DUE_DATE: found_due_date,
        RecordKind.ROLE: found_role,
        RecordKind.AUTHORSHIP: found_authorship,
    }
)

ROLES = MappingProxyType(
    {
        "ada": NoticeRecipient.REVIEWER,
        "ben": NoticeRecipient.OTHERS,
        "wanda": NoticeRecipient.WRITERS,
        "edith": NoticeRecipient.EDITORS,
        "emil": NoticeRecipient.EDITORS,
        "twin": NoticeRecipient.STAYING,
    }
)


def told(since: int) -> Mapping[NoticeRecipient, frozenset[str]]:
    """Kinds of the notices written after that one, by who they are for."""
    found: dict[NoticeRecipient, set[str]] = defaultdict(set)
    for username, kind in Notice.objects.filter(pk__gt=since).values_list("recipient__username", "kind"):
        found[ROLES[username]].add(kind)
    return {who: frozenset(kinds) for who, kinds in found.items()}


def crossed(
    world: World, thing: RecordKind, border: Border
) -> tuple[BorderOutcome, Mapping[NoticeRecipient, frozenset[str]]]:
    """What became of the thing, and who got which notices."""
    world.refusal = ""
    since = Notice.objects.latest("pk").pk
    CROSSINGS[border](world)
    outcome = FOUND[thing](world)
    if world.refusal and outcome != BorderOutcome.ASKED_AGAIN:
        outcome = BorderOutcome.REFUSED
    return outcome, told(since)


def test_table_has_a_cell_for_every_thing_and_border():
    assert set(BORDERS) == set(CELLS)
    assert set(MAKERS) == set(FOUND) == set(SHOWN) == set(RecordKind)
    assert {*CROSSINGS, Border.CHANNEL} == set(Border)
    for cell in BORDERS.values():
        assert cell.words
        assert bool(cell.ended_by) == (cell.outcome == BorderOutcome.ENDS)
        assert not cell.refusal or cell.outcome in (BorderOutcome.REFUSED, BorderOutcome.ASKED_AGAIN)
        assert cell.refusal or cell.outcome != BorderOutcome.REFUSED


@pytest.mark.parametrize("border", CROSSINGS)
@pytest.mark.parametrize("world", list(RecordKind), indirect=True)
def test_thing_crosses_a_border_as_the_table_says(world, border, request, db):
    thing = request.node.callspec.params["world"]
    cell = BORDERS[thing, border]
    assert crossed(world, thing, border) == (cell.outcome, cell.notices)
    assert cell.refusal in world.refusal if cell.refusal else not world.refusal


@pytest.mark.parametrize("border", [Border.WORK_COMPLETED, Border.WORK_MERGED])
@pytest.mark.parametrize("world", [RecordKind.VERDICT], indirect=True)
def test_verdict_is_carried_over_after_its_work_was_completed_or_merged(world, border, db):
    CROSSINGS[border](world)
    CROSSINGS[Border.SAME_TEXT](world)
    assert found_verdict(world) == BorderOutcome.CARRIED


@pytest.mark.parametrize("world", list(RecordKind), indirect=True)
def test_record_verifies_after_every_thing_crossed_a_round(world, db):
    CROSSINGS[Border.NEXT_VERSION](world)
    assert [str(one) for one in verification.find_breaks()] == []


# --- page, API and mail -----------------------------------------------------------------------------------------------

Address = Callable[[World], str]


def at(name: str, *args: str, of: str = "review") -> Address:
    """An address by the id of Ada's review, or of the version that is reviewed."""
    return lambda world: reverse(name, args=[getattr(world, of).pk, *args])


def alone(name: str) -> Address:
    return lambda _: reverse(name)


NO_BREAK = "\N{NO-BREAK SPACE}"

PAGE, DESK, SIGN = "admin:reviews_review_change", "admin:reviews_review_desk", "admin:reviews_review_do"


@dataclass(frozen=True)
class Shown:
    """Who reads a thing, at which address of the API and on which page; what is to be read there and in which mails."""

    to: str
    api: Address
    page: Address
    words: str
    in_api: str = ""
    in_mail: str = ""
    mailed: frozenset[str] = frozenset()
    is_on_pages_only: bool = False


SHOWN: Mapping[RecordKind, Shown] = MappingProxyType(
    {
        RecordKind.COMMENT: Shown("ada", at("api-review-comments"), at(DESK), "The dose is lethal."),
        RecordKind.VERDICT: Shown("ada", at("api-review-claim-checks"), at(DESK), "Table 2 says otherwise."),
        RecordKind.ANSWER: Shown("ada", at("api-review-checklist"), at(SIGN, "sign"), "Nothing is missing."),
        RecordKind.SIGNATURE: Shown("edith", at("api-version-signatures", of="version"), at(PAGE), "Read it all."),
        RecordKind.RECUSAL: Shown(
            "edith", at("api-review"), at(PAGE), "I hold shares in the maker.", mailed=frozenset({"review_declined"})
        ),
        RecordKind.INTEREST: Shown(
            "edith",
            at("api-review"),
            alone("admin:editorial_disclosure_changelist"),
            "consulting",
            is_on_pages_only=True,
        ),
        RecordKind.WAIVER: Shown("edith", at("api-review"), at(PAGE), "A single lecture."),
        RecordKind.TYPED: Shown("ada", at("api-review"), at(DESK), "Half a sentence", is_on_pages_only=True),
        RecordKind.INVITATION: Shown(
            "ada", at("api-review"), at(PAGE), "9 Mar 2026", "2026-03-09", "9 March 2026", frozenset({"invitation"})
        ),
        RecordKind.DUE_DATE: Shown(
            "ada",
            at("api-review"),
            at(PAGE),
            "11 Apr 2026",
            "2026-04-11",
            "11 April 2026",
            frozenset({"review_extended"}),
        ),
        RecordKind.ROLE: Shown(
            "ada", alone("api-me"), alone("admin:index"), 'href="/admin/reviews/review/', "board_member"
        ),
        RecordKind.AUTHORSHIP: Shown(
            "edith",
            at("api-version", of="version"),
            at("admin:articles_version_change", of="version"),
            "Wanda Example",
            mailed=frozenset({"submitted"}),
        ),
    }
)


@pytest.mark.parametrize("world", list(RecordKind), indirect=True)
def test_thing_is_the_same_on_page_and_api_and_in_mail(world, request, db, client):
    thing = request.node.callspec.params["world"]
    world.refusal = ""
    cell, shown, since = BORDERS[thing, Border.CHANNEL], SHOWN[thing], Notice.objects.latest("pk").pk
    reader = User.objects.get(username=shown.to)
    client.force_login(reader)
    page, answer = client.get(shown.page(world)), api_client(reader).get(shown.api(world))
    assert (page.status_code, answer.status_code) == (200, 200)
    assert shown.words in page.content.decode().replace(NO_BREAK, " ")
    assert ((shown.in_api or shown.words) in answer.content.decode()) != shown.is_on_pages_only
    mails, said = Notice.objects.select_related("recipient"), shown.in_mail or shown.words
    assert {one.kind for one in mails if said in notices.mail(one).body} == shown.mailed
    assert (FOUND[thing](world), told(since)) == (cell.outcome, cell.notices)


# --- the page of the table --------------------------------------------------------------------------------------------


def test_page_of_the_borders_is_drawn_from_the_table():
    call_command("draw_borders", check=True)


def test_page_that_differs_from_the_table_is_refused(tmp_path):
    page = tmp_path / "borders.md"
    page.write_text("# Borders\n")
    with pytest.raises(CommandError, match="draw_borders"):
        call_command("draw_borders", check=True, file=page, stdout=StringIO())
    call_command("draw_borders", file=page)
    call_command("draw_borders", check=True, file=page)
