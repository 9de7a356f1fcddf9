"""Accounts, board, policy, library, ledger and notices in the admin; log-in, start page and comparison."""

import json
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Reference, Version
from config.start_page_lists import MAX_ROWS
from editorial.actions import remove_policy_row
from editorial.mail import notices
from editorial.models import (
    Absence,
    BoardMember,
    Company,
    Disclosure,
    EditorialPolicy,
    LedgerChain,
    Notice,
    Specialty,
    User,
)
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from tests.admin.test_flow import address, as_sent, do, words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.second_factors import log_in

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def listed(model, **query):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=query)


def added(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def management(prefix, total=0, initial=0):
    return {f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": str(initial)}


# --- coming in ------------------------------------------------------------------------------------------------------


def test_login_of_somebody_with_a_role_leads_to_the_start_page(client, wanda):
    wanda.set_password(PASSWORD)
    wanda.record(by=wanda, now=NOW)
    wanted = client.get(reverse("admin:reviews_review_changelist"), follow=True)
    assert wanted.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2Freviews%2Freview%2F"
    assert log_in(client, "wanda", password=PASSWORD)["Location"] == "/admin/"
    assert log_in(Client(), "WANDA@example.org", password=PASSWORD)["Location"] == "/admin/"


def test_login_of_somebody_without_a_role_is_refused_in_words(client):
    rita = factories.make_user("rita")
    rita.set_password(PASSWORD)
    rita.record(by=rita, now=NOW)
    assert "Ask an administrator for one." in words(client.get(log_in(client, "rita", password=PASSWORD)["Location"]))
    assert "_auth_user_id" not in client.session


def test_login_page_says_what_it_is_for(client):
    assert "members of the medical advisory board" in words(client.get(reverse("account_login")))


def test_own_password_is_changed_with_history(client, wanda):
    wanda.set_password(PASSWORD)
    wanda.record(by=wanda, now=NOW)
    client.force_login(wanda)
    new = {"new_password1": "another long one 9", "new_password2": "another long one 9"}
    assert client.post(reverse("admin:password_change"), {"old_password": PASSWORD, **new}).status_code == 302
    assert User.objects.get(pk=wanda.pk).check_password("another long one 9")
    assert wanda.history.latest().history_change_reason == "password changed"
    assert client.get(reverse("admin:index")).status_code == 200


# --- accounts -------------------------------------------------------------------------------------------------------


def test_account_is_changed_with_a_reason_and_a_save_without_change_leaves_no_history(client, root, wanda):
    client.force_login(root)
    sent = as_sent(client.get(address(wanda)), is_editor="on", reason="Promoted.")
    client.post(address(wanda), sent)
    assert wanda.history.latest().history_change_reason == "Promoted."
    count = wanda.history.count()
    client.post(address(wanda), as_sent(client.get(address(wanda))))
    assert wanda.history.count() == count


def test_account_saved_by_somebody_else_meanwhile_is_not_overwritten(client, root, wanda):
    client.force_login(root)
    sent = as_sent(client.get(address(wanda)), first_name="Vanda")
    User.objects.get(pk=wanda.pk).record(by=root, now=NOW)
    answer = client.post(address(wanda), sent)
    assert answer.status_code == 412
    assert "Not saved: Root Example changed this" in words(answer)


def test_administrator_sets_a_password(client, root, wanda):
    assert do(client, root, wanda, "set-password", password1=PASSWORD, password2=PASSWORD).status_code == 302
    assert User.objects.get(pk=wanda.pk).check_password(PASSWORD)


def test_accounts_are_listed_with_their_roles(client, root, edith, ada):
    client.force_login(root)
    shown = words(client.get(listed(User)))
    assert "Editor" in shown
    assert "Board" in shown


# --- the board ------------------------------------------------------------------------------------------------------


def test_editor_adds_a_member_with_an_absence_and_an_interest(client, edith):
    company, user = Company.objects.create(name="Acme"), factories.make_user("dora")
    factories.make_specialty()
    client.force_login(edith)
    sent = {"user": user.pk, "credentials": "MD", "specialties": ["immunology"], "capacity": 2}
    absence = {"absences-0-first_day": "2026-05-01", "absences-0-last_day": "2026-05-09"}
    interest = {"disclosures-0-company": company.pk, "disclosures-0-nature": "shares"}
    dates = {"term_from": "2026-01-01", "disclosures-0-held_from": "2020-01-01"}
    forms = {**management("absences", 1), **management("disclosures", 1)}
    assert client.post(added(BoardMember), {**sent, **absence, **interest, **dates, **forms}).status_code == 302
    member = BoardMember.objects.get()
    assert member.absences.get().history.get().history_user == edith
    assert member.disclosures.get().company == company


def test_editor_removes_an_absence_on_the_page_of_its_member(client, edith):
    member = factories.make_member("dora")
    absence = Absence.objects.create(member=member, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
    client.force_login(edith)
    page = client.get(address(member))
    row = {"id": absence.pk, "member": member.pk, "first_day": "2026-01-01", "last_day": "2026-01-02", "DELETE": "on"}
    rows = {f"absences-0-{name}": value for name, value in row.items()}
    sent = {**as_sent(page), **rows, **management("absences", 1, 1), **management("disclosures")}
    assert client.post(address(member), sent).status_code == 302
    assert not Absence.objects.exists()


def test_member_keeps_their_own_absences(client, ada):
    client.force_login(ada)
    sent = {"member": ada.board_member.pk, "first_day": "2026-05-01", "last_day": "2026-05-09", "note": "Away"}
    assert client.post(added(Absence), sent).status_code == 302
    absence = Absence.objects.get()
    client.post(address(absence), as_sent(client.get(address(absence)), note="Holidays"))
    assert Absence.objects.get().note == "Holidays"
    assert client.post(address(absence, "delete"), {"post": "yes"}).status_code == 302
    assert not Absence.objects.exists()


def test_member_cannot_enter_an_absence_of_somebody_else(client, ada, ben):
    client.force_login(ada)
    sent = {"member": ben.board_member.pk, "first_day": "2026-05-01", "last_day": "2026-05-09"}
    assert "not one of the available choices" in words(client.post(added(Absence), sent))
    assert not Absence.objects.exists()


def test_board_list_shows_who_is_out_of_office_and_unlicensed(client, edith):
    factories.make_member("old", term_to=date(2021, 1, 1), licence_expires_on=date(2021, 1, 1), specialties=[])
    factories.make_member("unknown", licence_expires_on=None)
    factories.make_member("good")
    client.force_login(edith)
    shown = words(client.get(listed(BoardMember)))
    for expected in ("In office", "Not in office", "Unknown", "Expired 1 Jan 2021", "until 31 Dec 2099"):
        assert expected in shown


def test_term_is_kept_by_editors_and_its_code_stays(client, edith):
    client.force_login(edith)
    client.post(added(Specialty), {"name": "Cardiology", "code": "cardiology"})
    specialty = Specialty.objects.get()
    client.post(address(specialty), as_sent(client.get(address(specialty)), name="Heart", code="heart"))
    assert Specialty.objects.values_list("name", "code").get() == ("Heart", "cardiology")


def test_interest_is_disclosed_by_its_member(client, ada):
    company = Company.objects.create(name="Acme")
    client.force_login(ada)
    sent = {"member": ada.board_member.pk, "company": company.pk, "nature": "shares", "held_from": "2020-01-01"}
    assert client.post(added(Disclosure), sent).status_code == 302
    assert Disclosure.objects.get().member == ada.board_member


# --- the policy -----------------------------------------------------------------------------------------------------


def rule(index, risk, policy, **fields):
    row = {"id": "", "policy": policy.pk, "risk": risk, "quorum": 1, "shelf_life_days": 365, **fields}
    return {f"rules-{index}-{name}": value for name, value in row.items()}


def test_policy_is_drafted_written_and_published(client, edith):
    client.force_login(edith)
    assert "counts for nothing until" not in words(client.get(added(EditorialPolicy)))
    answer = client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get()
    assert answer["Location"] == address(draft)
    refused = do(client, edith, draft, "publish")
    assert refused.status_code == 422
    assert "The policy has no rule for low risk." in words(refused)
    rules = {
        key: value for i, risk in enumerate(("low", "moderate", "high")) for key, value in rule(i, risk, draft).items()
    }
    sent = {**as_sent(client.get(address(draft)), text="Public.", reason="First."), **rules, **management("rules", 3)}
    sent |= {**management("questions", 1), **management("rungs")}
    sent |= {f"questions-0-{name}": value for name, value in question(draft, "Is it plain?").items()}
    assert client.post(address(draft), sent).status_code == 302
    assert do(client, edith, draft, "publish").status_code == 302
    assert "In force" in words(client.get(listed(EditorialPolicy)))
    assert draft.questions.get().text == "Is it plain?"


def question(policy, text):
    return {"id": "", "policy": policy.pk, "position": 1, "text": text, "kind": "yes_no", "is_required": "on"}


def test_question_is_copied_to_the_next_policy_and_taken_off_it(policy, client, edith):
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get(in_force_from=None)
    copied = draft.questions.get()
    assert copied.text == policy.questions.get().text
    rows = {f"questions-0-{name}": value for name, value in question(draft, copied.text).items()}
    rows |= {"questions-0-id": copied.pk, "questions-0-DELETE": "on", **management("questions", 1, 1)}
    sent = policy_as_sent(client, draft, **rows)
    assert client.post(address(draft), sent).status_code == 302
    assert not draft.questions.exists()
    assert policy.questions.exists()


@pytest.fixture
def policy_draft(policy, client, edith) -> EditorialPolicy:
    """A drafted policy without reminders, on the pages of an editor."""
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get(in_force_from=None)
    for default in draft.rungs.all():
        remove_policy_row(row=default, by=edith, now=timezone.now())
    return draft


def rung(policy, **fields):
    row = {"id": "", "policy": policy.pk, "moment": "review_due", "offset": 1, "unit": "days", "recipient": "member"}
    row |= {"consequence": "", "text": "Your review of “$about” was due on $due.", **fields}
    return {f"rungs-0-{name}": value for name, value in row.items()}


def test_rung_is_added_changed_and_taken_off_a_drafted_policy(policy_draft, client):
    draft = policy_draft
    sent = policy_as_sent(client, draft, **rung(draft), **management("rungs", 1))
    assert client.post(address(draft), sent).status_code == 302
    one = draft.rungs.get()
    sent = {**rung(draft, id=one.pk, offset=3), **management("rungs", 1, 1)}
    assert client.post(address(draft), policy_as_sent(client, draft, **sent)).status_code == 302
    assert draft.rungs.get().offset == 3
    sent["rungs-0-DELETE"] = "on"
    assert client.post(address(draft), policy_as_sent(client, draft, **sent)).status_code == 302
    assert not draft.rungs.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"offset": -9999}, "greater than or equal to -730"),
        ({"text": "By $when."}, "Unknown: $when. Known are $about, $due, $days, $member."),
        (
            {"recipient": "writer", "moment": "licence_expires"},
            "Writers are not notified about a member's licence or statement.",
        ),
    ],
)
def test_rung_that_cannot_be_is_refused_beside_its_field(policy_draft, client, fields, said):
    draft = policy_draft
    sent = policy_as_sent(client, draft, **rung(draft, **fields), **management("rungs", 1))
    assert said in unescape(words(client.post(address(draft), sent)))
    assert not draft.rungs.exists()


