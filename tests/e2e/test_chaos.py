"""Processes are killed at random while a crowd takes articles through their whole life, with an unreliable mail server.

Afterwards nothing is lost and nothing was done by half. ``ARTICLES=200 KILLS=60`` makes it long.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from uuid import uuid4

import httpx
import pytest

from config.servers.place import run_directories
from config.task_queues import Queue
from tests.e2e.site_processes import Cluster, House, until
from tests.e2e.test_kills import LETTERS, POLICY, REMINDERS, TAKEN, again, restart_postgresql
from tests.support import factories
from tests.support.smtp_sink import Failure, Sink, smtp_sink

ARTICLES = int(os.environ.get("ARTICLES", "6"))
KILLS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("SEED", "1"))
CROWD = 4  # lives at once
MEMBERS = ("ada", "ben", "cleo", "dora")
PAUSE = (0.5, 5.0)  # seconds between two kills, so that the site also gets something done

SITE = f"""
from datetime import timedelta
from django.utils import timezone
{POLICY}
factories.make_user("wanda", is_writer=True)
factories.make_audience("professional")
for key in ("orbach2005", "stiehm2013"):
    factories.make_reference(key)
for name in {MEMBERS}:
    factories.make_member(name, capacity=1000)
for number in range({REMINDERS}):
    factories.make_user(f"member-{{number}}", password="!")
    factories.make_member(f"member-{{number}}", licence_expires_on=timezone.localdate() - timedelta(days=1))
