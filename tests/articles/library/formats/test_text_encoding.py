"""In which encoding a file of works is read, and that an error in one record is its refusal."""

import codecs

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from articles.library.formats import registry
from articles.library.formats.records import Found, each_tried, tried
from articles.library.formats.text_encoding import decoded
from tests.support.paths import DATA

GERMAN = "Müdigkeit bei Groß und Klein: eine Übersicht"
POLISH = "Leczenie nadciśnienia tętniczego u dorosłych, Łukasz Żółć"
FRENCH = "Étude des effets à long terme chez l\u2019enfant: «Lefèvre»"
RUSSIAN = "Лечение артериальной гипертензии для взрослых пациентов"
CHINESE = "中国成人高血压的治疗研究 王小明 中华医学杂志"


@pytest.mark.parametrize(
    ("text", "codec", "said"),
    [
        (GERMAN, "utf-8", "UTF-8"),
        ("only ASCII", "ascii", "UTF-8"),
        (GERMAN, "utf-8-sig", "UTF-8, by its byte order mark"),
        (GERMAN, "utf-16", "UTF-16, by its byte order mark"),
        (CHINESE, "utf-16", "UTF-16, by its byte order mark"),
        (GERMAN, "utf-32", "UTF-32, by its byte order mark"),
        (GERMAN, "utf-16-le", "UTF-16, detected"),
        (GERMAN, "utf-16-be", "UTF-16, detected"),
        (GERMAN, "cp1252", "windows-1252, detected"),
        (FRENCH, "cp1252", "windows-1252, detected"),
        ("Martínez Peña: niños", "latin-1", "windows-1252, detected"),
        (POLISH, "cp1250", "windows-1250, detected"),
        (RUSSIAN, "cp1251", "windows-1251, detected"),
        (RUSSIAN, "koi8-r", "koi8_r, detected"),
        (CHINESE, "gb18030", "gb18030, detected"),
        ("高血圧の治療に関する研究 日本医学会雑誌", "shift-jis", "shift_jis, detected"),
        ("성인 고혈압 치료 연구 김철수", "euc-kr", "euc_kr, detected"),
        (f"% Encoding: windows-1252\n{GERMAN}", "cp1252", "windows-1252, as declared"),
        (f"%% encoding=ISO-8859-2\n{POLISH}", "iso-8859-2", "iso8859-2, as declared"),
        (f"-*- coding: cp1251 -*-\n{RUSSIAN}", "cp1251", "windows-1251, as declared"),
        ("% Encoding: iso-2022-jp\n高血圧", "iso-2022-jp", "iso2022_jp, as declared"),
        (f"% Encoding: windows-1252\n{GERMAN}", "utf-8", "UTF-8"),
        (f"% Encoding: none-such\n{GERMAN}", "cp1252", "windows-1252, detected"),
        (f"% Encoding: UTF-8\n{GERMAN}", "cp1252", "windows-1252, detected"),
        (f"% Encoding: base64\n{GERMAN}", "cp1252", "windows-1252, detected"),
    ],
)
def test_encoding_is_found(text, codec, said):
    assert decoded(text.encode(codec)) == (text, said)


def test_utf_8_with_some_broken_bytes_stays_utf_8():
    assert decoded(GERMAN.encode() + b" \xff") == (f"{GERMAN} \ufffd", "UTF-8")


def test_bytes_of_no_encoding_are_replaced():
    text, said = decoded(b"a\x81\x8d\x8f\x90\x9d\xff\xfe\xfd\x81")
    assert said.endswith(", detected")
    assert text.startswith("a")


def test_json_without_a_mark_is_utf_8():
    assert decoded(b'"\xfc"', is_json=True) == ('"\ufffd"', "UTF-8")
    assert decoded('"ü"'.encode("utf-16"), is_json=True)[0] == '"ü"'


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf_16_that_was_cut_off_is_refused(mark):
    assert registry.unfit(mark + b"a") == "The file is UTF-16 that was cut off: it ends within a character."
    assert registry.unfit(mark + b"ab") == ""


@pytest.mark.parametrize(
    ("name", "form", "title"),
    [
        ("utf16.ris", "ris", "Ein erfundener Titel"),
        ("latin1.bib", "bibtex", "Müdigkeit"),
    ],
)
def test_case_files_are_read_whole(name, form, title):
    (found,) = registry.records((DATA / "cases" / name).read_bytes(), form=form)
    assert title in found.csl["title"]
    assert "Gr" in found.csl["author"][0]["family"]
    assert "\ufffd" not in str(found.csl)


def failing(text):
    yield Found(1, "one", csl={"type": "book", "title": "One"})
    yield Found(2, "two", csl={"type": "book", "title": 1 / text.count("-")})


def test_reader_that_fails_says_so_in_its_last_record(monkeypatch, caplog):
    monkeypatch.setitem(registry.READERS, "ris", failing)
    one, last = registry.records(b"x", form="ris")
    assert (one.csl["title"], last.line, last.fault) == (
        "One",
        0,
        "After line 1 nothing could be read (ZeroDivisionError).",
    )
    assert "a reader of works failed after line 1" in caplog.text


def test_time_limit_is_no_fault_of_a_record(monkeypatch):
    def limited(text):
        yield Found(1, text)
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(registry.READERS, "ris", limited)
    with pytest.raises(SoftTimeLimitExceeded):
        list(registry.records(b"x", form="ris"))
    with pytest.raises(SoftTimeLimitExceeded):
        tried(lambda: limited("x").throw(SoftTimeLimitExceeded), line=1)


@pytest.mark.parametrize("error", [ValueError, IndexError, RecursionError, KeyError])
def test_error_in_one_record_is_its_fault(error, caplog):
    def fail(*_given):
        raise error("never shown")

    words = f"It cannot be read ({error.__name__})."
    assert tried(fail, line=7, label="x") == Found(7, "x", fault=words)
    assert tried(lambda: 5, line=7) == 5
    assert list(each_tried([Found(7, "x")], fail)) == [Found(7, "", fault=words)]
