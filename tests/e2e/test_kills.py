"""Processes of the site are killed in the middle of a sweep and of delivery: nothing is lost, nothing is done twice.

The site has its own PostgreSQL and Redis, the workers of two queues, a beat, a web server and a mail server.
``REMINDERS=2000`` makes 2,000 reminders due.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from config.servers.place import run_directories
from tests.e2e.site_processes import CHILDREN, Cluster, House, until
from tests.support import factories
from tests.support.smtp_sink import Sink, smtp_sink

REMINDERS = int(os.environ.get("REMINDERS", "200"))

POLICY = """
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from tests.support import factories
from tests.support.reminder_ladders import step
rung = step(Moment.LICENCE_EXPIRES, 0, ReminderRecipient.MEMBER, text="Your licence ended on $due.")
factories.make_policy(rungs=[rung])
"""

PEOPLE = f"""
SET session_replication_role = replica;
INSERT INTO editorial_user (id, username, first_name, last_name, email, password, is_superuser, is_staff, is_active,
                            date_joined, is_editor, is_writer, is_demo)
SELECT n, 'member-' || n, 'Member', n::text, 'member-' || n || '@example.org', '!', false, false, true,
       now(), false, false, false FROM generate_series(1001, 1000 + {REMINDERS}) n;
INSERT INTO editorial_boardmember (id, user_id, credentials, specialties, capacity, term_from, licence_expires_on,
                                   is_public, is_chair, orcid, bio)
SELECT n, n, 'MD', '{{}}', 3, '2020-01-01', current_date - 1, false, false, '', ''
FROM generate_series(1001, 1000 + {REMINDERS}) n;
SET session_replication_role = origin;
"""

TAKEN = "SELECT count(*) FROM reviews_reminder"
LETTERS = "SELECT count(*) FROM reviews_letter"
NOTICES = "SELECT count(*) FROM editorial_notice"
UNSENT = "SELECT count(*) FROM editorial_notice WHERE sent_at IS NULL"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%reviews_letter%'"


def again(name: str) -> Callable[[House], None]:
    def victim(house: House) -> None:
        house.kill(name)
        house.start(name)

    return victim


def restart_postgresql(house: House) -> None:
    house.cluster.restart()


VICTIMS: dict[str, Callable[[House], None]] = {
    "worker": again("worker"),
    "child": House.kill_children,
    "beat": again("beat"),
    "web": again("web"),
    "redis, kept in memory": again("redis"),
    "redis, with its file": again("redis"),
    "postgresql": restart_postgresql,
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with run_directories(None) as where:
        cluster = Cluster(where)
        yield cluster
        cluster.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def house(request: pytest.FixtureRequest, cluster: Cluster, tmp_path, sink: Sink) -> Iterator[House]:
    append_only = getattr(request, "param", "") == "redis, with its file"
    house = House(cluster, tmp_path, mail_port=sink.port, append_only=append_only)
    yield house
    sink.go_on.set()
    house.close()


@pytest.mark.parametrize(("house", "victim"), [(name, name) for name in VICTIMS], indirect=["house"])
def test_reminders_are_told_once_whatever_is_killed(house: House, sink: Sink, victim: str, record_property: Any):
    strike = VICTIMS[victim]
    house.run(POLICY)
    with house.database() as connection:
        connection.execute(PEOPLE)
    sink.holds_at = REMINDERS // 2
    with psycopg.connect(house.url) as ours:  # the sweep waits for this lock after taking rungs, before their mail
        ours.execute("LOCK TABLE editorial_notice IN SHARE ROW EXCLUSIVE MODE")
        house.start("redis", "web", "worker", "beat")
        until(lambda: house.asked(TAKEN) and house.asked(WAITING))
        assert house.asked(NOTICES) == 0
        if strike is not restart_postgresql:
            strike(house)
    if strike is restart_postgresql:
        strike(house)
    until(sink.is_held)
    strike(house)
    sink.go_on.set()
    until(lambda: house.asked(TAKEN) == REMINDERS)
    house.end("worker")
    with house.database() as connection:  # as if the lease of the killed process had expired
        connection.execute("UPDATE editorial_notice SET claimed_until = now() WHERE sent_at IS NULL")
    house.start("worker")
    until(lambda: house.asked(NOTICES) == REMINDERS and house.asked(UNSENT) == 0)
    assert house.asked(TAKEN) == house.asked(LETTERS) == REMINDERS
    arrived = Counter(message["Message-ID"] for message in sink.messages)
    assert len({message["To"] for message in sink.messages}) == len(arrived) == REMINDERS
    twice = sum(arrived.values()) - len(arrived)
    record_property(f"arrived twice, {victim}", twice)
    assert twice <= CHILDREN  # mails that the server had accepted and that were not yet recorded at the kill


SUBMITTABLE = """
from tests.support import factories
factories.make_policy()
factories.make_user("edith", is_editor=True)
factories.make_draft("slowly")
"""


def test_without_redis_the_site_works_and_notices_go_out_when_it_is_back(house: House, sink: Sink):
    house.run(SUBMITTABLE)
    house.start("redis", "web", "worker", "beat")
    with httpx.Client(base_url=f"http://127.0.0.1:{house.web_port}", timeout=60) as http:
        until(lambda: answers(http, "/livez"))
        house.kill("redis")
        login = {"username": "wanda", "password": factories.PASSWORD}
        token = http.post("/api/v1/tokens/", json=login).raise_for_status().json()["token"]
        submitted = http.post("/api/v1/versions/1/submit/", headers={"Authorization": f"Token {token}"})
        assert submitted.is_success, submitted.text
        page = http.get("/articles/slowly/").raise_for_status()
        assert "Submitted" in page.text
        assert http.get("/readyz").json()["checks"]["redis"] == "warning: does not answer; mails wait"
    owed = house.asked(UNSENT)
    assert owed > 0
    assert sink.messages == []
    house.start("redis")
    until(lambda: house.asked(UNSENT) == 0)
    assert len(sink.messages) == owed


def answers(http: httpx.Client, path: str) -> bool:
    try:
        return http.get(path).is_success
    except httpx.TransportError:
        return False
