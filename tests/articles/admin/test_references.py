"""The library in the admin: files handed in, records merged, lists taken out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import LibraryImport, Reference
from articles.tasks import run_import
from tests.support import factories, works

ADD = "/admin/articles/libraryimport/add/"
LIST = "/admin/articles/reference/"


def send(client, user, content: bytes):
    client.force_login(user)
    return client.post(ADD, {"format": "ris", "file": SimpleUploadedFile("works.ris", content)})


def test_file_is_handed_in_watched_without_script_and_its_report_read(client, wanda):
    answer = send(client, wanda, works.file("ris", 4, every=2))
    job = LibraryImport.objects.get()
    assert answer["Location"] == reverse("admin:articles_libraryimport_change", args=[job.pk])
    assert client.get(answer["Location"])["Refresh"] == "5"
    run_import(job.pk)
    page = client.get(answer["Location"])
    assert "Refresh" not in page
    assert "It has no ER at its end." in page.content.decode()
    assert "smith1990-0" in client.get(answer["Location"], {"outcome": "created"}).content.decode()
    report = client.get(reverse("admin:articles_libraryimport_report", args=[job.pk])).getvalue().decode()
    assert report.splitlines()[2].endswith("It has no ER at its end.,")


@pytest.mark.parametrize(
    ("name", "form"), [("works.ris", "ris"), ("export.CIW", "ris"), ("pubmed.xml", "nbib"), ("a.bib", "bibtex")]
)
def test_format_is_that_of_the_name_unless_another_is_chosen(client, wanda, name, form):
    client.force_login(wanda)
    client.post(ADD, {"format": "", "file": SimpleUploadedFile(name, b"@misc{a}")})
    client.post(ADD, {"format": "csl-json", "file": SimpleUploadedFile(name, b"[]")})
    assert [*LibraryImport.objects.order_by("pk").values_list("format", flat=True)] == [form, "csl-json"]


def test_format_has_to_be_chosen_if_the_name_does_not_say_it(client, wanda):
    client.force_login(wanda)
    page = client.post(ADD, {"format": "", "file": SimpleUploadedFile("works.txt", b"TY  - BOOK")})
    assert page.context["adminform"].form.errors.keys() == {"format"}
    assert "the name of the file does not say it" in page.text
    assert client.post(ADD, {"format": ""}).context["adminform"].form.errors.keys() == {"file"}
    assert not LibraryImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "shown", "chosen"),
    [
        (b"TY  - BOOK\nTI  - A\n", "A", "With remarks 1"),
        (b"TY  - BOOK\nTI  - A\nER  - \n", "A", "All 1"),
        (b"TY  - BOOK\nTI  - A\nER  - \nTY  - BOOK\nER  - \n", "It has no title.", "Refused 1"),
    ],
)
def test_report_begins_with_what_needs_a_look(client, wanda, content, shown, chosen):
    at = send(client, wanda, content)["Location"]
    run_import(LibraryImport.objects.get().pk)
    page = client.get(at).text
    assert f"<strong>{chosen}</strong>" in page
    assert shown in page
    assert "Failure" not in page


def test_report_of_a_file_without_records_says_why(client, wanda):
    at = send(client, wanda, b"nothing")["Location"]
    run_import(LibraryImport.objects.get().pk)
    assert "There are no records in it that could be read as RIS." in client.get(at).text


def test_report_shows_remarks_and_the_encoding(client, wanda):
    book = "TY  - BOOK\nTI  - Müdigkeit in Büchern\nSN  - 978-3-16-148410-7\nER  - \n"
    at = send(client, wanda, (book + works.file("ris", 1).decode()).encode("cp1252"))["Location"]
    run_import(LibraryImport.objects.get().pk)
    page = client.get(at, {"outcome": "remarked"}).content.decode()
    assert "The ISBN “978-3-16-148410-7” cannot be read and was left out." in page
    assert "windows-1252, detected" in page
    assert "smith1990-0" not in page
    assert "smith1990-0" in client.get(at, {"outcome": "created"}).content.decode()


def test_works_with_identifiers_in_doubt_are_listed(client, edith):
    factories.make_reference("one", DOI="10.1000/x")
    factories.make_reference("two", DOI="10.1000/x", title="On kidneys", author=[{"family": "Poe"}], page="7")
    factories.make_reference("three")
    client.force_login(edith)
    assert {row.key for row in client.get(LIST, {"record": "doubtful"}).context["cl"].queryset} == {"one", "two"}


def test_file_that_does_not_do_is_refused_on_the_form(client, wanda):
    assert "ZIP archive" in send(client, wanda, b"PK\x03\x04").content.decode()
    assert "This field is required" in client.post(ADD, {"format": "ris"}).content.decode()
    assert not LibraryImport.objects.exists()


@pytest.mark.parametrize("user", ["wanda", "ada"])
def test_report_that_is_not_there_or_not_for_you_is_out_of_sight(client, user, request):
    client.force_login(request.getfixturevalue(user))
    assert client.get("/admin/articles/libraryimport/7/report.csv").status_code == 302
    assert client.get("/admin/articles/libraryimport/x/change/").status_code in (302, 403)


def test_editor_merges_by_a_button_and_lists_tell_the_records_apart(client, edith):
    for key in ("one", "two", "three"):
        factories.make_reference(key, title="On IVIG" if key != "three" else "Other")
    client.force_login(edith)
    assert {row.key for row in client.get(LIST, {"record": "alike"}).context["cl"].queryset} == {"one", "two"}
    one, two = Reference.objects.get(key="one"), Reference.objects.get(key="two")
    at = reverse("admin:articles_reference_do", args=[one.pk, "merge"])
    assert "no such record" in client.post(at, {"into": "none"}).content.decode()
    answer = client.post(at, {"into": "two", "reason": "The same."})
    assert answer["Location"] == reverse("admin:articles_reference_change", args=[two.pk])
    assert {row.key for row in client.get(LIST).context["cl"].queryset} == {"two", "three"}
    assert [row.key for row in client.get(LIST, {"record": "merged"}).context["cl"].queryset] == ["one"]
    page = client.get(reverse("admin:articles_reference_change", args=[one.pk])).content.decode()
    assert f'<a href="/admin/articles/reference/{two.pk}/change/">two</a>' in page


def test_list_is_exported_as_it_is_filtered_and_nothing_in_it_is_markup(client, wanda):
    factories.make_reference("one", title="<script>alert(1)</script>")
    factories.make_reference("two")
    client.force_login(wanda)
    assert client.get(f"{LIST}export/bibtex/", {"q": "two"}).getvalue().decode().startswith("@article{two,")
    assert client.get(f"{LIST}export/x/").status_code == 404
    for at in (LIST, reverse("admin:articles_reference_change", args=[Reference.objects.get(key="one").pk])):
        assert "<script>alert" not in client.get(at).content.decode()
