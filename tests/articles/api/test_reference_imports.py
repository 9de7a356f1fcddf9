"""Files of works over HTTP."""

import hashlib
import json

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import ImportedRecord, LibraryImport, Reference
from articles.tasks import run_import, sweep_imports
from tests.support import works
from tests.support.api import client, nothing_stored, refused

URL = "/api/v1/references/imports/"


def send(by, content: bytes, *, query: str = "?format=csl-json&file_name=works.json", **more):
    return client(by).generic("POST", f"{URL}{query}", content, content_type="text/plain", **more)


def test_file_is_taken_by_a_worker_and_its_report_read_page_by_page(wanda, edith):
    response = send(wanda, works.file("csl-json", 40, every=20))
    assert (response.status_code, response.json()["progress"]) == (202, "queued")
    run_import(response.json()["id"])
    shown = client(edith).get(response["Location"]).json()
    assert (shown["progress"], shown["created"], shown["refused"]) == ("done", 38, 2)
    report = client(edith).get(shown["report"], {"page_size": 30}).json()
    assert (len(report["results"]), report["results"][0]["key"]) == (30, "smith1990-0")
    broken = client(edith).get(shown["report"], {"outcome": "refused"}).json()["results"]
    assert [(row["position"], row["line"], row["key"]) for row in broken] == [(20, 21, None), (40, 41, None)]


def test_file_in_json_is_the_same_and_replayed_is_one_import(wanda):
    body = {"format": "ris", "content": works.file("ris", 2).decode()}
    answers = [client(wanda).post(URL, body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{URL}{LibraryImport.objects.get().pk}/"] * 2
    assert (sweep_imports(), client(wanda).get(URL).json()["results"][0]["file_name"]) == (1, "")


def test_import_wakes_a_worker_once_it_is_stored(wanda, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as called:
        assert send(wanda, b"TY").status_code == 202
    assert len(called) == 1


def test_import_without_format_or_content_names_what_is_missing(wanda):
    with nothing_stored():
        refused(send(wanda, b"TY", query=""), 422, pointer="/format")
        refused(client(wanda).post(URL, {"format": "ris"}), 422, pointer="/content")


@pytest.mark.parametrize("content", [b"", b"  \n", b"PK\x03\x04rest", b"\x1f\x8b\x08rest", b"\xff\xfe[", b"%PDF-1.4"])
def test_file_that_is_no_plain_text_is_refused_before_it_is_looked_into(content, wanda):
    with nothing_stored():
        refused(send(wanda, content), 422, pointer="/content")


def test_file_larger_than_the_limit_is_refused_by_its_length_alone(wanda):
    with nothing_stored():
        refused(send(wanda, b"x", CONTENT_LENGTH=str(200 * 1024 * 1024)), 413)
        refused(send(wanda, b"x" * (20 * 1024 * 1024 + 1)), 422, pointer="/content")
        too_long = {"format": "ris", "content": "x" * settings.MAX_REQUEST_BYTES}
        refused(client(wanda).post("/api/v1/references/", too_long), 413)


def test_bytes_that_are_not_utf_8_spoil_their_record_only(wanda):
    content = json.dumps(works.items(2)).encode().replace(b"condition 1:", b"condition \xff:")
    run_import(send(wanda, content).json()["id"])
    assert [row.reason for row in ImportedRecord.objects.order_by("pk")] == ["", "It holds bytes that are not UTF-8."]


def test_file_keeps_its_bytes_and_its_report_has_encoding_and_remarks(wanda):
    book = "TY  - BOOK\nTI  - Müdigkeit in Büchern\nSN  - 978-3-16-148410-7\nER  - \n"
    content = (book + works.file("ris", 1).decode()).encode("cp1252")
    job = send(wanda, content, query="?format=ris").json()
    assert job["sha256"] == hashlib.sha256(content).hexdigest()
    run_import(job["id"])
    shown = client(wanda).get(f"{URL}{job['id']}/").json()
    assert (shown["encoding"], shown["created"], shown["remarked"]) == ("windows-1252, detected", 2, 1)
    remarks = [
        [row["remarks"] for row in client(wanda).get(job["report"], {"remarked": remarked}).json()["results"]]
        for remarked in ("true", "false")
    ]
    assert remarks == [[["The ISBN “978-3-16-148410-7” cannot be read and was left out."]], [[]]]


@pytest.mark.parametrize("count", [1, 30])
def test_report_asks_the_same_number_of_queries_however_long_it_is(count, wanda):
    job = send(wanda, works.file("csl-json", count)).json()
    run_import(job["id"])
    assert Reference.objects.count() == count
    with CaptureQueriesContext(connection) as asked:
        assert len(client(wanda).get(job["report"], {"page_size": 50}).json()["results"]) == count
    assert len(asked) == 1