"""

VICTIMS = {
    "worker": again("worker"),
    "child": House.kill_children,
    "beat": again("beat"),
    "web": again("web"),
    "redis": again("redis"),
    "postgresql": restart_postgresql,
}
BAD_DAYS = [*[Failure.NONE] * 6, Failure.SLOW, Failure.BUSY, Failure.CUT, Failure.CUT_AFTER_DATA]

BY_STATE = "SELECT string_agg(DISTINCT state, ' ') FROM articles_version"
ACTIONS = "SELECT action, count(*) FROM editorial_ledgerentry WHERE action = ANY(%s) GROUP BY action"
MEMBER_IDS = "SELECT username, m.id FROM editorial_boardmember m JOIN editorial_user u ON u.id = m.user_id"
TIMES = {"submit": 1, "review.invite": 2, "review.accept": 2, "review.sign": 2, "approve": 1}
OWED = "SELECT count(*) FROM editorial_notice WHERE sent_at IS NULL AND dropped_at IS NULL"
SENT = "SELECT count(*) FROM editorial_notice WHERE sent_at IS NOT NULL"
ABANDONED = "SELECT count(*) FROM editorial_notice WHERE abandoned_at IS NOT NULL"

AT_WORK = f"{OWED} AND (not_before <= now() OR claimed_until > now())"
MAILS_HAVE_RESTED = "UPDATE editorial_notice SET not_before = now() WHERE sent_at IS NULL AND dropped_at IS NULL"
SERVER_HAS_RESTED = "UPDATE editorial_mailserver SET not_before = now() WHERE not_before > now()"
LONG = 1200  # seconds: some thousand mails, and the leases of killed workers


@dataclass
class Crowd:
    """People who use the site, repeat what got no answer with the same key, and count the answers."""

    site: House
    statuses: Counter[int] = field(default_factory=Counter)
    tokens: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.site.web_port}", timeout=60)
        with self.site.database() as connection:
            self.members = dict(connection.execute(MEMBER_IDS).fetchall())

    def ask(self, method: str, path: str, *, by: str = "", body: object = None, **headers: str) -> httpx.Response:
        """Send a request until it gets an answer other than “repeat it”; return the answer, which is a success."""
        headers["Idempotency-Key"] = str(uuid4())
        if by:
            headers["Authorization"] = f"Token {self.token(by)}"
        request = {"method": method, "url": path, "json": body, "headers": headers}
        while (answer := self.sent(request)) is None or "Retry-After" in answer.headers:
            time.sleep(0.2)
        assert answer.is_success, answer.text
        return answer

    def sent(self, request: dict[str, object]) -> httpx.Response | None:
        """Send the request once; return the answer, or None if there was none."""
        try:
            answer = self.http.request(**request)
        except httpx.TransportError:
            self.unanswered += 1
            return None
        self.statuses[answer.status_code] += 1
        return answer

    def post(self, path: str, *, by: str, body: object = None, **headers: str) -> dict:
        return self.ask("POST", f"/api/v1/{path}", by=by, body=body or {}, **headers).json()

    def token(self, name: str) -> str:
        if name not in self.tokens:
            login = {"username": name, "password": factories.PASSWORD}
            self.tokens[name] = self.ask("POST", "/api/v1/tokens/", body=login).json()["token"]
        return self.tokens[name]

    # --- the life of an article ---------------------------------------------------------------------------------------

    def live(self, number: int) -> None:
        """Take an article from a draft to its approval. After each step readers must be told what has become true."""
        slug = f"answer-{number}"
        text = {"audience": "professional", "primary": True, "summary": "Yes.", "body": factories.BODY}
        draft = {"slug": slug, "question": "Can IVIG cause back pain?", "risk": "low", "renditions": [text]}
        version = self.post("articles/", by="wanda", body=draft)["id"]
        self.post(f"versions/{version}/submit/", by="wanda")
        self.readers_are_told(slug, {"submitted"})
        seats = [self.invite_and_accept(version, name) for name in Random(number).sample(MEMBERS, 2)]
        self.readers_are_told(slug, {"under_review"})
        for name, seat in seats:
            self.sign(name, seat)
        self.readers_are_told(slug, {"approved"})

    def invite_and_accept(self, version: int, name: str) -> tuple[str, int]:
        seat = self.post(f"versions/{version}/invite/", by="edith", body={"member": self.members[name]})["id"]
        self.post(f"reviews/{seat}/accept/", by=name)
        return name, seat

    def sign(self, name: str, seat: int) -> None:
        review = self.ask("GET", f"/api/v1/reviews/{seat}/", by=name)
        digest = review.json()["version"]["digest"]
        signed = {"decision": "approve", "digest": digest, "statement": "Read.", "password": factories.PASSWORD}
        self.post(f"reviews/{seat}/sign/", by=name, body=signed, **{"If-Match": review.headers["ETag"]})

    def readers_are_told(self, slug: str, statuses: set[str]) -> None:
        page = self.ask("GET", f"/api/v1/articles/{slug}/").json()
        assert page["review"]["status"] in statuses, page["review"]


# --- the test -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def site(tmp_path, sink: Sink) -> Iterator[House]:
    with run_directories(None) as where:
        cluster = Cluster(where)
        site = House(cluster, tmp_path, mail_port=sink.port)
        site.queues = tuple(Queue)
        site.environment["THROTTLE_TOKEN"] = "1000/min"
        yield site
        site.close()
        cluster.close()


def strike(site: House, lives: list[Future[None]], *, chance: Random) -> Counter[str]:
    """Kill ``KILLS`` processes and wait until the crowd is done; return how many of each kind were killed."""
    struck = Counter[str]()
    while struck.total() < KILLS or not all(life.done() for life in lives):
        time.sleep(chance.uniform(*PAUSE))
        site.start_again()
        if struck.total() < KILLS:
            victim = chance.choice(list(VICTIMS))
            VICTIMS[victim](site)
            struck[victim] += 1
    return struck


def test_nothing_is_lost_or_done_by_half_whatever_is_killed(site: House, sink: Sink, capsys):
    chance, moods = Random(SEED), Random(SEED + 1)
    site.run(SITE)
    sink.failure = lambda: moods.choice(BAD_DAYS)
    site.start("redis", "web", "worker", "beat")
    crowd = Crowd(site)
    with ThreadPoolExecutor(CROWD) as pool:
        lives = [pool.submit(crowd.live, number) for number in range(ARTICLES)]
        struck = strike(site, lives, chance=chance)
        for life in lives:
            life.result()
    sink.failure = lambda: Failure.NONE
    until(lambda: site.asked(TAKEN) == site.asked(LETTERS) == REMINDERS, patience=LONG)
    until(lambda: everything_is_sent(site), patience=LONG)
    arrived = Counter(message["Message-ID"] for message in sink.messages)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{ARTICLES} articles, kills {dict(struck)}, answers {dict(crowd.statuses)}, "
            f"{crowd.unanswered} requests without an answer, {site.asked(SENT)} mails, "
            f"{arrived.total() - len(arrived)} of them arrived twice\n"
        )
    assert HTTPStatus.INTERNAL_SERVER_ERROR not in crowd.statuses
    assert site.asked(BY_STATE) == "approved"
    with site.database() as connection:
        done = dict(connection.execute(ACTIONS, [[*TIMES]]).fetchall())
    assert done == {action: count * ARTICLES for action, count in TIMES.items()}
    assert (site.asked(SENT), site.asked(ABANDONED)) == (len(arrived), 0)
    site.manage("verify_ledger")
    site.manage("write_documents")
    site.manage("verify_documents")


def everything_is_sent(site: House) -> bool:
    """Whether no mail is owed. If those that are owed all rest after a failure, or the server does, time passes."""
    owed, at_work = site.asked(OWED), site.asked(AT_WORK)
    with site.database() as connection:
        connection.execute(SERVER_HAS_RESTED)
        if owed and not at_work:
            connection.execute(MAILS_HAVE_RESTED)
    return not owed
