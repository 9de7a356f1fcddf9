"""Who reads a text that is not published: every role and relation to it, at every address, in every mail and file.

A text with a word that stands nowhere else is in review, with a member of the board in every state that a review has,
and a draft with another such word follows it. Every address of the site is asked. An address that is in none of the
tables below makes a test fail: it has to be said who reads the text there.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Citation, Claim, Reference, Rendition, Version
from editorial.calendar import feeds
from editorial.mail import notices
from editorial.models import CalendarFeed, LedgerEntry, Message, Notice, User
from reviews import actions as reviews
from reviews.actions.comments_and_verdicts import Anchor
from reviews.announcements import announce_ruling
from reviews.lifecycle import LIVE
from reviews.lifecycle import State as ReviewState
from reviews.models import ClaimCheck, Comment, Lowering, Recusal, Review, Ruling, Signature
from reviews.permissions import WITHHELD, reads_text, texts_read_by
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verbs import undone
from tests.support.webhook_endpoints import make_endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

WORD, DRAFTED = "zirconheron", "quartzosprey"
"""They tell where the text of which version shows."""

LATER = NOW + timedelta(days=60)

STAFF = {"editor", "administrator"}
RECORD = STAFF | {"author"}
REVIEWING = {"invited", "accepted", "signed"}
LEFT = {"declined", "recused", "cancelled", "lapsed"}
PEOPLE = ("anonymous", "reader", "writer", "author", *sorted(STAFF), "none", *sorted(REVIEWING), *sorted(LEFT))
"""Members of the board are called by what became of their review; ``none`` was invited to nothing."""

SHOWS = {
    "admin:reviews_review_change": STAFF | REVIEWING,
    "admin:reviews_review_desk": {"accepted", "signed"},
    "admin:reviews_comment_change": RECORD | {"accepted", "signed"},
    "admin:reviews_comment_history_record": RECORD | {"accepted", "signed"},
    "admin:reviews_claimcheck_changelist": RECORD | {"accepted", "signed"},
    "admin:reviews_claimcheck_change": RECORD | {"accepted", "signed"},
    "admin:reviews_claimcheck_history": RECORD | {"accepted", "signed"},
    "admin:reviews_claimcheck_history_record": RECORD | {"accepted", "signed"},
    "admin:articles_version_change": RECORD,
    "admin:articles_rendition_change": RECORD,
    "admin:articles_rendition_history": RECORD,
    "admin:articles_rendition_history_record": RECORD,
    "admin:articles_claim_changelist": RECORD,
    "admin:articles_claim_change": RECORD,
    "admin:articles_claim_history": RECORD,
    "api-review": STAFF | REVIEWING,
    "api-review-claims": STAFF | REVIEWING,
    "api-version": RECORD,
}
"""By address, who reads there the text that is in review. Who was only invited has written nothing to find again."""

PUBLISHED = {"reader:article", "reader:format", "pages:article"}
"""Where everybody reads what is published, and nobody anything else."""

SHOWS_DRAFT = {
    "admin:articles_version_change": RECORD,
    "admin:articles_version_compare": RECORD,
    "admin:articles_rendition_change": RECORD,
    "admin:articles_rendition_history": RECORD,
    "admin:articles_rendition_history_record": RECORD,
    "api-version": RECORD,
}

NOUNS = """editorial: absence accountinvitation audience boardmember company disclosure dispatch editorialpolicy
    endpoint ledgerentry mailchoice notice policyrule product specialty sweepfailure user
    articles: article citation claim documentfinding libraryimport question readermail reference rendition report
    retractionlist retractionrecord synonym version
    reviews: approvalmark claimcheck comment lowering pastfinding recusal review signature signaturesetaside
    signaturewithdrawal"""
KINDS = ("changelist", "add", "change", "history", "history_record", "delete")
OTHERS = """reader: search history questions reports
    api: articles article-classification versions version-preflight version-submit version-revise version-suspend
    version-reinstate version-retract version-withdraw version-decide article-lowerings lowering lowering-confirm
    lowering-refuse version-request-changes version-reject version-invite
    version-candidates version-invite-best version-comments version-signatures reports report report-uphold
    report-decline references reference-imports reference-import reference-import-report reference-export
    reference-duplicates reference-merge reference-cited-by reference-replace reference-supersede reference reviews
    review-changes review-sign review-checklist review-comments review-claim-checks review-accept review-decline
    review-waive signature-set-aside recusals recusal-withdraw
    review-recuse review-cancel review-confirm-signature review-extend review-remind review-revoke-links
    review-withdraw-signature review-hand-over review-objections version-objections comment-answer comment-resolve
    comment-take-over comment-accept-change claim-check-rule claim-check-withdraw claim-check-accept-change
    tokens current-token me my-mail my-tokens my-token my-sessions my-session policy policy-version board
    audiences schema docs
    pages: articles search history audience question report policy policy-version board portrait
    site: account_login account_logout account_inactive account_reauthenticate account_reset_password
    account_reset_password_done account_reset_password_from_key account_reset_password_from_key_done account_email
    account_confirm_email orcid_return mfa_index mfa_authenticate
    mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
    mfa_list_webauthn mfa_add_webauthn mfa_login_webauthn mfa_reauthenticate_webauthn passkey_options mfa_edit_webauthn
    mfa_remove_webauthn answer-accept answer-decline invitation password-strength calendar robots sitemap sitemap-part
    feed
    admin: index login logout password_change password_change_done autocomplete jsi18n view_on_site app_list
    my_account my_data editorial_accountinvitation_dismiss editorial_accountinvitation_do
    editorial_accountinvitation_invite editorial_accountinvitation_invite_many editorial_boardmember_do
    editorial_dispatch_do editorial_endpoint_do editorial_mailchoice_mine
    editorial_editorialpolicy_do editorial_editorialpolicy_ladder editorial_ledgerentry_verify editorial_notice_do
    editorial_notice_post_room editorial_user_do articles_libraryimport_report
    articles_question_do articles_reference_cited articles_reference_do articles_reference_export
    articles_reference_in_a_draft articles_reference_names articles_report_do articles_version_compare
    articles_version_do articles_version_figures articles_version_figures_csv articles_version_preview
    articles_version_rounds articles_version_rounds_csv articles_version_typed articles_version_works
    reviews_claimcheck_do reviews_comment_do reviews_lowering_do reviews_recusal_do reviews_review_changes
    reviews_review_desk_comment reviews_review_desk_verdict reviews_review_do
    reviews_review_typed reviews_signature_do reviews_signature_receipt"""
"""Where nobody is shown any of it, beside the usual pages of the ``NOUNS``.

