"""One spelling for everything that is hashed."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.record.canonical_json import canonical_json, normalised, sha256_hex, timestamp

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_canonical_json_sorts_keys_and_leaves_no_space():
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_canonical_json_refuses_what_has_no_spelling(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_canonical_json_refuses_what_is_no_json():
    with pytest.raises(TypeError):
        canonical_json({"at": datetime(2026, 1, 1, tzinfo=UTC)})


@given(values, values)
def test_sha256_hex_is_the_same_for_the_same_value_only(one, other):
    assert (sha256_hex(one) == sha256_hex(other)) == (canonical_json(one) == canonical_json(other))
    assert len(sha256_hex(one)) == 64


def test_timestamp_is_utc_with_microseconds_whatever_the_zone():
    east = timezone(timedelta(hours=2))
    assert timestamp(datetime(2026, 3, 2, 11, 0, tzinfo=east)) == "2026-03-02T09:00:00.000000+00:00"


@given(texts)
def test_normalised_twice_is_normalised_once(text):
    assert normalised(normalised(text)) == normalised(text)


@given(texts, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", " ", "\t "]))
def test_normalised_does_not_depend_on_form_line_ends_and_trailing_space(text, form, end, space):
    text = text.replace("\r", "")
    typed = unicodedata.normalize(form, text).replace("\n", space + end) + space + end
    assert normalised(typed) == normalised(text)
