"""Whatever a writer types, readers get it as text: the whole way from the actions to the document and the page."""

import json
from html.parser import HTMLParser

import pytest
import time_machine
from django.db import transaction
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from articles import actions, published
from articles.library import vancouver
from articles.library.retractions import RetractionCheck
from articles.models import Citation, Reference
from articles.models.markup import plain_text
from articles.published.schema_org import medical_web_page
from articles.published.works import references
from articles.reader.message_form import MessageForm
from articles.text.rendering import ATTRIBUTES, TAGS, join_sections, render
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import LATER, SLUG, told

PAGE = f"/articles/{SLUG}/"
VOID = {"br", "hr", "img", "input", "link", "meta"}
ADDRESSES = ("http://", "https://", "mailto:", "/", "#", "?")
PIECES = (
    *("<script>alert(1)</script>", "</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "<!--"),
    *("' onmouseover=alert(1) x='", "javascript:alert(1)", "data:text/html,<b>", "{{ SECRET_KEY }}", "{% now 'Y' %}"),
    *("<b>bold</b>", "<a href=javascript:alert(1)>", "]]>", "<", ">", "&", '"', "'", "plain words", "Ünï"),
)
MARKDOWN = (
    *("[a](javascript:alert(1))", '[b](https://example.org "x\\" onclick=y")', "<javascript:alert(1)>", "[@work]"),
    *("[@work, <b>p. 1</b>]", '[@work, " onclick=x]', "\n\n## ", "\n\n- ", "\n\n> ", "\n\n|a|b|\n|-|-|\n|", "`", "**"),
    *(
        "![i](x onerror=y)",
        "&lt;script&gt;",
        "&#106;avascript:",
        "\\<",
        "https://example.org/<b>",
        "<https://e.org/'x>",
    ),
)
TYPED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join)
BODY = st.lists(st.sampled_from(PIECES + MARKDOWN), max_size=12).map(" ".join)
FIELDS = (
    "container-title",
    "container-title-short",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "edition",
)
WORK = st.fixed_dictionaries(
    {"title": TYPED, "author": st.lists(st.fixed_dictionaries({"family": TYPED, "given": TYPED}), max_size=2)},
    optional={
        **dict.fromkeys(FIELDS, TYPED),
        "type": st.sampled_from(["article-journal", "book", "chapter", "webpage", "report"]),
        "URL": TYPED | TYPED.map("https://example.org/{}".format) | st.just("javascript:alert(1)"),
        "editor": st.lists(st.fixed_dictionaries({"literal": TYPED}), max_size=2),
        "DOI": st.just("10.1000/'onclick=alert(1)'"),
    },
)


class Page(HTMLParser):
    """HTML as a browser takes it apart: elements with their attributes, and text by the element it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data):
        raise AssertionError(data)

    def text(self, element: str = "") -> str:
        return " ".join("".join(data for inside, data in self.texts if element in ("", inside)).split())

    @property
    def names(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, attributes in self.elements for name in ("", *attributes)}


SHOWN = {(tag, "") for tag in ("i", "b", "sub", "sup")}
"""What a reference shows of the markup in a work's record."""

ALLOWED = {(tag, name) for tag in TAGS for name in ("", *ATTRIBUTES.get(tag, ()))} | {("a", "rel")}


def hold_harmless(html: str, *, allowed: set[tuple[str, str]]) -> Page:
    page = Page(html)
    assert page.names <= allowed
    assert page.open == []
    for _, attributes in page.elements:
        assert attributes.get("href", "#").startswith(ADDRESSES)
    return page


def submit(*, slug: str = SLUG, question: str, summary: str, body: str, work: dict) -> None:
    wanda = factories.make_user("wanda", is_writer=True)
    actions.keep_reference(csl=factories.csl("work", **work), by=wanda, now=NOW)
    texts = [factories.Text("professional", summary, body, is_primary=True)]
    new = actions.NewArticle(slug=slug, question=question, texts=texts)
    version = actions.create(new=new, by=wanda, now=NOW)
    actions.submit(version_id=version.pk, by=wanda, now=NOW)


