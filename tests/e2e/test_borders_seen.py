"""What users see in a browser in cases that could let a wrong approval pass: rounds, seats, policies and people."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import actions as articles
from articles.models import Version
from editorial.actions import draft_next_policy, keep_policy, publish_policy
from editorial.models import EditorialPolicy, RiskTier, User
from reviews import actions as reviews
from reviews.actions.comments_and_verdicts import Anchor
from reviews.models import Comment, Lowering, Review, Signature
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import ALL, COLOURS, PHONE, at, grave
from tests.support import factories
from tests.support.late_conflicts import disclose, name_product
from tests.support.verdicts import check, check_all, claims_of, sent

DESK = {"width": 1280, "height": 900}
ELSEWHERE = "Pain is common [@orbach2005]. It is very mild [@stiehm2013].\n"
DOSE, EXACT = "Is the dose right?", "Is every dose right?"


def see(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_role("main")).to_contain_text(text)


def go(page: Page, record, *more: str) -> None:
    page.goto(at(record, *more or ("change",)))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign(page: Page, decision: str = "Approve") -> None:
    page.get_by_label(decision, exact=False).check()
    page.get_by_label("Statement").fill("Read against every reference.")
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Sign a decision")
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()


def reader_sees(page: Page, version: Version, words: str) -> None:
    page.goto(reverse("pages:article", args=[version.article.slug]))
    expect(page.locator(".statement")).to_contain_text(words)


def faults(page: Page) -> list[str]:
    """Return serious faults that axe finds on the open page, on desktop and phone, in both themes, and excess width."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme, options in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found += [f"{size['width']}, {scheme}, {fault}" for fault in grave(page, options)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"wider than {size['width']}")
    return found


def object_to(review: Review, *, now: datetime) -> Comment:
    anchor = Anchor(claim_id=claims_of(review.version)[0].pk)
    act = {"review_id": review.pk, "anchor": anchor, "by": review.member.user, "now": now}
    return reviews.comment(text="The dose is lethal.", is_blocking=True, **act)


# --- from round to round ----------------------------------------------------------------------------------------------


def test_objection_is_seen_by_everybody_until_an_editor_rules_on_it(transactional_db, sign_in, open_page, forgiving):
    factories.make_policy()
    now = timezone.now()
    first = sent(now=now)
    review = factories.make_accepted(first, now=now)
    desk = sign_in(review.member.user)
    go(desk, review, "desk")
    expect(desk.locator("#saved")).to_have_text("Everything is saved")
    desk.keyboard.press("c")
    desk.keyboard.type("The dose is lethal.")
    for key in ("Tab", "Tab", "Tab", "Space", "Tab", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("#progress-words")).to_contain_text("1 blocking")
    desk.get_by_role("link", name="Sign a decision").click()
    sign(desk, "Request changes")
    wanda = forgiving(factories.make_user("wanda"))
    go(wanda, factories.reread(first), "do", "revise")
    press(wanda, "Revise")
    draft = Version.objects.get(number=2)
    go(wanda, draft, "do", "submit")
    press(wanda, "Submit for review")
    see(
        wanda,
        "Changes were requested for version 1, and the text and its works are the same.",
        "Change what was asked for. If the objection is wrong, ask an editor to rule on it.",
    )
    go(wanda, draft)
    see(wanda, "The dose is lethal.", "Blocking")
    wanda.get_by_role("textbox", name="Body").fill(ELSEWHERE)
    press(wanda, "Save and continue editing")
    expect(wanda.get_by_text("was changed successfully")).to_be_visible()
    go(wanda, draft, "do", "submit")
    press(wanda, "Submit for review")
    see(wanda, "Open objections (1)", "Words unchanged")
    second = factories.reread(draft)
    for name in ("ben", "cleo"):
        seat = factories.make_accepted(second, name, now=timezone.now())
        member = sign_in(seat.member.user)
        go(member, seat, "desk")
        see(member, "Open objections of earlier rounds (1)", "Ada Example, on version 1", "The dose is lethal.")
        expect(member.locator("#progress-words")).to_contain_text("1 blocking")
        member.get_by_role("link", name="Sign a decision").click()
        see(member, "Open objections of earlier rounds (1)", "Words unchanged", "an objection is open")
        sign(member)
    reader = open_page()
    reader_sees(reader, second, "not yet approved")
    editor = sign_in(factories.make_user("edith"))
    go(editor, second)
    see(editor, "Open objections (1)", "No version is approved while one is open.", "The dose is lethal.")
    editor.locator("#objections").get_by_role("link", name="Open").click()
    editor.get_by_role("link", name="Mark as resolved").click()
    see(editor, "The reviewer, the writers and the board read it.")
    editor.get_by_label("Reason").fill("The label says so.")
    press(editor, "Mark as resolved")
    see(editor, "ruled on by an editor: The label says so.")
    go(editor, second)
    see(editor, "Approved", "1 objection ended, with by whom and why")
    reader_sees(reader, second, "Reviewed and approved by our medical advisory board")


