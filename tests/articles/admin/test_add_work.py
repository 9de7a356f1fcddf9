"""Works are added and corrected by a form in words, on their page and inside a draft."""

import json

import pytest
from django.urls import reverse

from articles import actions as articles
from articles.models import Reference
from tests.admin.test_flow import address, as_sent, sent_by, words
from tests.support import factories

pytestmark = pytest.mark.django_db

ADD = reverse("admin:articles_reference_add")
CITED = reverse("admin:articles_reference_cited")
NAMES = reverse("admin:articles_reference_names")
QUERIES_OF_NAMES = 3
"""Session, account and works."""
IN_A_DRAFT = reverse("admin:articles_reference_in_a_draft")
CITATION = "Roe J, Doe J. On pain. BMJ. 2021 May;7(2):1-9."
URLS = pytest.mark.parametrize("url", [ADD, IN_A_DRAFT])


@pytest.fixture
def writer(client, wanda):
    client.force_login(wanda)
    return wanda


def form_in(answer):
    return answer.context["work_form"]


def sent(answer, **changed):
    """The fields of the form on a page or in a step, as a browser sends them, with a date as ``csl-issued_0``."""
    fields = {name: value for bound in form_in(answer) for name, value in sent_by(bound)}
    fields |= {name.replace("__", "-"): value for name, value in changed.items()}
    return {name: value for name, value in fields.items() if value not in (None, False)}


def found(client, url, text, **more):
    return client.post(url, {"_find": "1", "pasted": text, **more})


# --- the first step -------------------------------------------------------------------------------------------------


@URLS
def test_first_step_asks_for_anything_and_names_the_types(client, writer, url):
    page = words(client.get(url))
    assert "Paste what you have of it" in page
    assert "Guideline of an organisation" in page


@URLS
@pytest.mark.parametrize(("text", "said"), [("", "Paste something first"), ("TY  - JOUR\nER  - ", "cannot be read")])
def test_what_cannot_be_read_stays_in_the_box_with_the_reason(client, writer, url, text, said):
    answer = found(client, url, text)
    assert said in words(answer)
    assert answer.context["pasted"] == text


@URLS
def test_work_that_the_library_has_is_shown_instead(client, writer, url):
    work = factories.make_reference(DOI="10.1000/x")
    answer = found(client, url, "https://doi.org/10.1000/X")
    assert "You have this one" in words(answer)
    assert ("data-cite" if url == IN_A_DRAFT else address(work)) in answer.content.decode()
    again = found(client, url, "https://doi.org/10.1000/X", _anyway="1")
    assert form_in(again)["csl-DOI"].value() == "10.1000/x"
    assert form_in(again)["another"].value() is True


@URLS
def test_citation_becomes_the_form_of_its_type_with_what_is_missing(client, writer, url):
    answer = found(client, url, CITATION)
    form = form_in(answer)
    assert form["csl-author"].value() == "Roe, J.\nDoe, J."
    assert [form[name].value() for name in ("work", "csl-title", "csl-page")] == ["article", "On pain", "1-9"]
    assert "Check them before you add the work." in words(answer)
    assert "Texts cite it as [@roe2021pain]" in words(answer)
    assert "Missing Authors" in words(found(client, url, "10.1000/xyz"))


@URLS
def test_type_is_chosen_by_hand(client, writer, url):
    form = form_in(client.get(url, {"work": "drug-label"}))
    assert form["csl-publisher"].label == "Company"
    assert "csl-volume" not in form.fields
    assert form_in(client.get(url, {"work": "nonsense"})).chosen.code == "other"


def test_experts_begin_with_csl_json(client, writer):
    answer = client.get(ADD, {"mode": "json"})
    assert list(form_in(answer).fields)[-3:] == ["another", "seen", "mode"] or form_in(answer).is_json


# --- fields ---------------------------------------------------------------------------------------------------------


