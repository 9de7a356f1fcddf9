"""Which form ``Accept`` asks for (RFC 9110, section 12.5.1)."""

import pytest

from editorial.http.negotiation import best_media_type

OFFERED = ["application/json", "text/html", "text/markdown", "application/fhir+json; fhirVersion=5.0"]
FHIR = OFFERED[3]


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/html"),
        ("TEXT/Markdown", "text/markdown"),
        ("text/markdown; charset=UTF-8", "text/markdown"),
        ("text/markdown; charset=latin-1", None),
        ("application/json;q=0.5, text/markdown;q=0.7", "text/markdown"),
        ("text/*;q=0.3, text/html;q=0.1, */*;q=0.2", "text/markdown"),
        ("*/*, application/json;q=0", "text/html"),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("application/fhir+json", FHIR),
        ('application/fhir+json; fhirVersion="5.0"', FHIR),
        ("application/fhir+json; fhirVersion=4.0", None),
        ("image/png, text/markdown;q=0.001", "text/markdown"),
        ("text/html;q=0.5, text/markdown;q=0.5", "text/html"),
        ('text/plain; a="b, text/html", text/markdown', "text/markdown"),
        ("*/html, nonsense, ,text/html;q=2", "application/json"),
        ("text/html;q=2, text/markdown", "text/markdown"),
        ("image/png", None),
        ("text/markdown ;; q=0.5 ; , text/html;q=0.4", "text/markdown"),
        ('text/html;q=0.4, text/plain; a="b, text/markdown', "text/html"),
    ],
)
def test_accept_chooses(header, media_type):
    assert best_media_type(header, OFFERED) == media_type


@pytest.mark.parametrize(("begin", "sign", "end"), [("a/b", "; ", "@"), ('"', '\\"', "")])
def test_accept_that_could_be_read_in_many_ways_comes_to_an_end(begin, sign, end):
    """The first would never end in time that doubles with every sign; the second takes most of an hour in time that
    grows with its square."""
    assert best_media_type(begin + sign * 400_000 + end, OFFERED) == "application/json"
