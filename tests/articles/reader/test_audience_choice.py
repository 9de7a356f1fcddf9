"""“Which best describes you?”: whose text a reader is shown, by what they chose and the order of the policy."""

import gzip
import random
from collections import Counter
from datetime import timedelta

import httpx
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Document
from articles.tasks import write_documents
from editorial.models import Audience
from editorial.models.policy import audience_in_cycle, fallback_chain
from tests.articles.published.test_document_cache import asked, from_the_record, told
from tests.support import factories
from tests.support.caches import Site, cache, how, let_it_be_kept
from tests.support.readers import LATER, SLUG, publish

pytestmark = pytest.mark.django_db

ARTICLE = f"/api/v1/articles/{SLUG}/"
PAGE = f"/articles/{SLUG}/"
CHOICE = f"{PAGE}audience/"
ORDER = {"carer": "caregiver", "caregiver": "patient", "nurse": "midwife"}
SHOWN = {
    "professional": ("professional", None),
    "patient": ("patient", None),
    "caregiver": ("patient", "caregiver"),
    "carer": ("patient", "carer"),
    "nurse": ("professional", "nurse"),
    "student": ("professional", "student"),
}
"""For whom the text is that an audience is shown, and whom it stands in for."""


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def house():
    """An article with a text for professionals, the primary one, and one for patients."""
    for position, code in enumerate([*SHOWN, "midwife"]):
        factories.make_audience(code, position=position)
    factories.make_policy(fallbacks=ORDER)
    publish(codes=["patient"])


@pytest.fixture
def written(house):
    write_documents()


def shown(answer) -> tuple[str, str | None]:
    audience = answer.json()["audience"]
    return audience["code"], audience["instead_of"]


# --- the order of the policy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize("audience", SHOWN)
def test_reader_is_shown_their_text_or_the_first_that_stands_in_and_told_so(api, house, audience, is_written):
    if is_written:
        write_documents()
    answer = api.get(ARTICLE, {"audience": audience})
    assert shown(answer) == SHOWN[audience]
    code, instead_of = SHOWN[audience]
    note = f"There is no text for “{audience.title()}” yet; this one is for “{code.title()}”."
    assert answer.json()["audience_note"] == (note if instead_of else None)
    assert answer.json()["disclaimer"] == f"For the {code} reader."


@pytest.mark.parametrize("audience", SHOWN)
def test_text_that_stands_in_is_found_written_by_one_query_and_says_what_the_record_says(api, written, audience):
    address = f"{ARTICLE}?audience={audience}"
    cost, answer = asked(api, address)
    assert (cost, told(answer)) == (1, from_the_record(api, address))


def test_reader_who_has_the_text_that_stands_in_is_told_so(api, written):
    address = f"{ARTICLE}?audience=carer"
    plain, zipped = api.get(address), api.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.content) == plain.content
    for tag in (plain["ETag"], zipped["ETag"]):
        cost, answer = asked(api, address, **{"If-None-Match": tag})
        assert (cost, answer.status_code, answer.content, answer["ETag"]) == (1, 304, b"", plain["ETag"])


def test_tag_of_the_text_for_somebody_else_gets_the_words_that_say_so(api, written):
    own = api.get(ARTICLE, {"audience": "patient"})["ETag"]
    answer = api.get(ARTICLE, {"audience": "carer"}, headers={"If-None-Match": own})
    assert (answer.status_code, shown(answer)) == (200, ("patient", "carer"))
    assert answer["ETag"] != own


@pytest.mark.parametrize("suffix", ["json", "md"])
def test_other_forms_say_so_too_by_few_queries(api, written, suffix):
    cost, answer = asked(api, f"/api/v1/articles/{SLUG}.{suffix}?audience=carer")
    assert cost == {"json": 1, "md": 2}[suffix]
    assert "There is no text for “Carer” yet; this one is for “Patient”." in answer.content.decode()