def test_guideline_is_added_by_fields_and_gets_a_key(client, writer):
    fields = {"csl__author": "{Agency for Pain, Sleep and Rest}\nRoe, Jane", "csl__title": "Guideline on pain"}
    page = client.get(ADD, {"work": "guideline"})
    answer = client.post(ADD, sent(page, **fields, csl__issued_0="2023", csl__issued_1="4"), follow=True)
    work = Reference.objects.get()
    assert f"{work.key}: Guideline on pain" in words(answer)
    assert (work.key, work.kind) == ("agencyforpain2023guideline", "guideline")
    assert work.csl == {
        "id": "agencyforpain2023guideline",
        "type": "report",
        "author": [{"literal": "Agency for Pain, Sleep and Rest"}, {"family": "Roe", "given": "Jane"}],
        "title": "Guideline on pain",
        "issued": {"date-parts": [[2023, 4]]},
        "custom": {"kind": "guideline"},
    }


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("csl-title", "", "A work needs its title."),
        ("csl-DOI", "nonsense", "A DOI begins with 10."),
        ("csl-ISBN", "123", "An ISBN has 10 or 13 digits"),
        ("csl-author", "Roe, Jane, MD, PhD", "as Family, Given"),
        ("csl-issued_0", "soon", "four digits"),
        ("csl-id", "a b", "A key is written as in Pandoc"),
        ("csl-id", "imports", "address of the library itself"),
    ],
)
@URLS
def test_fault_is_shown_at_its_field_and_nothing_is_lost(client, writer, url, field, value, said):
    page = client.get(url, {"work": "other"})
    answer = client.post(url, {**sent(page, csl__title="On pain"), field: value, "_save": "1"})
    form = form_in(answer)
    assert said in " ".join(form.errors[field.removesuffix("_0")])
    assert f'id="{form.auto_id % field.removesuffix("_0")}_error"' in answer.content.decode()
    assert value in answer.content.decode()
    assert not Reference.objects.exists()


@URLS
def test_fault_of_a_trial_without_a_field_is_shown_above(client, writer, url):
    base = json.dumps({"title": "A", "custom": {"nct": "1"}})
    data = {"mode": "fields", "work": "article", "csl": base, "csl-title": "A", "_save": "1"}
    assert "A ClinicalTrials.gov number is NCT" in words(client.post(url, data))


@pytest.mark.parametrize(
    "base", ["{", "[1]", "9" * 5000, "[" * 100_000, '{"a": ' * 99 + "1" + "}" * 99, '{"a": NaN}', '{"a": "\\ud800"}']
)
def test_hidden_item_that_is_none_is_refused(client, writer, base):
    answer = client.post(ADD, {"mode": "fields", "work": "article", "csl": base, "csl-title": "A"})
    assert form_in(answer).errors["csl"]


@URLS
def test_same_work_is_added_twice_only_on_demand(client, writer, url):
    factories.make_reference("first", title="On pain", author=[], volume="", page="")
    page = client.get(url, {"work": "article"})
    fields = sent(page, csl__title="On pain", csl__issued_0="2005", _save="1")
    assert "The library has this work already." in words(client.post(url, fields))
    assert client.post(url, {**fields, "another": "on"}).status_code in (201, 302)
    assert Reference.objects.count() == 2


@URLS
def test_identifier_of_another_work_is_refused_at_its_field(client, writer, url):
    factories.make_reference("first", DOI="10.1000/x")
    page = client.get(url, {"work": "article"})
    answer = client.post(url, sent(page, csl__title="On pain", csl__DOI="10.1000/x", another="on", _save="1"))
    assert form_in(answer).errors["csl-DOI"] == ["The library has it as “first”."]
    assert Reference.objects.count() == 1


@URLS
def test_type_is_changed_without_loss(client, writer, url):
    answer = found(client, url, CITATION)
    changed = client.post(url, sent(answer, work="web-page", kind="review", _show="1"))
    form = form_in(changed)
    assert (form.shown_form.code, form["csl-container-title"].label, form["kind"].value()) == (
        "web-page",
        "Website",
        "review",
    )
    assert form["csl-volume"].value() == "7"
    back = client.post(url, sent(changed, work="article", _show="1"))
    assert form_in(back)["csl-page"].value() == "1-9"


@URLS
def test_type_is_not_changed_while_a_field_cannot_be_read(client, writer, url):
    answer = found(client, url, CITATION)
    same = client.post(url, sent(answer, work="book", csl__author="A, B, C, D", _show="1"))
    assert form_in(same)["csl-author"].value() == "A, B, C, D"
    assert form_in(same).shown_form.code == "article"


@URLS
def test_fields_and_csl_json_are_two_views_of_one_item(client, writer, url):
    answer = client.post(url, sent(found(client, url, CITATION), _as_json="1"))
    csl = json.loads(form_in(answer)["csl"].value())
    assert (csl["id"], csl["volume"]) == ("roe2021pain", "7")
    broken = client.post(url, {"mode": "json", "csl": "{", "_as_fields": "1"})
    assert form_in(broken).is_json
    edited = json.dumps({**csl, "type": "book", "note": "Kept."})
    again = client.post(url, {"mode": "json", "kind": "", "csl": edited, "_as_fields": "1"})
    assert form_in(again)["work"].value() == "book"
    client.post(url, sent(again, _save="1"))
    assert Reference.objects.get().csl["note"] == "Kept."


