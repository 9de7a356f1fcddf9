"""Text changes at the desk in a browser: navigated by keyboard and links, printed, and on a phone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from articles import actions as articles
from tests.e2e.test_accessibility import PHONE, faults
from tests.support import factories
from tests.support.verdicts import check_all

BEFORE = """## Benefits

In adults with an acute attack the dose is 15 mg/kg by mouth once a day [@orbach2005]. Nobody knows why it helps.

| Drug | Dose |
|---|---|
| first of them | 10 mg [@stiehm2013] |
| second of them | 20 mg [@stiehm2013] |

It was shown in a trial of many years that it is mild [@orbach2005].

Children were not studied. Kidneys are watched in all who are older [@stiehm2013].
"""
AFTER = """## Harms in pregnancy

It was shown in a trial of many years that it is mild [@orbach2005].

Grapefruit juice raises the level of this drug in all who take it for long.

In adults with an acute attack the dose is 1.5 mg/kg by mouth once a day [@orbach2005]. Nobody knows why it helps.

| Drug | Maximum dose in children |
|---|---|
| first of them | 10 mg [@stiehm2013] |
| second of them | 20 mg [@stiehm2013] |

Kidneys are watched in all who are older [@stiehm2013].
"""


@pytest.fixture
def review(transactional_db):
    """Ada's accepted review of a text that changed since she signed it."""
    factories.make_policy()
    now = timezone.now()
    draft = factories.make_draft(now=now)
    act = {"by": draft.created_by, "now": now}
    articles.edit(version_id=draft.pk, texts=factories.make_texts(BEFORE), **act)
    first = factories.make_accepted(articles.submit(version_id=draft.pk, **act), now=now)
    check_all(first, now=now)
    factories.sign(first, "request_changes", now=now)
    draft = articles.revise(version_id=first.version_id, **act)
    articles.edit(version_id=draft.pk, question="Can IVIG cause severe back pain?", **act)
    articles.edit(version_id=draft.pk, texts=factories.make_texts(AFTER), **act)
    return factories.make_accepted(articles.submit(version_id=draft.pk, **act), now=now)


def desk_of(review):
    return reverse("admin:reviews_review_desk", args=[review.pk])


def test_every_change_is_stepped_through_by_key_and_said(review, sign_in):
    desk = sign_in(review.member.user)
    desk.goto(desk_of(review))
    expect(desk.locator("#saved")).to_have_text("Everything is saved")
    expect(desk.locator("#changes")).to_contain_text("7 changes in the text, 1 of them in numbers")
    status = desk.locator("#change-status")
    for number in range(1, 8):
        desk.keyboard.press(".")
        expect(status).to_contain_text(f"Change {number} of 7")
        expect(desk.locator(".chosen-change")).to_be_in_viewport()
    desk.keyboard.press(".")
    expect(status).to_contain_text("Change 1 of 7")
    desk.keyboard.press(",")
    expect(status).to_contain_text("Change 7 of 7")
    dose = desk.locator(".reading del.quantity", has_text="15 mg/kg")
    while "chosen-change" not in (dose.get_attribute("class") or ""):
        desk.keyboard.press(",")
    expect(status).to_contain_text("1.5 mg/kg")
    expect(desk.locator("#desk-evidence .chosen .quote").first).to_contain_text("1.5 mg/kg")


def test_changes_are_links_without_javascript_and_fit_a_phone(review, forgiving):
    page = forgiving(review.member.user, viewport=PHONE, java_script_enabled=False)
    page.goto(desk_of(review))
    page.get_by_text("List of changes").click()
    links = page.locator(".all-changes a")
    assert links.count() == 7
    for number in range(7):
        address = links.nth(number).get_attribute("href")
        assert page.locator(address).count() == 1, address
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.goto(reverse("admin:reviews_review_changes", args=[review.pk]))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_changed_numbers_are_told_apart_without_colour_on_paper_and_in_high_contrast(review, forgiving):
    page = forgiving(review.member.user)
    page.goto(desk_of(review))
    number, word = page.locator("ins.quantity").last, page.locator("ins:not(.quantity):not([class])").first
    for media in ({"media": "print"}, {"media": "screen", "color_scheme": "dark"}, {"forced_colors": "active"}):
        page.emulate_media(**media)
        styles = [
            one.evaluate("one => [getComputedStyle(one).borderTopStyle, getComputedStyle(one).fontWeight]")
            for one in (number, word)
        ]
        assert styles[0] == ["solid", "700"]
        assert styles[1][0] == "none"


def test_pages_with_changes_are_for_everybody(review, forgiving):
    page = forgiving(review.member.user)
    found = {}
    for name in ("reviews_review_desk", "reviews_review_changes"):
        page.goto(reverse(f"admin:{name}", args=[review.pk]))
        for summary in page.locator("#changes summary").all():
            summary.click()
        found[name] = faults(page)
    page.goto(reverse("admin:reviews_review_do", args=[review.pk, "sign"]))
    expect(page.get_by_text(re.compile("7 changes in the text"))).to_be_visible()
    found["sign"] = faults(page)
    assert {name: one for name, one in found.items() if one} == {}


def test_words_quoted_for_a_comment_leave_out_what_was_removed(review, sign_in):
    desk = sign_in(review.member.user)
    desk.goto(desk_of(review))
    expect(desk.locator("#saved")).to_have_text("Everything is saved")
    claim = desk.locator("#desk-text .claim", has_text="by mouth once a day")
    claim.evaluate("one => getSelection().selectAllChildren(one)")
    desk.keyboard.press("c")
    quoted = desk.locator("#desk-evidence .chosen .comment-form textarea[name=quote]").first
    expect(quoted).to_have_value(re.compile(r"the dose is 1.5 mg/kg by mouth"))
    expect(quoted).not_to_have_value(re.compile("15 mg/kg|changed number"))
