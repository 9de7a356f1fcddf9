"""Between CSL items and the values of a form: nothing that was not changed is lost."""

import pytest

from articles.library.adding.work_forms import FIELDS, WORK_FORMS, form_of, missing
from articles.library.adding.work_values import date_item, item, name_line, names, value_of, values_of

ARTICLE = {
    "id": "orbach2005",
    "type": "article-journal",
    "title": "On pain",
    "author": [
        {"family": "Orbach", "given": "Hedi", "ORCID": "0000-0002-1825-0097"},
        {"non-dropping-particle": "van der", "family": "Berg", "given": "J. H.", "suffix": "Jr"},
        {"literal": "Agency for Pain, Sleep and Rest"},
        {"literal": "IVIG Group"},
    ],
    "issued": {"date-parts": [["2005", "12"]], "season": 4},
    "volume": 29,
    "abstract": "Long.",
}


@pytest.mark.parametrize("code", WORK_FORMS)
def test_form_that_nobody_changed_gives_the_item_back(code):
    form = WORK_FORMS[code]
    kind = {"custom": {"kind": str(form.kind)}} if form.kind else {}
    csl = {**ARTICLE, "type": form.type, **kind}
    expected = {**csl, "type": "webpage"} if code == "trial" else csl
    assert item(csl, form, values_of(csl)) == expected


def test_values_are_shown_as_people_write_them():
    assert value_of(ARTICLE, "author").splitlines() == [
        "Orbach, Hedi",
        "van der Berg, J. H., Jr",
        "{Agency for Pain, Sleep and Rest}",
        "IVIG Group",
    ]
    assert value_of(ARTICLE, "issued") == ("2005", "12", "")
    assert (value_of(ARTICLE, "volume"), value_of(ARTICLE, "issue"), value_of(ARTICLE, "editor")) == ("29", "", "")


@pytest.mark.parametrize(
    "value", [{"raw": "Spring 2020"}, {"date-parts": [[2020], [2021]]}, {"date-parts": [2020]}, "2020", None]
)
def test_date_without_parts_is_not_shown_and_stays(value):
    csl = {**ARTICLE, "issued": value}
    assert value_of(csl, "issued") == ("", "", "")
    assert item(csl, form_of(csl), {"issued": ("", "", "")})["issued"] == value


@pytest.mark.parametrize("value", [{"a": 1}, ["On", "pain"], True, None])
def test_value_of_a_wrong_type_is_not_shown_and_stays(value):
    csl = {**ARTICLE, "publisher": value}
    assert value_of(csl, "publisher") == ""
    assert item(csl, form_of(csl), {"publisher": ""})["publisher"] == value


def test_name_that_stays_keeps_all_that_is_known_of_it():
    typed = {"author": "Katz, Uriel\nOrbach, Hedi\n\n IVIG  Group "}
    assert item(ARTICLE, form_of(ARTICLE), typed)["author"] == [
        {"family": "Katz", "given": "Uriel"},
        {"family": "Orbach", "given": "Hedi", "ORCID": "0000-0002-1825-0097"},
        {"literal": "IVIG Group"},
    ]


@pytest.mark.parametrize("known", [None, 5, ["Orbach"], [1]])
def test_names_replace_what_is_no_list_of_names(known):
    assert item({**ARTICLE, "author": known}, form_of(ARTICLE), {"author": "Roe, J"})["author"] == [
        {"family": "Roe", "given": "J"}
    ]


def test_emptied_fields_leave_the_item():
    csl = item(ARTICLE, form_of(ARTICLE), {"author": "", "issued": ("", "", ""), "volume": " "})
    assert csl == {"id": "orbach2005", "type": "article-journal", "title": "On pain", "abstract": "Long."}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe, Jane", [{"family": "Roe", "given": "Jane"}]),
        ("Roe, Jane, III", [{"family": "Roe", "given": "Jane", "suffix": "III"}]),
        ("World Health Organization", [{"literal": "World Health Organization"}]),
        ("{Agency for X, Y, and Z}", [{"literal": "Agency for X, Y, and Z"}]),
        ("王 小明\n", [{"literal": "王 小明"}]),
    ],
)
def test_names_are_read_one_a_line(text, expected):
    assert names(text) == expected
    assert [name_line(person) for person in expected] == text.splitlines()


