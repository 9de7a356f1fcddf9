"""The public history: what kind of change each version was, and what happened, as a reader may know it."""

from datetime import timedelta

import pytest
import time_machine

from articles import actions, published
from articles.lifecycle import State
from articles.models import Report, Version
from editorial.exceptions import Unacceptable
from tests.support import factories
from tests.support.api import client, refused
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, SLUG

pytestmark = pytest.mark.django_db

PAGE = f"/articles/{SLUG}/history/"
API = f"/api/v1/articles/{SLUG}/"
NAMES = ["Ada Example", "Ben Example"]
DAYS = [NOW + timedelta(days=days) for days in range(10)]


def history(*, at=LATER) -> dict:
    return published.history(published.find(SLUG, at=at))


def kinds(*, at=LATER) -> list[str]:
    """What happened, the oldest first."""
    return [event["kind"] for event in reversed(history(at=at)["events"])]


def next_version(before: Version, *, at=NOW, **changed) -> Version:
    wanda = factories.make_user("wanda")
    draft = actions.revise(version_id=before.pk, by=wanda, now=at)
    return submit(draft, at=at, **changed)


def submit(draft: Version, *, at=NOW, **changed) -> Version:
    wanda = factories.make_user("wanda")
    if changed:
        actions.edit(version_id=draft.pk, by=wanda, now=at, **changed)
    return factories.approve(actions.submit(version_id=draft.pk, by=wanda, now=at), now=at)


def rewritten(body: str) -> list[factories.Text]:
    return [factories.Text("professional", "Yes, sometimes.", body, is_primary=True)]


def report(version: Version, **sent) -> Report:
    said = {"text": "My own words.", "email": "reader@example.org", "now": DAYS[1], **sent}
    return actions.report(article=version.article, version=version, **said)


# --- what kind of change ---------------------------------------------------------------------------------------------


def test_approval_of_the_same_text_is_another_review():
    next_version(factories.make_approved(), at=DAYS[2])
    told = history(at=DAYS[3])
    assert [entry["change"] for entry in told["versions"]] == ["re_review", "first"]
    assert told["events"][0]["label"] == "Reviewed again, the text is unchanged"


LATER_WRONG = "The following was later shown to be wrong."


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(rewritten(f"{LATER_WRONG}\n\n{factories.BODY}"), id="uncited sentence"),
        pytest.param(rewritten(f"# Harms in pregnancy\n\n{factories.BODY}"), id="heading"),
        pytest.param([factories.Text("professional", "No.", factories.BODY, is_primary=True)], id="summary"),
        pytest.param(rewritten(factories.BODY.replace("[@orbach2005]", "[@orbach2005, p. 9]")), id="locator"),
    ],
)
def test_other_words_around_the_same_cited_statements_are_an_update(texts):
    """On the code before, each was called "Reviewed again, no cited statement changed"."""
    next_version(factories.make_approved(), at=DAYS[2], texts=texts)
    assert [entry["change"] for entry in history(at=DAYS[3])["versions"]] == ["update", "first"]


def test_text_that_another_audience_gets_too_is_an_update():
    factories.make_audience("patient", position=2)
    version = factories.make_approved()
    texts = [*factories.make_texts(), factories.Text("patient", "It can.", "Nothing cited here.\n")]
    next_version(version, at=DAYS[2], texts=texts)
    assert [entry["change"] for entry in history(at=DAYS[3])["versions"]] == ["update", "first"]


@pytest.mark.parametrize(
    "changed", [{"question": "Why?"}, {"texts": rewritten("It can cause back pain [@orbach2005].")}]
)
def test_other_words_are_an_update(changed, policy):
    factories.make_texts()
    next_version(factories.make_approved(), at=DAYS[2], **changed)
    assert kinds(at=DAYS[3]) == ["submitted", "first", "submitted", "update"]


def test_other_words_after_a_report_was_upheld_are_a_correction(edith):
    version = factories.make_approved()
    actions.uphold(report_id=report(version).pk, reason="The dose.", by=edith, now=DAYS[1])
    submit(version.article.versions.get(state=State.DRAFT), at=DAYS[2], question="Why?")
    assert kinds(at=DAYS[3]) == ["submitted", "first", "report_upheld", "submitted", "correction"]


def test_same_words_after_a_report_was_upheld_correct_nothing(edith):
    version = factories.make_approved()
    actions.uphold(report_id=report(version).pk, reason="The dose.", by=edith, now=DAYS[1])
    submit(version.article.versions.get(state=State.DRAFT), at=DAYS[2])
    assert kinds(at=DAYS[3])[-1] == "re_review"


def test_other_words_after_a_suspension_are_a_correction(edith):
    version = factories.make_approved()
    actions.suspend(version_id=version.pk, reason="Doubt.", by=edith, now=DAYS[1])
    next_version(version, at=DAYS[2], question="Why?")
    assert kinds(at=DAYS[3])[-3:] == ["suspension", "submitted", "correction"]


def test_report_upheld_after_the_next_version_was_handed_in_does_not_make_it_a_correction(edith):
    version = factories.make_approved()
    newer = next_version(version, at=DAYS[1], question="Why?")
    actions.uphold(report_id=report(newer).pk, reason="The dose.", by=edith, now=DAYS[2])
    submit(version.article.versions.get(state=State.DRAFT), at=DAYS[3], question="Why now?")
    assert [entry["change"] for entry in history(at=DAYS[4])["versions"]] == ["correction", "update", "first"]


# --- what happened ---------------------------------------------------------------------------------------------------