The comparison of a review shows what changed, and this version has none before it: see ``test_reviews_comparing``.
"""

SWEEPING = {"anonymous", "writer", "accepted", "recused"}
"""Who asks the silent addresses, too: a reviewer, and people who may read nothing."""


def words(table: str) -> Iterator[tuple[str, str]]:
    space = ""
    for word in table.split():
        if word.endswith(":"):
            space = word[:-1]
        else:
            yield space, word


@cache
def silent() -> frozenset[str]:
    usual = {f"admin:{app}_{noun}_{kind}" for app, noun in words(NOUNS) for kind in KINDS}
    forms = {"reader": "reader:{}", "pages": "pages:{}", "admin": "admin:{}", "api": "api-{}", "site": "{}"}
    return frozenset((usual | {forms[space].format(name) for space, name in words(OTHERS)}) - SHOWS.keys())


# --- the world ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Made once; what a test changes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(LATER, tick=False):
        made = make_world()
        for name in PEOPLE:
            user(name)
        yield made
        transaction.set_rollback(True)


def make_world() -> SimpleNamespace:
    factories.make_policy(quorum=2, show_pending=False)
    make_endpoint()
    wanda, edith = factories.make_user("wanda", is_writer=True), factories.make_user("edith", is_editor=True)
    version = factories.make_draft()
    articles.edit(version_id=version.pk, texts=make_texts(WORD), by=wanda, now=NOW)
    version = articles.submit(version_id=version.pk, by=wanda, now=NOW)
    ids = {name: make_review(version, name).pk for name in sorted(REVIEWING | LEFT)}
    factories.sign(Review.objects.get(pk=ids["signed"]))
    why = {"now": NOW, "reason": "For the test."}
    reviews.decline(review_id=ids["declined"], by=user("declined"), **why)
    reviews.recuse(review_id=ids["recused"], by=user("recused"), **why)
    reviews.cancel(review_id=ids["cancelled"], by=edith, **why)
    reviews.lapse(review_id=ids["lapsed"], by=User.objects.system(), now=LATER)
    wanted = articles.Classification(risk="low")
    reviews.propose_lowering(article_id=version.article_id, classification=wanted, by=edith, **why)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    articles.edit(version_id=draft.pk, texts=make_texts(DRAFTED), by=wanda, now=NOW)
    return SimpleNamespace(version=version.pk, draft=draft.pk)


def make_texts(word: str) -> list[Any]:
    body = f"Pain is {word} [@orbach2005]. It is mild [@stiehm2013].\n\nSome say that it is {word} everywhere.\n"
    return factories.make_texts(body)


def make_review(version: Version, name: str) -> Review:
    """The member's review, with a comment and a verdict on the claim with the word, unless they are only invited."""
    review = factories.make_invitation(version, name)
    feeds.assign_address(review.member, now=NOW)
    if name == "invited":
        return review
    act = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    reviews.accept(**act)
    claim = Claim.objects.filter(rendition__version=version).order_by("position")[0]
    reviews.comment(text="Too weak.", anchor=Anchor(claim_id=claim.pk), proposal="Pain is rare.", **act)
    reviews.check_claim(claim_id=claim.pk, reference_id=claim.references.get().pk, verdict="partly", **act)
    return review


