"""A page from elsewhere with numbered markers: every fault is named at its place, and readers never see one."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from articles import actions as articles
from articles.models import Reference, Version
from tests.support import factories
from tests.support.api import client, refused

PAGE = """---
slug: ivig-headache
question: Does immunoglobulin cause headache?
audience: professional
primary: true
summary: Often.
markers: numbered
authors: [wanda]
references: references.json
---

## Short answer

Headache follows one infusion in five [1].
Rest helps [1, 2].

- Slow the infusion [3].
- Give paracetamol beforehand [4-6].
"""
WORKS = [
    factories.csl("orbach2005", DOI="10.1385/CRIAI:29:3:173", custom={"kind": "research"}),
    factories.csl("stiehm2013", title="Adverse effects", DOI="10.1111/pai.12020", custom={"kind": "research"}),
    {
        "id": "ours2024",
        "type": "report",
        "title": "Our guideline on infusions",
        "publisher": "Imprimatur",
        "issued": {"date-parts": [[2024]]},
        "custom": {"kind": "guideline"},
    },
]


@pytest.fixture
def version(policy, wanda, tmp_path, capsys) -> Version:
    factories.make_audience("professional")
    (tmp_path / "page.md").write_text(PAGE)
    (tmp_path / "references.json").write_text(json.dumps(WORKS))
    call_command("import_articles", str(tmp_path))
    assert "page.md:18: body: cites “4”" in capsys.readouterr().err
    return Version.objects.get()


def told(wanda, version) -> dict[tuple, dict]:
    report = client(wanda).get(reverse("api-version-preflight", args=[version.pk])).json()
    return {(found["code"], found["pointer"], found["line"]): found for found in report["findings"]}


def reader_page(api) -> str:
    return json.dumps(api.get("/api/v1/articles/ivig-headache/").json()["body"])


def test_page_with_six_markers_and_three_works_is_told_fault_by_fault(version, wanda, edith, api, client):
    assert version.renditions.get().body.endswith("[@ours2024].\n- Give paracetamol beforehand [@4; @5; @6].")
    found = told(wanda, version)
    assert {place for place, finding in found.items() if finding["refuses"]} == {
        ("dangling_citation", "/renditions/0/body", 7),
        ("own_content", "/citations/2", None),
    }
    client.force_login(wanda)
    page = client.get(reverse("admin:articles_version_change", args=[version.pk])).content.decode()
    for number in (4, 5, 6):
        assert f"Line 7: [@{number}] matches no work in the library." in page
    assert "“Our guideline on infusions” is our own content, recorded as guideline." in page


def test_readers_never_see_a_marker_without_its_reference(version, wanda, api):
    submit = reverse("api-version-submit", args=[version.pk])
    refused(client(wanda).post(submit), 422, code="preflight", pointer="/renditions/0/body")
    assert api.get("/api/v1/articles/ivig-headache/").status_code == 404
    ours = Reference.objects.get(key="ours2024")
    articles.keep_reference(csl=ours.csl, kind="own_content", reference=ours, by=wanda, now=factories.NOW)
    address = reverse("api-version", args=[version.pk])
    stored = client(wanda).get(address)
    text = stored.json()["renditions"][0]
    mended = {**text, "body": text["body"].replace("@4; @5; @6", "@stiehm2013")}
    client(wanda).patch(address, {"renditions": [mended]}, headers={"If-Match": stored["ETag"]})
    assert client(wanda).post(submit).status_code == 200
    shown = reader_page(api)
    assert "#ref-3" in shown
    assert "missing" not in shown
    assert "[@" not in shown
