"""Every sweep, with a subject that another session has locked and one that no retry helps: the others go on."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model

from articles import actions as articles
from articles.actions.reference_imports import unfinished_imports
from articles.lifecycle import State
from articles.models import Article, Document, LibraryImport, Question, Reference, RetractionList, Version
from editorial.board import ended_terms
from editorial.models import (
    Absence,
    BoardMember,
    EndedTerm,
    LedgerEntry,
    Message,
    Notice,
    SweepFailure,
    SweepTask,
    User,
)
from editorial.models.reminder_ladder import Consequence, Moment, ReminderRecipient
from editorial.record import sweeps
from reviews import actions as reviews
from reviews import reminders
from reviews.actions import leaving
from reviews.actions.empty_seats import notify_of_empty_seats
from reviews.actions.invitations import fill_empty_seats
from reviews.actions.late_conflicts import notify_of_conflicts
from reviews.models import ApprovalMark, HandedOn, Letter, Reminder, Review
from reviews.tasks import take_due_rungs
from tests.support import factories, late_conflicts, retraction_lists, works
from tests.support.factories import NOW
from tests.support.reminder_ladders import noon, step
from tests.support.retraction_lists import DOI, make_list, make_record, make_work

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OTHER_DOI = "10.1000/other"


@dataclass(frozen=True)
class Case:
    """A sweep with two subjects that need it: ``bad`` is locked or broken, ``good`` is neither.

    ``lock`` is the row that another session locks, or None if nothing but the notice itself can be locked.
    """

    run: Callable[[datetime], object]
    bad: Model
    good: Model
    is_done: Callable[[Model], bool]
    lock: Model | None
    now: datetime = NOW


def system() -> User:
    return User.objects.system()


def invitations(*rungs, **policy) -> tuple[Review, Review]:
    factories.make_policy(rungs=rungs, **policy)
    return tuple(factories.make_invitation(factories.make_submitted(slug)) for slug in ("bad", "good"))


def remembered(subject: Model) -> bool:
    return Reminder.objects.filter(subject=subject.pk).exists()


def take_rungs() -> Case:
    bad, good = invitations(step(Moment.ANSWER_DUE, 0, ReminderRecipient.MEMBER))
    now = noon(bad.respond_by)
    return Case(lambda now: reminders.take_due_rungs(now=now), bad, good, remembered, lock=bad, now=now)


def apply_consequences() -> Case:
    rung = step(Moment.ANSWER_DUE, 1, ReminderRecipient.EDITOR, consequence=Consequence.LAPSE)
    review, _other = invitations(rung)
    now = noon(review.respond_by, 1)
    assert reminders.take_due_rungs(now=now) == 2
    bad, good = (Reminder.objects.get(subject=one.pk) for one in (review, _other))
    return Case(
        lambda now: reminders.apply_consequences(now=now),
        bad,
        good,
        lambda reminder: Review.objects.get(pk=reminder.subject).state == "lapsed",
        lock=review.version.article,
        now=now,
    )


def compose_mails() -> Case:
    review, _other = invitations(*(step(Moment.ANSWER_DUE, 0, recipient) for recipient in ("member", "editor")))
    now = noon(review.respond_by)
    reminders.take_due_rungs(now=now)
    bad, good = review.member.user, User.objects.get(username="edith")
    return Case(
        lambda now: reminders.compose_mails(now=now),
        bad,
        good,
        lambda user: Notice.objects.filter(kind="reminders", recipient=user).exists(),
        lock=bad,
        now=now,
    )


def postpone_dates() -> Case:
    bad, good = invitations(absence_moves_dates=True)
    Absence.objects.create(member=bad.member, first_day=NOW.date(), last_day=NOW.date() + timedelta(days=20))
    return Case(
        lambda now: reminders.postpone_dates(now=now),
        bad,
        good,
        lambda review: Review.objects.get(pk=review.pk).due_at > review.due_at,
        lock=bad.version.article,
    )


def mark_approvals() -> Case:
    bad, good = factories.make_approved("bad"), factories.make_approved("good")
    factories.make_policy(number=2, quorum=3, in_force_from=NOW - HOUR)
    return Case(
        lambda now: reviews.mark_approvals(by=system(), now=now),
        bad,
        good,
        lambda version: ApprovalMark.objects.filter(version=version).exists(),
        lock=bad.article,
    )


def retracted(make: Callable[[str], Version]) -> tuple[Version, Version]:
    factories.make_policy()
    make_work()
    versions = make("bad"), make("good")
    make_list()
    make_record()
    return versions


def look_up_works() -> Case:
    bad, good = make_work(), make_work("other2020", DOI=OTHER_DOI)
    make_list()
    for number, doi in enumerate((DOI, OTHER_DOI), start=1):
        make_record(number, doi=doi)
    return Case(
        lambda now: articles.look_up_works(by=system(), now=now),
        bad,
        good,
        lambda work: Reference.objects.get(pk=work.pk).retraction == "retracted",
        lock=bad,
    )


def suspend_retracted() -> Case:
    bad, good = retracted(factories.make_approved)
    articles.look_up_works(by=system(), now=NOW)
    return Case(
        lambda now: articles.suspend_retracted(by=system(), now=now),
        bad,
        good,
        lambda version: factories.reread(version).state == State.SUSPENDED,
        lock=bad.article,
    )


def warn_in_review() -> Case:
    bad, good = retracted(factories.make_submitted)
    articles.look_up_works(by=system(), now=NOW)
    return Case(
        lambda now: articles.warn_in_review(by=system(), now=now),
        bad,
        good,
        lambda version: Notice.objects.filter(kind="work_retracted_in_review", subject=version.subject).exists(),
        lock=bad.article,
    )


def warn_reviewers() -> Case:
    version, other = retracted(factories.make_submitted)
    bad, good = factories.make_invitation(version), factories.make_invitation(other, "ben")
    return Case(
        lambda now: reviews.follow_retractions(by=system(), now=now),
        bad,
        good,
        lambda review: Notice.objects.filter(
            kind="work_retracted_in_review", recipient=review.member.user, subject=review.version.subject
        ).exists(),
        lock=bad.member.user,
    )


def told_about(kind: str) -> Callable[[Model], bool]:
    return lambda review: Notice.objects.filter(kind=kind, subject=review.subject).exists()


def follow_conflicts() -> Case:
    factories.make_policy()
    bad, good = (factories.make_accepted(late_conflicts.make_version(slug)) for slug in ("bad", "good"))
    late_conflicts.disclose("ada")
    return Case(lambda now: notify_of_conflicts(now=now), bad, good, told_about("conflict_found"), lock=None)


def follow_empty_seats() -> Case:
    bad, good = invitations()
    expire_licence(bad.member)
    return Case(lambda now: notify_of_empty_seats(now=now), bad, good, told_about("seat_empty"), lock=None)


def expire_licence(member: BoardMember) -> None:
    member = BoardMember.objects.get(pk=member.pk)
    member.licence_expires_on = date(2026, 3, 1)
    member.record(by=system(), now=NOW, reason="Not renewed.")


def end_term(member: BoardMember) -> BoardMember:
    member = BoardMember.objects.get(pk=member.pk)
    member.term_to = date(2026, 3, 1)
    member.record(by=system(), now=NOW, reason="Left.")
    return member


def record_ended_terms() -> Case:
    bad, good = (end_term(factories.make_member(name)) for name in ("ada", "ben"))
    return Case(
        lambda now: ended_terms.record_ended_terms(now=now),
        bad,
        good,
        lambda member: EndedTerm.objects.filter(member=member).exists(),
        lock=bad,
    )


def hand_on_reviews() -> Case:
    bad, good = invitations()
    end_term(bad.member)
    return Case(
        lambda now: leaving.hand_on_reviews(now=now),
        bad,
        good,
        lambda review: HandedOn.objects.filter(review=review).exists(),
        lock=bad.version.article,
    )


def tell_of_handed_on() -> Case:
    factories.make_policy()
    reviews_of_both = [factories.make_invitation(factories.make_submitted(name), name) for name in ("ada", "ben")]
    bad, good = (end_term(review.member) for review in reviews_of_both)
    return Case(
        lambda now: leaving.hand_on_reviews(now=now),
        bad,
        good,
        lambda member: Notice.objects.filter(kind="reviews_handed_on", subject=f"boardmember:{member.pk}").exists(),
        lock=bad,
    )


def fill_seats() -> Case:
    factories.make_policy(quorum=1, invites_by_itself=True)
    factories.make_member("ada")
    bad, good = factories.make_submitted("bad"), factories.make_submitted("good")
    assert not Review.objects.exists()
    return Case(
        lambda now: fill_empty_seats(now=now),
        bad,
        good,
        lambda version: Review.objects.filter(version=version).exists(),
        lock=bad.article,
    )


def tell_of_lapses() -> Case:
    bad, good = factories.make_approved("bad"), factories.make_approved("good")
    return Case(
        lambda now: articles.tell_of_lapses(by=system(), now=now),
        bad,
        good,
        lambda version: Message.objects.filter(event="article.lapsed", subject=version.subject).exists(),
        lock=bad.article,
        now=bad.valid_until + HOUR,
    )


def write_documents() -> Case:
    bad, good = (factories.make_approved(slug).article for slug in ("bad", "good"))
    return Case(
        lambda now: articles.write_documents(by=system(), now=now, limit=10),
        bad,
        good,
        lambda article: Document.objects.filter(article=article).exists(),
        lock=bad,
    )


def verify_documents() -> Case:
    case = write_documents()
    case.run(NOW)
    Document.objects.update(etag="x")
    return replace(
        case,
        run=lambda now: articles.verify_documents(by=system(), now=now, limit=10),
        is_done=lambda article: not Document.objects.filter(article=article, etag="x").exists(),
    )


def erase_addresses() -> Case:
    version = factories.make_approved()
    said = {"article": version.article, "version": version, "email": "reader@example.org", "now": NOW}
    bad, good = (articles.ask(text=text, **said) for text in ("First?", "Second?"))
    return Case(
        lambda now: articles.erase_addresses(by=system(), now=now),
        bad,
        good,
        lambda question: Question.objects.get(pk=question.pk).email == "",
        lock=bad,
        now=NOW + timedelta(days=91),
    )


def run_imports() -> Case:
    wanda, content = factories.make_user("wanda", is_writer=True), works.file("ris", 1)
    bad, good = (
        articles.request_import(form="ris", content=content, by=wanda, now=NOW, in_foreground=True) for _ in range(2)
    )

    def run(now: datetime) -> None:
        for import_id in unfinished_imports(now=now):
            articles.continue_import(import_id=import_id, by=system(), now=now)

    return Case(run, bad, good, lambda job: LibraryImport.objects.get(pk=job.pk).progress == "done", lock=bad)


CASES: dict[SweepTask, Callable[[], Case]] = {
    SweepTask.TAKE_RUNGS: take_rungs,
    SweepTask.APPLY_CONSEQUENCES: apply_consequences,
    SweepTask.COMPOSE_MAILS: compose_mails,
    SweepTask.POSTPONE_DATES: postpone_dates,
    SweepTask.MARK_APPROVALS: mark_approvals,
    SweepTask.LOOK_UP_WORKS: look_up_works,
    SweepTask.SUSPEND_RETRACTED: suspend_retracted,
    SweepTask.WARN_IN_REVIEW: warn_in_review,
    SweepTask.WARN_REVIEWERS: warn_reviewers,
    SweepTask.FOLLOW_CONFLICTS: follow_conflicts,
    SweepTask.FOLLOW_EMPTY_SEATS: follow_empty_seats,
    SweepTask.RECORD_ENDED_TERMS: record_ended_terms,
    SweepTask.HAND_ON_REVIEWS: hand_on_reviews,
    SweepTask.TELL_OF_HANDED_ON: tell_of_handed_on,
    SweepTask.FILL_SEATS: fill_seats,
    SweepTask.TELL_OF_LAPSES: tell_of_lapses,
    SweepTask.WRITE_DOCUMENTS: write_documents,
    SweepTask.VERIFY_DOCUMENTS: verify_documents,
    SweepTask.ERASE_ADDRESSES: erase_addresses,
    SweepTask.RUN_IMPORTS: run_imports,
}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch) -> None:
    """The limits of a sweep and of a session, in milliseconds instead of seconds."""
    monkeypatch.setattr(sweeps, "LOCK_WAIT", timedelta(milliseconds=100))
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")


@contextmanager
def locked(case: Case) -> Iterator[None]:
    """Let another session hold the lock that processing the bad subject needs."""
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    parameters.pop("context", None)
    statement = own_notice(case) if case.lock is None else row_lock(case.lock)
    with psycopg.connect(**parameters) as other:
        other.execute(statement)
        yield
        other.rollback()


def row_lock(row: Model) -> str:
    return f"SELECT FROM {row._meta.db_table} WHERE id = {row.pk} FOR UPDATE"


def own_notice(case: Case) -> str:
    """A statement that writes the notice about the bad subject, as a sweep that runs at the same time does."""
    with transaction.atomic():
        case.run(case.now)
        notice = Notice.objects.get(kind__in=("seat_empty", "conflict_found"), subject=case.bad.subject)
        transaction.set_rollback(True)
    return (
        "INSERT INTO editorial_notice (key, kind, recipient_id, subject, context, owed_at, not_before, attempts,"
        f" last_error) VALUES ('{notice.key}', '{notice.kind}', {notice.recipient_id}, '{notice.subject}', '{{}}',"
        " now(), now(), 0, '')"
    )


def only_failure(task: SweepTask) -> SweepFailure:
    return SweepFailure.objects.get(task=task)


def test_every_sweep_has_its_case():
    assert set(CASES) == set(SweepTask)


@pytest.mark.parametrize("task", CASES)
def test_locked_subject_of_a_sweep_waits_and_the_others_do_not(task):
    case = CASES[task]()
    with locked(case):
        case.run(case.now)
        assert (case.is_done(case.bad), case.is_done(case.good)) == (False, True)
        failure = only_failure(task)
        assert (failure.model, failure.subject_id) == (type(case.bad), case.bad.pk)
        assert (failure.attempts, failure.is_lock) == (1, True)
        case.run(case.now + MINUTE)
        assert only_failure(task).attempts == 2
    case.run(case.now + 2 * MINUTE)
    assert case.is_done(case.bad)
    assert not SweepFailure.objects.exists()


# --- what no retry helps ----------------------------------------------------------------------------------------------


def without_laws(statement: str, *parameters: object) -> None:
    """Run ``statement`` as only a superuser can: no trigger sees it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)


