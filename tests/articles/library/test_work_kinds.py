import pytest

from articles.library.work_kinds import kind_of


@pytest.mark.parametrize(
    ("csl", "kind"),
    [
        ({"custom": {"kind": "guideline"}, "type": "book"}, "guideline"),
        ({"custom": {"kind": ["guideline"]}, "type": "book"}, "textbook"),
        ({"custom": {"publication-types": ["Journal Article", "Review", "Practice Guideline"]}}, "guideline"),
        ({"custom": {"publication-types": ["Review", "Systematic Review"]}}, "systematic_review"),
        ({"custom": {"publication-types": ["Meta-Analysis"]}}, "systematic_review"),
        ({"custom": {"publication-types": ["Journal Article", "Review"]}}, "review"),
        ({"custom": {"publication-types": ["Randomized Controlled Trial", 7]}}, "research"),
        ({"custom": {"publication-types": "Review"}, "genre": "Guideline"}, "guideline"),
        ({"type": "webpage", "URL": "https://dailymed.nlm.nih.gov/dailymed/x"}, "drug_label"),
        ({"type": "webpage", "URL": "https://www.accessdata.fda.gov/x.pdf"}, "drug_label"),
        ({"type": "webpage", "URL": "https://dailymed.nlm.nih.gov.evil.org/x"}, "web_page"),
        ({"type": "report", "title": "Privigen: prescribing information"}, "drug_label"),
        ({"type": "article-journal", "title": "Reading the package insert"}, "other"),
        ({"type": "document", "container-title": "DailyMed"}, "drug_label"),
        ({"type": "webpage", "URL": "https://answers.example.org/ivig"}, "own_content"),
        ({"type": "webpage", "URL": "https://[broken"}, "web_page"),
        ({"type": "chapter"}, "textbook"),
        ({"type": ["book"]}, "other"),
        ({}, "other"),
    ],
)
def test_kind_is_told_from_what_the_record_says(csl, kind, settings):
    settings.SITE_URL = "https://answers.example.org"
    assert kind_of(csl) == kind