def test_approval_names_who_approved_also_when_it_counts_no_more(edith):
    version = factories.make_approved()
    actions.retract(version_id=version.pk, reason="It harms.", by=edith, now=DAYS[1])
    retraction, first, _ = history(at=DAYS[2])["events"]
    assert (retraction["kind"], retraction["notice"], retraction["approved_by"]) == ("retraction", "It harms.", [])
    assert [person["name"] for person in first["approved_by"]] == NAMES
    ada = {"name": "Ada Example", "credentials": "MD, PhD", "orcid": None, "orcid_authenticated": False}
    assert first["approved_by"][0] == ada


def test_suspension_and_reinstatement_are_told_and_only_the_first_with_its_reason(edith):
    version = factories.make_approved()
    actions.suspend(version_id=version.pk, reason="Doubt.", by=edith, now=DAYS[1])
    actions.reinstate(version_id=version.pk, reason="Between us.", by=edith, now=DAYS[2])
    told = history(at=DAYS[3])["events"]
    assert [(event["kind"], event["at"][:10], event["notice"]) for event in told[:2]] == [
        ("reinstatement", "2026-03-04", None),
        ("suspension", "2026-03-03", "Doubt."),
    ]


def test_lapse_is_told_from_its_moment_on():
    factories.make_approved()
    assert "lapse" not in kinds(at=LAPSE - timedelta(seconds=1))
    (lapse, *_) = history(at=LAPSE)["events"]
    assert (lapse["kind"], lapse["at"]) == ("lapse", "2027-03-02T09:00:00Z")


def test_lapse_while_suspended_is_told_when_the_approval_is_given_back(edith):
    version = factories.make_approved()
    actions.suspend(version_id=version.pk, reason="Doubt.", by=edith, now=DAYS[1])
    back = LAPSE + timedelta(days=2)
    assert "lapse" not in kinds(at=back)
    actions.reinstate(version_id=version.pk, reason="Fine.", by=edith, now=back)
    assert kinds(at=back)[-2:] == ["reinstatement", "lapse"]


def test_version_that_is_replaced_in_time_does_not_lapse():
    next_version(factories.make_approved(), at=DAYS[1], question="Why?")
    at = LAPSE + timedelta(hours=1)
    assert "lapse" not in kinds(at=at)


def test_pending_text_has_only_been_handed_in():
    factories.make_version_at(State.UNDER_REVIEW)
    assert kinds() == ["submitted"]


def test_reports_tell_their_outcome_and_what_editors_wrote_for_readers(edith):
    version = factories.make_approved()
    act = {"by": edith, "now": DAYS[2], "reason": "Between us."}
    report(version)
    actions.decline_report(report_id=report(version).pk, public_words=" The dose is right. ", **act)
    actions.uphold(report_id=report(version).pk, **act)
    told = history(at=DAYS[3])["events"]
    reports = {event["kind"]: event["notice"] for event in told if event["kind"].startswith("report")}
    assert reports == {"report_declined": "The dose is right.", "report_upheld": None}


def test_nothing_of_reader_or_house_is_published(api, edith):
    version = factories.make_approved()
    kept = report(version)
    actions.uphold(report_id=kept.pk, reason="Between us.", public_words="Fixed soon.", by=edith, now=DAYS[2])
    with time_machine.travel(DAYS[3], tick=False):
        for answer in (api.get(f"{API}history/").text, api.get(PAGE).text):
            assert "Fixed soon." in answer
            assert "Between us" not in answer
            assert "My own words" not in answer
            assert "reader@example.org" not in answer


# --- the page --------------------------------------------------------------------------------------------------------


def test_page_tells_what_the_document_tells(api, edith):
    factories.make_version_at(State.RETRACTED)
    with time_machine.travel(LATER, tick=False):
        page = api.get(PAGE)
        assert PAGE in api.get(f"/articles/{SLUG}/").text
    assert page.status_code == 200
    for event in history()["events"]:
        assert event["label"] in page.text
    assert "Approved by Ada Example, MD, PhD; Ben Example, MD, PhD" in page.text
    assert "For the test." in page.text


@pytest.mark.parametrize("state", HIDDEN)
def test_page_of_what_was_never_public_is_not_found(api, state):
    factories.make_version_at(state)
    with time_machine.travel(LATER, tick=False):
        assert api.get(PAGE).status_code == 404


# --- which statement -------------------------------------------------------------------------------------------------


def test_reader_names_the_statement_and_editors_see_it(api, edith):
    factories.make_approved()
    with time_machine.travel(LATER, tick=False):
        first, second = api.get(API).json()["body"]["claims"]
        assert first["text"] == "Intravenous immunoglobulin can cause back pain."
        sent = api.post(f"{API}reports/", {"text": "No.", "claim": second["id"]})
        assert sent.status_code == 201
        (shown,) = client(edith).get("/api/v1/reports/").json()["results"]
    assert shown["claim"] == "It is mild."


def test_statement_that_is_not_made_is_refused(api):
    version = factories.make_approved()
    with time_machine.travel(LATER, tick=False):
        refused(api.post(f"{API}reports/", {"text": "No.", "claim": "0" * 64}), 422, pointer="/claim")
        assert api.post(f"{API}questions/", {"text": "No?", "claim": "0" * 64}).status_code == 422
    with pytest.raises(Unacceptable):
        report(version, claim="")
    assert not Report.objects.exists()


def test_statement_is_chosen_on_the_page(api):
    version = factories.make_approved()
    with time_machine.travel(LATER, tick=False):
        (first, _) = api.get(API).json()["body"]["claims"]
        page = api.get(f"/articles/{SLUG}/").text
        assert f'<option value="{first["id"]}"' in page
        for claim in (first["id"], ""):
            form = {"text": "No.", "claim": claim}
            assert api.post(f"/articles/{SLUG}/report/", form, format="multipart").status_code == 302
    assert [kept.claim and kept.claim.text for kept in version.article.reports.order_by("pk")] == [first["text"], None]
