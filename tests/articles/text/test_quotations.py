import pytest

from articles.models import Rendition
from articles.text.quotations import quotes
from tests.support.verdicts import sent

BODY = "Pain is **very** common [@orbach2005]. It is mild.\n\n- Café, 5 mg\n- מים רבים\n"


@pytest.fixture
def rendition(policy):
    return Rendition.objects.get(version=sent(BODY))


@pytest.mark.parametrize(
    "passage",
    [
        "very common",
        "common. It is\n   mild.\n\nCafé, 5 mg",
        "Cafe\u0301",
        "מים",
        "is **very** common [@orbach2005]",
        "Yes, sometimes.",
    ],
)
def test_passage_that_readers_see_or_writers_wrote_is_found(rendition, passage):
    assert quotes(passage, rendition)


@pytest.mark.parametrize("passage", ["rare", " \n ", "mild. Pain", "sometimes. Pain", "5 Mg"])
def test_passage_that_is_not_there_word_for_word_is_not_found(rendition, passage):
    assert not quotes(passage, rendition)
