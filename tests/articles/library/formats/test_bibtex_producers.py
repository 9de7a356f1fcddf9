"""Made-up works in the shape of what Zotero and Mendeley write, each compared field by field."""

import json

import pytest

from articles.library.formats.bibtex import read
from articles.library.formats.records import judged
from tests.support.paths import ROOT

WORKS = ROOT / "tests" / "data" / "bibtex"
PRODUCERS = ("zotero", "biblatex", "mendeley")


def expected():
    for producer in PRODUCERS:
        for row in json.loads((WORKS / f"{producer}.json").read_text(encoding="utf-8")):
            yield pytest.param(producer, row["csl"], row["remarks"], id=f"{producer}-{row['csl']['id']}")


@pytest.mark.parametrize(("producer", "csl", "remarks"), list(expected()))
def test_every_field_of_a_producer_is_read(producer, csl, remarks):
    found = {one.label: one for one in read((WORKS / f"{producer}.bib").read_text(encoding="utf-8"))}
    assert found[csl["id"]].csl == csl
    assert list(found[csl["id"]].remarks) == remarks


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_record_of_a_producer_is_taken(producer):
    found = list(map(judged, read((WORKS / f"{producer}.bib").read_text(encoding="utf-8"))))
    assert (len(found), [one.fault for one in found if one.fault]) == (20, [])