@URLS
def test_preview_without_scripts_shows_the_citation_and_saves_nothing(client, writer, url):
    page = client.get(url, {"work": "web-page"})
    answer = client.post(url, sent(page, csl__title="Living with pain", csl__issued_0="2020", _preview="1"))
    assert "Living with pain [Internet]. 2020." in words(answer)
    assert "Missing" in words(answer)
    assert not Reference.objects.exists()


def test_empty_form_in_progress_has_no_fault(client, writer):
    page = client.get(ADD, {"work": "article"})
    assert form_in(client.post(ADD, sent(page, _preview="1"))).errors == {}


# --- corrections ----------------------------------------------------------------------------------------------------


def test_correction_keeps_what_the_form_does_not_show(client, writer):
    known = [{"family": "Orbach", "given": "Hedi", "ORCID": "0000-0002-1825-0097"}]
    work = factories.make_reference(author=known, abstract="Long.", DOI="10.1000/x")
    page = client.get(address(work))
    assert form_in(page)["csl-author"].value() == "Orbach, Hedi"
    assert client.post(address(work), sent(page, csl__title="On pain")).status_code == 302
    assert Reference.objects.get().csl == {**work.csl, "title": "On pain"}


def test_form_that_was_not_changed_saves_nothing(client, writer):
    work = factories.make_reference()
    before = work.history.count()
    assert client.post(address(work), sent(client.get(address(work)))).status_code == 302
    assert work.history.count() == before


def test_correction_after_another_one_is_refused(client, writer):
    work = factories.make_reference()
    page = client.get(address(work))
    client.post(address(work), sent(page, csl__title="Theirs"))
    answer = client.post(address(work), sent(page, csl__title="Mine"))
    assert answer.status_code == 412
    assert form_in(answer)["csl-title"].value() == "Mine"


def test_work_becomes_a_guideline_by_its_type(client, writer):
    work = factories.make_reference()
    page = client.post(address(work), sent(client.get(address(work)), work="guideline", _show="1"))
    assert "Report number" in words(page)
    client.post(address(work), sent(page))
    work.refresh_from_db()
    assert (work.kind, work.csl["type"]) == ("guideline", "report")
    page = client.get(address(work))
    client.post(address(work), sent(page, work="book"))
    assert Reference.objects.get().kind == "textbook"


def test_identifier_of_another_work_is_refused_in_a_correction(client, writer):
    factories.make_reference("first", DOI="10.1000/x")
    work = factories.make_reference("second", title="Other")
    answer = client.post(address(work), sent(client.get(address(work)), csl__DOI="10.1000/x"))
    assert form_in(answer).errors["csl-DOI"] == ["The library has it as “first”."]
    assert "This is another work" not in words(answer)


def test_board_member_reads_the_record_without_fields(client, ada):
    work = factories.make_reference()
    client.force_login(ada)
    page = client.get(address(work))
    assert "work_form" not in page.context
    assert "Orbach H. Title of orbach2005." in words(page)


# --- beside the form, and inside a draft ----------------------------------------------------------------------------


def test_citation_is_shown_live_with_what_is_missing(client, writer):
    page = client.get(ADD, {"work": "article"})
    answer = client.post(CITED, sent(page, csl__title="On pain", csl__author="Roe, Jane"))
    assert words(answer).startswith("Roe J. On pain.")
    assert 'data-missing="container-title issued "' in answer.content.decode()


def test_citation_of_a_stored_work_does_not_find_itself(client, writer):
    work, other = (
        factories.make_reference(DOI="10.1000/x"),
        factories.make_reference("other", DOI="10.1000/y", title="B"),
    )
    at = reverse("admin:articles_reference_cited", args=[work.pk])
    page = client.get(address(work))
    assert "You have this one" not in words(client.post(at, sent(page)))
    shown = words(client.post(at, sent(page, csl__title="B", csl__DOI="10.1000/y")))
    assert f"You have this one: {other.key}" in shown


def test_citation_is_for_who_may_save_the_work(client, writer, ada):
    work = factories.make_reference()
    at = reverse("admin:articles_reference_cited", args=[work.pk])
    assert client.get(CITED).status_code == 403
    assert client.post(reverse("admin:articles_reference_cited", args=[0])).status_code == 302
    client.force_login(ada)
    assert [client.post(url).status_code for url in (CITED, at)] == [403, 403]


