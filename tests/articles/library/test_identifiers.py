import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library import identifiers

SICI = "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.1385/CRIAI:29:3:173", "10.1385/criai:29:3:173"),
        ("doi:10.1000/xyz123", "10.1000/xyz123"),
        ("DOI: 10.1000/xyz123.", "10.1000/xyz123"),
        ("https://doi.org/10.1000/xyz123", "10.1000/xyz123"),
        ("http://dx.doi.org/10.1000%2Fxyz123", "10.1000/xyz123"),
        ("dx.doi.org/10.1000/xyz123;", "10.1000/xyz123"),
        ("(10.1000/a", None),
        ("10.1000/a)", "10.1000/a"),
        ("10.1016/S0140-6736(05)67889-0", "10.1016/s0140-6736(05)67889-0"),
        ("10.1000/xyz<script>", None),
        ("10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2", SICI),
        ("10.1002/(SICI)1097-0258(19980815)17:15 < 1661::AID-SIM968 > 3.0.CO;2-2", SICI),
        ("doi:10.1002/(SICI)1097-0258(19980815)17:15&lt;1661::AID-SIM968&gt;3.0.CO;2-2", SICI),
        ("https://doi.org/10.1002/%28SICI%291097-0258%2819980815%2917:15%3C1661::AID-SIM968%3E3.0.CO;2-2", SICI),
        ("10.1175/1520-0469(1996)053<0208:TEOTSI>2.0.CO;2", "10.1175/1520-0469(1996)053<0208:teotsi>2.0.co;2"),
        ("10.1000/0276-4741(2007)27 [ 32:TLBCFP]2.0.CO;2", "10.1000/0276-4741(2007)27[32:tlbcfp]2.0.co;2"),
        ("http://dx.doi.org/10.1000/xyz-182-3-19<br />", "10.1000/xyz-182-3-19"),
        ("http://doi.acm.org/10.1145/1.2", "10.1145/1.2"),
        ("doi: https://www.doi.org/10.1000/x", "10.1000/x"),
        ("10.1000/x [doi]", "10.1000/x"),
        ("10/abcd", None),
        ("10.1000/a b", None),
        ("10.1000/" + "x" * 250, None),
        ("11.1000/x", None),
        ("", None),
        (["10.1000/x"], None),
    ],
)
def test_doi_has_one_spelling(written, read):
    assert _read(identifiers.doi, written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (16391392, "16391392"),
        ("PMID: 016391392", "16391392"),
        ("https://pubmed.ncbi.nlm.nih.gov/16391392/", "16391392"),
        ("0", None),
        ("1234567890", None),
        (True, None),
        ("²", None),
    ],
)
def test_pmid_is_a_number(written, read):
    assert _read(identifiers.pmid, written) == read


@pytest.mark.parametrize(
    ("written", "read"), [("PMC1234567", "PMC1234567"), ("pmcid: pmc 77.2", "PMC77"), (12, "PMC12"), ("PMC", None)]
)
def test_pmcid_is_pmc_and_a_number(written, read):
    assert _read(identifiers.pmcid, written) == read


@pytest.mark.parametrize(("written", "read"), [("nct01234567", "NCT01234567"), ("NCT1", None), (1234567, None)])
def test_nct_has_eight_digits(written, read):
    assert _read(identifiers.nct, written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("978-3-16-148410-0", "9783161484100"),
        ("ISBN-13: 978 3 16 148410 0 (hardback)", "9783161484100"),
        ("0-306-40615-2", "9780306406157"),
        ("0-8044-2957-X", "9780804429573"),
        ("9783161484100, 0306406152", "9783161484100"),
        ("9783161484101 or 0306406152", "9780306406157"),
        ("978-3-16-148410-1", None),
        ("0-306-40615-3", None),
        ("1234", None),
    ],
)
def test_isbn_has_thirteen_digits_and_a_check(written, read):
    assert _read(identifiers.isbn, written) == read


def _read(reader, written):
    try:
        return reader(written)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "reader", [identifiers.doi, identifiers.pmid, identifiers.pmcid, identifiers.nct, identifiers.isbn]
)
@given(written=st.text() | st.integers() | st.none() | st.booleans())
def test_identifier_read_again_is_the_same(reader, written):
    if (read := _read(reader, written)) is not None:
        assert reader(read) == read


def test_identifiers_of_an_item_are_read_together_with_what_is_wrong():
    found, wrong = identifiers.read(
        {"DOI": "x", "PMID": 7, "ISBN": "", "URL": "https://clinicaltrials.gov/study/nct01234567"}
    )
    assert found == {"doi": None, "pmid": "7", "pmcid": None, "isbn": None, "nct": "NCT01234567"}
    assert wrong.keys() == {"DOI"}
    found, wrong = identifiers.read({"custom": {"nct": "NCT7"}})
    assert (found["nct"], wrong.keys()) == (None, {"custom/nct"})


def test_item_gets_the_one_spelling_unless_only_case_or_hyphens_differ():
    item = {"DOI": "doi:10.1000/X", "PMID": 7, "PMCID": "pmc7", "ISBN": "978-3-16-148410-0"}
    found, _ = identifiers.read(item | {"DOI": "10.1000/X"})
    assert identifiers.with_normalised_identifiers(item, found) == {**item, "DOI": "10.1000/x"}
    same = {"DOI": "10.1000/X", "PMID": 7}
    assert identifiers.with_normalised_identifiers(same, identifiers.read(same)[0]) is same
