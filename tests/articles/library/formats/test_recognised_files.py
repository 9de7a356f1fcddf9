"""Files that are sent as RIS or NBIB and are something else: PubMed's XML, and the text of Web of Science and Ovid."""

import pytest

from articles.library.formats import registry
from articles.library.formats.records import MAX_RECORD

XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://example.org/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">25000001</PMID>
<Article>
<Journal><ISSN IssnType="Print">1614-9785</ISSN>
<JournalIssue><Volume>42</Volume><Issue>3 Suppl</Issue>
<PubDate><Year>2022</Year><Month>Aug</Month><Day>11</Day></PubDate>
</JournalIssue><Title>Journal of nothing</Title><ISOAbbreviation>J. Noth.</ISOAbbreviation></Journal>
<ArticleTitle>CO<sub>2</sub> in <i>in
  vivo</i> &amp; <u>salt</u><b/></ArticleTitle>
<Pagination><MedlinePgn>S93-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/a</ELocationID>
<Abstract><AbstractText Label="AIM">To see.</AbstractText><AbstractText>Seen.</AbstractText></Abstract>
<AuthorList CompleteYN="Y">
<Author><LastName>Wiggins</LastName><ForeName>Sarah M</ForeName><Initials>SM</Initials><Suffix>Jr</Suffix>
<Identifier Source="ORCID">0000-0002-1825-0097</Identifier></Author>
<Author><LastName>O'Brien</LastName><Initials>KH</Initials></Author>
<Author><CollectiveName>Agency for X, Y, and Z</CollectiveName></Author>
</AuthorList>
<Language>eng</Language>
<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
<AccessionNumberList><AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
<ArticleDate><Year>2021</Year><Month>12</Month><Day>30</Day></ArticleDate></Article>
<MedlineJournalInfo><MedlineTA>J Noth</MedlineTA></MedlineJournalInfo>
<MeshHeadingList><MeshHeading><DescriptorName>Fever</DescriptorName></MeshHeading></MeshHeadingList>
<KeywordList><Keyword>salt</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">25000001</ArticleId><ArticleId IdType="doi">10.1000/a</ArticleId>
<ArticleId IdType="pmc">PMC7000001</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID>25000002</PMID>
<Book><Publisher><PublisherName>Nothing Press</PublisherName><PublisherLocation>Bonn</PublisherLocation></Publisher>
<BookTitle>Fictext</BookTitle><PubDate><Year>2000</Year></PubDate><Isbn>9783161484100</Isbn>
<AuthorList Type="editors"><Author><LastName>Poe</LastName><ForeName>Bob</ForeName></Author></AuthorList>
<AuthorList Type="authors"><Author><LastName>Doe</LastName><ForeName>Ann</ForeName></Author></AuthorList></Book>
<ArticleTitle>A chapter</ArticleTitle>
<AuthorList Type="authors"><Author><LastName>Roe</LastName><ForeName>Jane</ForeName></Author></AuthorList>
<PublicationType>Book Chapter</PublicationType>
</BookDocument></PubmedBookArticle>
</PubmedArticleSet>
"""
ARTICLE = {
    "type": "article-journal",
    "PMID": "25000001",
    "PMCID": "PMC7000001",
    "DOI": "10.1000/a",
    "ISSN": "1614-9785",
    "title": "CO<sub>2</sub> in <i>in vivo</i> & salt",
    "container-title": "Journal of nothing",
    "container-title-short": "J Noth",
    "volume": "42",
    "issue": "3 Suppl",
    "page": "S93-S99",
    "language": "eng",
    "abstract": "AIM: To see. Seen.",
    "keyword": "Fever; salt",
    "issued": {"date-parts": [[2022, 8, 11]]},
    "author": [
        {
            "family": "Wiggins",
            "given": "Sarah M",
            "suffix": "Jr",
            "ORCID": "https://orcid.org/0000-0002-1825-0097",
        },
        {"family": "O'Brien", "given": "KH"},
        {"literal": "Agency for X, Y, and Z"},
    ],
    "custom": {"nct": "NCT01234567"},
}


def read(text: str, form: str = "ris"):
    return list(registry.records(text.encode(), form=form))


@pytest.mark.parametrize("form", ["ris", "nbib"])
def test_xml_of_pubmed_is_read(form):
    article, chapter = read(XML, form)
    assert article.csl == ARTICLE
    assert (article.line, article.label) == (4, "25000001")
    assert chapter.csl == {
        "type": "chapter",
        "PMID": "25000002",
        "title": "A chapter",
        "container-title": "Fictext",
        "publisher": "Nothing Press",
        "publisher-place": "Bonn",
        "ISBN": "9783161484100",
        "issued": {"date-parts": [[2000]]},
        "author": [{"family": "Roe", "given": "Jane"}],
        "editor": [{"family": "Poe", "given": "Bob"}],
    }


@pytest.mark.parametrize(
    ("pagination", "page"),
    [
        ("<StartPage>93</StartPage><EndPage>99</EndPage>", "93-99"),
        ("<StartPage>e19272</StartPage>", "e19272"),
        ("<StartPage>93</StartPage><MedlinePgn>93-9</MedlinePgn>", "93-99"),
        ("", None),
    ],
)
def test_pages_of_xml_are_read_in_either_form(pagination, page):
    article, _ = read(XML.replace("<MedlinePgn>S93-9</MedlinePgn>", pagination))
    assert article.csl.get("page") == page


def test_broken_record_of_xml_refuses_no_other():
    unclosed = XML.replace("</PubmedArticle>", "", 1)
    broken, chapter = read(unclosed)
    assert (broken.line, broken.label, broken.fault) == (4, "", "It has no end: it was cut off.")
    assert chapter.csl["title"] == "A chapter"
    misnested, _ = read(XML.replace("</Article>", "</Artikel>", 1))
    assert misnested.fault.startswith("It is not well-formed XML: mismatched tag")
    unknown, _ = read(XML.replace("&amp;", "&mine;", 1))
    assert unknown.fault.startswith("It is not well-formed XML: undefined entity")
    assert unknown.label == "25000001"


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">',
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!entity % y SYSTEM "https://example.org/">',
    ],
)
def test_xml_with_entities_of_its_own_is_refused(entities):
    text = f"<!DOCTYPE PubmedArticleSet [{entities}]>" + XML[XML.index("<PubmedArticleSet") :]
    assert [(found.line, found.fault) for found in read(text)] == [
        (1, "The file declares entities of its own, and was not read.")
    ]


def test_xml_that_is_too_large_or_too_deep_does_no_harm():
    def of(title: str) -> str:
        article = f"<Article><ArticleTitle>{title}</ArticleTitle></Article>"
        return f"<PubmedArticle><MedlineCitation>{article}</MedlineCitation></PubmedArticle>"

    assert read(of("x" * (MAX_RECORD + 1)))[0].fault == "It is too large."
    assert read(of("x" * (16 * MAX_RECORD)))[0].fault == "It is too large."
    deep = read(of("<i>" * 5_000 + "T" + "</i>" * 5_000))[0].csl["title"]
    assert deep == "<i>" * 17 + "T" + "</i>" * 17
    assert read("<PubmedArticleSet>" + "<PubmedArticle>" * 3)[2].fault == "It has no end: it was cut off."
    assert read("<PubmedArticleSet></PubmedArticleSet>") == []


def test_word_about_entities_in_a_title_is_no_declaration():
    text = XML.replace("salt</u>", "<![CDATA[<!ENTITY]]></u>", 1)
    assert read(text)[0].csl["title"].endswith("& <!ENTITY")


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Wiggins, SM
   O'Brien, KH
AF Wiggins, Sarah M.
   O'Brien, Kim H.
CA Agency for X, Y, and Z
TI A made-up paper with a title
   on two lines
SO JOURNAL OF NOTHING
LA English
DT Article
DE fever; salt
AB Long.
PU NOTHING PRESS
PI BONN
SN 1614-9785
EI 1559-0267
JI J. Noth.
PD AUG 11
PY 2022
VL 42
IS 3
SU 2
BP S93
EP S99
AR 19272
DI 10.1000/A
PM 25000001
UT WOS:000800000001
ER

PT B
AU Roe, J
BE Poe, B
TI A chapter
SO A BOOK
BN 978-3-16-148410-0
EA JAN 2019
UT WOS:000800000002
ER
PT B
AU Roe, J
TI A book
SO A Book
SE Lectures
ER
PT C
AU Roe, J
TI A paper
SO PROCEEDINGS OF NOTHING
CT 3rd Conference on Nothing
DT Proceedings Paper
ER
PT S
BA Roe, J
TI One in a series
SO A volume
ER
PT J
TI Cut
PT J
TI Too large
AB {large}
ER
EF
"""