def occupy_ledger(article: Article) -> LedgerEntry:
    """Write an entry at the end of the article's chain past its head, as a restore of half a backup would leave it."""
    newest = LedgerEntry.objects.filter(chain=article.chain).latest("sequence")
    newest.pk, newest.sequence = None, newest.sequence + 1
    newest.save(force_insert=True)
    return newest


IN_LEDGER = [
    SweepTask.APPLY_CONSEQUENCES,
    SweepTask.POSTPONE_DATES,
    SweepTask.MARK_APPROVALS,
    SweepTask.SUSPEND_RETRACTED,
    SweepTask.WARN_IN_REVIEW,
    SweepTask.HAND_ON_REVIEWS,
    SweepTask.FILL_SEATS,
]
"""Sweeps that write to the ledger of the article that another session locks above."""


@pytest.mark.parametrize("task", IN_LEDGER)
def test_subject_that_breaks_a_constraint_rests_ever_longer_until_it_is_repaired(task):
    case = CASES[task]()
    entry = occupy_ledger(case.lock)
    case.run(case.now)
    assert (case.is_done(case.bad), case.is_done(case.good)) == (False, True)
    first = only_failure(task)
    assert (first.attempts, first.is_lock, first.first_failed_at) == (1, False, case.now)
    assert "IntegrityError UniqueViolation one_entry_per_place" in first.error
    assert MINUTE <= first.next_try_at - case.now <= MINUTE * 1.2
    case.run(case.now + MINUTE / 2)
    assert only_failure(task).attempts == 1
    case.run(first.next_try_at)
    second = only_failure(task)
    assert (second.attempts, second.first_failed_at) == (2, case.now)
    assert second.next_try_at - first.next_try_at >= 5 * MINUTE
    without_laws("DELETE FROM editorial_ledgerentry WHERE id = %s", entry.pk)
    case.run(second.next_try_at)
    assert case.is_done(case.bad)
    assert not SweepFailure.objects.exists()