def page_of(client, **typed) -> tuple[dict, str]:
    """What readers are told of an article and shown on its page, which is then forgotten."""
    with transaction.atomic(), time_machine.travel(LATER, tick=False):
        submit(**typed)
        answer = told(), client.get(PAGE).content.decode()
        transaction.set_rollback(True)
    return answer


def composed(shown, benign: dict, *, question: str, summary: str, body: str, work: dict) -> tuple[dict, str]:
    """As ``page_of`` without storing anything: what is typed through the functions that make document and page."""
    sections = render(body, numbers={"work": 1})
    told = benign | {"question": question, "summary": summary}
    told["body"] = {"html": join_sections(sections), "sections": [vars(section) for section in sections]}
    citation = Citation(reference=Reference(kind="research"), number=1, csl=factories.csl("work", **work))
    told["references"] = references([citation], checks={None: RetractionCheck()}, html=told["body"]["html"])
    told["json_ld"] = medical_web_page(told, shown=shown, audience_type="Patient")
    forms = {name: MessageForm(auto_id=f"{name}-%s") for name in ("question", "report")}
    return told, render_to_string("reader/article.html", {"reader": told, "at": NOW, "forms": forms})


def hold_text(document: dict, html: str, *, own: set[tuple[str, str]], **typed) -> None:
    sections = document["body"]["sections"]
    for part in (document["body"]["html"], *(section["html"] for section in sections)):
        hold_harmless(part, allowed=ALLOWED)
    page, (work,) = hold_harmless(html, allowed=own | SHOWN), document["references"]
    assert hold_harmless(work["html"], allowed=SHOWN).text() == work["text"]
    assert page.text("h1") == " ".join(typed["question"].split())
    for text in (typed["summary"], work["text"], *(section["heading"] for section in sections)):
        assert " ".join(text.split()) in page.text()
    assert work["url"] is None or work["url"].startswith("https://")
    assert json.loads(page.text("script")) == json.loads(" ".join(json.dumps(document["json_ld"]).split()))


@pytest.mark.django_db
def test_whatever_a_writer_types_reaches_readers_as_text(client, policy):
    factories.make_texts()
    innocent = {"question": "Why?", "summary": "So.", "body": "So [@work].", "work": {"URL": "https://example.org"}}
    benign, html = page_of(client, **innocent)
    own = Page(html).names | ALLOWED
    submit(slug="shown", **innocent)
    shown = published.find("shown", at=LATER)

    @given(TYPED, TYPED, BODY, WORK)
    def hold(question, summary, body, work):
        typed = {"question": question, "summary": summary, "body": f"{body}\n\nSo [@work].", "work": work}
        hold_text(*composed(shown, benign, **typed), own=own, **typed)

    hold()


@pytest.mark.django_db
def test_whatever_a_writer_hands_in_is_stored_and_shown_as_text(client, policy):
    factories.make_texts()
    innocent = {"question": "Why?", "summary": "So.", "body": "So [@work].", "work": {"URL": "https://example.org"}}
    own = Page(page_of(client, **innocent)[1]).names | ALLOWED
    hostile = " ".join(piece for piece in PIECES if piece != "<!--")  # pre-flight refuses an open comment
    for url in ("javascript:alert(1)", f"https://example.org/{hostile}"):
        work = {**dict.fromkeys(("title", *FIELDS), hostile), "author": [{"family": hostile}], "URL": url}
        typed = {
            "question": hostile,
            "summary": hostile,
            "body": f"{hostile} {' '.join(MARKDOWN)}\n\nSo [@work].",
            "work": work,
        }
        hold_text(*page_of(client, **typed), own=own, **typed)


@given(WORK)
def test_formatted_reference_says_what_was_typed_and_nothing_is_lost_of_it(work):
    assert plain_text(work["title"]).rstrip(".") in vancouver.reference(work)
    assert hold_harmless(vancouver.reference_html(work), allowed=SHOWN).text() == vancouver.reference(work)


@given(TYPED)
def test_markup_typed_in_a_text_is_read_there_as_it_was_typed(typed):
    page = hold_harmless(join_sections(render(f"So {typed}", numbers={})), allowed=ALLOWED)
    assert page.text() == " ".join(f"So {typed}".split())
