"""Fields with several numbers, and identifiers among words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats.identifiers_in_words import Numbers, doi, numbers, pmcid, pmid

FIRST, SECOND = "978-3-16-148410-0", "978-0-306-40615-7"


@pytest.mark.parametrize(
    ("fields", "issn", "isbn"),
    [
        ([f"1614-9785 {FIRST}; {SECOND}"], "1614-9785", f"{FIRST}, {SECOND}"),
        ([f"0-306-40615-2\\{SECOND}"], "", f"0-306-40615-2, {SECOND}"),
        ([f"{FIRST},{SECOND}"], "", f"{FIRST}, {SECOND}"),
        ([f"{FIRST} / {SECOND}"], "", f"{FIRST}, {SECOND}"),
        ([FIRST, "1614-9785", SECOND], "1614-9785", f"{FIRST}, {SECOND}"),
        (["978 3 16 148410 0"], "", FIRST),
        (["978 3 16 148410 0; 0 306 40615 2"], "", f"{FIRST}, 0-306-40615-2"),
        (["978 3 16 148410 7"], "", "978 3 16 148410 7"),
        (["1614-9785 1614-9786"], "1614-9785, 1614-9786", ""),
        (["1614-9786 16149787"], "1614-9786, 1614-9787", ""),
        (["9783161484100 (ISBN)"], "", "9783161484100"),
        (["ISBN-13: 9783161484100"], "", "9783161484100"),
        (["978\u20113\u201116\u2011148410\u20110"], "", FIRST),
        (["00280836 (ISSN)"], "0028-0836", ""),
        (["1080-0549 (Print) 1559-0267 (Electronic)"], "1080-0549, 1559-0267", ""),
        (["1614-9785", "16149785"], "1614-9785", ""),
        (["2049-369x"], "2049-369X", ""),
        (["978-3-16-148410-7; 978-0-306-40615-7"], "", "978-0-306-40615-7, 978-3-16-148410-7"),
        (["978-3-16-148410-7"], "", "978-3-16-148410-7"),
        (["no number"], "", ""),
        ([], "", ""),
    ],
)
def test_every_number_is_found(fields, issn, isbn):
    assert numbers(fields) == Numbers(issn, isbn, "")


@pytest.mark.parametrize("number", ["978-3-16-14841", "12345", "1614-97855", "WHO/123"])
def test_number_that_is_neither_is_kept_as_written(number):
    found = numbers([f"1614-9785; {number}"])
    assert (found.issn, found.isbn) == ("1614-9785", "")
    assert found.unread == number.removeprefix("WHO/")


@pytest.mark.parametrize(
    ("stated", "others", "found"),
    [
        (["10.1000/a"], ["https://doi.org/10.1000/b"], "10.1000/a"),
        (["10.1000/a [ 3]2.0.CO;2"], [], "10.1000/a [ 3]2.0.CO;2"),
        (["https://doi.org/10.1000/a<br />"], [], "https://doi.org/10.1000/a<br />"),
        (["see publisher", "10.1000/a"], [], "10.1000/a"),
        (["doi:https://doi.org/10.1000/a"], [], "10.1000/a"),
        (["https://dx.doi.org/10.1000/a"], [], "10.1000/a"),
        (["see publisher"], ["https://doi.org/10.1000/b"], "10.1000/b"),
        (["see publisher"], ["https://example.org/a"], "see publisher"),
        ([], ["https://example.org/10.1000/a", "10.1000/b"], "10.1000/b"),
        ([], ["http://dx.doi.org/10.1000/a%3Cb%3E"], "10.1000/a<b>"),
        ([], ["https://doi.acm.org/10.1000/a"], "10.1000/a"),
        ([], ["DOI: 10.1000/a"], "10.1000/a"),
        ([], ["doi10.1000/a"], "10.1000/a"),
        ([], ["Article", "https://example.org/"], ""),
        ([], [], ""),
    ],
)
def test_doi_is_taken_from_its_field_or_from_one_that_is_a_doi(stated, others, found):
    assert doi(stated, others) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["PMID: 25000001"], "25000001"),
        (["Note", "pmid 25000001."], "25000001"),
        (["25000001[pmid]"], "25000001"),
        (["MEDLINE:25000001"], "25000001"),
        (["25000001 [https://www.ncbi.nlm.nih.gov/pubmed/?term=25000001]"], "25000001"),
        (["https://pubmed.ncbi.nlm.nih.gov/25000001/"], "25000001"),
        (["http://www.ncbi.nlm.nih.gov/pubmed/25000001"], "25000001"),
        (["WOS:000325000001"], ""),
        (["25000001"], ""),
        ([], ""),
    ],
)
def test_pmid_is_taken_where_it_is_named_as_such(fields, found):
    assert pmid(fields) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["PMC7"], "PMC7"),
        (["PMCID: PMC7000001"], "PMC7000001"),
        (["x", "pmc7000001[pmcid]"], "PMC7000001"),
        (["https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7000001/"], "PMC7000001"),
        (["PMC", "APMC7"], ""),
    ],
)
def test_pmcid_is_found_in_any_field(fields, found):
    assert pmcid(fields) == found


@given(st.lists(st.text(alphabet="0123456789-X ,;ISBN()/") | st.text(), max_size=3))
def test_reading_any_field_raises_nothing(fields):
    assert isinstance(numbers(fields).unread + doi(fields, fields) + pmid(fields) + pmcid(fields), str)
