"""Every page has no serious faults for axe in either theme, and fits on a tablet and at 200 % zoom."""

import re
from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import actions as articles
from articles.lifecycle import State
from articles.models import ReaderMail
from editorial.actions import draft_next_policy
from editorial.policy.default_reminders import LADDER
from editorial.webhooks import delivery
from editorial.webhooks.http_client import Answer
from reviews.models import Signature
from tests.support import factories
from tests.support.proposals import make_draft_of, make_proposal
from tests.support.webhook_endpoints import make_endpoint, make_message

TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 360, "height": 740}
ENLARGED = {"width": 640, "height": 800}
"""The viewport of 1280 pixels at 200 % zoom. Pages are drawn at twice the density."""

GRAVE = ("serious", "critical")
ALL = {"resultTypes": ["violations"]}
COLOURS = {**ALL, "runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture
def look(forgiving):
    """Log a user in on a tablet with a dense screen."""
    return lambda user: forgiving(user, viewport=TABLET, device_scale_factor=2)


def at(record, page: str = "change", *more: str) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk, *more])


def listed(*names: str) -> list[str]:
    return [reverse(f"admin:{name}") for name in names]


def faults(page: Page) -> list[str]:
    """Return the faults of the open page in both themes and sizes."""
    page.emulate_media(color_scheme="light")
    found = grave(page, ALL)
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {fault}" for fault in grave(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    for size in (ENLARGED, TABLET):
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"wider than {size['width']}")
    return found


def grave(page: Page, options: dict) -> list[str]:
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")  # links fade into the other theme
    violations = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in GRAVE]


def visit(page: Page, addresses: Iterable[str]) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page)
    return wrong(found)


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: one for name, one in found.items() if one}


def test_pages_of_members_are_for_everybody(transactional_db, look):
    now = timezone.now()
    make_proposal(now=now)
    review = factories.make_accepted(factories.make_submitted("other", now=now), now=now)
    invited = factories.make_invitation(factories.make_submitted("third", now=now), now=now)
    page = look(review.member.user)
    receipt = at(Signature.objects.get(), "receipt")
    reviews = [at(review), at(review, "do", "sign"), at(review, "do", "decline"), at(invited), receipt]
    member = [at(review.member), at(review.member, "do", "state-interests"), at(review.member, "do", "portrait")]
    boards = listed(
        "index", "reviews_review_changelist", "editorial_boardmember_changelist", "editorial_mailchoice_mine"
    )
    account = listed("password_change", "editorial_absence_add", "editorial_disclosure_add")
    found = visit(page, [*boards, *account, *reviews, *member, at(review, "history")])
    found |= visit(page, [reverse("mfa_index"), reverse("mfa_activate_totp")])
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Set up an app")).to_be_visible()
    found |= visit(page, [reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")])
    page.goto(at(review, "desk"))
    page.keyboard.press("s")
    expect(page.locator("#progress-words")).to_contain_text("1 of")
    page.keyboard.press("c")
    found |= wrong({"desk": faults(page)})
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next claim to check")
    found |= wrong({"keys": faults(page)})
    assert "\n".join(f"{name}: {fault}" for name, one in found.items() for fault in one) == ""


def test_pages_of_writers_and_editors_are_for_everybody(transactional_db, look):
    wanda = factories.make_user("wanda", is_writer=True, is_editor=True)
    now = timezone.now()
    comment = make_proposal(now=now)
    draft = make_draft_of(comment, now=now)
    other = factories.make_accepted(factories.make_submitted("other", now=now), now=now)
    boards = [*listed("index", "articles_version_changelist", "articles_version_rounds", "articles_version_figures")]
    lists = listed("articles_article_changelist", "articles_reference_changelist", "editorial_ledgerentry_changelist")
    version = [at(other.version), at(other.version, "do", "invite"), at(draft, "compare"), at(draft)]
    told = articles.report(article=draft.article, version=other.version, text="Really?", email="", now=now)
    version += [at(told), at(told, "do", "uphold"), at(told, "do", "decline"), *listed("articles_report_changelist")]
    page = look(wanda)
    found = visit(
        page, [*boards, *lists, *version, at(comment), at(comment, "do", "take_over"), at(other.version.article)]
    )
    page.goto(at(draft))
    page.get_by_role("textbox", name="Body").press("Control+k")
    expect(page.get_by_role("listbox", name="Works").get_by_role("option").first).to_be_visible()
    found |= wrong({"picker": faults(page)})
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Body").fill("Wanda wrote this [@orbach2005].")
    articles.edit(version_id=draft.pk, texts=factories.make_texts("Another wrote."), by=wanda, now=now)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="saved first")).to_be_visible()
    found |= wrong({"conflict": faults(page)})
    better = factories.make_texts(f"{factories.BODY}\nRest helps.\n")
    articles.edit(version_id=draft.pk, texts=better, by=wanda, now=now)
    articles.submit(version_id=draft.pk, by=wanda, now=now)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Not saved", exact=True)).to_be_visible()
    found |= wrong({"submitted meanwhile": faults(page)})
    page.goto(at(draft))
    expect(page.get_by_role("heading", name="Your unsaved input")).to_be_visible()
    found |= wrong({"typed and left": faults(page)})
    assert "\n".join(f"{name}: {fault}" for name, one in found.items() for fault in one) == ""


