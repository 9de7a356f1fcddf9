"""A writer who has never seen CSL-JSON fills an empty library without leaving the draft."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.lifecycle import State
from articles.models import Reference, Version
from tests.e2e.test_accessibility import faults
from tests.support import factories

LABEL = "https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=1"


@pytest.fixture
def wanda(transactional_db):
    factories.make_policy()
    factories.make_audience()
    return factories.make_user("wanda", is_writer=True)


def body(page: Page):
    return page.get_by_role("textbox", name="Body")


def begin_article(page: Page) -> None:
    page.goto(reverse("admin:articles_article_add"))
    page.get_by_label("Slug").fill("ivig-back-pain")
    page.get_by_label("Question").fill("Can IVIG cause back pain?")
    page.get_by_label("Risk").select_option("low")
    page.get_by_label("Audience").select_option(label="Professional")
    page.get_by_label("Summary").fill("Yes.")
    page.get_by_label("Body").fill("It can.")
    page.get_by_role("button", name="Save").first.click()


def paste(page: Page, text: str):
    """Search for a work that is not there, and add it with what was typed."""
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    return page.get_by_role("dialog", name="Cite a work")


def choose(form, label: str) -> None:
    """Choose the type of a work in the first step."""
    form.get_by_role("link", name=label).click()
    expect(form.get_by_label("Type of work")).to_be_visible()


def fill(form, **fields: str) -> None:
    for name, text in fields.items():
        form.locator(f"[name='csl-{name}'], [name='csl-{name}_0']").fill(text)


def add_and_cite(page: Page, form) -> None:
    form.get_by_role("button", name="Add and cite").click()
    expect(body(page)).to_be_focused()


def test_writer_cites_four_kinds_of_works_from_an_empty_library_without_leaving_the_draft(wanda, sign_in):
    page = sign_in(wanda)
    begin_article(page)
    draft = page.url
    expect(page.get_by_role("toolbar")).to_be_visible()  # then the scripts of the page listen
    body(page).fill("Back pain is common")
    form = paste(page, "10.1385/CRIAI:29:3:173")
    expect(form.get_by_label("DOI", exact=True)).to_have_value("10.1385/criai:29:3:173")
    expect(form.locator("[data-lacking]:visible")).to_have_count(4)
    fill(form, author="Orbach, Hedi\nKatz, Uriel", title="Adverse effects of immunoglobulin", issued="2005")
    fill(form, volume="29", page="173-184", **{"container-title": "Clinical Reviews"})
    cited = "Orbach H, Katz U. Adverse effects of immunoglobulin. Clinical Reviews. 2005;29:173-84."
    expect(form.get_by_text(cited)).to_be_visible()
    expect(form.locator("[data-lacking]:visible")).to_have_count(0)
    add_and_cite(page, form)
    page.keyboard.type(", says the guideline")
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="Add a work that is not here").click()
    choose(form, "Guideline of an organisation")
    fill(form, author="Society of Immunology", title="Immunoglobulin in practice", publisher="The Society")
    fill(form, issued="2023", URL="https://society.example/guideline")
    add_and_cite(page, form)
    page.keyboard.type(" and the label")
    paste(page, LABEL)
    expect(form.get_by_label("Type of work")).to_have_value("drug-label")
    fill(form, title="Privigen 10 % solution", publisher="Example Behring", issued="2022")
    add_and_cite(page, form)
    page.keyboard.type(". Patients find more")
    paste(page, "https://patients.example/back-pain")
    fill(form, author="Patients of Example", title="Living with back pain")
    page.keyboard.press("Enter")
    expect(body(page)).to_be_focused()
    page.keyboard.type(".")
    assert page.url == draft
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Version.objects.get().renditions.get().body == (
        "Back pain is common [@orbach2005adverse], says the guideline [@societyofimmunology2023immunoglobulin]"
        " and the label [@2022privigen]. Patients find more [@patientsofexampleliving]."
    )
    page.get_by_label("What you can do").get_by_role("link", name="Submit").click()
    page.get_by_role("main").locator("[type=submit]").first.click()
    expect(page.get_by_text("Submitted. The text is frozen")).to_be_visible()
    assert Version.objects.get().state == State.SUBMITTED
    kinds = list(Reference.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["other", "guideline", "drug_label", "web_page"]


@pytest.mark.parametrize("width", [1280, 390])
def test_author_is_found_in_the_library_by_keyboard_and_by_pointer(wanda, forgiving, width):
    people = [{"family": "Orbach", "given": "Hedi"}, {"family": "Orr", "given": "Ida"}]
    factories.make_reference("first", title="On pain", author=people)
    page = forgiving(wanda, viewport={"width": width, "height": 844})
    begin_article(page)
    page.wait_for_url("**/change/")
    expect(page.locator("dialog.picker")).to_be_attached()
    body(page).fill("It can")
    body(page).press("Control+k")
    form = page.get_by_role("dialog", name="Cite a work")
    form.get_by_role("button", name="Add a work that is not here").click()
    choose(form, "Journal article")
    finder = form.get_by_role("combobox", name="Find a name in the library").first
    finder.press_sequentially("or")
    options = form.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["Orbach, Hedi", "Orr, Ida"])
    assert faults(page) == []
    finder.press("ArrowDown")
    finder.press("Enter")
    authors = form.locator("[name='csl-author']")
    expect(authors).to_have_value("Orr, Ida")
    expect(finder).to_have_value("")
    finder.press_sequentially("hedi")
    options.click()
    expect(authors).to_have_value("Orr, Ida\nOrbach, Hedi")
    finder.press_sequentially("or")
    expect(options).to_have_count(2)
    finder.press("Escape")
    expect(options).to_have_count(0)
    expect(form).to_be_visible()
    finder.press_sequentially("xy")
    expect(form.get_by_text("The library has no such name.")).to_be_visible()


@pytest.fixture
def draft(wanda) -> Version:
    return factories.make_draft(now=timezone.now())


def open_draft(page: Page, draft: Version) -> None:
    page.goto(reverse("admin:articles_version_change", args=[draft.pk]))


def test_work_that_is_there_is_cited_and_nothing_typed_is_lost_on_the_way(draft, wanda, sign_in):
    factories.make_reference("first", title="On pain", DOI="10.1000/x")
    page = sign_in(wanda)
    open_draft(page, draft)
    body(page).fill("Typed before")
    form = paste(page, "https://doi.example/10.1000/x/full")
    expect(form.get_by_role("heading", name="You have this one")).to_be_visible()
    page.keyboard.press("Escape")
    expect(body(page)).to_have_value("Typed before")
    page.keyboard.press("Control+k")
    form.get_by_role("button", name="It is another work").click()
    expect(form.get_by_label("DOI", exact=True)).to_have_value("10.1000/x")
    fill(form, title="On another pain")
    form.get_by_label("Type of work").select_option(label="Book")
    expect(form.get_by_label("Edition")).to_be_visible()
    expect(form.get_by_label("Title", exact=True)).to_have_value("On another pain")
    form.get_by_role("button", name="Add and cite").click()
    expect(form.get_by_label("DOI", exact=True)).to_be_focused()
    expect(form.get_by_text("The library has it as “first”.")).to_be_visible()
    form.get_by_role("link", name="Start again").click()
    form.get_by_label("Paste what you have of it").fill("10.1000/x")
    form.get_by_role("button", name="Continue").click()
    form.get_by_role("button", name="Cite it as @first").click()
    expect(body(page)).to_have_value("Typed before [@first]")
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="Add a work that is not here").click()
    form.get_by_role("button", name="Back to the library").click()
    expect(page.get_by_role("combobox", name="Cite a work")).to_be_focused()


def test_work_is_added_and_corrected_without_scripts(draft, wanda, forgiving):
    page = forgiving(wanda, java_script_enabled=False)
    page.goto(reverse("admin:articles_reference_add"))
    page.get_by_label("Paste what you have of it").fill("Roe J. On pain. BMJ. 2021;7:1-9.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Type of work").select_option(label="Preprint")
    page.get_by_role("button", name="Show its fields").click()
    page.get_by_label("Preprint server").fill("Example Preprints")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Roe J. On pain. Example Preprints [Preprint]. 2021;7:1-9.")).to_be_visible()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("On less pain")
    page.get_by_label("Title", exact=True).press("Enter")
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Reference.objects.get(key="roe2021pain").title == "On less pain"
    open_draft(page, draft)
    expect(page.get_by_role("toolbar")).to_have_count(0)


def select(page: Page, words: str) -> None:
    """Select the first occurrence of ``words`` in the text."""
    body(page).evaluate(
        "(field, words) => field.setSelectionRange(...[0, words.length].map((n) => n + field.value.indexOf(words)))",
        words,
    )


@pytest.mark.parametrize(
    ("before", "chosen", "tool", "keys", "after"),
    [
        ("A dose", "dose", "Bold", "Control+b", "A **dose**"),
        ("A **dose**", "dose", "Bold", "Control+b", "A dose"),
        ("A **dose**", "dose", "Italic", "Control+i", "A ***dose***"),
        ("Doses", "Doses", "Heading", "Control+Alt+2", "## Doses"),
        ("## Doses", "Doses", "Heading", "Control+Alt+2", "Doses"),
        ("a\n\nb", "a\n\nb", "Bulleted list", "Control+Shift+8", "- a\n\n- b"),
        ("- a\n- b", "a\n- b", "Numbered list", "Control+Shift+7", "1. a\n2. b"),
        ("CO2", "2", "Subscript", "Control+,", "CO~2~"),
        ("CO~2~", "2", "Subscript", "Control+,", "CO2"),
        ("C max, rest", "max, rest", "Subscript", "Control+,", "C <sub>max, rest</sub>"),
        ("10-9/L", "-9", "Superscript", "Control+.", "10^-9^/L"),
        ("10^-9^/L", "^-9^", "Superscript", "Control+.", "10-9/L"),
        ("m2 and", "2 ", "Superscript", "Control+.", "m^2^ and"),
        ("m23", "2", "Superscript", "Control+.", "m<sup>2</sup>3"),
        ("m<sup>2</sup>3", "2", "Superscript", "Control+.", "m23"),
        ("kPa a b", "a b", "Superscript", "Control+.", "kPa ^a\\ b^"),
        ("See WHO", "WHO", "Link", "Control+Shift+l", "See [WHO](https://)"),
        ("See https://a.example", "https://a.example", "Link", "Control+Shift+l", "See [words](https://a.example)"),
        ("a", "a", "Table", "Control+Shift+9", "a\n\n| Column | Column |\n| --- | --- |\n| Text | Text |\n\n"),
    ],
)
def test_toolbar_writes_markdown_by_button_and_by_keys(draft, wanda, sign_in, before, chosen, tool, keys, after):
    page = sign_in(wanda)
    open_draft(page, draft)
    for act in (lambda: page.get_by_role("button", name=tool, exact=True).click(), lambda: page.keyboard.press(keys)):
        body(page).fill(before)
        select(page, chosen)
        body(page).focus()
        act()
        expect(body(page)).to_have_value(after)
        expect(body(page)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(body(page)).to_have_value(before)


def test_toolbar_is_one_stop_of_the_keyboard_and_says_what_it_cannot_do(draft, wanda, sign_in):
    page = sign_in(wanda)
    open_draft(page, draft)
    page.get_by_role("button", name="Heading").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Cite a work (Ctrl+K)")).to_be_focused()
    page.keyboard.press("Tab")
    expect(body(page)).to_be_focused()
    body(page).fill("x")
    page.get_by_role("button", name="Superscript").click()
    expect(page.get_by_text("Select the characters first")).to_be_visible()
    for words, said in (
        ("a@b", "A superscript cannot hold “@”."),
        ("a\nb", "A superscript stays in one line."),
        ("x" * 81, "A superscript has at most 80 characters."),
    ):
        body(page).fill(words)
        select(page, words)
        page.get_by_role("button", name="Superscript").click()
        expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Add another Text").click()
    second = page.get_by_role("textbox", name="Body").nth(1)
    second.fill("dose")
    second.select_text()
    page.get_by_role("button", name="Bold").nth(1).click()
    expect(second).to_have_value("**dose**")