def test_text_of_web_of_science_is_read():
    article, chapter, book, paper, in_series, cut, large = read(WOS.replace("{large}", "x" * MAX_RECORD))
    assert article.csl == {
        "type": "article-journal",
        "title": "A made-up paper with a title on two lines",
        "container-title": "JOURNAL OF NOTHING",
        "container-title-short": "J. Noth.",
        "language": "English",
        "genre": "Article",
        "keyword": "fever; salt",
        "abstract": "Long.",
        "publisher": "NOTHING PRESS",
        "publisher-place": "BONN",
        "ISSN": "1614-9785, 1559-0267",
        "issued": {"date-parts": [[2022, 8, 11]]},
        "volume": "42",
        "issue": "3 Suppl 2",
        "page": "S93-S99",
        "number": "19272",
        "DOI": "10.1000/A",
        "PMID": "25000001",
        "author": [
            {"family": "Wiggins", "given": "Sarah M."},
            {"family": "O'Brien", "given": "Kim H."},
            {"literal": "Agency for X, Y, and Z"},
        ],
    }
    assert (article.line, article.label) == (3, "WOS:000800000001")
    assert (chapter.csl["type"], chapter.csl["container-title"]) == ("chapter", "A BOOK")
    assert (chapter.csl["issued"], chapter.csl["editor"]) == (
        {"date-parts": [[2019, 1]]},
        [{"family": "Poe", "given": "B"}],
    )
    assert (book.csl["type"], book.csl["collection-title"]) == ("book", "Lectures")
    assert "container-title" not in book.csl
    assert (paper.csl["type"], paper.csl["container-title"]) == ("paper-conference", "PROCEEDINGS OF NOTHING")
    assert paper.csl["event-title"] == "3rd Conference on Nothing"
    assert (in_series.csl["type"], in_series.csl["author"]) == ("chapter", [{"family": "Roe", "given": "J"}])
    assert (cut.fault, large.fault) == ("It has no ER at its end.", "It is too large.")