def test_pages_of_readers_messages_are_for_everybody(transactional_db, look):
    now = timezone.now()
    edith = factories.make_user("edith", is_editor=True)
    factories.make_user("wanda", is_writer=True)
    version = factories.make_approved(now=now)
    about = {"article": version.article, "version": version, "now": now}
    asked, open_one = (articles.ask(text="Long? " * 300, email="a@example.org", **about) for _ in range(2))
    told = articles.report(text="Really?", email="", **about)
    articles.answer_question(question_id=asked.pk, text="Yes.\nNo.", by=edith, now=now)
    articles.decline_report(report_id=told.pk, reason="Right.", public_words="We looked.", by=edith, now=now)
    mail = ReaderMail.objects.get()
    listing = [*listed("index", "articles_question_changelist", "articles_readermail_changelist"), at(mail)]
    listing += [f"{listing[1]}?answer=dismissed", at(asked), at(open_one), at(told)]
    page = look(edith)
    found = visit(page, [*listing, *(at(open_one, "do", verb) for verb in ("answer", "link", "draft", "dismiss"))])
    page.goto(at(open_one, "do", "link"))
    page.get_by_label("Article").fill("nowhere")
    page.get_by_role("button", name="Lead to an article").click()
    expect(page.locator(".field.errors")).to_contain_text("that readers are shown")
    assert found | wrong({"refused": faults(page)}) == {}


def test_pages_of_webhooks_are_for_everybody(transactional_db, look):
    now = timezone.now()
    listening = make_endpoint(now=now)
    make_message(now=now)
    (dispatch,) = delivery.claim(now=now, limit=1)
    answer = Answer(0.1, status=503, excerpt="<html>" + "Maintenance" * 90)
    delivery.record(dispatch_id=dispatch.pk, answer=answer, now=now)
    lists = listed("index", "editorial_endpoint_changelist", "editorial_endpoint_add", "editorial_dispatch_changelist")
    lists += [f"{lists[1]}?state=off", at(listening), at(listening, "history"), at(dispatch)]
    page = look(listening.created_by)
    found = visit(page, [*lists, *(at(listening, "do", verb) for verb in ("send-test", "rotate-secret", "switch-off"))])
    page.goto(at(listening, "do", "rotate-secret"))
    page.get_by_role("button", name="Rotate the secret").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    assert found | wrong({"secret": faults(page)}) == {}


