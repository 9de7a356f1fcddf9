"""Which code wrote a stored document, and which code may write it again."""

import ast
import itertools
import os
import sys
import time
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version

import pytest
import time_machine
from django.core.management import call_command

from articles.models import Article, Document, ListEntry, Passage, Unwritten
from articles.published import document_cache, document_format
from articles.published.document_format import DOCUMENT_FORMAT, LIBRARIES, code, is_newer
from articles.tasks import write_documents
from tests.support import factories
from tests.support.document_writes import other_worker
from tests.support.factories import NOW
from tests.support.paths import ROOT
from tests.support.readers import LATER, SLUG, publish

ARTICLE = f"/api/v1/articles/{SLUG}/"

CARRIERS = {"psycopg": "carries values", "packaging": "compares versions"}
"""Libraries that are imported, and change no byte of what is stored."""


def key(number=DOCUMENT_FORMAT, **versions):
    known = {name: versions.get(name.replace("-", "_"), version(name)) for name in LIBRARIES}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return "/".join([str(number), code().split("/")[1], *known.values(), python])


# --- the key --------------------------------------------------------------------------------------------------------


def test_key_names_format_site_and_versions(settings):
    assert code() == key()
    settings.SITE_NAME = "Another"
    assert code() != key(number=0)
    assert len(code()) < Passage._meta.get_field("code").max_length < ListEntry._meta.get_field("ground").max_length


def test_every_library_that_shapes_documents_is_in_the_key():
    files = [file for room in ("text", "published") for file in (ROOT / "articles" / room).rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) if node.module}
    names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported = {name.split(".")[0] for name in names} - {"articles", "editorial"} - sys.stdlib_module_names
    distributions = packages_distributions()
    assert {distributions[name][0].lower() for name in imported - CARRIERS.keys()} == set(LIBRARIES) - {"mdurl"}


@pytest.mark.parametrize(
    "newer",
    [
        key(DOCUMENT_FORMAT + 1),
        key(DOCUMENT_FORMAT + 1, nh3="0.1"),
        key(nh3="0.100.0"),
        key(mdurl="9.10"),
        key(nh3="99", django="1.0"),
        f"{DOCUMENT_FORMAT + 1}/00000000/another syntax",
    ],
)
def test_greater_format_or_version_is_newer(newer):
    assert is_newer(newer)


@pytest.mark.parametrize(
    "other",
    [
        key(),
        key().replace(code().split("/")[1], "00000000"),
        key(DOCUMENT_FORMAT - 1, nh3="99"),
        key(nh3="0.3.8rc1"),
        key(nh3="0.1", django="99"),
        "0123456789abcdef",
        "1234567890123456",
        "",
        f"{DOCUMENT_FORMAT}/00000000/x",
    ],
)
def test_other_keys_are_not_newer(other):
    assert not is_newer(other)


# --- rows of other code ---------------------------------------------------------------------------------------------


@pytest.fixture
def approved(db):
    with time_machine.travel(LATER, tick=False):
        version = factories.make_approved()
        write_documents()
        yield version


def written_by(other):
    """Let all rows look as if code with this key had written them."""
    for model in (Document, ListEntry):
        model.objects.update(ground=document_cache.ground_at(LATER).replace(code(), other))
    Passage.objects.update(code=other)


def keys():
    return {ground.split(":")[2] for ground in ListEntry.objects.values_list("ground", flat=True)} | set(
        Passage.objects.values_list("code", flat=True)
    )


@pytest.mark.parametrize("older", ["0123456789abcdef", key(DOCUMENT_FORMAT - 1), key(nh3="0.1")])
def test_rows_of_older_code_are_not_given_out_and_written_again_once(api, approved, older, django_assert_num_queries):
    true = api.get(ARTICLE).json()
    written_by(older)
    assert api.get(ARTICLE).json() == true
    assert [write_documents(), write_documents()] == [1, 0]
    assert keys() == {code()}
    with django_assert_num_queries(1):
        assert api.get(ARTICLE).json() == true


@pytest.mark.parametrize("newer", [key(DOCUMENT_FORMAT + 1), key(nh3="99")])
def test_rows_of_newer_code_are_neither_given_out_nor_overwritten(api, approved, newer):
    true = api.get(ARTICLE).json()
    written_by(newer)
    Document.objects.update(gzipped=b"a form that this code cannot read")
    assert api.get(ARTICLE).json() == true
    assert write_documents() == 0
    Unwritten.objects.create(article=approved.article)
    assert write_documents() == 0
    assert document_cache.write(article_id=approved.article_id, now=LATER) is None
    assert (keys(), Unwritten.objects.count()) == ({newer}, 1)


def test_lapse_of_an_article_of_newer_code_is_left_to_it(approved):
    written_by(key(DOCUMENT_FORMAT + 1))
    ListEntry.objects.update(lapses_at=NOW)
    assert write_documents() == 0


def test_other_articles_are_written_beside_those_of_newer_code(approved):
    written_by(key(DOCUMENT_FORMAT + 1))
    Unwritten.objects.create(article=approved.article)
    factories.make_submitted("another")
    assert write_documents() == 1
    assert {SLUG, "another"} == set(Document.objects.values_list("slug", flat=True))


def test_passages_of_newer_code_are_kept_by_older_code(approved):
    Passage.objects.update(code=key(DOCUMENT_FORMAT + 1))
    document_cache.write(article_id=approved.article_id, now=LATER)
    assert keys() == {code(), key(DOCUMENT_FORMAT + 1)}


def test_after_a_rollback_the_command_writes_all_rows_again(approved, capsys):
    written_by(key(DOCUMENT_FORMAT + 1))
    call_command("write_documents")
    call_command("write_documents", all=True)
    assert capsys.readouterr().out == "Rewritten: 0\nRewritten: 1\n"
    assert keys() == {code()}


# --- two codes at once ----------------------------------------------------------------------------------------------

ROUNDS = 10
SECONDS = float(os.environ.get("TOGETHER_SECONDS", "0"))
"""How long both codes run beside each other at least."""


def until_the_end() -> Iterator[int]:
    """Count at least ``ROUNDS``, and on until half of ``SECONDS`` is over."""
    ends = time.monotonic() + SECONDS / 2
    return itertools.takewhile(lambda count: count < ROUNDS or time.monotonic() < ends, itertools.count())


@pytest.mark.parametrize("older", [{"format": DOCUMENT_FORMAT - 1}, {"libraries": {"nh3": "0.3.0"}}], ids=str)
def test_old_and_new_code_side_by_side_write_each_change_once(transactional_db, policy, older):
    for number in range(3):
        publish(slug=f"a{number}")
    with other_worker(**older) as old, other_worker() as new:

        def written(*workers):
            for worker in workers:
                worker.begin()
            return tuple(worker.written() for worker in workers)

        assert written(old) == (3,)
        first = [written(old, new) for _ in until_the_end()]
        assert (sum(of_old for of_old, _ in first), sum(of_new for _, of_new in first)) == (0, 3)
        Unwritten.objects.create(article=Article.objects.get(slug="a1"))
        then = [written(old, new) for _ in until_the_end()]
        assert (sum(of_old for of_old, _ in then), sum(of_new for _, of_new in then)) == (0, 1)
    assert keys() == {code()}


def test_constant_decides_when_a_process_starts(monkeypatch):
    monkeypatch.setattr(document_format, "DOCUMENT_FORMAT", DOCUMENT_FORMAT + 1)
    assert code() == key(DOCUMENT_FORMAT + 1)
    assert not is_newer(key())
