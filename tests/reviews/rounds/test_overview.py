"""The board of rounds and the figures: whose turn, since when, and nothing that is sealed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from articles.lifecycle import State
from articles.models import Version
from editorial.models import BoardMember, Notice
from reviews.models import Decision, Review
from reviews.rounds import statistics
from reviews.rounds.overview import Turn, rounds, waiting_versions
from tests.admin.test_flow import words
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=100)


def page(client, name, *args, **query):
    return client.get(reverse(f"admin:articles_version_{name}", args=args, query=query))


def act(client, chosen, **fields):
    """Do it from the second page of a filter, and go where that leads."""
    where = reverse("admin:articles_version_rounds", query={"turn": "", "page": 1})
    answer = client.post(where, {"chosen": [one.pk for one in chosen], **fields})
    if answer.status_code != 302:
        return answer
    assert answer["Location"] == where
    return client.get(where)


def make_all(policy):
    """One version for each turn: a draft, an accepted one, a submitted one."""
    factories.make_draft("draft")
    factories.make_accepted(factories.make_submitted("accepted"))
    factories.make_submitted("submitted")


def test_turn_since_and_due_of_each_version(policy, edith):
    make_all(policy)
    found = {one.version.article.slug: one for one in rounds(waiting_versions(at=LATER), seen_by=edith, at=LATER)}
    assert {slug: one.turn for slug, one in found.items()} == {
        "draft": Turn.WRITER,
        "accepted": Turn.MEMBER,
        "submitted": Turn.EDITOR,
    }
    accepted = found["accepted"]
    assert (accepted.since, accepted.days, accepted.is_overdue) == (NOW, 100, True)
    assert accepted.due == Review.objects.get().due_at
    assert [review.member.user.username for review in accepted.waiting] == ["ada"]


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({}, {"draft", "accepted", "submitted"}),
        ({"turn": "writer"}, {"draft"}),
        ({"turn": "editor"}, {"submitted"}),
        ({"turn": "member"}, {"accepted"}),
        ({"state": "draft"}, {"draft"}),
        ({"at": LATER, "is_late": True}, {"accepted"}),
        ({"is_late": True}, set()),
    ],
)
def test_rounds_are_filtered(policy, asked, slugs):
    make_all(policy)
    assert {version.article.slug for version in waiting_versions(**{"at": NOW, **asked})} == slugs


def test_answer_date_is_what_an_invitation_is_due_by(policy, edith):
    review = factories.make_invitation(factories.make_submitted())
    (one,) = rounds(waiting_versions(at=NOW), seen_by=edith, at=NOW)
    assert one.due == review.respond_by


def test_requested_changes_wait_for_nobody_once_a_newer_version_answers_them(policy, wanda):
    version = factories.make_version_at(State.CHANGES_REQUESTED)
    assert list(waiting_versions(at=NOW)) == [version]
    draft = factories.articles.revise(version_id=version.pk, by=wanda, now=NOW)
    assert list(waiting_versions(at=NOW)) == [draft]


def with_votes(*, editor_reviews):
    """Ben asked for changes and withdrew nothing; Edith, on the board too, owes a review if said so."""
    factories._ensure_policy()
    version = factories.make_submitted()
    factories.make_accepted(version, "ada")
    if editor_reviews:
        factories.make_accepted(version, "dora")
    factories.sign(factories.make_accepted(version, "ben"), Decision.APPROVE)


def test_votes_are_shown_once_visible(client, edith):
    with_votes(editor_reviews=False)
    client.force_login(edith)
    assert "1 approve" in words(page(client, "rounds"))
    assert "1 approve" in page(client, "rounds_csv").content.decode()


def test_reviewer_who_edits_sees_no_votes_in_list_figures_or_csv(client):
    with_votes(editor_reviews=True)
    dora = BoardMember.objects.get(user__username="dora").user
    dora.is_editor = True
    dora.record(by=dora, now=NOW, reason="promoted")
    client.force_login(dora)
    names = [table.name for table in statistics.tables(at=NOW)]
    shown = [page(client, "rounds"), page(client, "rounds_csv"), page(client, "figures")]
    shown += [page(client, "figures_csv", name) for name in names]
    assert "Hidden until you have signed" in words(shown[0])
    assert "sealed" in shown[1].content.decode()
    assert not any("1 approve" in answer.content.decode() for answer in shown)


@pytest.mark.parametrize("name", ["rounds", "rounds_csv", "figures", "figures_csv"])
def test_pages_are_for_editors_and_administrators(client, name, edith, root, wanda, ada, policy):
    args = ["states"] if name == "figures_csv" else []
    for user, status in ((edith, 200), (root, 200), (wanda, 403), (ada, 403)):
        client.force_login(user)
        assert page(client, name, *args).status_code == status


def test_unknown_table_is_404(client, edith):
    client.force_login(edith)
    assert page(client, "figures_csv", "secrets").status_code == 404


# --- many at once ---------------------------------------------------------------------------------------------------


def test_best_set_is_invited_for_each_and_a_refusal_stops_nothing(client, policy, edith):
    for name in ("ada", "ben"):
        factories.make_member(name)
    submitted, draft = factories.make_submitted("one"), factories.make_draft("two")
    client.force_login(edith)
    report = words(act(client, [draft, submitted], act="invite_best"))
    assert "Invited: " in report
    assert "Refused: Not possible while the version is draft" in report
    assert "Invited: " not in words(page(client, "rounds"))
    assert Review.objects.filter(version=submitted).count() == 2


def test_more_time_is_given_to_every_open_review(client, policy, edith):
    reviews = [factories.make_accepted(factories.make_submitted(slug)) for slug in ("one", "two")]
    client.force_login(edith)
    day = max(review.due_at for review in reviews).date() + timedelta(days=300)
    report = words(act(client, [one.version for one in reviews], act="extend", due_at=day, reason="Summer."))
    assert report.count("Ada Example has time until") == 2
    assert {review.due_at.date() for review in Review.objects.all()} == {day}


def test_members_are_reminded_and_versions_without_open_reviews_are_reported(client, policy, edith):
    review, other = factories.make_invitation(factories.make_submitted("one")), factories.make_submitted("two")
    client.force_login(edith)
    report = words(act(client, [review.version, other], act="remind"))
    assert "Ada Example is reminded." in report
    assert "No review of it is open." in report
    assert Notice.objects.filter(kind="review_reminder").count() == 1


def test_round_is_closed_where_one_is_under_review(client, policy, edith):
    version, other = factories.make_version_at(State.UNDER_REVIEW), factories.make_draft("two")
    client.force_login(edith)
    report = words(act(client, [version, other], act="request_changes", reason="Say how often."))
    assert "The round is closed; the writers are asked for changes." in report
    assert "Refused: Not possible while the version is draft" in report
    version.refresh_from_db()
    assert (version.state, version.state_reason) == (State.CHANGES_REQUESTED, "Say how often.")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "request_changes"}, "The writers need to know what to change"),
        ({"act": "extend"}, "Extending a deadline needs a new date. Extending a deadline needs a reason."),
        ({"act": "extend", "due_at": "soon", "reason": "Summer."}, "Enter a valid date."),
        ({"act": "burn"}, "Select a valid choice."),
        ({"act": "remind", "chosen": []}, "Select at least one version."),
    ],
)
def test_what_cannot_be_done_is_said(client, policy, edith, fields, said):
    version = factories.make_submitted()
    client.force_login(edith)
    sent = {"chosen": [version.pk], **fields}
    answer = client.post(reverse("admin:articles_version_rounds"), sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert (f'value="{version.pk}" checked' in answer.content.decode()) == bool(sent["chosen"])


def test_administrator_reads_and_does_nothing(client, policy, root):
    version = factories.make_submitted()
    client.force_login(root)
    assert "Do it" not in words(page(client, "rounds"))
    assert act(client, [version], act="remind").status_code == 403


def test_filters_that_make_no_sense_show_everything(client, policy, edith):
    factories.make_submitted()
    client.force_login(edith)
    assert "ivig-back-pain" in words(page(client, "rounds", turn="nobody", late="on"))
    assert "No version matches." in words(page(client, "rounds", late="on", state="draft"))


# --- figures --------------------------------------------------------------------------------------------------------


def rows(table):
    return [(bar.label, *bar.cells) for bar in table.rows]


def test_median_days_in_each_state(policy):
    draft = factories.make_draft("one")
    factories.articles.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW + timedelta(days=4))
    other = factories.make_draft("two")
    factories.articles.submit(version_id=other.pk, by=factories.make_user("wanda"), now=NOW + timedelta(days=2))
    factories.make_draft("three")
    found = rows(statistics.state_times(at=LATER))
    assert found == [("Draft", "3.0", 2, 1), ("Submitted", "-", 0, 2)]


def test_stay_that_began_before_the_year_counts_by_when_it_ended(policy):
    draft = factories.make_draft("old")
    ended = NOW + timedelta(days=400)
    factories.articles.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=ended)
    assert rows(statistics.state_times(at=ended)) == [("Draft", "400.0", 1, 0), ("Submitted", "-", 0, 1)]
    assert rows(statistics.state_times(at=ended + timedelta(days=366))) == [("Submitted", "-", 0, 1)]


def test_reviews_by_member(policy):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version, "ada"))
    factories.make_accepted(version, "ben")
    factories.make_member("cleo")
    table = statistics.by_member(at=NOW)
    assert rows(table) == [("Ada Example", 1, 0, 0), ("Ben Example", 0, 1, 0)]
    assert [bar.percent for bar in table.rows] == [100, 0]


def test_overdue_reviews_the_latest_first(policy):
    factories.make_accepted(factories.make_submitted())
    ((label, days, state, question),) = rows(statistics.overdue(at=LATER))
    assert (label, state, question) == ("Ada Example", "accepted", "Can IVIG cause back pain?")
    assert days == (LATER - Review.objects.get().due_at).days
    assert rows(statistics.overdue(at=NOW)) == []


def test_approvals_that_lapse_are_counted_by_week(policy):
    approved = factories.make_approved()
    due = approved.valid_until
    ((_, count, slugs),) = rows(statistics.lapsing(at=due - timedelta(days=30)))
    assert (count, slugs) == (1, "ivig-back-pain")
    assert rows(statistics.lapsing(at=due - timedelta(days=91))) == []


def test_cells_of_csv_are_never_formulas(client, policy, edith):
    version = factories.make_submitted()
    draft = factories.articles.revise(version_id=version.pk, by=factories.make_user("wanda"), now=NOW)
    factories.articles.edit(version_id=draft.pk, question="=1+1", by=factories.make_user("wanda"), now=NOW)
    client.force_login(edith)
    assert ",'=1+1," in page(client, "rounds_csv").content.decode()
    assert page(client, "figures_csv", "states").content.decode().startswith("State,Median days,")


def test_pages_of_rounds_lead_on(client, policy, edith, monkeypatch):
    monkeypatch.setattr("reviews.admin.rounds.PAGE", 1)
    for slug in ("one", "two", "three"):
        factories.make_draft(slug)
    client.force_login(edith)
    assert "Previous Page 2 of 3 Next" in words(page(client, "rounds", page=2))


def test_draft_shows_what_was_said_of_the_version_before(client, wanda):
    version = factories.make_version_at(State.UNDER_REVIEW)
    review = Review.objects.select_related("member__user", "version__article").get()
    factories.reviews.comment(review_id=review.pk, text="Say how often.", by=review.member.user, now=NOW)
    factories.sign(review, "request_changes")
    draft = factories.articles.revise(version_id=version.pk, by=wanda, now=NOW)
    client.force_login(wanda)
    shown = words(client.get(reverse("admin:articles_version_change", args=[draft.pk])))
    assert shown.count("Open comments on version 1") == 2
    assert "Say how often." in shown
    assert Version.objects.count() == 2