def test_new_policy_with_another_order_is_told_by_the_next_answer_and_written_by_the_next_task(api, written, clock):
    factories.make_policy(number=2, fallbacks={"nurse": "patient"}, in_force_from=LATER + timedelta(hours=1))
    assert shown(api.get(ARTICLE, {"audience": "nurse"})) == ("professional", "nurse")
    clock.shift(timedelta(hours=1))
    for is_written in (False, True):
        with CaptureQueriesContext(connection) as queries:
            answers = [api.get(ARTICLE, {"audience": audience}) for audience in ("nurse", "carer")]
        assert list(map(shown, answers)) == [("patient", "nurse"), ("professional", "carer")]
        assert (len(queries) == len(answers)) is is_written
        write_documents()


def test_audience_that_is_renamed_is_called_by_its_new_name_at_once(api, written):
    carer = Audience.objects.get(code="carer")
    carer.name = "Relative"
    carer.record(by=factories.make_user("edith"), now=factories.NOW)
    assert "“Relative”" in api.get(ARTICLE, {"audience": "carer"}).json()["audience_note"]


def test_documents_name_those_only_who_lack_a_text(written):
    kept = dict(Document.objects.values_list("audience", "stands_in_for"))
    assert {code: sorted(audiences) for code, audiences in kept.items()} == {
        "professional": [],
        "patient": ["caregiver", "carer"],
    }


@pytest.mark.parametrize(
    ("fallbacks", "chain", "round_at"),
    [
        ({}, [], None),
        ({"a": "b", "b": "c"}, ["b", "c"], None),
        ({"a": "a"}, [], "a"),
        ({"a": "b", "b": "a"}, ["b"], "a"),
        ({"a": "b", "b": "c", "c": "b"}, ["b", "c"], "b"),
    ],
)
def test_order_ends_where_it_would_go_round(fallbacks, chain, round_at):
    assert list(fallback_chain(fallbacks, "a")) == chain
    assert audience_in_cycle(fallbacks) == round_at


# --- what the client keeps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize("audience", SHOWN)
def test_header_chooses_where_the_address_does_not(api, house, audience, is_written):
    if is_written:
        write_documents()
    by_header = api.get(ARTICLE, headers={"Audience-Preference": audience})
    by_address = api.get(ARTICLE, {"audience": audience})
    assert (by_header.content, by_header["ETag"]) == (by_address.content, by_address["ETag"])
    named = api.get(ARTICLE, {"audience": "patient"}, headers={"Audience-Preference": audience})
    assert shown(named) == ("patient", None)


@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize("sent", ["", "nobody", "<script>", "patient, nurse", "p" * 51, "patient\u00e9"])
def test_header_that_names_no_audience_is_as_good_as_none(api, house, sent, is_written):
    if is_written:
        write_documents()
    answer = api.get(ARTICLE, headers={"Audience-Preference": sent})
    assert (answer.status_code, answer.content) == (200, api.get(ARTICLE).content)


@pytest.mark.parametrize("audience", ["patient", "carer", "nobody"])
def test_header_costs_no_further_query(api, written, audience):
    assert asked(api, ARTICLE, **{"Audience-Preference": audience})[0] == 1


def test_reader_who_has_the_primary_text_is_told_so_whatever_they_chose_once(api, written):
    tag = api.get(ARTICLE)["ETag"]
    answer = api.get(ARTICLE, headers={"If-None-Match": tag, "Audience-Preference": "nobody"})
    assert answer.status_code == 304