def test_person_whose_mail_cannot_be_written_does_not_keep_the_others_from_theirs():
    case = compose_mails()
    letter = Letter.objects.filter(recipient=case.bad.pk).earliest("pk")
    key = f"reminders:{case.bad.pk}:{letter.pk}"
    Notice.objects.add_new([Notice(key=key, recipient=case.good, context={}, owed_at=NOW, not_before=NOW)])
    case.run(case.now)
    assert (case.is_done(case.bad), case.is_done(case.good)) == (False, True)
    error = only_failure(SweepTask.COMPOSE_MAILS).error
    assert re.fullmatch(r"IntegrityError UniqueViolation editorial_notice_key_key \w+\.py:\d+", error)


def test_date_that_cannot_be_counted_does_not_keep_other_rungs_from_being_taken():
    bad, good = invitations(step(Moment.ANSWER_DUE, -2, ReminderRecipient.MEMBER))
    without_laws("UPDATE reviews_review SET respond_by = '0001-01-01 12:00+00' WHERE id = %s", bad.pk)
    now = noon(good.respond_by, -2)
    assert reminders.take_due_rungs(now=now) == 1
    assert (remembered(bad), remembered(good)) == (False, True)
    assert only_failure(SweepTask.TAKE_RUNGS).error.startswith("OverflowError")
    assert reminders.take_due_rungs(now=now + MINUTE / 2) == 0
    assert only_failure(SweepTask.TAKE_RUNGS).attempts == 1
    without_laws("UPDATE reviews_review SET respond_by = %s WHERE id = %s", good.respond_by, bad.pk)
    assert reminders.take_due_rungs(now=now + HOUR) == 1
    assert not SweepFailure.objects.exists()