# --- from seat to seat ------------------------------------------------------------------------------------------------


def test_unsigned_work_reaches_the_editor_and_waits_for_its_member(transactional_db, sign_in):
    factories.make_policy()
    now = timezone.now()
    review = factories.make_accepted(sent(now=now), now=now)
    check(review, claims_of(review.version)[0], "contradicts", note="It says the opposite.", locator="p. 3", now=now)
    object_to(review, now=now)
    editor = sign_in(factories.make_user("edith"))
    go(editor, review, "do", "cancel")
    see(editor, "Objections in it still block an approval of the article.")
    press(editor, "Cancel the review")
    go(editor, review.version)
    see(editor, "Open objections (2)", "Unsigned", "The dose is lethal.", "It says the opposite.")
    member = sign_in(review.member.user)
    go(member, review)
    see(member, "The text is no longer shown")
    member.get_by_role("link", name="Decide what happens to your work").click()
    see(
        member,
        "In this review you wrote 1 comment and 1 verdict.",
        "The editors already have your blocking comments and negative verdicts.",
    )
    member.get_by_label("Share it with editors and writers").check()
    press(member, "Decide what happens to your work")
    see(member, "Your answer is recorded.")
    back = factories.make_accepted(review.version, now=timezone.now())
    go(member, back, "desk")
    expect(member.locator("#progress-words")).to_have_text("1 of 2 checked, 2 blocking")
    see(member, "It says the opposite.")


# --- from rule to rule ------------------------------------------------------------------------------------------------


def test_less_review_is_proposed_in_the_open_and_approves_nothing_by_itself(transactional_db, sign_in, open_page):
    factories.make_policy(quorum=2, quorums={RiskTier.LOW: 1})
    now = timezone.now()
    version = factories.make_submitted(now=now)
    ben = factories.make_accepted(version, "ben", now=now)
    ada = factories.sign(factories.make_accepted(version, now=now), now=now)
    edith = sign_in(factories.make_user("edith"))
    go(edith, version.article)
    see(edith, "A lower risk, or one specialty or product less, is recorded as a proposal")
    edith.get_by_label("Risk").select_option("low")
    edith.get_by_label("Reason").fill("It is harmless.")
    edith.get_by_role("button", name="Save", exact=True).click()
    see(edith, "low risk instead of moderate", "It is harmless.", "Waiting for a second person")
    lowering = Lowering.objects.get()
    colleague = sign_in(ben.member.user)
    go(colleague, lowering)
    see(colleague, "low risk instead of moderate", "It is harmless.", "Edith Example")
    emil = sign_in(factories.make_user("emil", is_editor=True))
    go(emil, version)
    see(emil, "Lower requirements: low risk instead of moderate", "Edith Example", "Waiting for a second person")
    go(emil, lowering, "do", "confirm")
    see(emil, "Earlier signatures do not count until their signers confirm them.")
    press(emil, "Confirm the lower requirements")
    reader = open_page()
    reader_sees(reader, version, "not yet approved")
    signer = sign_in(ada.member.user)
    go(signer, ada)
    signer.get_by_role("link", name="Confirm my signature").click()
    see(signer, "Your signature does not count at present", "Emil Example confirmed it: It is harmless.")
    signer.get_by_label("Your password").fill(PASSWORD)
    press(signer, "Confirm my signature")
    reader_sees(reader, version, "Reviewed and approved by our medical advisory board")


