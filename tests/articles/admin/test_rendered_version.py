"""The list of references of a version in the admin: when they were checked for retractions, and what differs."""

import re
from datetime import date

import pytest

from articles.admin.rendered_version import render_texts
from articles.models import Citation, Reference, Version

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 2)


def work(number, status, day=None):
    reference = Reference(key=f"w{number}", retraction=status, retraction_as_of=day)
    return Citation(number=number, reference=reference, csl={"id": f"w{number}", "type": "book", "title": "A book"})


@pytest.mark.parametrize(
    ("given", "checked_on", "notes"),
    [
        ([], None, []),
        ([("unknown", None), ("unknown", None)], None, ["", ""]),
        ([("clear", MARCH), ("unknown", None)], MARCH, ["", "Not known whether it was retracted"]),
        ([("clear", MARCH), ("clear", APRIL)], APRIL, ["No retraction known on 2 Mar 2026", ""]),
        (
            [("clear", MARCH), ("clear", APRIL), ("retracted", MARCH)],
            MARCH,
            ["", "No retraction known on 2 Apr 2026", "Retracted"],
        ),
    ],
)
def test_beside_a_work_stands_only_what_differs_from_most(given, checked_on, notes):
    citations = [work(number, *known) for number, known in enumerate(given, start=1)]
    found = render_texts(Version(), [], citations)
    assert found.checked_on == checked_on
    words = (re.sub("<[^>]+>", "", one.retraction).replace("\N{NO-BREAK SPACE}", " ") for one in found.works)
    assert list(words) == notes
