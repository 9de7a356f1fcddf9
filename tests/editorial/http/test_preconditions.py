from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from editorial.exceptions import Malformed, PreconditionFailed, PreconditionRequired
from editorial.http.etags import Expectation, etag
from editorial.http.preconditions import expected, not_modified

TAG = etag("digest", 3)
CHANGED_AT = datetime(2026, 3, 2, 9, 0, 0, 900_000, tzinfo=UTC)


def put(header: str | None = None):
    return RequestFactory().put("/", headers={} if header is None else {"If-Match": header})


def get(**headers: str):
    return RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_etag_is_quoted_and_differs_with_any_part():
    tags = {etag("a"), etag("a", None), etag("a", 1), etag("a1"), etag("a", "1")}
    assert len(tags) == 5
    assert all(len(tag) == 34 and tag[0] == tag[-1] == '"' for tag in tags)


def test_etag_does_not_confuse_where_one_part_ends():
    assert etag("ab", "c") != etag("a", "bc")


@pytest.mark.parametrize("header", [TAG, f'"other", {TAG}', f' ,{TAG},, "other" ', "*", " * ", f'W/"x",{TAG}'])
def test_if_match_naming_the_present_state_passes(header):
    expected(put(header)).check(TAG)


@pytest.mark.parametrize("header", ['"other"', '""', f"W/{TAG}", f'W/{TAG}, "other"', '"with,comma"'])
def test_if_match_naming_another_state_is_412(header):
    with pytest.raises(PreconditionFailed):
        expected(put(header)).check(TAG)


@pytest.mark.parametrize("header", ["", "abc", TAG.strip('"'), f'{TAG} "b"', '"a', "w/" + TAG, f"*, {TAG}", '"a b"'])
def test_if_match_that_cannot_be_read_is_400(header):
    with pytest.raises(Malformed):
        expected(put(header)).check(TAG)


def test_if_match_missing_where_it_is_needed_is_428():
    with pytest.raises(PreconditionRequired):
        expected(put())


def test_if_match_missing_where_it_is_optional_expects_nothing():
    assert expected(put(), required=False) is None


def test_if_match_sent_where_it_is_optional_is_read():
    assert expected(put(TAG), required=False) == Expectation(tags=frozenset({TAG}))


def test_if_match_of_many_empty_members_is_read_in_no_time():
    with pytest.raises(Malformed):
        expected(put(", " * 4000 + "x"))


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other", {TAG}', "*"])
def test_if_none_match_naming_the_present_state_is_not_modified(header):
    assert not_modified(get(If_None_Match=header), etag=TAG)


@pytest.mark.parametrize("header", ['"other"', "rubbish", ""])
def test_if_none_match_naming_another_state_is_modified(header):
    assert not not_modified(get(If_None_Match=header), etag=TAG)


def test_if_none_match_decides_alone():
    headers = {"If_None_Match": '"other"', "If_Modified_Since": "Mon, 02 Mar 2026 09:00:00 GMT"}
    assert not not_modified(get(**headers), etag=TAG, last_modified=CHANGED_AT)


@pytest.mark.parametrize(
    ("since", "outcome"),
    [
        ("Mon, 02 Mar 2026 09:00:00 GMT", True),
        ("Mon, 02 Mar 2026 08:59:59 GMT", False),
        ("yesterday", False),
    ],
)
def test_if_modified_since_counts_whole_seconds(since, outcome):
    assert not_modified(get(If_Modified_Since=since), etag=TAG, last_modified=CHANGED_AT) is outcome


def test_if_modified_since_without_a_known_date_is_modified():
    assert not not_modified(get(If_Modified_Since="Mon, 02 Mar 2026 09:00:00 GMT"), etag=TAG)


def test_no_condition_is_modified():
    assert not not_modified(get(), etag=TAG, last_modified=CHANGED_AT)
