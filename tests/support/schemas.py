"""Validation of machine-readable output by the published schemas."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import jsonschema
from lxml import etree

from tests.support.paths import DATA

VOCABULARY = json.loads((DATA / "schema_org.json").read_text())
FHIR = jsonschema.Draft6Validator(json.loads((DATA / "fhir_artifact_assessment.json").read_text()))
URI = re.compile(r"https?://[^\s<>\"]+")
ATOM = "{http://www.w3.org/2005/Atom}"


# --- schema.org ------------------------------------------------------------------------------------------------------


def is_a(kind: str, wanted: str) -> bool:
    return wanted in (kind, *VOCABULARY["types"][kind])


def datatypes(value: Any) -> set[str]:
    """Return the schema.org data types that a JSON string can have."""
    found = {"Text"}
    for name, read in (("Date", date.fromisoformat), ("DateTime", datetime.fromisoformat)):
        fits = "T" in value if name == "DateTime" else len(value) == len("2026-03-02")
        if fits and re.match(r"\d{4}-", value) and read(value):
            found.add(name)
    return found | ({"URL"} if URI.fullmatch(value) else set())


def misuses(node: dict[str, Any]) -> Iterator[str]:
    kind = node["@type"]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        known = VOCABULARY["properties"].get(name)
        if known is None or not any(is_a(kind, domain) for domain in known["domains"]):
            yield f"{kind} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from misuses(one)
                fits = any(is_a(one["@type"], expected) for expected in known["ranges"])
            else:
                fits = bool(datatypes(one) & set(known["ranges"]))
            if not fits:
                yield f"{name} of {kind} is not {one!r}"


# --- HL7 FHIR R5 -----------------------------------------------------------------------------------------------------


def fhir_faults(resource: dict[str, Any]) -> list[str]:
    """Return the errors of an ArtifactAssessment."""
    return [f"{error.json_path}: {error.message}" for error in FHIR.iter_errors(resource)]


# --- XML -------------------------------------------------------------------------------------------------------------


@cache
def xml_schema(name: str) -> Any:
    kind = etree.RelaxNG if name.endswith(".rng") else etree.XMLSchema
    return kind(etree.parse(DATA / name))


def xml_faults(content: bytes, name: str) -> list[str]:
    """Return the errors of an XML document by the schema in the file ``name``."""
    schema = xml_schema(name)
    return [] if schema.validate(etree.fromstring(content)) else [str(fault) for fault in schema.error_log]


def atom_faults(content: bytes) -> list[str]:
    """Return the errors of a feed by RFC 4287: its schema, its Schematron rules, and its text on ids and links."""
    feed = etree.fromstring(content)
    entries = feed.findall(f"{ATOM}entry")
    names = [entry.findtext(f"{ATOM}id") for entry in entries]
    faults = xml_faults(content, "atom.rng")
    if feed.find(f"{ATOM}author") is None and not all(entry.findall(f"{ATOM}author") for entry in entries):
        faults.append("an entry without an author")
    if len(set(names)) < len(names):
        faults.append("two entries with one id")
    for element in (feed, *entries):
        links = [(link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in _links(element)]
        if len(set(links)) < len(links):
            faults.append("two links that say the same of themselves")
        if element is not feed and not [link for link in links if link[0] == "alternate"]:
            faults.append("an entry that leads nowhere")
        faults += [
            f"{link.get('href')} is no address" for link in _links(element) if not URI.fullmatch(link.get("href"))
        ]
    return faults


def _links(element: Any) -> list[Any]:
    return list(element.findall(f"{ATOM}link"))
