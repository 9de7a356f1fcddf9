"""Claims: which sentence stands on which works."""

import pytest

from articles.claims import FoundClaim, extract, fingerprint


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("Pain occurs [@a]. It is mild [@a; @b, p. 2].", [("Pain occurs.", "a"), ("It is mild.", "a b")]),
        ("Pain occurs. [@a] It is mild.", [("Pain occurs.", "a")]),
        ("Nothing is cited here.", []),
        ("- One [@a]\n- Two\n- Three [@b]", [("One", "a"), ("Three", "b")]),
        ("It is **very** mild\n[@a] and [@a] rare.", [("It is very mild and rare.", "a")]),
        ("Given to e.g. infants [@a].", [("Given to e.g. infants.", "a")]),
        ("[@a] First. Second [@b]!", [("First.", "a"), ("Second!", "b")]),
        ("## Risk [@a]\n\nSafe? Yes [@b].", [("Risk", "a"), ("Yes.", "b")]),
    ],
)
def test_extract_gives_each_cited_statement_its_works(body, claims):
    assert [(claim.text, " ".join(claim.keys)) for claim in extract(body)] == claims


def test_fingerprint_follows_text_and_works_and_not_their_order_or_case():
    works = {"a": {"doi": "1"}, "b": {"doi": "2"}, "c": {"doi": "1"}}
    one = fingerprint(FoundClaim("It is mild.", ("a", "b")), identities=works)
    assert one == fingerprint(FoundClaim("it  is Mild.", ("b", "c")), identities=works)
    assert one != fingerprint(FoundClaim("It is mild.", ("a",)), identities=works)
    assert one != fingerprint(FoundClaim("It is rare.", ("a", "b")), identities=works)
