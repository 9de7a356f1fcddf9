"""The same record gives the same stored rows, unless the format was raised."""

import os

import pytest

from articles.published.document_format import DOCUMENT_FORMAT
from editorial.record.canonical_json import sha256_hex
from tests.support import document_snapshot as snapshots
from tests.support.document_snapshot import VARIABLE, fault, snapshot, stored, write


@pytest.fixture
def site(settings):
    settings.SITE_URL, settings.SITE_NAME = "https://site.example", "The Site"


def changed(content, **values):
    content = {name: value for name, value in content.items() if name != "digest"} | values
    return content | {"digest": sha256_hex(content)}


def test_stored_documents_are_those_of_the_snapshot(db, site):
    now = snapshot()
    if VARIABLE in os.environ:
        write(now)
    assert fault(stored(), now) == ""


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        ({"rows": {}}, "The documents changed: raise DOCUMENT_FORMAT and write the snapshot again with"),
        ({"libraries": []}, "The documents changed: raise DOCUMENT_FORMAT"),
        ({"rows": {}, "format": DOCUMENT_FORMAT - 1}, "The documents changed: raise DOCUMENT_FORMAT"),
        ({"rows": {}, "format": DOCUMENT_FORMAT + 1}, "DOCUMENT_FORMAT was raised: write the snapshot again with"),
        ({"format": DOCUMENT_FORMAT + 1}, "DOCUMENT_FORMAT was raised"),
    ],
)
def test_change_of_documents_needs_another_format(values, begins, monkeypatch, tmp_path):
    before, copy = stored(), tmp_path / "documents.json"
    copy.write_text(snapshots.FILE.read_text())
    monkeypatch.setattr(snapshots, "FILE", copy)
    now = changed(before, **values)
    assert fault(before, now).startswith(begins)
    if begins.startswith("The "):
        with pytest.raises(ValueError, match="raise DOCUMENT_FORMAT"):
            write(now)
    else:
        write(now)
        assert stored() == now


def test_snapshot_that_was_changed_by_hand_is_refused():
    by_hand = stored() | {"rows": {}}
    assert fault(by_hand, stored()).startswith("The snapshot was changed by hand.")