def user(name: str) -> User | None:
    """Whom ``PEOPLE`` calls ``name``."""
    roles: dict[str, tuple[str, dict[str, bool]]] = {
        "author": ("wanda", {"is_writer": True}),
        "writer": ("walter", {"is_writer": True}),
        "editor": ("edith", {"is_editor": True}),
        "administrator": ("root", {"is_superuser": True}),
        "reader": ("nora", {}),
    }
    if name in roles:
        username, fields = roles[name]
        return factories.make_user(username, **fields)
    return None if name == "anonymous" else factories.make_member(name).user


def client(name: str) -> APIClient:
    known, who = APIClient(), user(name)
    if who:
        known.force_login(who)
        known.force_authenticate(who)
    return known


# --- every address --------------------------------------------------------------------------------------------------


def doors(resolver: URLResolver | None = None, space: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every address; Django's old ones of the admin, which only lead on, have no name."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from doors(entry, space + (f"{entry.namespace}:" if entry.namespace else ""), route)
        elif entry.name:
            yield space + entry.name, route


def objects_of(name: str, version: Version) -> dict[str, int]:
    """Ids of what is ``name``'s own, by noun; of the signed review for whoever reviews nothing."""
    whose = name if name in REVIEWING | LEFT else "signed"
    review = Review.objects.get(member__user__username=whose)
    text = Rendition.objects.get(version=version)
    own = {"review": review.pk, "version": version.pk, "article": version.article_id, "rendition": text.pk}
    for model, rows in {Claim: text.claims.all(), Citation: version.citations.all()}.items():
        own[model._meta.model_name] = rows.order_by("pk").values_list("pk", flat=True).first() or 1
    for model in (Comment, ClaimCheck, Signature):
        rows = model.objects.filter(review=review) or model.objects.filter(review__member__user__username="signed")
        own[model._meta.model_name] = rows[0].pk
    return own


def addresses(name: str, version: Version) -> Iterator[tuple[str, str]]:
    """Every address of the site as ``name`` asks it: about ``version``, with the ids of what is theirs."""
    own = objects_of(name, version)
    feed = CalendarFeed.objects.filter(member__user=user(name)).first()
    known = {
        "version_id": own["version"],
        "review_id": own["review"],
        "comment_id": own["comment"],
        "check_id": own["claimcheck"],
        "lowering_id": Lowering.objects.latest("pk").pk,
        "recusal_id": Recusal.objects.latest("pk").pk,
        "signature_id": own["signature"],
        "report_id": 1,
        "import_id": 1,
        "pk": 1,
        "content_type_id": 1,
        "number": 1,
        "account_id": 1,
        "asked": 1,
        "secret": "unknown",
        "slug": "ivig-back-pain",
        "key": "orbach2005",
        "suffix": "md",
        "section": "articles",
        "name": "states",
        "form": "csl-json",
        "chain": f"article:{own['article']}",
        "sha256": "0" * 64,
        "app_label": "reviews",
        "token": feeds.feed_token(feed) if feed else "unknown",
        "token_id": UUID(int=0),
        "session_id": 1,
    }
    models = {f"admin:{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    for door, route in doors():
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", route)
        noun = max((noun for noun in models if door.startswith(f"{noun}_")), key=len, default="")
        given = {one: known[one] for one in wanted if one in known}
        if "object_id" in wanted:
            model = models.get(noun)
            given["object_id"] = _object(model, own) if model else 1
        if "history_id" in wanted:
            past = models[noun].history.filter(id=given["object_id"]) if hasattr(models[noun], "history") else []
            given["history_id"] = max((row.history_id for row in past), default=1)
        if door.endswith("_do"):
            for verb in admin.site._registry[models[noun]].verbs:
                yield door, reverse(door, kwargs={**given, "name": verb.name})
        else:
            yield door, reverse(door, args=["reviews"]) if door == "admin:app_list" else reverse(door, kwargs=given)


def _object(model: Any, own: dict[str, int]) -> int:
    newest = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return own.get(model._meta.model_name) or newest or 1


def shown(known: APIClient, address: str, **sent: Any) -> str:
    """What is answered to a GET, or to a POST of what is ``sent``; nothing that it does is kept."""
    with undone():
        answer = known.post(address, **sent) if sent else known.get(address)
        assert answer.status_code < 500, address
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def reading(known: APIClient, asked: list[tuple[str, str]], *words: str) -> set[str]:
    """The addresses that show one of ``words``."""
    return {door for door, address in asked for answer in [shown(known, address)] if any(w in answer for w in words)}


def test_every_address_is_in_one_of_the_tables():
    named = {door for door, _ in doors()}
    assert named == silent() | SHOWS.keys() | PUBLISHED


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PEOPLE)
def test_text_in_review_is_read_where_the_tables_say_and_nowhere_else(name, world):
    version = Version.objects.get(pk=world.version)
    asked = [(door, address) for door, address in addresses(name, version) if name in SWEEPING or door in SHOWS]
    wanted = [WORD] if name in RECORD else [WORD, DRAFTED]
    assert reading(client(name), asked, *wanted) == {door for door, who in SHOWS.items() if name in who}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PEOPLE)