def stricter_policy() -> EditorialPolicy:
    """A draft policy that requires three signatures instead of two."""
    edith, now = factories.make_user("edith", is_editor=True), timezone.now()
    policy = draft_next_policy(by=edith, now=now)
    policy.approvals_below = "suspended"
    keep_policy(record=policy, by=edith, now=now)
    for rule in policy.rules.all():
        rule.quorum = 3
        keep_policy(record=rule, by=edith, now=now)
    return policy


def test_editor_reads_which_approvals_a_stricter_policy_would_end(transactional_db, sign_in, open_page):
    version = factories.make_approved(now=timezone.now())
    editor, reader = sign_in(factories.make_user("edith")), open_page()
    reader_sees(reader, version, "Reviewed and approved by our medical advisory board")
    go(editor, stricter_policy(), "do", "publish")
    see(
        editor,
        "1 approval would no longer satisfy this",
        "They are suspended at once: readers see Under Review with a caution and the reason.",
        "ivig-back-pain, version 1: 1 more approving signature",
    )
    press(editor, "Publish the policy")
    see(editor, "The policy is in force.")
    reader_sees(reader, version, "was suspended on")


# --- from context to context ------------------------------------------------------------------------------------------


def test_claim_under_another_heading_is_looked_at_again_with_one_key(transactional_db, sign_in):
    factories.make_policy(claim_checks="one")
    now = timezone.now()
    review = factories.make_accepted(sent("## Benefits\n\nPain is common [@orbach2005].\n", now=now), now=now)
    check_all(review, now=now)
    factories.sign(review, "request_changes", now=now)
    second = sent("## Harms\n\nPain is common [@orbach2005].\n", after=factories.reread(review.version), now=now)
    again = factories.make_accepted(second, now=now)
    desk = sign_in(again.member.user)
    go(desk, again, "do", "sign")
    see(desk, "1 to check again: the context changed")
    go(desk, again, "desk")
    expect(desk.locator("#progress-words")).to_have_text("0 of 1 checked, 1 to check again, 0 blocking")
    expect(desk.locator("#desk-evidence .chosen .context-change")).to_contain_text("Under the heading: Harms")
    see(desk, "context changed: check again")
    desk.keyboard.press("y")
    expect(desk.locator("#progress-words")).to_have_text("1 of 1 checked, 0 blocking")


def test_reviewer_steps_through_every_changed_word_and_sees_the_dose_marked(transactional_db, sign_in):
    factories.make_policy()
    now = timezone.now()
    review = factories.make_accepted(
        sent("Pain is rare. The dose is 15 mg/kg a day [@orbach2005].\n", now=now), now=now
    )
    factories.sign(review, "request_changes", now=now)
    text = "Something new stands before.\n\nRare. The dose is 1.5 mg/kg a day [@orbach2005].\n"
    again = factories.make_accepted(sent(text, after=factories.reread(review.version), now=now), now=now)
    page = sign_in(again.member.user)
    page.goto(reverse("admin:reviews_review_changes", args=[again.pk]))
    expect(page.locator("del.quantity")).to_have_text("changed number: 15 mg/kg")
    expect(page.locator("ins.quantity")).to_have_text("changed number: 1.5 mg/kg")
    go(page, again, "desk")
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    expect(page.locator("#changes")).to_contain_text("3 changes in the text, 1 of them in numbers")
    for number in (1, 2, 3):
        page.keyboard.press(".")
        expect(page.locator("#change-status")).to_contain_text(f"Change {number} of 3")
        expect(page.locator(".chosen-change")).to_be_in_viewport()


