"""Formatted citations are taken apart: NLM, APA, books, and text that is none of them."""

import pytest

from articles.library.adding.citation_text import read

ORBACH = {"family": "Orbach", "given": "H."}


def test_article_in_the_style_of_the_nlm_is_read_with_its_identifiers():
    text = (
        "12. Orbach H, van der Berg JH, Roe J Jr, et al. Adverse effects of immunoglobulin [Internet]. "
        "Clin Rev Allergy Immunol. 2005 Dec 3 ; 29(3):173-84. doi: 10.1385/CRIAI:29:3:173. "
        "PMID: 16391392; PMCID: PMC12."
    )
    assert read(text) == {
        "type": "article-journal",
        "author": [ORBACH, {"family": "van der Berg", "given": "J. H."}, {"family": "Roe", "given": "J."}],
        "title": "Adverse effects of immunoglobulin",
        "container-title": "Clin Rev Allergy Immunol",
        "issued": {"date-parts": [[2005, 12, 3]]},
        "volume": "29",
        "issue": "3",
        "page": "173-84",
        "DOI": "10.1385/criai:29:3:173",
        "PMID": "16391392",
        "PMCID": "PMC12",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe J. Is it safe? J North. 2019;4:e12.", ("Is it safe?", "J North", "4", "e12", [[2019]])),
        ("[3] Roe J. On pain. BMJ. 2021 June;7(Suppl 2):1-9", ("On pain", "BMJ", "7", "1-9", [[2021, 6]])),
        ("Roe J. On pain. BMJ. 2021 Xyz 3;7", ("On pain", "BMJ", "7", None, [[2021]])),
        ("On pain. J Pain. 2020;(3):4", ("On pain", "J Pain", None, "4", [[2020]])),
    ],
)
def test_journal_year_volume_and_pages_are_told_apart(text, expected):
    item = read(text)
    found = (item["title"], item["container-title"], item.get("volume"), item.get("page"))
    assert (*found, item["issued"]["date-parts"]) == expected


def test_article_in_the_style_of_the_apa_is_read():
    text = (
        "Orbach, H., Katz, U. K., & Shoenfeld, Y. (2005, May). Adverse effects: A review. "
        "Clinical Reviews in Allergy & Immunology, 29(3), 173-184. https://doi.org/10.1385/criai:29:3:173"
    )
    assert read(text) == {
        "type": "article-journal",
        "author": [ORBACH, {"family": "Katz", "given": "U. K."}, {"family": "Shoenfeld", "given": "Y."}],
        "title": "Adverse effects: A review",
        "container-title": "Clinical Reviews in Allergy & Immunology",
        "issued": {"date-parts": [[2005]]},
        "volume": "29",
        "issue": "3",
        "page": "173-184",
        "DOI": "10.1385/criai:29:3:173",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "World Health Organization. Hand hygiene. Geneva: World Health Organization; 2009 [cited 2024 Mar 5]. "
            "Available from: https://who.example/hands.",
            {
                "type": "report",
                "author": [{"literal": "World Health Organization"}],
                "title": "Hand hygiene",
                "publisher-place": "Geneva",
                "publisher": "World Health Organization",
                "issued": {"date-parts": [[2009]]},
                "accessed": {"date-parts": [[2024, 3, 5]]},
                "URL": "https://who.example/hands",
            },
        ),
        (
            "Murray PR, Roe J. Medical microbiology. 4th ed. St. Louis: Mosby; 2002.",
            {
                "type": "book",
                "author": [{"family": "Murray", "given": "P. R."}, {"family": "Roe", "given": "J."}],
                "title": "Medical microbiology",
                "edition": "4th",
                "publisher-place": "St. Louis",
                "publisher": "Mosby",
                "issued": {"date-parts": [[2002]]},
            },
        ),
        (
            "Agency for Pain. (2018). Guideline on pain. Agency Press.",
            {
                "type": "report",
                "author": [{"literal": "Agency for Pain"}],
                "title": "Guideline on pain",
                "publisher": "Agency Press",
                "issued": {"date-parts": [[2018]]},
            },
        ),
        (
            "Roe, J. (2018). On pain.",
            {
                "type": "book",
                "author": [{"family": "Roe", "given": "J."}],
                "title": "On pain",
                "issued": {"date-parts": [[2018]]},
            },
        ),
    ],
)
def test_books_and_reports_are_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adverse effects of immunoglobulin", {"title": "Adverse effects of immunoglobulin"}),
        ("Hand hygiene https://who.example/a", {"title": "Hand hygiene", "URL": "https://who.example/a"}),
        ("On pain 10.1000/" + "x" * 300, {"title": "On pain", "DOI": "10.1000/" + "x" * 300}),
        ("PMID: 12", {"PMID": "12"}),
    ],
)
def test_other_text_is_a_title(text, expected):
    assert {"type": "webpage" if "URL" in expected else "article-journal", **expected} == read(text)
