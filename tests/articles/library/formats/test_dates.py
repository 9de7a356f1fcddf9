"""Dates in words: each is read as what it says, alone and together with the other dates of its record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats.dates import Date, best, read, remarks


def parts(words: str) -> object:
    """Return the parts of a date that is wholly read, with its season; or its words."""
    date = read(words)
    assert date.is_whole
    assert set(date.csl) <= {"date-parts", "season"}
    return date.csl["date-parts"], date.csl.get("season")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2022", [2022]),
        ("[2022]", [2022]),
        ("c1998", [1998]),
        ("2022///", [2022]),
        ("2022/00/00", [2022]),
        ("2022/08", [2022, 8]),
        ("2022-08", [2022, 8]),
        ("2022/08//", [2022, 8]),
        ("202208", [2022, 8]),
        ("08/2022", [2022, 8]),
        ("Aug 2022", [2022, 8]),
        ("AUG 2022", [2022, 8]),
        ("August, 2022", [2022, 8]),
        ("2022 Aug", [2022, 8]),
        ("Sept. 2011", [2011, 9]),
        ("2022/08/11", [2022, 8, 11]),
        ("2022/08/11/", [2022, 8, 11]),
        ("2022/08/11/12:01:11", [2022, 8, 11]),
        ("2022-08-11T00:00:00Z", [2022, 8, 11]),
        ("2022-08-11 10:22 AM", [2022, 8, 11]),
        ("20220811", [2022, 8, 11]),
        ("2022.08.11", [2022, 8, 11]),
        ("2022/13/01", [2022, 1, 13]),
        ("2022-31-12", [2022, 12, 31]),
        ("2012-August-08", [2012, 8, 8]),
        ("08-August-2012", [2012, 8, 8]),
        ("11-Aug-2022", [2022, 8, 11]),
        ("Aug 11, 2022", [2022, 8, 11]),
        ("August 11th, 2022", [2022, 8, 11]),
        ("11 August 2022", [2022, 8, 11]),
        ("2022 Aug 11", [2022, 8, 11]),
        ("2022 11 Aug", [2022, 8, 11]),
        ("Thu, 11 Aug 2022", [2022, 8, 11]),
        ("Published online 11 Aug 2022", [2022, 8, 11]),
        ("11.08.2022", [2022, 8, 11]),
        ("15/08/2022", [2022, 8, 15]),
        ("08/15/2022", [2022, 8, 15]),
        ("08/08/2022", [2022, 8, 8]),
        ("8 août 2012", [2012, 8, 8]),
        ("8. März 2012", [2012, 3, 8]),
        ("8 de agosto de 2012", [2012, 8, 8]),
        ("2012年8月11日", [2012, 8, 11]),
    ],
)
def test_day_month_or_year_is_read(words, day):
    assert parts(words) == ([day], None)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2000 Nov-Dec", [2000, 11], [2000, 12]),
        ("Nov-Dec 2000", [2000, 11], [2000, 12]),
        ("Nov/Dec 2000", [2000, 11], [2000, 12]),
        ("November & December 2000", [2000, 11], [2000, 12]),
        ("1998 Dec-1999 Jan", [1998, 12], [1999, 1]),
        ("December 1998 to January 1999", [1998, 12], [1999, 1]),
        ("05/2019-07/2019", [2019, 5], [2019, 7]),
        ("2012 Aug 15-30", [2012, 8, 15], [2012, 8, 30]),
        ("1\u20135 June 2019", [2019, 6, 1], [2019, 6, 5]),
        ("June 1-5, 2019", [2019, 6, 1], [2019, 6, 5]),
        ("2000 Jul 15-Aug 1", [2000, 7, 15], [2000, 8, 1]),
        ("30 May - 2 June 2019", [2019, 5, 30], [2019, 6, 2]),
        ("2019-05-01/2019-05-03", [2019, 5, 1], [2019, 5, 3]),
        ("1977-1978", [1977], [1978]),
        ("1977-78", [1977], [1978]),
        ("1998-99", [1998], [1999]),
        ("Q3 2020", [2020, 7], [2020, 9]),
        ("1999 1st Quart", [1999, 1], [1999, 3]),
        ("Firstquarter 2019", [2019, 1], [2019, 3]),
        ("Fourth Quarter 2019", [2019, 10], [2019, 12]),
    ],
)
def test_range_is_read_with_both_ends(words, first, last):
    assert parts(words) == ([first, last], None)


@pytest.mark.parametrize(
    ("words", "years", "season"),
    [
        ("2000 Spring", [[2000]], 1),
        ("Sum 2000", [[2000]], 2),
        ("2000///Fall", [[2000]], 3),
        ("AUTUMN 2000", [[2000]], 3),
        ("2004-2005 Winter", [[2004], [2005]], 4),
        ("Winter 2004-05", [[2004], [2005]], 4),
    ],
)
def test_season_is_read_as_csl_counts_it(words, years, season):
    assert parts(words) == (years, season)


@pytest.mark.parametrize("words", ["ca. 1850", "circa 1850", "ca 1850"])
def test_date_that_is_not_certain_says_so(words):
    assert read(words).csl == {"date-parts": [[1850]], "circa": True}


@pytest.mark.parametrize(
    "words", ["in press", "AUG 11", "0000", "n.d.", "99", "11", "1998 [i.e. 1999]", "20211", "9999"]
)
def test_date_without_a_year_keeps_its_words(words):
    assert read(f" {words} ").csl == {"literal": words}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("2022/13/45", [[2022]]),
        ("2022/02/30", [[2022, 2]]),
        ("31 June 2022", [[2022, 6]]),
        ("2022/45", [[2022]]),
        ("11/08/2022", [[2022]]),
        ("2022 abc", [[2022]]),
        ("2011 Mar 8 [corrected]", [[2011, 3, 8]]),
        ("vol. 3, 2011, part 8 of 9", [[2011]]),
        ("2019 SPR-SUM", [[2019]]),
        ("2019 Aug 30-31-99", [[2019]]),
        ("2019 Aug 30-15", [[2019, 8, 30]]),
        ("Aug 1999-98", [[1999]]),
    ],
)
def test_part_of_a_date_that_cannot_be_read_is_left_out_and_said(words, kept):
    date = read(words)
    assert (date.csl, date.is_whole) == ({"date-parts": kept}, False)


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        (["2022", "AUG 11"], {"date-parts": [[2022, 8, 11]]}),
        (["2022", "", "AUG"], {"date-parts": [[2022, 8]]}),
        (["2022", "JUL-AUG"], {"date-parts": [[2022, 7], [2022, 8]]}),
        (["2022", "JUN 01-05"], {"date-parts": [[2022, 6, 1], [2022, 6, 5]]}),
        (["2022", "SPR"], {"date-parts": [[2022]], "season": 1}),
        (["2022", "Q1"], {"date-parts": [[2022, 1], [2022, 3]]}),
        (["2019", "2019/05//", "2019/05/03"], {"date-parts": [[2019, 5, 3]]}),
        (["2019", "2019/05/03", "MAY"], {"date-parts": [[2019, 5, 3]]}),
        (["2022", "2021/12/30"], {"date-parts": [[2022]]}),
        (["in press", "2019"], {"date-parts": [[2019]]}),
        (["2019", "DEC-JAN"], {"date-parts": [[2019]]}),
        (["2019", "nonsense"], {"date-parts": [[2019]]}),
        (["AUG 11"], {"literal": "AUG 11"}),
        (["", " "], {}),
        ([], {}),
    ],
)
def test_dates_of_a_record_are_combined(fields, issued):
    assert best(fields).csl == issued


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (["2022", "AUG 11"], []),
        ([], []),
        (["2022/02/30"], ["The date “2022/02/30” was read as 2022-02."]),
        (["2022", "2021/12/30"], ["The year 2022 was taken, and not that of “2021/12/30”."]),
        (["AUG 11"], ["The date “AUG 11” has no year that can be read."]),
        (["2022", "DEC-JAN"], []),
        (["2022", "soon", "", "2022"], ["The date “soon” was not read."]),
    ],
)
def test_what_the_dates_of_a_record_lose_is_said(fields, said):
    assert remarks(best(fields), fields) == said


@given(st.text(alphabet="0123456789/-. TZ:JanFebspringquartQ") | st.text())
def test_reading_any_words_raises_nothing_and_gives_days_of_the_calendar(words):
    date = read(words)
    assert isinstance(date, Date)
    for day in date.csl.get("date-parts", []):
        assert 1000 <= day[0] < 3000
        assert all(1 <= number <= limit for number, limit in zip(day[1:], (12, 31), strict=False))