def test_published_policy_is_frozen_and_a_newer_one_replaces_it(client, edith):
    old = factories.make_policy(number=1)
    factories.make_policy(number=2)
    client.force_login(edith)
    assert client.post(address(old), {"title": "Changed"}).status_code == 403
    assert "Replaced" in words(client.get(address(old)))
    draft = client.post(added(EditorialPolicy))
    assert draft.status_code == 302
    assert client.post(added(EditorialPolicy)).status_code == 409
    assert "Draft" in words(client.get(listed(EditorialPolicy)))


def policy_as_sent(client, draft, **fields):
    rules = {**management("rules", 0), **management("questions", 0), **management("rungs", 0)}
    return {**as_sent(client.get(address(draft))), "text": "Public.", **rules, **fields}


def test_policy_says_which_warnings_refuse_and_how_old_works_may_be(client, edith):
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get()
    assert "A cited work was superseded" in words(client.get(address(draft)))
    ages = "guideline: 5\r\n\r\n research : 15 "
    sent = policy_as_sent(client, draft, preflight_refuses=["old_work", "uncited_claim"], work_ages=ages)
    assert client.post(address(draft), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.preflight_refuses == ["old_work", "uncited_claim"]
    assert draft.work_ages == {"guideline": 5, "research": 15}
    assert "guideline: 5\nresearch: 15" in client.get(address(draft)).content.decode()
    same = policy_as_sent(client, draft, preflight_refuses=["old_work", "uncited_claim"])
    assert client.post(address(draft), {**same, "work_ages": ""}).status_code == 302
    draft.refresh_from_db()
    assert draft.work_ages == {}


def test_policy_says_whose_text_stands_in_for_a_missing_one(client, edith):
    for code in ("professional", "patient", "caregiver"):
        factories.make_audience(code)
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get()
    order = "patient: professional\r\n caregiver :patient"
    assert client.post(address(draft), policy_as_sent(client, draft, fallbacks=order)).status_code == 302
    draft.refresh_from_db()
    assert draft.fallbacks == {"caregiver": "patient", "patient": "professional"}
    assert "caregiver: patient\npatient: professional" in client.get(address(draft)).content.decode()
    assert draft.history.first().fallbacks == draft.fallbacks


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("nurse: patient", "There is no audience “nurse”; there are caregiver, patient."),
        ("patient: nurse", "There is no audience “nurse”"),
        ("patient", "There is no audience “”"),
        ("patient: patient", "The order goes round: “patient” would fall back to itself."),
        ("patient: caregiver\ncaregiver: patient", "The order goes round: “patient” would fall back to itself."),
        ("patient: caregiver\npatient: caregiver", "An audience is given twice."),
    ],
)
def test_policy_with_an_order_that_leads_nowhere_is_refused_at_the_field(client, edith, order, said):
    for code in ("patient", "caregiver"):
        factories.make_audience(code)
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get()
    assert said in words(client.post(address(draft), policy_as_sent(client, draft, fallbacks=order)))
    draft.refresh_from_db()
    assert draft.fallbacks == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("preflight_refuses", ["no_such_code"], "no_such_code is not one of the available choices"),
        ("preflight_refuses", ["dangling_citation"], "dangling_citation is not one of the available choices"),
        ("work_ages", "novel: 5", "There is no kind of work “novel”"),
        ("work_ages", "guideline", "“” is not a number of years from 1 to 100."),
        ("work_ages", "guideline: 0", "“0” is not a number of years from 1 to 100."),
        ("work_ages", "guideline: 5\nguideline: 6", "A kind is given twice."),
    ],
)
def test_policy_with_an_unknown_code_or_kind_is_refused_at_the_field(client, edith, field, value, said):
    client.force_login(edith)
    client.post(added(EditorialPolicy))
    draft = EditorialPolicy.objects.get()
    answer = client.post(address(draft), policy_as_sent(client, draft, **{field: value}))
    assert said in " ".join(answer.context["adminform"].form.errors[field])
    assert EditorialPolicy.objects.get().preflight_refuses == []