@pytest.mark.parametrize("line", ["Roe, Jane, MD, PhD", "Roe,", ", Jane"])
def test_line_that_is_no_name_says_how_to_write_it(line):
    with pytest.raises(ValueError, match="as Family, Given"):
        names(f"Katz, Uriel\n{line}")


def test_what_is_no_name_has_an_empty_line():
    assert name_line("Orbach") == ""


@pytest.mark.parametrize(
    ("value", "parts"),
    [(("2024", "", ""), [2024]), (("2024", "2", ""), [2024, 2]), ((" 2024 ", "2", "29"), [2024, 2, 29])],
)
def test_dates_are_read_as_far_as_they_are_known(value, parts):
    assert date_item(value) == {"date-parts": [parts]}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (("", "2", ""), "A month needs its year"),
        (("2024", "", "3"), "A month needs its year"),
        (("24", "", ""), "four digits"),
        (("soon", "", ""), "four digits"),
        (("2024", "x", ""), "four digits"),
        (("2023", "2", "29"), "no such day"),
        (("2023", "13", ""), "no such day"),
    ],
)
def test_date_that_is_none_is_refused(value, said):
    with pytest.raises(ValueError, match=said):
        date_item(value)


@pytest.mark.parametrize(
    ("csl", "kind", "code"),
    [
        ({"type": "article-journal"}, "", "article"),
        ({"type": "article-journal", "custom": {"kind": "guideline"}}, "", "article"),
        ({"type": "article-journal", "title": "Package insert"}, "drug_label", "article"),
        ({"type": "report"}, "", "report"),
        ({"type": "report"}, "other", "report"),
        ({"type": "report"}, "guideline", "guideline"),
        ({"type": "webpage", "custom": {"kind": "guideline"}}, "", "guideline"),
        ({"type": "webpage", "URL": "https://dailymed.nlm.nih.gov/x"}, "", "drug-label"),
        ({"type": "webpage", "URL": "https://clinicaltrials.gov/study/NCT01234567"}, "", "trial"),
        ({"type": "webpage", "URL": "https://x.example"}, "web_page", "web-page"),
        ({"type": "chapter"}, "", "chapter"),
        ({"type": "map"}, "", "other"),
        ({}, "", "other"),
    ],
)
def test_form_is_chosen_by_kind_and_type(csl, kind, code):
    assert form_of(csl, kind=kind).code == code


def test_another_type_changes_what_the_item_says_of_itself():
    label = item(ARTICLE, WORK_FORMS["drug-label"], {})
    assert (label["type"], label["custom"]) == ("document", {"kind": "drug_label"})
    page = item(label, WORK_FORMS["web-page"], {})
    assert (page["type"], "custom" in page) == ("webpage", False)
    guideline = {**page, "custom": {"x": 1}}
    assert item(guideline, WORK_FORMS["guideline"], {}, kind="guideline")["type"] == "webpage"
    assert item(guideline, WORK_FORMS["guideline"], {})["custom"] == {"x": 1, "kind": "guideline"}


def test_number_of_a_trial_is_known_as_such():
    trial = WORK_FORMS["trial"]
    assert item({}, trial, {"number": "NCT 01234567"})["custom"] == {"nct": "NCT01234567"}
    assert "custom" not in item({"custom": {"nct": "NCT01234567"}}, trial, {"number": "ISRCTN1"})


def test_needed_fields_that_are_empty_are_missing():
    assert missing({"title": "A", "author": []}, WORK_FORMS["article"]) == ["author", "container-title", "issued"]
    assert all(set(form.needed) <= set(form.fields) <= set(FIELDS) for form in WORK_FORMS.values())
    assert [form.code for form in WORK_FORMS.values() if form.asks_kind] == [
        *("article", "report", "preprint", "conference-paper", "thesis", "other")
    ]