# --- from person to person --------------------------------------------------------------------------------------------


def test_member_who_was_called_off_no_longer_sees_the_text(transactional_db, sign_in):
    now = timezone.now()
    factories.make_policy()
    review = factories.make_accepted(sent(now=now), now=now)
    member = sign_in(review.member.user)
    go(member, review)
    see(member, "Pain is common")
    reviews.cancel(review_id=review.pk, reason="No time.", by=factories.make_user("edith"), now=timezone.now())
    member.reload()
    see(member, "The text is no longer shown")
    expect(member.get_by_role("main")).not_to_contain_text("Pain is common")


def test_interest_that_comes_to_light_late_takes_the_signature_out_of_the_count(transactional_db, sign_in, open_page):
    factories.make_policy()
    now = timezone.now()
    version = factories.make_submitted(now=now)
    name_product(version)
    ada, _ben = (factories.sign(factories.make_accepted(version, name, now=now), now=now) for name in ("ada", "ben"))
    reader = open_page()
    reader_sees(reader, version, "Reviewed and approved by our medical advisory board")
    disclose("ada", now=timezone.now())
    editor = sign_in(factories.make_user("edith"))
    go(editor, ada)
    see(editor, "disclosed an interest that touches this article: consulting")
    go(editor, Signature.objects.get(review=ada))
    editor.get_by_role("link", name="Set the signature aside").click()
    see(editor, "The signature no longer counts, and its signer receives your reason.")
    editor.get_by_label("Reason").fill("Paid by the maker since 2020.")
    press(editor, "Set the signature aside")
    see(editor, "The signature is set aside. Its signer has been notified.", "Paid by the maker since 2020.")
    reader_sees(reader, version, "was suspended on")
    expect(reader.get_by_role("main")).not_to_contain_text("Paid by the maker")
    expect(reader.get_by_role("main")).not_to_contain_text("Ada Example")
    signer = sign_in(ada.member.user)
    go(signer, Signature.objects.get(review=ada))
    see(signer, "Set aside", "Paid by the maker since 2020.")


def test_member_who_stepped_back_for_a_conflict_is_not_chosen_for_the_next_version(transactional_db, sign_in):
    factories.make_policy()
    now = timezone.now()
    review = factories.make_accepted(sent(now=now), now=now)
    member = sign_in(review.member.user)
    go(member, review, "do", "recuse")
    member.get_by_label("Reason").fill("I hold shares in the maker.")
    press(member, "Step back because of a conflict")
    seat = factories.make_accepted(review.version, "ben", now=timezone.now())
    factories.sign(seat, "request_changes", now=timezone.now())
    second = sent(ELSEWHERE, after=factories.reread(review.version), now=timezone.now())
    editor = sign_in(factories.make_user("edith"))
    go(editor, second, "do", "invite")
    see(editor, "stepped back from", "I hold shares in the maker.")


# --- from word to word ------------------------------------------------------------------------------------------------


def test_searcher_reads_which_word_was_looked_for_and_no_medicine_as_another(transactional_db, open_page):
    factories.make_policy()
    version = factories.approve(sent("The dosage of amlodipine is 5 mg [@orbach2005].\n", now=timezone.now()))
    articles.write_documents(by=User.objects.system(), limit=100, now=timezone.now())
    page = open_page()
    page.goto(f"{reverse('pages:search')}?q=amlodpine")
    see(page, "Showing results for “amlodipine” instead of “amlodpine”.", version.question)
    page.get_by_role("link", name="Search instead for “amlodpine”").click()
    see(page, "None of our texts has “amlodpine”.")
    page.goto(f"{reverse('pages:search')}?q=nimodipine")
    see(page, "None of our texts has “nimodipine”.")
    expect(page.get_by_role("main")).not_to_contain_text("5 mg")


# --- from policy to policy --------------------------------------------------------------------------------------------