# --- the library ----------------------------------------------------------------------------------------------------


def test_work_is_added_and_corrected(client, wanda):
    client.force_login(wanda)
    sent = {"kind": "research", "csl": json.dumps(factories.csl("smith2020", DOI="10.1000/x", PMID="123"))}
    assert client.post(added(Reference), sent).status_code == 302
    work = Reference.objects.get()
    page = client.get(address(work))
    assert "PubMed" in words(page)
    client.post(address(work), as_sent(page, **{"csl-title": "Corrected"}))
    assert Reference.objects.get().title == "Corrected"


@pytest.mark.parametrize(
    ("csl", "said"),
    [
        ("[1]", "Write one item in braces"),
        ("{", "Enter a valid JSON"),
        ('{"id": "a", "type": "book", "title": "\\u0000"}', "It holds a NUL character."),
        ('{"id": "a", "type": "book"}', "A work needs its title."),
        ('{"id": "a", "type": "book", "title": "A", "DOI": "nonsense"}', "A DOI begins with 10."),
    ],
)
def test_work_that_does_not_do_is_refused_at_the_field(client, wanda, csl, said):
    client.force_login(wanda)
    answer = client.post(added(Reference), {"kind": "textbook", "csl": csl})
    assert said in " ".join(answer.context["adminform"].form.errors["csl"])
    assert not Reference.objects.exists()


