"""Every field of 300 made-up records in the shape of fifteen exports.

The files, and where the expected values come from, are described in ``tests/data/works/README.md``.
"""

import json
from pathlib import Path

import pytest

from articles.library.authors import initials
from articles.library.formats import registry

WORKS = Path(__file__).parents[3] / "data" / "works"
FORMS = {
    "dimensions.ris": "ris",
    "ebsco.ris": "ris",
    "embase.ris": "ris",
    "endnote.ris": "ris",
    "lens.ris": "ris",
    "mendeley.ris": "ris",
    "ovid_embase.ris": "ris",
    "ovid_medline.ris": "ris",
    "proquest.ris": "ris",
    "pubmed.nbib": "nbib",
    "pubmed_xml.xml": "nbib",
    "scopus.ris": "ris",
    "web_of_science.ciw": "ris",
    "web_of_science_ris.ris": "ris",
    "zotero.ris": "ris",
}
NAMES = {
    "container": "container-title",
    "short": "container-title-short",
    "series": "collection-title",
    "event": "event-title",
    "place": "publisher-place",
    **{name: name for name in ("id", "type", "title", "volume", "issue", "page", "number", "publisher", "edition")},
    **{name: name for name in ("DOI", "PMID", "PMCID", "ISSN", "ISBN", "URL", "keyword", "genre")},
}


def printed(name: dict[str, str]) -> str:
    if "literal" in name:
        return name["literal"]
    suffix = name.get("suffix", "").rstrip(".")
    return " ".join(filter(None, [name["family"], initials(name["given"]), suffix]))


def compared(csl: dict) -> dict:
    """Return every field of an item that the producers' files have, with names as they are printed."""
    found = {name: csl.get(variable) for name, variable in NAMES.items()}
    found |= {f"{role}s": list(map(printed, csl.get(role, []))) for role in ("author", "editor")}
    issued = csl.get("issued", {})
    found |= {"issued": issued.get("date-parts"), "season": issued.get("season")}
    found["accessed"] = csl.get("accessed", {}).get("date-parts")
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("name", FORMS)
def test_every_field_of_a_producer_s_records_is_read(name):
    expected = json.loads((WORKS / name).with_suffix(".json").read_text())
    found = list(registry.records((WORKS / name).read_bytes(), form=FORMS[name]))
    assert [record.fault for record in found] == [""] * 20
    for record, values in zip(found, expected, strict=True):
        assert compared(record.csl) == values, record.line
        assert record.remarks == ()


def test_every_file_of_the_set_is_compared():
    files = {path.name for path in WORKS.iterdir() if path.suffix not in (".json", ".md")}
    assert files == set(FORMS)
