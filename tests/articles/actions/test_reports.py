"""Readers' reports: who is told, what an editor decides, and what follows."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from articles import actions
from articles.admin.reports import to_be_decided
from articles.lifecycle import State
from articles.models import Claim, Report, Triage, Version
from editorial.exceptions import InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice
from tests.admin.test_flow import address, do
from tests.admin.test_flow import words as said
from tests.support import factories
from tests.support.api import action, client, refused
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

WHY = {"reason": "The dose is per kilogram.", "now": NOW}


@pytest.fixture
def browser() -> Client:
    return Client()


def reported(version: Version) -> Report:
    return actions.report(article=version.article, version=version, text="The dose is wrong.", email="", now=NOW)


def owed(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def states(version: Version) -> list[str]:
    return list(version.article.versions.order_by("number").values_list("state", flat=True))


def test_editors_are_told_once_a_day_and_article(policy, edith):
    version = factories.make_approved()
    reported(version)
    reported(version)
    assert owed("report_received") == {"edith"}
    assert Notice.objects.filter(kind="report_received").count() == 1


def test_report_that_is_upheld_begins_a_correction_and_is_told_to_the_writers(edith):
    version = factories.make_approved()
    report = reported(version)
    triage = actions.uphold(report_id=report.pk, by=edith, **WHY).triage
    assert (triage.outcome, triage.triaged_by, triage.triaged_at) == ("upheld", edith, NOW)
    assert states(version) == [State.APPROVED, State.DRAFT]
    assert owed("report_upheld") == {"wanda"}
    entry = LedgerEntry.objects.get(action="report.decide")
    assert entry.payload == {"report": report.pk, "version": 1, "outcome": "upheld", "reason": WHY["reason"]}
    assert not Report.objects.open().exists()


def test_report_that_is_upheld_may_suspend_at_once(edith):
    version = factories.make_approved()
    actions.uphold(report_id=reported(version).pk, suspends=True, by=edith, **WHY)
    assert states(version) == [State.SUSPENDED, State.DRAFT]
    assert Version.objects.get(pk=version.pk).state_reason == WHY["reason"]


def test_correction_that_is_under_way_is_left_alone(edith, wanda):
    version = factories.make_approved()
    draft = actions.revise(version_id=version.pk, by=wanda, now=NOW)
    actions.uphold(report_id=reported(version).pk, by=edith, **WHY)
    assert version.article.versions.latest("number") == draft


def test_report_on_a_text_that_was_never_approved_suspends_and_begins_nothing(policy, edith):
    version = factories.make_submitted()
    report = reported(version)
    with pytest.raises(InvalidTransition, match="none can be suspended"):
        actions.uphold(report_id=report.pk, suspends=True, by=edith, **WHY)
    actions.uphold(report_id=report.pk, by=edith, **WHY)
    assert states(version) == [State.SUBMITTED]


def test_report_that_is_declined_changes_nothing_but_the_record(edith):
    version = factories.make_approved()
    report = reported(version)
    triage = actions.decline_report(report_id=report.pk, by=edith, **WHY).triage
    assert str(triage) == f"Report {report.pk}, declined"
    assert states(version) == [State.APPROVED]
    assert owed("report_upheld") == set()


@pytest.mark.parametrize("decide", [actions.uphold, actions.decline_report])
def test_report_is_decided_once_with_a_reason_and_by_editors(decide, edith, wanda, root):
    report = reported(factories.make_approved())
    with pytest.raises(NotFound):
        decide(report_id=report.pk, by=wanda, **WHY)
    with pytest.raises(NotFound):
        decide(report_id=report.pk + 1, by=edith, **WHY)
    with pytest.raises(NotPermitted):
        decide(report_id=report.pk, by=root, **WHY)
    with pytest.raises(Unacceptable):
        decide(report_id=report.pk, by=edith, now=NOW, reason=" ")
    decide(report_id=report.pk, by=edith, **WHY)
    with pytest.raises(InvalidTransition, match="decided already"):
        decide(report_id=report.pk, by=edith, **WHY)


@pytest.mark.parametrize("sql", ["UPDATE articles_triage SET reason = 'x'", "DELETE FROM articles_triage"])
def test_decision_is_held_by_the_database(edith, sql):
    actions.decline_report(report_id=reported(factories.make_approved()).pk, by=edith, **WHY)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_api_gives_editors_what_waits_and_takes_their_decision(edith, root, wanda):
    first, second = (reported(factories.make_approved(slug)) for slug in ("one", "two"))
    address = f"/api/v1/reports/{first.pk}/"
    shown = client(edith).get(address).json()
    assert (shown["article"], shown["version"], shown["outcome"]) == ("one", 1, None)
    assert action(shown, "uphold")["allowed"]
    assert action(client(root).get(address).json(), "uphold")["reason"] == "Only editors decide about a report."
    done = client(edith).post(f"{address}uphold/", {"reason": "Per kilogram.", "suspends": True}).json()
    assert (done["outcome"], done["reason"], done["decided_by"]) == ("upheld", "Per kilogram.", "Edith Example")
    assert action(done, "decline")["reason"] == "This report was decided already."
    refused(client(edith).post(f"{address}decline/", {"reason": "No."}), 409)
    listed = {name: client(edith).get("/api/v1/reports/", {"decision": name}).json() for name in ("open", "upheld")}
    assert [row["id"] for row in listed["open"]["results"]] == [second.pk]
    assert [row["id"] for row in listed["upheld"]["results"]] == [first.pk]
    assert client(wanda).get("/api/v1/reports/").json()["results"] == []
    refused(client(wanda).get(address), 404)


def test_admin_shows_what_waits_and_what_was_decided(browser, edith, root):
    first, second = (reported(factories.make_approved(slug)) for slug in ("one", "two"))
    listed = reverse("admin:articles_report_changelist")
    browser.force_login(edith)
    assert "Overdue: to be decided by 5 Mar 2026" in browser.get(reverse("admin:index")).text.replace("\xa0", " ")
    assert list(browser.get(listed, {"decision": "open"}).context["cl"].result_list) == [second, first]
    assert do(browser, edith, first, "uphold", reason="Per kilogram.", suspends=True).status_code == 302
    assert do(browser, edith, second, "decline", reason="It is right.").status_code == 302
    assert set(Triage.objects.values_list("report", "outcome")) == {(first.pk, "upheld"), (second.pk, "declined")}
    assert list(browser.get(listed, {"decision": "upheld"}).context["cl"].result_list) == [first]
    assert "Declined" in browser.get(listed).text
    page = browser.get(reverse("admin:articles_report_change", args=[first.pk])).text
    assert "Per kilogram." in page
    assert "Edith Example" in page
    third = reported(first.version)
    browser.force_login(root)
    page = browser.get(reverse("admin:articles_report_change", args=[third.pk])).text
    assert "Only editors decide about a report." in page
    assert "Overdue: to be decided by" in page


def test_pages_of_a_report_show_its_statement_and_what_readers_are_told(browser, edith):
    version = factories.make_approved()
    claim = Claim.objects.filter(rendition__version=version).first()
    given = {"article": version.article, "version": version, "text": "Wrong.", "email": "a@example.org"}
    report = actions.report(**given, claim=claim.fingerprint, now=NOW)
    browser.force_login(edith)
    asking = said(browser.get(address(report, "do", "decline"))).replace("\xa0", " ")
    expected = ["Wrong.", claim.text, "a@example.org, kept until", "below “A reader's report was checked"]
    assert [word for word in expected if word not in unescape(asking)] == []
    do(browser, edith, report, "decline", reason="Between us.", public_words="We looked.")
    shown = unescape(said(browser.get(address(report))))
    assert f"It is about: {claim.text}" in shown
    assert "Shown to readers: A reader's report was checked; nothing had to change We looked." in shown
    assert "This report was decided already." in said(browser.get(address(report, "do", "uphold"), follow=True))


def test_page_of_a_report_without_a_statement_is_about_the_whole_answer(browser, edith):
    browser.force_login(edith)
    report = reported(factories.make_approved())
    assert "It is about: The whole answer" in said(browser.get(address(report)))


@pytest.mark.parametrize(
    ("days", "words"), [(2, "To be decided by 5 Mar 2026"), (3, "Overdue: to be decided by 5 Mar 2026")]
)
def test_report_says_until_when_it_has_to_be_decided(policy, days, words):
    report = reported(factories.make_submitted())
    said = to_be_decided(report, policy=policy, at=NOW + timedelta(days=days))
    assert words in said.replace("\xa0", " ")
    assert "To be decided<" in to_be_decided(report, policy=None, at=NOW)