def test_work_is_read_by_board_members_with_its_retraction(client, ada):
    work = factories.make_reference()
    work.retraction, work.retraction_as_of = "retracted", date(2026, 1, 2)
    work.record(by=ada, now=NOW)
    client.force_login(ada)
    assert "Retracted, 2 Jan 2026" in words(client.get(address(work)))
    version = factories.make_version_at(State.DRAFT)
    client.force_login(factories.make_user("wanda"))
    assert "was retracted" in words(client.get(address(version)))


# --- ledger and notices ---------------------------------------------------------------------------------------------


def test_chain_that_holds_and_one_that_was_changed_are_told_apart(client, root, policy):
    chain = LedgerChain.objects.get(name="policy")
    client.force_login(root)
    verify = reverse("admin:editorial_ledgerentry_verify", args=["policy"])
    assert "Holds" in words(client.get(verify))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE editorial_ledgerentry SET actor_name = 'Nobody' WHERE chain_id = %s", [chain.name])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert "its content does not match its hash" in words(client.get(verify))


def test_chain_is_verified_by_who_reads_the_record_only(client, root, wanda):
    verify = reverse("admin:editorial_ledgerentry_verify", args=["nothing"])
    client.force_login(root)
    assert client.get(verify).status_code == 404
    client.force_login(wanda)
    assert client.get(verify).status_code == 403


