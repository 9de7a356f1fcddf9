"""The public list of retractions as a file: what is read, and what is refused."""

import io
from datetime import date
from pathlib import Path

import pytest

from articles.library.formats.file_faults import Unreadable
from articles.library.formats.retraction_watch import MAX_RECORD, RetractionWatchFile, day_of, doi_of, pmid_of
from articles.models.retractions import Nature
from tests.support.retraction_lists import DOI, HEADER, as_csv, row, source


def read(content: bytes):
    opened = source(content)
    return opened, list(opened.records())


def unread(content: bytes) -> set[str]:
    """Identifiers of works of which the list says something that cannot be read."""
    _, records = read(content)
    return {record.doi or record.pmid for record in records if record.nature == Nature.UNREADABLE}


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        read(content)
    return str(error.value)


def test_record_is_read_with_all_that_is_kept_of_it():
    _, (record,) = read(as_csv(row(7, OriginalPaperPubMedID="16391392")))
    assert (record.record_id, record.nature, record.doi, record.pmid) == (7, "retraction", DOI, "16391392")
    assert (record.notice_doi, record.notice_pmid, record.notice_date) == ("10.1000/notice", "", date(2020, 1, 15))
    assert record.reasons == ["Error in Data", "Investigation by Journal/Publisher"]


@pytest.mark.parametrize(
    ("nature", "read_as"),
    [
        ("Retraction", "retraction"),
        ("Expression of concern", "expression_of_concern"),
        ("CORRECTION", "correction"),
        (" Reinstatement ", "reinstatement"),
    ],
)
def test_nature_is_read_as_the_list_names_it(nature, read_as):
    assert read(as_csv(row(RetractionNature=nature)))[1][0].nature == read_as


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/XYZ", "10.1000/xyz"),
        ("https://doi.org/10.1000/a", "10.1000/a"),
        ("http://dx.doi.org/10.1000/a", "10.1000/a"),
        ("doi: 10.1000/a", "10.1000/a"),
        (
            "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2",
        ),
        (
            "10.1002/(SICI)1097-0258(19980815)17:15 < 1661::AID > 3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2",
        ),
        (
            "https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15%3C1661::AID%3E3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2",
        ),
        (
            "10.1002/(SICI)1097-0258(19980815)17:15&lt;1661::AID&gt;3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2",
        ),
        ("10.1000/a|b", "10.1000/a|b"),
        ("unavailable", None),
        ("Unavailable", None),
        ("", None),
        ("10.1000/" + "x" * 300, None),
    ],
)
def test_doi_is_read_without_what_stands_before_it(text, doi):
    assert doi_of(text) == doi


@pytest.mark.parametrize(
    ("text", "pmid"),
    [("16391392", "16391392"), ("PMID: 123", "123"), ("123.0", "123"), ("0", None), ("", None), ("x", None)],
)
def test_pmid_is_read_and_zero_is_none(text, pmid):
    assert pmid_of(text) == pmid


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/15/2020 0:00", date(2020, 1, 15)),
        ("12/5/2021", date(2021, 12, 5)),
        ("2020-01-15", date(2020, 1, 15)),
        ("15/1/2020 0:00", None),
        ("2020-13-01", None),
        ("1/1/0204", None),
        ("soon", None),
        ("", None),
    ],
)
def test_day_is_read_month_first_or_not_at_all(text, day):
    assert day_of(text) == day


def test_columns_in_another_order_with_mark_and_a_last_empty_one_are_read():
    header, line = ",".join(reversed(HEADER)) + ",", ",".join(f'"{row()[name]}"' for name in reversed(HEADER)) + ","
    opened, (record,) = read(f"\ufeff{header}\n{line}\n\n,,\n".encode())
    assert (record.doi, opened.read, opened.unreadable) == (DOI, 1, 0)


def test_broken_utf8_is_counted_and_does_not_stop_the_rest():
    content = as_csv(row(1, Title="T%"), row(2)).replace(b"T%", b"T\xff\xfe")
    opened, records = read(content)
    assert ([record.record_id for record in records], opened.garbled) == ([1, 2], 1)


def test_record_without_a_day_is_kept_and_counted():
    opened, (record,) = read(as_csv(row(RetractionDate="?")))
    assert (record.notice_date, opened.undated) == (None, 1)


@pytest.mark.parametrize(
    "cells",
    [{"RetractionNature": ""}, {"RetractionNature": "Retr?"}, {"Record ID": "RW1"}, {"Record ID": "9" * 10}],
)
def test_record_that_cannot_be_read_leaves_its_work_in_doubt(cells):
    assert DOI in unread(as_csv(row(2, OriginalPaperDOI="10.1000/other"), row(1, **cells)))


def test_number_given_twice_leaves_the_second_work_in_doubt():
    assert DOI in unread(as_csv(row(1, OriginalPaperDOI="10.1000/other"), row(1)))


def test_comma_that_nobody_quoted_leaves_the_whole_doi_in_doubt():
    content = as_csv(row(2), row(1, OriginalPaperDOI="10.1000/a%b")).replace(b"a%b", b"a,b")
    assert {"10.1000/a", "10.1000/a,b"} <= unread(content)
    assert "10.1000/,b" in unread(content.replace(b"/a,b", b"/,b"))


def test_record_cut_off_or_with_a_stray_quote_leaves_its_work_in_doubt():
    whole = as_csv(row(2, OriginalPaperDOI="10.1000/other"))
    assert DOI in unread(whole + f"3,T,,,,,,,,,1/1/2020 0:00,,,,{DOI}".encode())
    assert DOI in unread(whole + as_csv(row(3)).split(b"\n")[1].replace(b'"A work', b'A "work" "x'))
    assert DOI in unread(whole + f'3,"T,{DOI}\n4,never closed'.encode())


def test_pmid_of_a_record_that_cannot_be_read_is_in_doubt_too():
    assert "16391392" in unread(as_csv(row(2), row(1, RetractionNature="", OriginalPaperPubMedID="16391392")))


def test_identifier_that_cannot_be_read_beside_one_that_can_leaves_both_found():
    content = as_csv(row(1, OriginalPaperDOI="10.1000/x; 10.1000/y", OriginalPaperPubMedID="16391392"))
    _, records = read(content)
    assert [record.pmid for record in records if record.nature == Nature.RETRACTION] == ["16391392"]
    assert "10.1000/y" in unread(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (as_csv(), "it holds no record that can be read"),
        (as_csv(row("x")), "it holds no record that can be read"),
        (b"a,b\n1,2\n", "no column Record ID, Title, RetractionDate"),
        (as_csv(row()).replace(b"OriginalPaperDOI", b"DOI"), "no column OriginalPaperDOI"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no column"),
        (as_csv(row(Title="a%")).replace(b"%", b"\0"), "list.csv:2: it holds a NUL byte"),
        ("Record ID".encode("utf-16"), "NUL"),
        (b'"\n', "no column"),
    ],
)
def test_file_that_is_no_such_list_is_refused_and_says_why(content, words):
    assert words in refusal(content)


def test_line_of_any_length_is_refused_after_a_megabyte_of_it():
    class Endless(io.RawIOBase):
        given = 0

        def readline(self, size=-1):
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(Unreadable, match="a record has more than 1,048,576 bytes"):
        list(RetractionWatchFile(endless, path=Path("list.csv")).records())
    assert endless.given == MAX_RECORD + 1


def test_record_over_many_lines_is_refused_after_a_megabyte_of_it():
    assert "more than 1,048,576 bytes" in refusal(as_csv(row()) + b'"x\n",' * 250_000)