def test_merged_record_has_no_form(client, writer, edith):
    one, two = factories.make_reference("one"), factories.make_reference("two")
    articles.merge_references(loser_id=one.pk, winner_id=two.pk, by=edith, now=factories.NOW)
    assert "work_form" not in client.get(address(one)).context
    assert client.post(reverse("admin:articles_reference_cited", args=[one.pk])).status_code == 403


def test_pages_of_adding_are_for_writers_and_editors(client, edith, ada):
    client.force_login(ada)
    assert [client.get(url).status_code for url in (ADD, IN_A_DRAFT, NAMES)] == [403, 403, 403]
    assert found(client, ADD, "10.1000/x").status_code == 403
    client.force_login(edith)
    assert [client.get(url).status_code for url in (ADD, IN_A_DRAFT)] == [200, 200]


def test_work_added_in_a_draft_comes_back_with_its_key(client, writer):
    answer = client.post(IN_A_DRAFT, sent(found(client, IN_A_DRAFT, CITATION), _save="1"))
    assert answer.status_code == 201
    assert answer.json() == {"key": "roe2021pain", "words": "Roe J, Doe J. On pain. BMJ. 2021;7(2):1-9."}


def test_what_is_pasted_is_never_markup(client, writer):
    for url in (ADD, IN_A_DRAFT):
        page = found(client, url, '<script>alert(1)</script>"><img src=x>')
        assert "<script>alert" not in page.content.decode()
        assert "<img" not in page.content.decode()


def test_page_of_csl_json_saves_an_item_with_its_own_kind(client, writer):
    csl = json.dumps(factories.csl("smith2020"))
    page = client.get(ADD, {"mode": "json"})
    assert client.post(ADD, as_sent(page, csl=csl, kind="review")).status_code == 302
    assert Reference.objects.get().kind == "review"


# --- names of the library -------------------------------------------------------------------------------------------

PEOPLE = [
    {"family": "Orbach", "given": "Hedi"},
    {"family": "Müller-Orb", "given": "Zoë"},
    {"literal": "World Health Organization"},
    {"literal": "Society of Nephrology, Oslo"},
]


def names(client, query: str) -> list[str]:
    return client.get(NAMES, {"q": query}).json()["names"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("orb", ["Müller-Orb, Zoë", "Orbach, Hedi"]),
        ("hedi orb", ["Orbach, Hedi"]),
        ("Orbach, H", ["Orbach, Hedi"]),
        ("health w", ["World Health Organization"]),
        ("oslo", ["{Society of Nephrology, Oslo}"]),
        ("rbach", []),
        ("orb wor", []),
        ("literal", []),
        ("", []),
        (" , ", []),
        ("x" * 10_000, []),
    ],
)
def test_names_of_the_library_are_offered_by_the_beginnings_of_words(client, writer, query, expected):
    factories.make_reference("one", author=PEOPLE)
    assert names(client, query) == expected


def test_names_of_most_works_come_first_and_editors_count(client, writer):
    for key in ("one", "two"):
        factories.make_reference(key, author=[], editor=[{"family": "Zorn", "given": "Eva"}])
    factories.make_reference("three", author=[{"family": "Zander", "given": "Uwe"}, {"family": "Zorn", "given": "Eva"}])
    assert names(client, "z") == ["Zorn, Eva", "Zander, Uwe"]


def test_names_of_merged_records_and_more_than_ten_are_left_out(client, writer, edith):
    one, two = factories.make_reference("one"), factories.make_reference("two")
    people = [{"family": f"Zorn{number:02}", "given": "Eva"} for number in range(12)]
    articles.keep_reference(csl={**one.csl, "author": people}, reference=one, by=edith, now=factories.NOW)
    assert names(client, "zorn") == [f"Zorn{number:02}, Eva" for number in range(10)]
    articles.merge_references(loser_id=one.pk, winner_id=two.pk, by=edith, now=factories.NOW)
    assert names(client, "zorn") == []


@pytest.mark.parametrize("count", [1, 3])
def test_names_take_one_query_beside_those_of_the_session(client, writer, count, django_assert_num_queries):
    for number in range(count):
        factories.make_reference(f"one{number}", author=PEOPLE)
    names(client, "orb")
    with django_assert_num_queries(QUERIES_OF_NAMES):
        assert len(names(client, "orb")) == 2