def test_ledger_is_filtered_by_kind_of_chain_and_by_chain(client, root):
    version = factories.make_version_at(State.SUBMITTED)
    client.force_login(root)
    entry = type(version.article).objects.get().chain
    for query, count in (({"kind": "policy"}, 1), ({"chain__exact": entry}, 3), ({"kind": "nonsense"}, None)):
        found = client.get(listed_ledger(**query))
        assert count is None or len(found.context["cl"].result_list) == count
    assert "Verify article:" in words(client.get(address(found.context["cl"].result_list[0])))


def listed_ledger(**query):
    return reverse("admin:editorial_ledgerentry_changelist", query=query)


def test_notices_are_told_apart_by_their_delivery(client, root, edith):
    states = ({}, {"last_error": "refused"}, {"sent_at": NOW}, {"abandoned_at": NOW, "last_error": "refused"})
    for number, state in enumerate(states):
        owed = {"kind": "submitted", "recipients": [edith], "subject": f"version:{number}", "occasion": "1"}
        (pk,) = notices.owe(**owed, context={}, now=NOW)
        Notice.objects.filter(pk=pk).update(**state)
    client.force_login(root)
    counts = {part: len(client.get(listed(Notice, delivery=part)).context["cl"].result_list) for part in PARTS}
    assert counts == PARTS
    shown = words(client.get(listed(Notice)))
    assert all(state in shown for state in ("Queued", "Failing, will be retried", "Sent", "Failed"))
    assert "Failed" in words(client.get(reverse("admin:index")))


PARTS = {"owed": 2, "sent": 1, "failed": 2, "nonsense": 4}


def test_empty_lists_say_what_to_do(client, edith):
    client.force_login(edith)
    assert "Everything that happens" in words(client.get(listed_ledger()))
    assert "Nothing matches." in words(client.get(listed_ledger(q="nothing like this")))


# --- the start page -------------------------------------------------------------------------------------------------


def test_start_page_of_a_member_lists_what_is_due_first_and_marks_what_is_late(policy, client, ada):
    now = timezone.now()
    for slug, days in (("later", 1), ("sooner", 40)):
        factories.make_invitation(factories.make_submitted(slug), now=now - timedelta(days=days))
    client.force_login(ada)
    (part,) = client.get(reverse("admin:index")).context["parts"]
    late, early = part.lists[0].items
    assert "Overdue" in late.note
    assert "Answer by" in early.note


def test_start_page_of_an_editor_shows_what_waits(client, edith):
    now = timezone.now()
    factories.make_version_at(State.SUSPENDED, "suspended", now=now)
    factories.make_version_at(State.APPROVED, "lapsing", now=now - timedelta(days=300))
    factories.make_version_at(State.APPROVED, "lapsed", now=now - timedelta(days=400))
    declined = factories.make_invitation(factories.make_submitted("declined", now=now), now=now)
    reviews.decline(review_id=declined.pk, reason="No time.", by=declined.member.user, now=now)
    factories.make_accepted(factories.make_submitted("late", now=now), "ben", now=now - timedelta(days=60))
    version = Version.objects.get(article__slug="lapsing")
    articles.ask(article=version.article, version=version, text="Really?", email="", now=now)
    client.force_login(edith)
    (part,) = client.get(reverse("admin:index")).context["parts"]
    counts = {entry.title: len(entry.items) for entry in part.lists}
    assert list(counts.values()) == [1, 1, 1, 0, 0, 0, 1, 0, 1, 2, 0, 1]
    assert "reminds nobody" in part.lists[0].items[0].title


def test_start_page_of_a_writer_leaves_out_what_was_revised_already(client, wanda):
    version = factories.make_version_at(State.CHANGES_REQUESTED)
    client.force_login(wanda)
    assert "Changes requested" in words(client.get(reverse("admin:index")))
    articles.revise(version_id=version.pk, by=wanda, now=NOW)
    shown = words(client.get(reverse("admin:index")))
    assert "Changes requested" not in shown
    assert "Draft" in shown


