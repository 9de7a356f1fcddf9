"""What search engines are told is in schema.org's own words, each where schema.org has it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from articles.lifecycle import State
from tests import factories
from tests.readers import told

PUBLISHED = json.loads((Path(__file__).parent / "data" / "published" / "schema-org.json").read_text())
TYPES, PROPERTIES = PUBLISHED["types"], PUBLISHED["properties"]


def kinds(name: str) -> set[str]:
    """The type and all that it is a kind of."""
    return {name}.union(*(kinds(above) for above in TYPES[name]))


def things(node: dict) -> Iterator[dict]:
    yield node
    for value in node.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from things(one)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.SUSPENDED])
def test_every_property_belongs_to_its_type_and_has_a_value_of_its_range(state):
    factories.make_version_at(state)
    page = told()["json_ld"]
    assert page["@context"] == "https://schema.org"
    for thing in things(page):
        for name in thing.keys() - {"@context", "@type"}:
            described = PROPERTIES[name]
            assert not described["superseded_by"]
            assert kinds(thing["@type"]) & set(described["domains"]), name
            for value in thing[name] if isinstance(thing[name], list) else [thing[name]]:
                of = kinds(value["@type"]) if isinstance(value, dict) else {"Text", "URL", "Date", "DateTime"}
                assert of & set(described["ranges"]), name