@pytest.mark.parametrize(
    "text", ["FN A\nstray\nPT J\nTI T\nER\nEF", "PT J\nTI T\nER\n", "VR 1.0\nPT J\nTI T\nER\nmore"]
)
def test_text_of_web_of_science_may_lack_its_head(text):
    assert [found.csl["title"] for found in read(text)] == ["T"]


def test_text_of_web_of_science_that_ends_within_a_record_says_so():
    assert [found.fault for found in read("FN A\nPT J\nTI T")] == ["It has no ER at its end."]
    (found,) = read("FN A\nPT J\nTI T\nPY 2001\n")
    assert found.csl["issued"] == {"date-parts": [[2001]]}
    assert found.remarks == ("It has no ER at its end. The file ends there, so check whether fields are missing.",)


OVID = """Database: Embase <1974 to 2024>
Search: nothing

<1>
VN  - Ovid Technologies
DB  - Embase
AN  - 2012345678
PM  - 25000001 [https://example.org/25000001]
AU  - Wiggins S.M.
AU  - O'Brien K.H.
TI  - A made-up paper
  on two lines.
SO  - Journal of Nothing. 42 (3) (pp 45-50), 2022. Date of Publication: August 2022.
IS  - 1614-9785
DO  - https://dx.doi.org/10.1000/a
PT  - Article
LG  - English

<2>
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R)
UI  - 25000002
FA  - Roe, Jane
AU  - Roe J
TI  - A second made-up paper
SO  - Journal of Nothing. 12(3):e45-e50, 2019 Mar.
JN  - Journal of Nothing
IO  - J Noth
YR  - 2019
DP  - 2019 Mar
ED  - 20190501
DC  - 20190301
CA  - Agency for X, Y, and Z
PT  - Journal Article
PT  - Practice Guideline

VN  - Ovid Technologies
DB  - Embase
TI  - A chapter
PT  - Chapter
BK  - A book
VN  - Ovid Technologies
TI  - Too large
AB  - {large}
"""


