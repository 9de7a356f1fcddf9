"""The library of works over HTTP."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions
from articles.models import Reference
from tests.support import factories
from tests.support.api import client, nothing_stored, refused

URL = "/api/v1/references/"


def url(reference: Reference) -> str:
    return f"{URL}{reference.key}/"


def add(by, **fields):
    return client(by).post(URL, {"csl": factories.csl("orbach2005", **fields), "kind": "research"})


def correct(reference: Reference, by, **body):
    sent = {"csl": factories.csl(reference.key), **body}
    return client(by).put(url(reference), sent, headers={"If-Match": reference.etag})


def test_work_is_added_with_an_address_and_read_there_by_everybody_here(wanda, cleo):
    response = add(wanda, DOI="10.1007/s12016-005-0001-5", PMID="16391392")
    assert response.status_code == 201
    assert response["Location"] == "/api/v1/references/orbach2005/"
    shown = client(cleo).get(response["Location"])
    assert shown.json() == response.json()
    assert shown["ETag"] == response["ETag"]
    assert (shown.json()["doi"], shown.json()["year"]) == ("10.1007/s12016-005-0001-5", 2005)


def test_work_without_a_kind_gets_the_one_that_its_type_tells(wanda):
    shown = client(wanda).post(URL, {"csl": factories.csl("book2000", type="book")}).json()
    assert (shown["kind"], shown["retraction"]) == ("textbook", "unknown")


def test_work_that_is_there_already_conflicts_and_is_named(wanda):
    add(wanda, DOI="10.1000/xyz")
    with nothing_stored():
        refused(add(wanda), 409, code="reference_exists", pointer="/csl/id")
        body = {"csl": factories.csl("other2005", DOI="10.1000/XYZ")}
        refused(client(wanda).post(URL, body), 409, pointer="/csl/DOI")


@pytest.mark.parametrize(
    ("csl", "pointer"),
    [
        (None, "/csl"),
        ("orbach2005", "/csl"),
        ({}, "/csl/id"),
        ({"id": 7, "type": "book", "title": "T"}, "/csl/id"),
        ({"id": "two words", "type": "book", "title": "T"}, "/csl/id"),
        ({"id": "ends\n", "type": "book", "title": "T"}, "/csl/id"),
        ({"id": "k" * 101, "type": "book", "title": "T"}, "/csl/id"),
        ({"id": "k", "type": "book", "title": ["T"]}, "/csl/title"),
        ({"id": "k", "type": "book", "title": "T", "DOI": "10.1000/xyz<script>"}, "/csl/DOI"),
        ({"id": "k", "type": "book", "title": "T", "DOI": "10.1000/" + "x" * 250}, "/csl/DOI"),
        ({"id": "k", "type": "book", "title": "T", "PMID": "0"}, "/csl/PMID"),
        ({"id": "k", "type": "book", "title": "T", "note": "a\x00b"}, "/csl/note"),
    ],
)
def test_work_that_does_not_do_names_the_field(csl, pointer, wanda):
    with nothing_stored():
        refused(client(wanda).post(URL, {"csl": csl}), 422, pointer=pointer)


def test_work_with_the_doi_of_a_work_that_it_contradicts_is_added_without_it(wanda):
    factories.make_reference("orbach2005", DOI="10.1000/x")
    other = factories.csl("poe2005", DOI="10.1000/X", title="On kidneys", author=[{"family": "Poe"}], page="S57")
    answer = client(wanda).post(URL, {"csl": other})
    assert (answer.status_code, answer.json()["doi"]) == (201, None)
    assert answer.json()["csl"]["custom"] == {"told": {"DOI": "10.1000/X"}}
    factories.make_reference("third")
    found = {
        doubtful: [row["key"] for row in client(wanda).get(URL, {"doubtful": doubtful}).json()["results"]]
        for doubtful in ("true", "false")
    }
    assert found == {"true": ["orbach2005", "poe2005"], "false": ["third"]}


def test_work_of_an_unheard_kind_or_with_an_unheard_field_is_refused(wanda):
    body = {"csl": factories.csl("orbach2005"), "kind": "gossip", "retraction": "clear"}
    with nothing_stored():
        problem = refused(client(wanda).post(URL, body), 422)
    assert {error["pointer"] for error in problem["errors"]} == {"/kind", "/retraction"}


def test_work_added_by_a_board_member_is_not_permitted(ada):
    with nothing_stored():
        refused(add(ada), 403)


def test_work_replayed_with_its_key_is_added_once(wanda):
    body, key = {"csl": factories.csl("orbach2005")}, {"Idempotency-Key": "one"}
    answers = [client(wanda).post(URL, body, headers=key) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(201, f"{URL}orbach2005/")] * 2
    assert Reference.objects.count() == 1


def test_correction_replaces_the_record_and_changes_the_tag(edith):
    reference = factories.make_reference()
    response = correct(reference, edith, kind="guideline")
    assert (response.status_code, response.json()["kind"]) == (200, "guideline")
    assert response["ETag"] == Reference.objects.get().etag != reference.etag


def test_correction_leaves_the_kind_when_it_says_none(edith):
    assert correct(factories.make_reference(), edith).json()["kind"] == "research"


def test_correction_of_the_key_is_refused(edith):
    reference = factories.make_reference()
    with nothing_stored():
        refused(correct(reference, edith, csl=factories.csl("other2005")), 422, pointer="/csl/id")


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": "x"}, 400), ({"If-Match": '"x"'}, 412)])
def test_correction_without_the_present_tag_is_refused(headers, status, edith):
    reference = factories.make_reference()
    with nothing_stored():
        refused(client(edith).put(url(reference), {"csl": reference.csl}, headers=headers), status)


def test_work_read_again_with_its_tag_is_not_sent_again(wanda):
    reference = factories.make_reference()
    response = client(wanda).get(url(reference), headers={"If-None-Match": reference.etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", reference.etag)


def test_key_with_slash_and_question_mark_has_an_address(wanda):
    response = client(wanda).post(URL, {"csl": factories.csl("doi:10.1/a?b")})
    assert response["Location"] == "/api/v1/references/doi:10.1/a%3Fb/"
    assert client(wanda).get(response["Location"]).json()["key"] == "doi:10.1/a?b"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["orbach2005", "stiehm2013"]),
        ({"key": "stiehm2013"}, ["stiehm2013"]),
        ({"doi": "10.1000/XYZ"}, ["orbach2005"]),
        ({"pmid": "16391392"}, ["orbach2005"]),
        ({"title": "OF STIEHM"}, ["stiehm2013"]),
        ({"title": "%"}, []),
    ],
)
def test_list_finds_works_by_key_identifier_and_title(query, found, wanda):
    factories.make_reference("stiehm2013")
    factories.make_reference("orbach2005", DOI="10.1000/xyz", PMID="16391392")
    listed = client(wanda).get(URL, query).json()["results"]
    assert [row["key"] for row in listed] == found


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_asks_the_same_number_of_queries_however_long_it_is(count, wanda):
    for number in range(count):
        factories.make_reference(f"work{number}")
    with CaptureQueriesContext(connection) as asked:
        listed = client(wanda).get(URL, {"page_size": 50}).json()["results"]
    assert len(listed) == count
    assert len(asked) == 1


def test_correction_from_inside_the_house_needs_no_tag(edith):
    reference = factories.make_reference()
    corrected = actions.keep_reference(
        csl=factories.csl("orbach2005", title="Other"), reference=reference, by=edith, now=factories.NOW
    )
    assert (corrected.pk, corrected.title, corrected.kind) == (reference.pk, "Other", "research")
