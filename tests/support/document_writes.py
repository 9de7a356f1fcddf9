"""A worker of other code: the real task that writes documents, started with another format or other libraries."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from subprocess import PIPE, Popen
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from tests.support.paths import ROOT

WORKER = """
import importlib.metadata, json, sys
import django

django.setup()
from articles.published import document_format
from articles.tasks import write_documents

other = json.loads(sys.argv[1])
document_format.DOCUMENT_FORMAT = other.get("format", document_format.DOCUMENT_FORMAT)
document_format.version = lambda name: other.get("libraries", {}).get(name) or importlib.metadata.version(name)
for _ in sys.stdin:
    print(write_documents(), flush=True)
"""
"""For each line that it reads it runs the task once, and prints how many articles were written."""


class OtherWorker:
    """The process, seen from the test."""

    def __init__(self, process: Popen[str]) -> None:
        self.process = process

    def begin(self) -> None:
        """Let the task run once."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def written(self) -> int:
        """Wait until the task ended, and return how many articles it wrote."""
        assert self.process.stdout
        return int(self.process.stdout.readline())


@contextmanager
def other_worker(**other: Any) -> Iterator[OtherWorker]:
    """Start a worker on the test database, with another ``format`` or other ``libraries``. It ends with the block."""
    name = connection.settings_dict["NAME"]
    database = urlsplit(environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    settings = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", WORKER, json.dumps(other)]
    with Popen(command, cwd=ROOT, env=environ | settings, stdin=PIPE, stdout=PIPE, text=True) as process:
        yield OtherWorker(process)
