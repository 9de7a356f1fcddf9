"""Whom to invite, and why."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import actions as articles
from articles.lifecycle import State
from articles.requirements import required
from editorial.exceptions import Conflict, InvalidTransition, NotPermitted, Unacceptable
from editorial.models import Absence
from reviews import actions
from reviews.lifecycle import State as ReviewState
from reviews.models import Review
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers
from reviews.tasks import fill_seats
from tests.support import factories
from tests.support.api import client as api_client
from tests.support.factories import NOW, make_member, make_policy, make_submitted


@pytest.fixture
def version(db):
    """An article about immunology, submitted under a policy that asks for two."""
    make_policy()
    factories.make_specialty("immunology")
    version = make_submitted()
    subject = articles.Classification(specialties=["immunology"])
    articles.classify(article_id=version.article_id, classification=subject, by=factories.make_user("edith"), now=NOW)
    return factories.reread(version)


def names(found):
    return [one.member.user.username for one in found]


def only(version):
    (candidate,) = candidates(version, at=NOW)
    return candidate


def test_candidates_are_ranked_by_specialty_then_load_then_who_was_asked_longest_ago(version):
    factories.make_specialty("cardiology")
    make_member("dora", specialties=["cardiology"])
    for username in ("ada", "ben", "cleo"):
        make_member(username)
    factories.make_invitation(make_submitted("one"), "ada")
    other = factories.make_accepted(make_submitted("two"), "ben")
    actions.cancel(review_id=other.pk, by=factories.make_user("edith"), now=NOW)
    assert names(candidates(version, at=NOW)) == ["cleo", "ben", "ada", "dora"]


def test_candidate_tells_matching_specialty_load_and_pace_in_words(version):
    make_member("ada")
    review = factories.make_accepted(make_submitted("before"), "ada", now=NOW - timedelta(days=9))
    factories.sign(review, now=NOW - timedelta(days=2))
    assert only(version).words == (
        "Ada Example, MD, PhD: immunology; 0 of 3 reviews open; signs in 7 days (median); last invited 21 February 2026"
    )
    assert only(version).is_free


def test_candidate_who_was_never_asked_and_matches_nothing_says_so(version):
    factories.make_specialty("cardiology")
    make_member("ada", specialties=["cardiology"])
    assert only(version).reasons == ("no matching specialty", "0 of 3 reviews open", "never invited yet")


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"licence_expires_on": date(2026, 3, 1)}, "no valid licence on record"), ({"capacity": 0}, "no capacity left")],
)
def test_candidate_without_licence_or_capacity_is_not_free(version, fields, words):
    make_member("ada", **fields)
    assert not only(version).is_free
    assert words in only(version).words


def test_candidate_who_is_away_is_not_free_until_back(version):
    ada = make_member("ada")
    Absence.objects.create(member=ada, first_day=date(2026, 3, 1), last_day=date(2026, 3, 9))
    assert only(version).remarks == ("away until 9 March",)
    assert [one.is_free for one in candidates(version, at=NOW + timedelta(days=8))] == [True]


def test_candidate_with_an_interest_is_not_free_and_the_interest_is_named(version):
    product = factories.make_product()
    subject = articles.Classification(specialties=["immunology"], products=[product.pk])
    articles.classify(article_id=version.article_id, classification=subject, by=factories.make_user("edith"), now=NOW)
    factories.make_disclosure(make_member("ada"), company=product.manufacturer)
    assert only(version).interests == ("disclosed an interest that touches this article: consulting, CSL Behring",)
    assert not only(version).is_free


def test_candidate_who_wrote_or_declined_is_not_free(version, wanda):
    make_member("wanda")
    review = factories.make_invitation(version, "ada")
    actions.decline(review_id=review.pk, reason="No time.", by=review.member.user, now=NOW)
    found = {one.member.user.username: one for one in candidates(version, at=NOW)}
    assert found["wanda"].against == ("wrote in this article",)
    assert found["ada"].remarks == ("was invited to this version before: declined",)


def test_candidates_who_take_part_or_are_out_of_office_are_left_out(version):
    factories.make_invitation(version, "ada")
    make_member("ben", term_to=date(2026, 3, 1))
    assert candidates(version, at=NOW) == []


def test_candidates_ask_the_same_number_of_queries_for_3_and_500_members(version):
    counted = []
    for number in range(500):
        make_member(f"member{number}")
        if number in (2, 499):
            with connection.cursor() as cursor:  # as autovacuum does in time
                cursor.execute("ANALYZE editorial_user, editorial_boardmember")
            with CaptureQueriesContext(connection) as asked:
                candidates(version, at=NOW)
            counted.append(len(asked))
    assert counted == [15, 15]


# --- the best set ---------------------------------------------------------------------------------------------------


def test_choice_covers_the_required_specialties_with_as_few_as_possible(version):
    for code in ("cardiology", "pharmacology"):
        factories.make_specialty(code)
    make_policy(number=2, quorum=2, required_specialties=["cardiology", "pharmacology"])
    make_member("ada")
    make_member("ben", specialties=["cardiology"])
    make_member("cleo", specialties=["cardiology", "pharmacology"])
    choice = choose_reviewers(version, requirements=required(version, at=NOW), at=NOW)
    assert (names(choice.chosen), choice.lacking) == (["cleo", "ada"], ())


def test_choice_counts_who_takes_part_already(version):
    factories.make_invitation(version, "ada")
    make_member("ben")
    make_member("cleo")
    assert names(choose_reviewers(version, requirements=required(version, at=NOW), at=NOW).chosen) == ["ben"]


def test_choice_says_whom_nobody_was_found_for(version):
    factories.make_specialty("cardiology")
    make_policy(number=2, quorum=4, required_specialties=["cardiology"])
    make_member("ada")
    choice = choose_reviewers(version, requirements=required(version, at=NOW), at=NOW)
    assert (names(choice.chosen), choice.lacking) == (["ada"], ("a member from cardiology", "3 more members"))


def test_invite_best_invites_the_set_and_tells_each(version, edith):
    for username in ("ada", "ben", "cleo"):
        make_member(username)
    invited = actions.invite_best(version_id=version.pk, message=" Please. ", by=edith, now=NOW)
    assert [(review.member.user.username, review.message) for review in invited] == [
        ("ada", "Please."),
        ("ben", "Please."),
    ]
    with pytest.raises(Conflict, match="Enough members take part already"):
        actions.invite_best(version_id=version.pk, by=edith, now=NOW)


def test_invite_best_invites_nobody_when_a_seat_finds_nobody(version, edith):
    make_member("ada")
    with pytest.raises(Unacceptable, match="No member is available for 1 more member"):
        actions.invite_best(version_id=version.pk, by=edith, now=NOW)
    assert not Review.objects.exists()


def test_invite_best_is_for_editors_and_versions_in_review(version, edith, wanda):
    with pytest.raises(NotPermitted):
        actions.invite_best(version_id=version.pk, by=wanda, now=NOW)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    with pytest.raises(InvalidTransition):
        actions.invite_best(version_id=draft.pk, by=edith, now=NOW)


# --- by itself ------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_itself(version):
    return make_policy(number=2, invites_by_itself=True)


def test_seats_of_a_submitted_version_are_filled_once_if_the_policy_says_so(by_itself, version):
    for username in ("ada", "ben", "cleo"):
        make_member(username)
    assert (fill_seats(), fill_seats()) == (2, 0)
    invited = Review.objects.filter(version=version)
    assert {review.invited_by.username for review in invited} == {"system"}


def test_seats_are_left_to_the_editor_unless_the_policy_says_so(version):
    make_member("ada")
    assert fill_seats() == 0


def test_member_who_declines_is_followed_by_the_next(by_itself, version):
    for username in ("ada", "ben", "cleo"):
        make_member(username)
    fill_seats()
    review = Review.objects.order_by("pk")[0]
    actions.decline(review_id=review.pk, reason="No time.", by=review.member.user, now=NOW)
    present = Review.objects.filter(version=version, state=ReviewState.INVITED).order_by("pk")
    assert [review.member.user.username for review in present] == ["ben", "cleo"]


def test_member_who_leaves_a_round_that_ended_is_followed_by_nobody(by_itself, version, edith):
    for username in ("ada", "ben"):
        make_member(username)
    fill_seats()
    actions.reject(version_id=version.pk, reason="Not this.", by=edith, now=NOW)
    assert fill_seats() == 0
    assert factories.reread(version).state == State.REJECTED


# --- over HTTP ------------------------------------------------------------------------------------------------------


def test_api_lists_candidates_with_reasons_and_the_best_set(version, edith):
    ada, ben = make_member("ada"), make_member("ben", capacity=0)
    factories.sign(factories.make_accepted(make_submitted("before"), "ada", now=NOW - timedelta(days=9)))
    shown = api_client(edith).get(f"/api/v1/versions/{version.pk}/candidates/").json()
    assert (shown["best_set"], shown["lacking"]) == ([ada.pk], ["1 more member"])
    first, second = shown["candidates"]
    assert (first["member"]["name"], first["days_to_sign"], first["free"]) == ("Ada Example", 9.0, True)
    assert (second["member"]["id"], second["days_to_sign"], second["remarks"]) == (ben.pk, None, ["no capacity left"])


def test_api_invites_the_best_set(version, edith):
    for username in ("ada", "ben"):
        make_member(username)
    invited = api_client(edith).post(f"/api/v1/versions/{version.pk}/invite-best/", {"message": "Please."}).json()
    assert [(review["member"]["name"], review["message"]) for review in invited] == [
        ("Ada Example", "Please."),
        ("Ben Example", "Please."),
    ]


# --- in the admin ---------------------------------------------------------------------------------------------------


def page_of(version, browser, **posted):
    address = reverse("admin:articles_version_do", args=[version.pk, "invite_best"])
    return browser.post(address, posted) if posted else browser.get(address)


def test_admin_shows_the_best_set_and_invites_it(version, client, edith):
    for username in ("ada", "ben"):
        make_member(username)
    client.force_login(edith)
    assert "Ada Example, MD, PhD: immunology" in page_of(version, client).content.decode()
    assert page_of(version, client, message="Please.").status_code == 302
    assert Review.objects.filter(version=version, message="Please.").count() == 2
    assert "Enough members take part already." in page_of(version, client).content.decode()


def test_admin_says_whom_nobody_is_free_for(version, client, edith):
    client.force_login(edith)
    assert "Nobody is available: 2 more members." in page_of(version, client).content.decode()


def test_admin_without_a_policy_in_force_says_so(version, client, edith):
    client.force_login(edith)
    with time_machine.travel("2019-01-01T00:00:00Z"):
        assert "No editorial policy is in force." in page_of(version, client).content.decode()