def test_text_of_ovid_is_read():
    embase, medline, chapter, large = read(OVID.replace("{large}", "x" * MAX_RECORD))
    assert embase.csl == {
        "type": "article-journal",
        "title": "A made-up paper on two lines.",
        "container-title": "Journal of Nothing",
        "volume": "42",
        "issue": "3",
        "page": "45-50",
        "issued": {"date-parts": [[2022]]},
        "author": [{"family": "Wiggins", "given": "S.M."}, {"family": "O'Brien", "given": "K.H."}],
        "language": "English",
        "ISSN": "1614-9785",
        "DOI": "10.1000/a",
        "PMID": "25000001",
    }
    assert (embase.line, embase.label) == (5, "2012345678")
    assert medline.csl == {
        "type": "article-journal",
        "title": "A second made-up paper",
        "container-title": "Journal of Nothing",
        "container-title-short": "J Noth",
        "volume": "12",
        "issue": "3",
        "page": "e45-e50",
        "issued": {"date-parts": [[2019, 3]]},
        "author": [{"family": "Roe", "given": "Jane"}, {"literal": "Agency for X, Y, and Z"}],
        "PMID": "25000002",
        "custom": {"publication-types": ["Journal Article", "Practice Guideline"]},
    }
    assert (chapter.csl["type"], chapter.csl["container-title"]) == ("chapter", "A book")
    assert large.fault == "It is too large."


def test_lines_before_the_first_record_of_ovid_are_passed_over():
    assert [found.csl["title"] for found in read("stray\n1.\nDB  - Embase\nTI  - T\n2.\nTI  - U\n3.")] == ["T", "U"]


@pytest.mark.parametrize(
    ("form", "text", "title"),
    [
        ("ris", "TY  - JOUR\nTI  - T\nDB  - Embase\nER  - \n", "T"),
        ("ris", "Provider: Ovid\nDB  - Ovid MEDLINE(R)\nTI  - T\nTY  - JOUR\nER  - \n", "T"),
        ("nbib", "PMID- 7\nTI  - <PubmedArticle>\nSO  - x\n", "<PubmedArticle>"),
        ("bibtex", "@book{a, title = {PT J}}", "PT J"),
    ],
)
def test_file_that_is_what_it_is_sent_as_is_read_as_such(form, text, title):
    assert [found.csl["title"] for found in read(text, form)] == [title]


@pytest.mark.parametrize(
    ("suffix", "form"),
    [("ris", "ris"), ("nbib", "nbib"), ("bib", "bibtex"), ("json", "csl-json"), ("xml", "nbib"), ("ciw", "ris")],
)
def test_ending_of_a_name_tells_the_format(suffix, form):
    assert registry.FORMS_BY_SUFFIX[suffix] == form
