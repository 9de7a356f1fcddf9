"""What people are told by mail: every kind of notice, made by the action that owes it."""

import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db import transaction
from django.test import override_settings

from articles import actions as articles
from articles.actions.approval import shorten
from articles.lifecycle import State
from articles.models import Claim, Reference
from articles.transitions import lock
from editorial.accounts.access import end_access
from editorial.actions import change_password
from editorial.mail import notices
from editorial.mail.text import COLUMNS
from editorial.models import Notice, User
from editorial.webhooks.endpoints import switch_off
from reviews import actions as reviews
from reviews.actions.empty_seats import notify_of_empty_seats
from reviews.actions.late_conflicts import notify_of_conflicts
from reviews.actions.leaving import hand_on_reviews
from tests.support import factories, late_conflicts, verdicts
from tests.support.factories import NOW, make_invitation, make_submitted, make_user
from tests.support.retraction_lists import make_superseded
from tests.support.second_factors import make_second_factor
from tests.support.webhook_endpoints import make_endpoint

KINDS = {
    "access_ended",
    "account_closed",
    "approval_dated",
    "approved",
    "changes_requested",
    "invitation",
    "lowering_decided",
    "lowering_proposed",
    "objection_ended",
    "reinstated",
    "report_received",
    "report_upheld",
    "rejected",
    "retracted",
    "review_accepted",
    "reviews_handed_on",
    "review_cancelled",
    "review_closed",
    "review_confirmed",
    "review_declined",
    "review_extended",
    "review_reminder",
    "review_signed",
    "signature_set_aside",
    "conflict_found",
    "accounts_merged",
    "seat_empty",
    "second_factor",
    "signature_to_confirm",
    "submitted",
    "suspended",
    "unsigned_objections",
    "verdict_ruled_on",
    "webhook_switched_off",
    "withdrawn",
    "work_handed_over",
    "work_retracted",
    "work_retracted_in_review",
    "work_superseded",
}
OF_ACCOUNTS = {
    "access_ended",
    "account_closed",
    "accounts_merged",
    "reviews_handed_on",
    "second_factor",
    "webhook_switched_off",
}
MISSING = "⚠ missing ⚠"


def shouting():
    """Settings under which a placeholder that nothing fills shows itself."""
    templates = deepcopy(project.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = MISSING
    return override_settings(TEMPLATES=templates)


def make_all_kinds():
    for state in (State.RETRACTED, State.CHANGES_REQUESTED, State.WITHDRAWN, State.REJECTED, State.SUSPENDED):
        version = factories.make_version_at(state, slug=f"a-{state}".replace("_", "-"))
    editor = make_user("emil", is_editor=True)
    articles.reinstate(version_id=version.pk, reason="Checked.", by=editor, now=NOW)
    make_late_conflict()
    version = make_submitted("last")
    review = make_invitation(version)
    reviews.decline(review_id=review.pk, reason="No time before June.", by=review.member.user, now=NOW)
    reviews.cancel(review_id=make_invitation(version, "ben").pk, by=editor, now=NOW)
    open_review = factories.make_accepted(make_submitted("late"), "dora")
    reviews.remind(review_id=open_review.pk, by=editor, now=NOW)
    later = open_review.due_at + timedelta(days=7)
    reviews.extend(review_id=open_review.pk, due_at=later, reason="A holiday.", by=editor, now=NOW)
    make_lowering(editor)
    make_ruling(factories.make_accepted(make_submitted("ruled"), "dora"))
    reviews.withdraw(version_id=make_closed(version).pk, reason="Later.", by=editor, now=NOW)
    make_empty_seat(factories.make_accepted(make_submitted("empty-seat"), "erin"), editor)
    make_handed_on(factories.make_accepted(make_submitted("handed-on"), "gina"), editor)
    make_unsigned_work(factories.make_accepted(make_submitted("unsigned"), "dora"), editor)
    make_upheld_report(editor)
    dated, sooner = factories.make_approved("dated"), {"valid_until": NOW + timedelta(days=30), "now": NOW}
    shorten(lock(dated.pk), reason="The policy asks for more.", by=User.objects.system(), **sooner)
    make_retracted_work_cited()
    make_second_factor(editor)
    change_password(account_id=editor.pk, password="another long one 9", by=editor, now=NOW, keep_tokens=True)
    make_user("rosa", is_superuser=True)
    switch_off(endpoint_id=make_endpoint().pk, reason="The app is no more.", by=make_user("root"), now=NOW)


def make_retracted_work_cited():
    factories.make_approved("stands-on-it")
    make_submitted("would-stand-on-it")
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=make_user("emil"), now=NOW)
    reviews.follow_retractions(by=User.objects.system(), now=NOW)
    make_superseded("stiehm2013")
    work = Reference.objects.get(key="stiehm2013")
    articles.draft_replacements(reference_id=work.pk, by=make_user("edith"), now=NOW)