def test_draft_is_read_by_its_record_readers_only(name, world):
    version = Version.objects.get(pk=world.draft)
    asked = [(door, address) for door, address in addresses(name, version) if door in SHOWS | SHOWS_DRAFT]
    assert reading(client(name), asked, DRAFTED) == {door for door, who in SHOWS_DRAFT.items() if name in who}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["anonymous", "writer", "recused"])
def test_refusal_of_what_is_sent_shows_no_text(name, world):
    """With ids of the claim and the work, as somebody would send it who had the page open before."""
    known, version = client(name), Version.objects.get(pk=world.version)
    claim, work = Claim.objects.get(text__contains=WORD), Reference.objects.get(key="orbach2005")
    about = {"claim": claim.pk, "reference": work.pk, "key": "comment:passage", "text": "", "verdict": "", "reason": ""}
    done = {**about, "text": "Too strong.", "verdict": "supports", "reason": "Why not."}
    for door, address in addresses(name, version):
        api = not address.startswith("/admin/")
        for sent in ({"reason": "Why not."}, {}) if api else (about, done):
            answer = shown(known, address, data=sent, format="json" if api else "multipart")
            assert WORD not in answer, (door, sent)
            assert DRAFTED not in answer, (door, sent)


# --- other states of the version ------------------------------------------------------------------------------------


def end_round(state: State, version: Version) -> None:
    by, why = user("editor"), {"now": NOW, "reason": "For the test."}
    if state in (State.APPROVED, State.SUSPENDED, State.RETRACTED, State.SUPERSEDED):
        factories.sign(Review.objects.get(member__user__username="accepted"))
    ends = {
        State.CHANGES_REQUESTED: reviews.request_changes,
        State.WITHDRAWN: reviews.withdraw,
        State.REJECTED: reviews.reject,
        State.SUSPENDED: articles.suspend,
        State.RETRACTED: articles.retract,
    }
    if state == State.SUPERSEDED:
        newer = articles.submit(version_id=version.article.versions.latest("number").pk, by=user("author"), now=NOW)
        factories.approve(newer)
    if state in ends:
        ends[state](version_id=version.pk, by=by, **why)
    assert factories.reread(version).state == state


ASKED = {"admin:reviews_review_change", "admin:reviews_claimcheck_change", "admin:articles_version_change"}
ASKED |= {"api-review", "api-review-claims", "api-version"}