def test_answers_outlive_a_policy_and_changed_words_show_the_old_answer(transactional_db, sign_in):
    factories.make_policy(questions=((DOSE, "yes_no", True), ("Anything else?", "text", False)))
    now, edith = timezone.now(), factories.make_user("edith", is_editor=True)
    review = factories.make_accepted(sent(now=now), now=now)
    page = sign_in(review.member.user)
    go(page, review, "do", "sign")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Anything else?").fill("Shorter, please.")
    expect(page.locator("[data-typing-state]")).to_contain_text("is autosaved")
    policy = draft_next_policy(by=edith, now=now)
    question = policy.questions.in_order()[0]
    question.text = EXACT
    keep_policy(record=question, by=edith, now=now)
    publish_policy(policy_id=policy.pk, by=edith, now=timezone.now())
    go(page, review, "do", "sign")
    see(page, EXACT, f"The words changed. Before: “{DOSE}” You answered: “yes”")
    expect(page.get_by_label("Yes", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Anything else?")).to_have_value("Shorter, please.")
    page.get_by_label("Yes", exact=True).check()
    sign(page)


# --- the pages themselves ---------------------------------------------------------------------------------------------


@pytest.fixture
def objected(transactional_db) -> Review:
    """Ben's review of a second version with changed text. Ada objected to the first twice; her review was cancelled."""
    factories.make_policy()
    now, edith = timezone.now(), factories.make_user("edith", is_editor=True)
    review = factories.make_accepted(sent(now=now), now=now)
    object_to(review, now=now)
    check(review, claims_of(review.version)[1], "contradicts", note="No.", locator="p. 3", quote="Not so.", now=now)
    reviews.cancel(review_id=review.pk, reason="No time.", by=edith, now=now)
    factories.sign(factories.make_accepted(review.version, "cleo", now=now), "request_changes", now=now)
    text = "Pain is rare [@orbach2005]. It is mild [@stiehm2013].\n"
    return factories.make_accepted(sent(text, after=factories.reread(review.version), now=now), "ben", now=now)


def test_pages_with_objections_are_for_everybody(objected, forgiving):
    first = Review.objects.get(member__user__username="ada")
    visits = {
        objected.member.user: [at(objected, "desk"), at(objected, "do", "sign")],
        first.member.user: [at(first, "do", "hand_over")],
        factories.make_user("edith"): [at(objected.version), at(Comment.objects.get(), "do", "resolve")],
    }
    assert looked_at(forgiving, visits) == {}


def test_pages_of_lowering_and_publishing_are_for_everybody(transactional_db, forgiving):
    factories.make_policy(quorum=2, quorums={RiskTier.LOW: 1})
    now, edith = timezone.now(), factories.make_user("edith", is_editor=True)
    version = factories.make_submitted(now=now)
    ada = factories.sign(factories.make_accepted(version, now=now), now=now)
    emil = factories.make_user("emil", is_editor=True)
    wanted = {"classification": articles.Classification(risk="low"), "reason": "It is harmless."}
    lowering = reviews.propose_lowering(article_id=version.article_id, **wanted, by=edith, now=now)
    proposed = {emil: [at(lowering), at(lowering, "do", "confirm"), at(version)], edith: [at(version.article)]}
    assert looked_at(forgiving, proposed) == {}
    reviews.confirm_lowering(lowering_id=lowering.pk, by=emil, now=timezone.now())
    factories.make_approved("other", now=timezone.now())
    decided = {ada.member.user: [at(ada, "do", "confirm_signature")], edith: [at(stricter_policy(), "do", "publish")]}
    assert looked_at(forgiving, decided) == {}


def looked_at(forgiving, visits: dict) -> dict[str, list[str]]:
    found = {}
    for user, addresses in visits.items():
        page = forgiving(user, viewport=DESK)
        for address in addresses:
            page.goto(address)
            found[address] = faults(page)
    return {address: one for address, one in found.items() if one}
