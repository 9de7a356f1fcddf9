"""Pre-flight names footnotes that readers would not find, and references that lead nowhere."""

import pytest

from articles import actions as articles
from articles.preflight import preflight
from articles.text.content import Text
from tests.support import factories
from tests.support.factories import NOW


def findings(body: str) -> list[tuple[str, int | None]]:
    version, writer = factories.make_draft(), factories.make_user("wanda")
    texts = [Text("professional", "Yes.", body, is_primary=True)]
    articles.edit(version_id=version.pk, texts=texts, question="Why?", by=writer, now=NOW)
    found = preflight(factories.reread(version), now=NOW)
    return [(finding.code, finding.line) for finding in found if finding.code in ("unread_marker", "stray_footnote")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It is.[^1]\n\n[^1]: One.", []),
        ("It is.[^1]\n\n[^1]: One, see[^2].\n\n[^2]: Two.", []),
        ("It is.\nSo.[^1]", [("unread_marker", 2)]),
        ("It is.\n\n[^1]: One.", [("stray_footnote", 3)]),
        ("It is.[^1]\n\n[^1]: One.\n\n[^1]: Two.", [("stray_footnote", 5)]),
        ("It is.\n\n[^1]: One[^2].\n\n[^2]: Two[^1].", [("stray_footnote", 3), ("stray_footnote", 5)]),
        ("## Harms[^1]\n\nIt is.\n\n[^1]: One.", [("stray_footnote", 1)]),
    ],
)
def test_footnotes_that_lead_nowhere_are_errors_with_their_line(policy, body, expected):
    assert findings(body) == expected