@pytest.mark.parametrize("is_written", [True, False])
def test_address_with_an_audience_that_does_not_exist_is_refused_whatever_was_chosen(api, house, is_written):
    if is_written:
        write_documents()
    for sent in ("nobody", "", "<script>"):
        answer = api.get(ARTICLE, {"audience": sent}, headers={"Audience-Preference": "patient"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_audience")


def test_cookie_has_no_say_in_answers_that_others_may_keep(api, written):
    api.cookies["audience"] = "patient"
    for address in (ARTICLE, f"/api/v1/articles/{SLUG}.md"):
        answer = api.get(address)
        assert "Cookie" not in answer["Vary"]
        assert answer.content == Client().get(address).content


def test_browser_is_led_to_the_page_of_their_audience(api, written):
    answer = api.get(ARTICLE, headers={"Accept": "text/html", "Audience-Preference": "carer"})
    assert (answer.status_code, answer["Vary"]) == (303, "Accept, Audience-Preference")
    assert answer["Location"].endswith(f"{PAGE}?audience=carer")
    assert pressed(api.get(answer["Location"])) == "carer"


# --- what caches keep ------------------------------------------------------------------------------------------------


@pytest.mark.no_cover
@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize(("middle", "came_by"), [(None, "revalidated"), (let_it_be_kept, "kept")])
def test_shared_cache_never_gives_one_audience_the_text_of_another(house, is_written, middle, came_by):
    """Nor does one that does not ask again: all that ``Vary`` keeps apart, and nothing else does."""
    if is_written:
        write_documents()
    addresses = [ARTICLE, f"/api/v1/articles/{SLUG}.md", *(f"{ARTICLE}?audience={one}" for one in SHOWN)]
    choices = [{}, *({"Audience-Preference": one} for one in [*SHOWN, "nobody"])]
    encodings = [{"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip"}]
    wanted = [(one, two | three) for one in addresses for two in choices for three in encodings] * 2
    random.Random(1).shuffle(wanted)
    kept = cache(Site(middle), is_shared=True)
    site, proxy = (httpx.Client(transport=one, base_url="http://testserver") for one in (Site(), kept))
    came = Counter[str]()
    for address, headers in wanted:
        true, given = site.get(address, headers=headers), proxy.get(address, headers=headers)
        assert (given.content, given.headers["ETag"]) == (true.content, true.headers["ETag"]), (address, headers)
        came[how(given)] += 1
    assert came[came_by] > len(wanted) / 3


@pytest.mark.parametrize("is_written", [True, False])
def test_tag_of_what_one_audience_is_shown_is_never_good_for_another(api, house, is_written):
    """So a cache that overlooks ``Vary`` gives nobody the text of somebody else either, as it asks each time."""
    if is_written:
        write_documents()
    tags = {audience: api.get(ARTICLE, {"audience": audience})["ETag"] for audience in SHOWN}
    for known, tag in tags.items():
        for audience in SHOWN:
            answer = api.get(ARTICLE, headers={"If-None-Match": tag, "Audience-Preference": audience})
            assert answer.status_code == (304 if audience == known else 200)


@pytest.mark.parametrize("is_written", [True, False])
def test_answer_to_an_address_that_names_an_audience_depends_on_no_choice(api, house, is_written):
    if is_written:
        write_documents()
    more = ", Accept-Encoding" if is_written else ""
    assert api.get(ARTICLE)["Vary"] == f"Accept, Audience-Preference{more}"
    assert api.get(ARTICLE, {"audience": "patient"})["Vary"] == f"Accept{more}"


def test_page_is_kept_by_nobody_else_and_depends_on_all_that_can_choose(client, written):
    for query in ("", "?audience=patient"):
        answer = client.get(PAGE + query)
        assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"
        assert {"Audience-Preference", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}


# --- the page --------------------------------------------------------------------------------------------------------


def pressed(answer) -> str:
    (button,) = [line for line in answer.content.decode().splitlines() if "<button" in line and "aria-current" in line]
    return button.split('value="')[1].split('"')[0]


def test_page_asks_which_audience_describes_the_reader(client, written):
    page = client.get(PAGE).content.decode()
    for code in SHOWN:
        assert f'<button name="audience" value="{code}"' in page
    assert f'<form method="post" action="{CHOICE}">' in page
    assert "Clear my choice" not in page


@pytest.mark.parametrize("audience", ["", *SHOWN, "nobody"])
def test_page_is_the_same_written_or_not(client, house, audience):
    address = f"{PAGE}?audience={audience}"
    from_the_record = client.get(address)
    write_documents()
    written = client.get(address)
    assert (written.status_code, lines(written)) == (from_the_record.status_code, lines(from_the_record))
    assert written.status_code == (200 if audience in SHOWN else 422)


def lines(answer) -> list[str]:
    """All but what is new on every page."""
    return [line for line in answer.content.decode().splitlines() if ">Request " not in line]


def test_choice_is_kept_in_a_cookie_that_holds_nothing_else(client, written):
    answer = client.post(CHOICE, {"audience": "carer"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?audience=carer")
    cookie = answer.cookies["audience"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("carer", 365 * 24 * 3600, "Lax")
    assert (cookie["httponly"], cookie["path"], cookie["domain"]) == (True, "/", "")
    page = client.get(PAGE)
    assert pressed(page) == "carer"
    assert "There is no text for “Carer” yet; this one is for “Patient”." in page.content.decode()


@pytest.mark.parametrize("is_secure", [True, False])
def test_cookie_is_as_secure_as_the_others(client, written, settings, is_secure):
    settings.SESSION_COOKIE_SECURE = is_secure
    assert bool(client.post(CHOICE, {"audience": "carer"}).cookies["audience"]["secure"]) is is_secure


def test_choice_is_forgotten_when_the_reader_says_so(client, written):
    client.post(CHOICE, {"audience": "patient"})
    assert "Clear my choice" in client.get(PAGE).content.decode()
    answer = client.post(CHOICE, {"audience": ""})
    assert (answer["Location"], answer.cookies["audience"].value) == (PAGE, "")
    assert pressed(client.get(PAGE)) == "professional"


def test_address_goes_before_the_header_and_that_before_the_cookie(client, written):
    client.cookies["audience"] = "patient"
    assert pressed(client.get(PAGE)) == "patient"
    assert pressed(client.get(PAGE, headers={"Audience-Preference": "nurse"})) == "nurse"
    assert pressed(client.get(f"{PAGE}?audience=student", headers={"Audience-Preference": "nurse"})) == "student"


@pytest.mark.parametrize("value", ["nobody", "<script>alert(1)</script>", "x" * 4000, "a b"])
def test_cookie_of_an_audience_that_is_gone_breaks_no_page(client, written, value):
    client.cookies["audience"] = value
    answer = client.get(PAGE)
    assert (answer.status_code, pressed(answer)) == (200, "professional")
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("audience", ["nobody", "<script>", "//evil.example"])
def test_choice_that_does_not_exist_is_refused_and_not_kept(client, written, audience):
    answer = client.post(CHOICE, {"audience": audience})
    assert (answer.status_code, "audience" in answer.cookies) == (422, False)


def test_choice_leads_to_a_page_of_ours_only(client, written):
    answer = client.post(f"{CHOICE}?next=//evil.example", {"audience": "patient", "next": "//evil.example"})
    assert answer["Location"] == f"{PAGE}?audience=patient"


def test_choice_wants_the_readers_own_form(written):
    reader = Client(enforce_csrf_checks=True)
    for sent in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
        refused = reader.post(CHOICE, {"audience": "patient"}, headers=sent)
        assert (refused.status_code, refused.cookies.keys()) == (403, set())
    for sent in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}):
        assert reader.post(CHOICE, {"audience": "patient"}, headers=sent).status_code == 302
    assert reader.get(CHOICE).status_code == 405


def test_page_takes_one_query_for_whomever_it_is(client, written, django_assert_num_queries):
    for audience in ("professional", "carer", "nobody"):
        client.cookies["audience"] = audience
        with django_assert_num_queries(1):
            assert client.get(PAGE).status_code == 200


def test_message_that_is_refused_leaves_the_reader_at_the_text_they_chose(client, written, own_counts):
    client.cookies["audience"] = "carer"
    answer = client.post(f"{PAGE}question/", {"text": ""})
    assert (answer.status_code, pressed(answer)) == (422, "carer")
