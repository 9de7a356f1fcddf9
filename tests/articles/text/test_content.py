"""What a writer hands in, refused with the place of each fault."""

import pytest

from articles.text import content
from articles.text.content import MAX_BODY, MAX_CITATIONS, MAX_LINES, MAX_MARKERS, Text, listed_faults, resolve_names
from editorial.exceptions import Unacceptable
from tests.support import factories


@pytest.fixture(autouse=True)
def library(db):
    factories.make_audience("professional")
    factories.make_reference("orbach2005")


def faults_of(*texts: Text) -> list[tuple[str, str]]:
    with pytest.raises(Unacceptable) as refusal:
        resolve_names(texts)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def primary(body: str = "Yes.", audience: str = "professional") -> Text:
    return Text(audience, "Yes.", body, is_primary=True)


def test_look_up_finds_audiences_and_works():
    works = resolve_names([primary("Yes [@orbach2005].")])
    assert set(works.audiences) == {"professional"}
    assert set(works.references) == {"orbach2005"}
    assert resolve_names([]).references == {}


def test_look_up_names_unknown_audiences_and_double_ones():
    assert faults_of(primary(audience="martian")) == [("/renditions/0/audience", "unknown_audience")]
    assert faults_of(primary(), Text("professional", "", "")) == [("/renditions/1/audience", "duplicate")]


def test_look_up_asks_for_exactly_one_primary_text():
    factories.make_audience("patient")
    assert faults_of(Text("professional", "", "")) == [("/renditions", "one_primary")]
    assert faults_of(primary(), primary(audience="patient")) == [("/renditions", "one_primary")]


def test_look_up_takes_citations_of_works_that_it_does_not_find():
    works = resolve_names([primary("[@orbach2005]\n\n[@nobody] [@another]")])
    assert set(works.references) == {"orbach2005"}


def test_look_up_refuses_too_many_citations():
    body = "[@orbach2005] " * MAX_CITATIONS
    assert resolve_names([primary(body)])
    assert faults_of(primary(body + "[@orbach2005]")) == [("/renditions/0/body", "too_many_citations")]


def test_look_up_refuses_too_long_a_text_without_reading_it(monkeypatch):
    monkeypatch.setattr(content, "MAX_BODY", 10)
    assert faults_of(primary("[@nobody] and more")) == [("/renditions/0/body", "too_long")]
    assert len("Word [@orbach2005] " * 10_000) < MAX_BODY


def test_text_that_takes_too_long_to_show_is_refused_when_it_is_saved(monkeypatch):
    assert resolve_names([primary("Yes.")])
    monkeypatch.setattr(content, "RENDERING_BUDGET", 0.0)
    assert faults_of(primary("Yes.")) == [("/renditions/0/body", "too_slow")]


def test_look_up_reads_the_text_as_it_will_be_stored():
    """The Kelvin sign becomes a K when stored, and the key with it."""
    factories.make_reference("K2005")
    assert set(resolve_names([primary("[@\u212a2005]")]).references) == {"K2005"}


def test_list_of_works_names_unknown_and_double_ones():
    assert [(fault.pointer, fault.code) for fault in listed_faults(["orbach2005", "nobody", "orbach2005"])] == [
        ("/listed/1", "unknown_reference"),
        ("/listed/2", "duplicate"),
    ]
    assert [fault.code for fault in listed_faults(["orbach2005"] * (MAX_CITATIONS + 1))] == ["too_many_works"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[" * (MAX_MARKERS + 1), "too_much_markup"),
        ("*a_" * MAX_MARKERS, "too_much_markup"),
        ("a\n" * MAX_LINES + "a", "too_many_lines"),
    ],
)
def test_look_up_refuses_what_would_take_minutes_to_parse(body, code):
    assert faults_of(primary(body)) == [("/renditions/0/body", code)]