def test_start_page_shows_a_bounded_number_and_links_to_the_rest(client, wanda):
    for number in range(MAX_ROWS + 1):
        factories.make_draft(f"slug-{number}")
    client.force_login(wanda)
    (part,) = client.get(reverse("admin:index")).context["parts"]
    assert len(part.lists[0].items) == MAX_ROWS
    assert part.lists[0].more == listed(Version)


# --- reading and comparing ------------------------------------------------------------------------------------------


def compare(version, **query):
    return reverse("admin:articles_version_compare", args=[version.pk], query=query)


def test_versions_are_compared_with_the_one_before_and_any_other(client, edith):
    factories.make_version_at(State.SUPERSEDED)
    first, second = Version.objects.order_by("number")
    factories.make_reference("new2020")
    third = articles.revise(version_id=second.pk, by=factories.make_user("wanda"), now=NOW)
    texts = factories.make_texts("Nothing is known [@new2020].\n")
    articles.edit(version_id=third.pk, texts=texts, by=factories.make_user("wanda"), now=NOW)
    client.force_login(edith)
    shown = words(client.get(compare(third)))
    assert "Title of new2020" in shown
    assert "Title of stiehm2013" in shown
    assert "Question" in words(client.get(compare(third, **{"with": first.pk})))
    assert "Question, texts and citations are the same." not in shown


def test_same_texts_compare_as_the_same(client, wanda):
    version = factories.make_version_at(State.APPROVED)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    client.force_login(wanda)
    assert "are the same" in words(client.get(compare(draft)))
    assert "the only version" in words(client.get(compare(version)))


@pytest.mark.parametrize("other", ["x", "99999"])
def test_comparison_with_what_does_not_exist_is_404(client, wanda, other):
    version = factories.make_version_at(State.APPROVED)
    client.force_login(wanda)
    assert client.get(compare(version, **{"with": other})).status_code == 404


def test_comparison_of_another_writers_version_does_not_exist(client, walter):
    version = factories.make_version_at(State.DRAFT)
    client.force_login(walter)
    assert client.get(compare(version)).status_code == 302


def test_lapsed_approval_says_so(client, edith):
    version = factories.make_version_at(State.APPROVED)
    client.force_login(edith)
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        client.force_login(edith)
        assert "The approval lapsed" in words(client.get(address(version)))


def test_invitation_shows_absences_and_licences(policy, client, edith):
    member = factories.make_member("dora", licence_expires_on=None)
    today = timezone.localdate()
    Absence.objects.create(member=member, first_day=today, last_day=today + timedelta(days=3))
    version = factories.make_submitted()
    client.force_login(edith)
    shown = words(client.get(address(version, "do", "invite")))
    assert "no valid licence on record" in shown
    assert "away until" in shown


def test_invitation_of_an_own_author_and_of_nobody(policy, client, edith):
    version = factories.make_submitted()
    client.force_login(edith)
    assert "The board has no current members." in words(client.get(address(version, "do", "invite")))
    factories.make_member("wanda")
    assert "wrote in this article" in words(client.get(address(version, "do", "invite")))


def test_history_of_many_changes_is_paged(client, root, wanda):
    for number in range(60):
        User.objects.get(pk=wanda.pk).record(by=root, now=NOW, reason=f"change {number}")
    client.force_login(root)
    page = client.get(address(wanda, "history"))
    assert "Older" in words(page)
    assert "change 59" in words(page)
    assert "change 0" in words(client.get(address(wanda, "history"), {"p": 2}))


def test_history_of_a_long_text_shows_the_changed_lines_only(client, wanda):
    version = factories.make_draft()
    lines = [f"Line {number}." for number in range(9)]
    for middle in ("old", "new" * 1000):
        body = "\n".join([*lines, middle, *lines])
        articles.edit(version_id=version.pk, texts=factories.make_texts(body), by=wanda, now=NOW)
    client.force_login(wanda)
    newest = client.get(address(version.renditions.get(), "history")).context["entries"][0]
    assert newest.changes[0].before == "…\nold\n…"
    assert len(newest.changes[0].after) < 2020


def test_unknown_historical_record_is_404(client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    assert client.get(address(version, "history", 99999)).status_code == 404


def test_history_out_of_sight_does_not_exist(client, walter):
    version = factories.make_draft()
    client.force_login(walter)
    assert client.get(address(version, "history")).status_code == 302
    assert client.get(address(version, "history", 1)).status_code == 404


def test_review_that_was_waived_and_messages_show(policy, client, edith):
    review = factories.make_review_at(ReviewState.SIGNED)
    client.force_login(edith)
    assert "Approves" in words(client.get(address(review)))