def test_pages_of_administrators_are_for_everybody(transactional_db, look):
    policy = factories.make_policy(rungs=LADDER)
    root = factories.make_user("root", is_superuser=True, is_editor=True)
    drafted = draft_next_policy(by=root, now=timezone.now())
    forms = listed(
        "editorial_accountinvitation_invite",
        "editorial_accountinvitation_invite_many",
        "editorial_boardmember_add",
        "articles_libraryimport_add",
    )
    forms += listed("articles_reference_add", "editorial_audience_add", "articles_version_add")
    forms += [f"{add}?work=guideline" for add in listed("articles_reference_add")]
    lists = listed("editorial_user_changelist", "editorial_editorialpolicy_changelist", "editorial_notice_changelist")
    ladder = [at(policy, "ladder"), *listed("editorial_notice_post_room")]
    page = look(root)
    assert visit(page, [*forms, *lists, *ladder, at(policy), at(drafted), at(root), at(root, "history")]) == {}


def test_adding_a_work_is_for_everybody(transactional_db, look):
    draft, work = factories.make_draft(now=timezone.now()), factories.make_reference("other", DOI="10.1000/x")
    page = look(factories.make_user("wanda"))
    found = visit(page, [at(work), at(draft)])
    page.get_by_role("textbox", name="Body").focus()
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="Add a work that is not here").click()
    page.get_by_label("Paste what you have of it").fill("10.1000/x")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="You have this one")).to_be_visible()
    found |= wrong({"present": faults(page)})
    page.get_by_role("button", name="It is another work").click()
    expect(page.get_by_label("Type of work")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Title", exact=True).fill("On pain")
    page.get_by_role("button", name="Add and cite").click()
    expect(page.get_by_text("The work was not added.")).to_be_visible()
    assert found | wrong({"refused": faults(page)}) == {}


def test_pages_of_readers_are_for_everybody(transactional_db, look):
    now = timezone.now()
    approved = factories.make_approved(now=now)
    waiting = factories.make_submitted("waiting", now=now)
    gone = factories.make_version_at(State.RETRACTED, "gone", now=now)
    page = look(factories.make_user("wanda"))
    pages = [f"/articles/{version.article.slug}/" for version in (approved, waiting, gone)]
    pages += ["/articles/nowhere/", "/", "/policy/", "/board/", "/search/?q=pain", "/search/?q=nothing"]
    pages += [f"/articles/{version.article.slug}/history/" for version in (approved, gone)]
    found = visit(page, pages)
    page.context.clear_cookies()
    assert found | visit(page, ["/account/login/"]) == {}


def test_pages_of_readers_fit_a_phone_without_scripts(transactional_db, forgiving):
    now = timezone.now()
    version = factories.make_approved(now=now)
    slug = version.article.slug
    page = forgiving(factories.make_user("wanda"), viewport=PHONE, java_script_enabled=False)
    for address in (f"/articles/{slug}/", f"/articles/{slug}/history/", "/search/?q=pain", "/search/?q=nothing", "/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], address


def test_printed_answer_says_for_whom_it_is_and_leaves_out_what_only_a_screen_has_use_for(transactional_db, look):
    factories.make_reference(DOI="10.1000/xyz")
    version = factories.make_approved(now=timezone.now())
    factories.make_audience("student")
    page = look(factories.make_user("wanda"))
    page.goto(f"/articles/{version.article.slug}/?audience=student")
    about_a_work = page.locator(".references li .small").first
    expect(about_a_work).to_contain_text("Read the work")
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        expect(page.locator(".facts .print-only").last).to_have_text("Written forProfessional")
        expect(page.locator(".facts .print-only").first).to_have_text(
            re.compile("As of[0-9]+ .*, ..:.. UTC; see the address")
        )
        expect(page.locator(".note")).to_contain_text("There is no text for “Student” yet")
        expect(page.locator(":is(button, textarea, input, select, nav):visible")).to_have_count(0)
        assert about_a_work.inner_text().strip() == ""
        expect(page.locator(".references > .small")).to_contain_text("Not checked for retractions yet")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        text, work = (size_of(page, part) for part in (".prose", ".references li p"))
        assert text >= work


def size_of(page: Page, part: str) -> float:
    """Return the font size of ``part`` in pixels."""
    return page.locator(part).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
