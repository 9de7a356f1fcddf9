"""Simulate the people of a board over a year: they answer, sign, decline, are away, revise and renew, late or never.

Random numbers decide. What people do is written directly into the tables, one day at a time. What the site does is done
by its own code.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from articles.models import Report, Triage, Version
from editorial.models import BoardMember, DisclosureStatement
from reviews.models import Review
from tests.support import factories

FIRST = 10_001
"""First id of copied rows, far from the values of the sequences."""

MEMBERS = """
INSERT INTO editorial_user (id, username, first_name, last_name, email, password, is_superuser, is_staff, is_active,
                            date_joined, is_editor, is_writer, is_demo)
SELECT n, 'member-' || n, 'Member', n::text, 'member-' || n || '@example.org', '!', false, false, true, %(now)s,
       false, false, false FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO editorial_boardmember (id, user_id, credentials, specialties, capacity, term_from, is_public, is_chair,
                                   orcid, bio)
SELECT n, n, 'MD', '{immunology}', 3, '2020-01-01', true, n = %(first)s, '', ''
FROM generate_series(%(first)s, %(last)s) n;
"""

ARTICLES = """
INSERT INTO articles_article (id, slug, risk, specialties, created_at, created_by_id)
SELECT n, 'answer-' || n, a.risk, a.specialties, a.created_at, a.created_by_id
FROM articles_article a, generate_series(%(first)s, %(last)s) n WHERE a.id = %(article)s;
INSERT INTO articles_authorship (article_id, user_id, position)
SELECT n, (%(writers)s::bigint[])[1 + n %% %(count)s], 1 FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO articles_version (id, article_id, number, state, question, digest, listed, revision, created_at,
                              created_by_id, updated_at, submitted_at, submitted_by_id, under_review_at, approved_at,
                              valid_until, policy_id, reviewed_by, state_changed_at, state_reason, opened_policy_id,
                              tiers)
SELECT n, n, 1, v.state, v.question, v.digest, v.listed, 1, v.created_at, v.created_by_id, v.updated_at, v.submitted_at,
       v.submitted_by_id, v.under_review_at, v.approved_at, v.valid_until, v.policy_id, v.reviewed_by,
       v.state_changed_at, '', v.opened_policy_id, v.tiers
FROM articles_version v, generate_series(%(first)s, %(last)s) n WHERE v.id = %(version)s;
INSERT INTO articles_rendition (version_id, audience_id, is_primary, summary, body)
SELECT n, r.audience_id, r.is_primary, r.summary, r.body
FROM articles_rendition r, generate_series(%(first)s, %(last)s) n WHERE r.version_id = %(version)s;
"""

INVITE = """
INSERT INTO reviews_review (version_id, member_id, state, revision, message, invited_at, invited_by_id, respond_by,
                            due_at, state_changed_at, state_reason, waiver, waived_interests, waived_recusals,
                            waived_works)
VALUES (%s, %s, 'invited', 1, '', %s, %s, %s, %s, %s, '', '', '{}', '{}', '{}')
"""

REVISE = """
INSERT INTO articles_version (article_id, number, state, question, digest, listed, revision, created_at, created_by_id,
                              updated_at, state_changed_at, state_reason, based_on_id, tiers)
SELECT article_id, number + 1, 'draft', question, '', '{}', 1, %(now)s, created_by_id, %(now)s, %(now)s, '', id, '{}'
FROM articles_version WHERE id = ANY(%(ids)s);
INSERT INTO articles_rendition (version_id, audience_id, is_primary, summary, body)
SELECT n.id, r.audience_id, r.is_primary, r.summary, r.body
FROM articles_version n JOIN articles_rendition r ON r.version_id = n.based_on_id WHERE n.based_on_id = ANY(%(ids)s);
"""

SUPERSEDE = """
UPDATE articles_version SET state = 'superseded', state_changed_at = %(now)s
WHERE state = 'approved' AND article_id IN (SELECT article_id FROM articles_version WHERE id = ANY(%(ids)s))
"""
APPROVE = """
UPDATE articles_version v SET state = 'approved', state_changed_at = %(now)s, approved_at = %(now)s,
       valid_until = %(now)s + make_interval(days => 120 + (v.id * 37 %% 400)::int), policy_id = %(policy)s,
       reviewed_by = '[]' WHERE id = ANY(%(ids)s)
"""
END_REVIEWS = """
UPDATE reviews_review SET state = 'cancelled', state_changed_at = %(now)s
WHERE state IN ('invited', 'accepted') AND version_id = ANY(%(ids)s)
"""
COMMENT = """
INSERT INTO reviews_comment (version_id, review_id, parent_id, author_id, quote, text, proposal, is_blocking,
                             created_at, resolution, resolution_reason)
SELECT version_id, min(id), NULL::bigint, %(by)s, '', 'Which dose?', '', false, %(now)s, '', '' FROM reviews_review
WHERE version_id = ANY(%(ids)s) AND version_id %% 2 = 0 GROUP BY version_id
"""
ANSWER = """
INSERT INTO reviews_comment (version_id, review_id, parent_id, author_id, quote, text, proposal, is_blocking,
                             created_at, resolution, resolution_reason)
