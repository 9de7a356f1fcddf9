"""PostgreSQL is read-only, out of connections, stopped or without disk space, Redis is full or emptied, while used.

No request gets 500: readers are served where possible, all other requests get 503, and a repeated POST is done once.
``OUTAGE_SECONDS=60`` makes each outage last so long.
"""

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx
import psycopg
import pytest
from redis import Redis

from config.servers.place import run_directories
from tests.e2e.site_processes import Cluster, House, until
from tests.support import factories

SECONDS = float(os.environ.get("OUTAGE_SECONDS", "2"))
IS_ROOT = os.geteuid() == 0
DISK = 160  # megabytes; an empty cluster with the tables of the site takes about 110

SITE = """
from tests.support import factories
factories.make_policy()
factories.make_submitted("in-round")
factories.make_draft("slowly")
"""

END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'night' AND pid <> pg_backend_pid()
"""


@contextmanager
def small_disk(directory: Path) -> Iterator[Path]:
    """Mount a file system of ``DISK`` megabytes, as only root can; for others it is the disk of the directory."""
    directory.mkdir()
    if not IS_ROOT:
        yield directory
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    with ExitStack() as stack:
        disk = tmp_path_factory.mktemp("outages") / "disk"
        where = stack.enter_context(run_directories(stack.enter_context(small_disk(disk)) / "data"))
        cluster = Cluster(where)
        stack.callback(cluster.close)
        yield cluster


@pytest.fixture
def site(cluster: Cluster, tmp_path) -> Iterator[House]:
    house = House(cluster, tmp_path, mail_port=9)
    house.environment["CONN_MAX_AGE"] = "60"
    house.run(SITE)
    house.start("redis", "web")
    yield house
    house.close()


@contextmanager
def read_only(site: House) -> Iterator[None]:
    with site.database() as connection:
        connection.execute("ALTER DATABASE night SET default_transaction_read_only = on")
        connection.execute(END_CONNECTIONS)
        yield
        connection.execute("SET default_transaction_read_only = off")
        connection.execute("ALTER DATABASE night RESET default_transaction_read_only")
        connection.execute(END_CONNECTIONS)


@contextmanager
def out_of_connections(site: House) -> Iterator[None]:
    with site.database() as connection, ExitStack() as stack:
        connection.execute(END_CONNECTIONS)
        most = int(site.asked("SHOW max_connections"))
        connections = (stack.enter_context(psycopg.connect(site.url)) for _ in range(most))
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            list(connections)
        yield


@contextmanager
def stopped(site: House) -> Iterator[None]:
    site.cluster.close()
    yield
    site.cluster.restart()


@contextmanager
def disk_full(site: House) -> Iterator[None]:
    filler = site.cluster.where.data / "filler"
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    filler.write_bytes(bytes(free))
    yield
    filler.unlink()


class Visitors:
    """A reader, and a writer who submits a draft with an Idempotency-Key. ``codes`` counts statuses and codes."""

    def __init__(self, site: House) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{site.web_port}", timeout=30)
        until(self.answers)
        login = {"username": "wanda", "password": factories.PASSWORD}
        token = self.http.post("/api/v1/tokens/", json=login).raise_for_status().json()["token"]
        self.headers = {"Authorization": f"Token {token}", "Idempotency-Key": "submit-once"}
        self.codes: Counter[tuple[str, int, str]] = Counter()

    def answers(self) -> bool:
        try:
            return self.http.get("/readyz").is_success
        except httpx.HTTPError:
            return False

    def visit(self) -> None:
        """Read and submit once."""
        for address in ("/articles/in-round/", "/api/v1/articles/in-round/", "/api/v1/articles/", "/account/login/"):
            self.note("read", self.http.get(address))
        self.submit()

    def submit(self) -> httpx.Response:
        draft = self.http.get("/api/v1/versions/?article=slowly", headers=self.headers)
        self.note("look", draft)
        return self.note("write", self.http.post("/api/v1/versions/2/submit/", headers=self.headers))

    def note(self, kind: str, response: httpx.Response) -> httpx.Response:
        problem = response.headers["Content-Type"] == "application/problem+json"
        self.codes[kind, response.status_code, response.json()["code"] if problem else ""] += 1
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            assert int(response.headers["Retry-After"]) > 0
        return response


def full(redis: Redis) -> None:
    redis.config_set("maxmemory", "1")


def emptied(redis: Redis) -> None:
    redis.flushall()


@pytest.mark.parametrize(("make", "ready"), [(full, "warning: stores nothing"), (emptied, "ok")])
def test_site_works_while_redis_is_full_or_loses_everything(site: House, make: Callable[[Redis], None], ready: str):
    visitors = Visitors(site)
    until_ended = time.monotonic() + SECONDS
    with Redis(port=site.redis_port) as redis:
        while time.monotonic() < until_ended:
            make(redis)
            visitors.visit()
        said = visitors.http.get("/readyz").json()["checks"]["redis"]
    assert said.startswith(ready)
    assert {status for _, status, _ in visitors.codes} == {200}, visitors.codes
    assert site.asked("SELECT count(*) FROM editorial_ledgerentry WHERE action = 'submit'") == 2
    log = (site.place / "web.log").read_text()
    assert "Traceback" not in log
    assert len(re.findall("redis_unavailable", log)) <= 4 + SECONDS


OUTAGES: dict[str, tuple[Callable[[House], object], str, bool]] = {
    "read-only": (read_only, "read_only", True),
    "out of connections": (out_of_connections, "database_unavailable", False),
    "stopped": (stopped, "database_unavailable", False),
    **({"disk full": (disk_full, "storage_full", True)} if IS_ROOT else {}),
}
"""How each outage is made, the code of a refused change, and whether readers are served."""


@pytest.mark.parametrize("outage", OUTAGES)
def test_outage_is_503_with_a_code_and_a_repeated_change_is_made_once(site: House, outage: str, record_property):
    make, code, readers_are_served = OUTAGES[outage]
    visitors = Visitors(site)
    with make(site):
        until_refused = time.monotonic() + SECONDS
        while time.monotonic() < until_refused or not visitors.codes["write", 503, code]:
            visitors.visit()
        ready = visitors.http.get("/readyz").json()
    record_property(outage, dict(visitors.codes))
    assert {status for _, status, _ in visitors.codes} <= {200, 503}, visitors.codes
    assert ready["checks"]["database"] != "ok"
    assert (ready["status"] == "degraded") == readers_are_served
    assert readers_are_served == (not any(kind == "read" and status == 503 for kind, status, _ in visitors.codes))
    until(lambda: visitors.submit().is_success)
    again = visitors.submit()
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert site.asked("SELECT count(*) FROM editorial_ledgerentry WHERE action = 'submit'") == 2
    log = (site.place / "web.log").read_text()
    assert "Traceback" not in log
    assert len(re.findall("Service Unavailable|_full|_unavailable|read_only", log)) <= 4 + SECONDS