def make_lowering(editor):
    version = make_submitted("lowered")
    factories.sign(factories.make_accepted(version, "dora"))
    act = {"reason": "It is harmless.", "by": make_user("edith", is_editor=True), "now": NOW}
    wanted = articles.Classification(risk="low")
    lowering = reviews.propose_lowering(article_id=version.article_id, classification=wanted, **act)
    reviews.confirm_lowering(lowering_id=lowering.pk, by=editor, now=NOW)


def make_late_conflict():
    """Ada's signature is set aside for a conflict that is found late, and her second account is merged."""
    version = late_conflicts.make_version("late-conflict")
    signature = late_conflicts.signed(version, "ada")
    late_conflicts.disclose("ada")
    notify_of_conflicts(now=NOW)
    late_conflicts.set_aside(signature)
    twin = factories.make_accepted(version, "twin").member.user
    root = make_user("root", is_superuser=True)
    ada = signature.signer
    reviews.merge_accounts(duplicate_id=twin.pk, account_id=ada.pk, reason="Her mail says so.", by=root, now=NOW)


def make_ruling(review):
    claim = Claim.objects.filter(rendition__version=review.version).order_by("pk")[0]
    refuted = verdicts.check(review, claim, "contradicts")
    factories.sign(review, "request_changes")
    reviews.rule(check_id=refuted.pk, reason="The trial was small.", by=make_user("emil"), now=NOW)


def make_empty_seat(review, editor):
    review.member.licence_expires_on = NOW.date() - timedelta(days=1)
    review.member.record(by=editor, now=NOW, reason="For the test.")
    notify_of_empty_seats(now=NOW)


def make_handed_on(review, editor):
    review.member.user.is_active = False
    review.member.user.record(by=editor, now=NOW, reason="For the test.")
    end_access(account=review.member.user, event="account closed", by=editor, now=NOW)
    hand_on_reviews(now=NOW)


def make_unsigned_work(review, editor):
    member = review.member.user
    said = {"review_id": review.pk, "by": member, "now": NOW}
    blocking = reviews.comment(text="The dose is lethal.", is_blocking=True, **said)
    reviews.cancel(review_id=review.pk, by=editor, now=NOW)
    reviews.hand_over(handed_over=True, **said)
    reviews.resolve(comment_id=blocking.pk, reason="The label says so.", by=editor, now=NOW)


def make_upheld_report(editor):
    version = factories.make_approved("reported")
    report = articles.report(article=version.article, version=version, text="The dose is wrong.", email="", now=NOW)
    articles.uphold(report_id=report.pk, reason="The dose is per kilogram.", by=editor, now=NOW)


def make_closed(version):
    make_invitation(version, "cleo")
    return version


@pytest.fixture(scope="module")
def owed(django_db_setup, django_db_blocker):
    """One notice of each kind."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_all_kinds()
        yield {notice.kind: notice for notice in Notice.objects.select_related("recipient").order_by("-pk")}
        transaction.set_rollback(True)


def test_every_kind_is_owed_by_an_action(owed):
    assert owed.keys() == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS - OF_ACCOUNTS))
def test_text_says_which_version_it_is_about(owed, kind):
    message, context = notices.mail(owed[kind]), owed[kind].context
    about = f"version {context['number']} of “{context['question']}”"
    assert about.lower() in " ".join(message.body.split()).lower()
    assert message.subject.endswith(context["question"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_text_greets_says_what_happened_and_links_to_it_in_78_columns(owed, kind):
    notice = owed[kind]
    with shouting():
        message = notices.mail(notice)
    text = message.body
    assert text.startswith(f"Dear {notice.recipient},\n\n")
    assert text.splitlines().count(f"{project.SITE_URL}{notice.context['path']}") == 1
    assert text.endswith(".\n")
    assert f"{project.SITE_NAME} sends you this because you" in " ".join(text.split())
    assert MISSING not in text
    assert not re.search(r"\n{3}|None|[{}]", text)
    assert max(map(len, text.splitlines())) <= COLUMNS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_html_says_the_same_without_loading_anything(owed, kind):
    message = notices.mail(owed[kind])
    ((html, content_type),) = message.alternatives
    words = re.sub(r"<[^>]+>|\s+", " ", html)
    assert content_type == "text/html"
    assert [word for word in message.body.split() if word != ">" and word not in words] == []
    assert not re.search(r"<(script|img|link|iframe)|url\(|@import", html)


def test_words_of_people_cannot_become_markup_or_headers(owed):
    notice = deepcopy(owed["suspended"])
    notice.context |= {"question": "Why\nBcc: all@example.org", "reason": "<script>alert(1)</script> & so on"}
    message = notices.mail(notice)
    html = message.alternatives[0][0]
    assert message.subject == "Suspended: Why Bcc: all@example.org"
    assert "Bcc" not in message.message()
    assert message.body.startswith(f"Dear {notice.recipient},\n\n")
    assert "<script>" not in html
    assert "<script>alert(1)</script> & so on" in message.body


def test_long_question_is_cut_in_the_subject_and_wrapped_in_the_text(owed):
    notice = deepcopy(owed["invitation"])
    notice.context |= {"question": "why " * 70, "message": "word " * 40}
    message = notices.mail(notice)
    assert len(message.subject) < 120
    assert max(map(len, message.body.splitlines())) <= COLUMNS