SELECT version_id, review_id, id, %(by)s, '', 'Now it says so.', '', false, %(now)s, '', '' FROM reviews_comment c
WHERE version_id = ANY(%(ids)s) AND parent_id IS NULL
"""


def days(count: float) -> timedelta:
    return timedelta(days=count)


class World:
    """A board with ``members`` members and ``articles`` approved articles, from ``begins`` on."""

    def __init__(self, *, members: int, articles: int, begins: datetime) -> None:
        self.members = [*range(FIRST, FIRST + members)]
        self.articles = [*range(FIRST, FIRST + articles)]
        self.editor = factories.make_user("edith", is_editor=True).pk
        factories.make_user("eve", is_editor=True)
        self.writers = [factories.make_user(f"writer-{n}", is_writer=True).pk for n in range(20)]
        self.copied = factories.make_approved(now=begins - days(400))
        self.policy = self.copied.policy
        self._furnish(begins)

    def _furnish(self, begins: datetime) -> None:
        version, last = self.copied, FIRST - 1
        rows = {"now": begins, "first": FIRST, "article": version.article_id, "version": version.pk}
        self._write(MEMBERS, {**rows, "last": last + len(self.members)})
        writers = {"writers": self.writers, "count": len(self.writers)}
        self._write(ARTICLES, {**rows, **writers, "last": last + len(self.articles)})
        until = {pk: begins + days(Random(f"until {pk}").uniform(1, 1000)) for pk in self.articles}
        self._each(
            "UPDATE articles_version SET valid_until = %s, state_changed_at = %s WHERE id = %s",
            [(at, at - days(1100), pk) for pk, at in until.items()],
        )
        for member in self.members:
            dice = Random(f"member {member}")
            self._renew(member, begins.date() + days(dice.uniform(-20, 700)))
            self._state(member, begins - days(dice.uniform(0, 380)))
            self._absent(member, [begins.date() + days(dice.uniform(0, 360)) for _ in range(2)], dice.randint(4, 20))
        self._write("ANALYZE", {})

    def _renew(self, member: int, until: date) -> None:
        self._each("UPDATE editorial_boardmember SET licence_expires_on = %s WHERE id = %s", [(until, member)])

    def _state(self, member: int, at: datetime) -> None:
        DisclosureStatement.objects.create(member_id=member, stated_at=at)

    def _absent(self, member: int, begin: Iterable[date], length: int) -> None:
        self._each(
            "INSERT INTO editorial_absence (member_id, first_day, last_day, note) VALUES (%s, %s, %s, '')",
            [(member, day, day + days(length)) for day in begin],
        )

    # --- a day --------------------------------------------------------------------------------------------------------

    def act(self, now: datetime) -> None:
        """Do everything that people have to do by ``now``, unless they are late or never do it."""
        if now.day == 1:
            self._write("ANALYZE", {})  # PostgreSQL does this itself for committed rows
        self._answer(now)
        self._review(now)
        self._decide(now)
        self._write_on(now)
        self._invite(now)
        self._renew_papers(now)
        self._report(now)

    def _answer(self, now: datetime) -> None:
        accepted, declined = [], []
        for pk, at in Review.objects.filter(state="invited").values_list("pk", "state_changed_at"):
            dice = Random(f"answer {pk}")
            what, after = dice.random(), at + days(dice.uniform(0, 8))
            if after <= now and what < 0.8:
                (accepted if what < 0.65 else declined).append(pk)
        self._move("reviews_review", "accepted", accepted, now=now)
        self._for("UPDATE reviews_review SET accepted_at = %(now)s WHERE id = ANY(%(ids)s)", accepted, now=now)
        self._move("reviews_review", "declined", declined, now=now)
        begun = Version.objects.filter(state="submitted", reviews__in=accepted).values_list("pk", flat=True)
        self._move("articles_version", "under_review", [*begun.distinct()], now=now)

    def _review(self, now: datetime) -> None:
        signed, longer = [], []
        for pk, at, due in Review.objects.filter(state="accepted").values_list("pk", "accepted_at", "due_at"):
            dice = Random(f"sign {pk}")
            what, asks = dice.random(), dice.random() < 0.15
            takes = dice.uniform(1, 15) if what < 0.75 else dice.uniform(15, 60)
            if at + days(takes) <= now and what < 0.93:
                signed.append(pk)
            elif asks and due - days(1) <= now and due < at + days(20):
                longer.append(pk)
        self._move("reviews_review", "signed", signed, now=now)
        self._for("UPDATE reviews_review SET due_at = due_at + interval '10 days' WHERE id = ANY(%(ids)s)", longer)

    def _decide(self, now: datetime) -> None:
        signed: dict[int, int] = {}
        for version in Review.objects.filter(state="signed", version__state="under_review").values_list(
            "version_id", flat=True
        ):
            signed[version] = signed.get(version, 0) + 1
        decided = [pk for pk, count in signed.items() if count >= 2]
        changes = [pk for pk in decided if Random(f"decide {pk}").random() < 0.25]
        approved = [pk for pk in decided if pk not in changes]
        self._for(END_REVIEWS, decided, now=now)
        self._for(COMMENT, changes, now=now, by=self.editor)
        self._move("articles_version", "changes_requested", changes, now=now)
        self._for(SUPERSEDE, approved, now=now)
        self._for(APPROVE, approved, now=now, policy=self.policy.pk)

    def _write_on(self, now: datetime) -> None:
        answered, revised, edited, submitted = [], [], [], []
        rows = Version.objects.filter(state__in=["draft", "changes_requested"])
        latest = dict(Version.objects.order_by("number").values_list("article_id", "pk"))
        for pk, article, state, since, touched in rows.values_list(
            "pk", "article_id", "state", "state_changed_at", "updated_at"
        ):
            dice = Random(f"write {pk} {state}")
            first, second, what = dice.uniform(1, 30), dice.uniform(3, 90), dice.random()
            if state == "draft" and since + days(second) <= now:
                submitted.append(pk)
            elif state == "draft" and what < 0.5 and touched == since and since + days(first) <= now:
                edited.append(pk)
            elif state == "changes_requested" and latest[article] == pk and since + days(second) <= now and what < 0.9:
                revised.append(pk)
            elif state == "changes_requested" and since + days(first) <= now < since + days(first + 1):
                answered.append(pk)
        self._for(ANSWER, answered, now=now, by=self.writers[0])
        self._for(REVISE, revised, now=now)
        self._for("UPDATE articles_version SET updated_at = %(now)s WHERE id = ANY(%(ids)s)", edited, now=now)
        digest = "encode(sha256(id::text::bytea), 'hex')"
        self._for(
            f"""UPDATE articles_version SET state = 'submitted', state_changed_at = %(now)s, submitted_at = %(now)s,
                submitted_by_id = %(by)s, digest = {digest}, tiers = '{{moderate}}',
                opened_policy_id = (SELECT max(id) FROM editorial_editorialpolicy WHERE in_force_from <= %(now)s)
                WHERE id = ANY(%(ids)s)""",
            submitted,
            now=now,
            by=self.writers[0],
        )

    def _invite(self, now: datetime) -> None:
        """Invite two members for a new text, after some days, and another one for a free seat, after three days."""
        live: dict[int, int] = {}
        known: dict[int, set[int]] = {}
        waiting = Version.objects.filter(state__in=["submitted", "under_review"])
        for version, member, state in Review.objects.filter(version__in=waiting).values_list(
            "version_id", "member_id", "state"
        ):
            known.setdefault(version, set()).add(member)
            live[version] = live.get(version, 0) + (state in ("invited", "accepted", "signed"))
        rows: list[tuple[Any, ...]] = []
        for pk, at, state, since in waiting.values_list("pk", "submitted_at", "state", "state_changed_at"):
            dice = Random(f"invite {pk} {len(known.get(pk, ()))}")
            wait = dice.uniform(0, 12) if state == "submitted" else 3
            if live.get(pk, 0) < 2 and max(at, since) + days(wait) <= now:
                free = dice.sample([one for one in self.members if one not in known.get(pk, ())], 2 - live.get(pk, 0))
                due = [now, self.editor, now + days(5), now + days(14), now]
                rows.extend((pk, member, *due) for member in free)
        self._each(INVITE, rows)

    def _renew_papers(self, now: datetime) -> None:
        said = dict(DisclosureStatement.objects.order_by("stated_at").values_list("member_id", "stated_at"))
        for member, ends in BoardMember.objects.filter(pk__in=self.members).values_list("pk", "licence_expires_on"):
            dice = Random(f"papers {member} {ends}")
            if ends + days(dice.uniform(-80, 10)) <= now.date():
                self._renew(member, ends + days(500))
            dice = Random(f"statement {member} {said[member].date()}")
            if said[member] + days(365 + dice.uniform(-40, 20)) <= now:
                self._state(member, now)

    def _report(self, now: datetime) -> None:
        """Let a reader report a problem from time to time, and an editor decide about it, late or never."""
        if Random(f"report {now}").random() < 0.3:
            Report.objects.create(article=self.copied.article, version=self.copied, text="Really?", received_at=now)
        for report in Report.objects.open():
            dice = Random(f"decide on {report.pk}")
            if dice.random() < 0.9 and report.received_at + days(dice.uniform(0, 9)) <= now:
                Triage.objects.create(report=report, outcome="declined", triaged_at=now, triaged_by_id=self.editor)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _move(self, table: str, state: str, ids: list[int], *, now: datetime) -> None:
        self._for(
            f"UPDATE {table} SET state = '{state}', state_changed_at = %(now)s WHERE id = ANY(%(ids)s)", ids, now=now
        )

    def _for(self, sql: str, ids: list[int], **values: Any) -> None:
        if ids:
            self._write(sql, {"ids": ids, **values})

    def _write(self, sql: str, values: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in filter(str.strip, sql.split(";")):
                cursor.execute(statement, values)
            cursor.execute("SET LOCAL session_replication_role = origin")

    def _each(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.executemany(sql, rows)
            cursor.execute("SET LOCAL session_replication_role = origin")