@pytest.mark.no_cover
@pytest.mark.parametrize("state", [*State][3:])
def test_text_whose_round_is_over_is_read_by_signers_and_when_published_by_everybody(state, world):
    version = Version.objects.select_related("article").get(pk=world.version)
    end_round(state, version)
    signed = {one.member.user.username for one in Review.objects.filter(state=ReviewState.SIGNED)}
    everybody = PUBLISHED if state in (State.APPROVED, State.SUSPENDED) else set()
    for name in ("anonymous", "author", "writer", "editor", "none", "invited", "accepted", "signed", "recused"):
        asked = [one for one in addresses(name, version) if one[0] in ASKED | PUBLISHED]
        sees = {door for door in ASKED if name in SHOWS[door] and (name not in REVIEWING or name in signed)}
        assert reading(client(name), asked, WORD) == sees | everybody, name


# --- mails, files, and what is kept ---------------------------------------------------------------------------------


def test_mails_quote_the_text_only_to_who_reads_it(world):
    check = ClaimCheck.objects.get(review__member__user__username="recused")
    ruling = Ruling(pk=1, claim_check=check, verdict=check.verdict, reason="A small trial.", ruled_by=user("editor"))
    to = [user("recused"), user("author"), user("accepted")]
    announce_ruling(ruling, to=to, by=user("editor"), now=NOW)
    quoting = {one.recipient for one in Notice.objects.select_related("recipient") if WORD in mail_of(one)}
    assert quoting == {user("author"), user("accepted")}


def mail_of(notice: Notice) -> str:
    return str(notices.mail(notice).message())


def test_ledger_and_webhooks_hold_nothing_of_a_text(world):
    kept = [*LedgerEntry.objects.values_list("payload", flat=True), *Message.objects.values_list("body", flat=True)]
    assert kept
    assert not [one for one in kept if WORD in json.dumps(one) or DRAFTED in json.dumps(one)]


def test_pages_of_a_review_that_was_left_say_why_the_text_is_gone(world):
    known, review = client("recused"), Review.objects.get(member__user__username="recused")
    told = known.get(reverse("api-review", args=[review.pk])).json()["version"]
    assert told["withheld"] == WITHHELD
    assert (told["renditions"], told["citations"], told["claims"]) == ([], [], [])
    page = known.get(reverse("admin:reviews_review_change", args=[review.pk])).content.decode()
    assert WITHHELD in page
    assert "Too weak." in page  # their own words
    check = review.claim_checks.get()
    assert WITHHELD in known.get(reverse("admin:reviews_claimcheck_change", args=[check.pk])).content.decode()


def test_api_answer_to_stepping_back_has_no_text(world):
    known, review = client("accepted"), Review.objects.get(member__user__username="accepted")
    answer = known.post(reverse("api-review-recuse", args=[review.pk]), {"reason": "I own shares."}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (200, "recused")
    assert WORD not in answer.content.decode()


def test_answer_that_is_sent_again_has_no_text_once_the_review_was_left(world):
    known, review = client("invited"), Review.objects.get(member__user__username="invited")
    accept = {"path": reverse("api-review-accept", args=[review.pk]), "headers": {"Idempotency-Key": "once"}}
    first = known.post(**accept)
    assert WORD in first.content.decode()
    assert known.post(**accept).json() == first.json()
    reviews.recuse(review_id=review.pk, reason="I own shares.", by=user("invited"), now=NOW)
    again = known.post(**accept)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert WORD not in again.content.decode()
    assert again.json()["version"]["withheld"] == WITHHELD


def test_member_who_is_invited_again_reads_the_text_again(world):
    review = Review.objects.get(member__user__username="recused")
    assert not reads_text(user("recused"), review.version)
    recusal = {"recusal_id": review.recusal.pk, "reason": "I sold the shares."}
    reviews.withdraw_recusal(**recusal, by=user("recused"), now=NOW)
    factories.make_invitation(review.version, "recused")
    assert reads_text(user("recused"), review.version)


@pytest.mark.parametrize("name", PEOPLE[1:])
def test_both_forms_of_the_predicate_agree(name, world):
    read = set(texts_read_by(user(name)).values_list("pk", flat=True))
    assert read == {version.pk for version in Version.objects.all() if reads_text(user(name), version)}
    live = {one.version_id for one in Review.objects.filter(member__user=user(name), state__in=LIVE)}
    assert read == ({world.version, world.draft} if name in RECORD else live)
