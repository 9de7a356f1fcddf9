import json
from io import BytesIO

import pytest

from editorial.exceptions import Malformed, Unacceptable
from editorial.http.parsers import MAX_DEPTH, StrictJSONParser
from editorial.http.problems import MAX_FAULTS


def parse(body: bytes):
    return StrictJSONParser().parse(BytesIO(body))


def refusal(body: bytes) -> Unacceptable:
    with pytest.raises(Unacceptable) as caught:
        parse(body)
    return caught.value


@pytest.mark.parametrize("value", [{}, [], {"a": [1, 1.5, None, True, "ü \U0001f600"]}, "text", 0])
def test_json_is_read_as_it_was_sent(value):
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a": "\xff"}', "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        ('{"a": 1}'.encode("utf-16"), "not_utf8"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": 1,}', "not_json"),
        (b'"a\x00b"', "not_json"),
        (b"[NaN]", "not_json"),
        (b"-Infinity", "not_json"),
        (b"9" * 5000, "not_json"),
        (b'{"a": 1, "b": 2, "a": 1}', "duplicate_key"),
        (b'{"a": {"\\ud800": 1, "\\ud800": 2}}', "duplicate_key"),
        (b"[" * 100_000, "too_deep"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "too_deep"),
    ],
)
def test_what_readers_of_json_disagree_about_is_400(body, code):
    with pytest.raises(Malformed) as caught:
        parse(body)
    assert caught.value.code == code
    assert caught.value.detail.isascii()


def test_deepest_allowed_nesting_is_read():
    parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (rb'{"a": [{"b/c~": "x\u0000"}]}', "/a/0/b~1c~0", "bad_text"),
        (rb'["\ud800"]', "/0", "bad_text"),
        (rb'"\udc00\ud800"', "", "bad_text"),
        (rb'{"a": {"\u0000": 1}}', "/a", "bad_text"),
        (rb'{"a": {"\udfff": "\u0000"}}', "/a", "bad_text"),
        (b'{"a": 9223372036854775808}', "/a", "out_of_range"),
        (b'{"a": -9223372036854775809}', "/a", "out_of_range"),
        (b"[0, 1e999]", "/1", "out_of_range"),
    ],
)
def test_what_cannot_be_stored_is_422_with_its_place(body, pointer, code):
    (fault,) = refusal(body).faults
    assert (fault.pointer, fault.code) == (pointer, code)


def test_numbers_of_64_bits_pass():
    assert parse(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]


def test_every_fault_is_told_up_to_a_limit():
    assert len(refusal(json.dumps(["\x00"] * 3).encode()).faults) == 3
    assert len(refusal(json.dumps(["\x00"] * 1000).encode()).faults) == MAX_FAULTS


def test_many_keys_with_a_late_duplicate_are_refused_at_once():
    keys = ",".join(f'"{number}":0' for number in range(100_000))
    with pytest.raises(Malformed, match='"0" occurs twice'):
        parse(f'{{{keys},"0":1}}'.encode())