def test_postponing_that_fails_as_a_whole_does_not_keep_rungs_from_being_taken(monkeypatch):
    rung = step(Moment.DRAFT_UNTOUCHED, 5, ReminderRecipient.WRITER)
    factories.make_policy(rungs=[rung], absence_moves_dates=True)
    draft = factories.make_draft()
    without_laws("ALTER TABLE editorial_absence RENAME TO elsewhere")
    try:
        with time_machine.travel(noon(NOW, 5), tick=False), pytest.raises(ProgrammingError):
            take_due_rungs()
    finally:
        without_laws("ALTER TABLE elsewhere RENAME TO editorial_absence")
    assert remembered(draft)


def test_import_of_retractions_stores_the_list_and_reports_a_version_that_it_could_not_suspend(tmp_path):
    make_work()
    factories.make_policy()
    bad, good = factories.make_approved("bad"), factories.make_approved("good")
    occupy_ledger(bad.article)
    with pytest.raises(CommandError, match="1 could not be processed"):
        call_command("import_retractions", str(retraction_lists.write(tmp_path, retraction_lists.row())))
    assert [factories.reread(version).state for version in (bad, good)] == [State.APPROVED, State.SUSPENDED]
    assert RetractionList.objects.exists()


def test_write_documents_reports_an_article_that_it_could_not_write():
    case = write_documents()
    with locked(case), pytest.raises(CommandError, match="1 could not be processed"):
        call_command("write_documents")
    assert (case.is_done(case.bad), case.is_done(case.good)) == (False, True)
    call_command("write_documents")
    assert case.is_done(case.bad)
