"""History, ledger and all-or-nothing: what every action leaves behind."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Article, Version
from articles.published.document_cache import read_history
from editorial.models import LedgerEntry, User
from editorial.record import ledger
from reviews import actions as reviews
from reviews.models import Decision, Review
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verbs import whole_record
from tests.test_architecture import tracked

WHY = {"now": NOW, "reason": "For the test."}


def assert_newest_history_is_the_row() -> None:
    """Of every tracked row that there is, the newest history row says the same."""
    for model in tracked():
        kept = [f.attname for f in model.history.model._meta.concrete_fields if f.attname in fields_of(model)]
        newest = model.history.order_by("id", "-history_id").distinct("id").values("history_type", *kept)
        living = [{key: row[key] for key in kept} for row in newest if row["history_type"] != "-"]
        assert list(model._base_manager.order_by("pk").values(*kept)) == living, model


def fields_of(model) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields}


def test_newest_history_row_is_the_row_after_every_action_of_a_journey(policy, wanda, edith, ada):
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    assert_newest_history_is_the_row()
    remark = reviews.comment(review_id=review.pk, text="Hm.", is_blocking=True, by=ada, now=NOW)
    reviews.resolve(comment_id=remark.pk, by=ada, now=NOW)
    factories.sign(review)
    reviews.withdraw_signature(review_id=review.pk, by=ada, **WHY)
    assert_newest_history_is_the_row()
    factories.sign(review, Decision.REQUEST_CHANGES)
    newer = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    articles.edit(version_id=newer.pk, question="Can it?", by=wanda, now=NOW)
    factories.approve(articles.submit(version_id=newer.pk, by=wanda, now=NOW))
    articles.suspend(version_id=newer.pk, by=edith, **WHY)
    articles.reinstate(version_id=newer.pk, by=edith, **WHY)
    articles.retract(version_id=newer.pk, by=edith, **WHY)
    assert_newest_history_is_the_row()
    assert list(ledger.chain_breaks()) == []


def test_history_names_who_why_and_when_of_each_step(policy):
    later = NOW + timedelta(days=2)
    version = factories.make_approved(now=later)
    articles.suspend(version_id=version.pk, reason="A cited work was retracted.", by=User.objects.system(), now=later)
    steps = Version.history.filter(id=version.pk).order_by("history_id")
    assert [(step.state, str(step.history_user), step.history_change_reason) for step in steps] == [
        ("draft", "Wanda Example", "created"),
        ("submitted", "Wanda Example", "submit"),
        ("under_review", "Imprimatur", "begin review"),
        ("approved", "Imprimatur", "approve"),
        ("suspended", "Imprimatur", "A cited work was retracted."),
    ]
    assert {step.history_date for step in steps} == {later}


def test_actor_does_not_stick_to_the_row_that_an_action_returns(policy, wanda):
    draft = factories.make_draft()
    saved = articles.edit(version_id=draft.pk, question="Really?", by=wanda, now=NOW)
    saved.save()
    last = saved.history.latest("history_id")
    assert (last.history_user, last.history_change_reason) == (None, None)


def test_ledger_tells_from_where_to_where_over_which_text(policy):
    version = factories.make_version_at(State.RETRACTED)
    entry = LedgerEntry.objects.get(action="retract")
    assert (entry.chain_id, str(entry.actor)) == (version.article.chain, "Edith Example")
    told = {key: entry.payload[key] for key in ("version", "digest", "before", "after", "reason")}
    assert told == {
        "version": 1,
        "digest": version.digest,
        "before": "approved",
        "after": "retracted",
        "reason": "For the test.",
    }


BREAK = """CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER break AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION break()"""


@pytest.mark.parametrize("table", ["editorial_ledgerentry", "editorial_notice", "articles_historicalversion"])
def test_action_that_fails_half_way_leaves_nothing(policy, wanda, table):
    draft = factories.make_draft()
    before = whole_record()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BREAK.format(table=table))
    factories.make_user("edith", is_editor=True)
    with pytest.raises(IntegrityError, match="broken"):
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert whole_record() == before


def test_decision_that_fails_takes_the_last_signature_with_it(policy):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    last = factories.make_accepted(version, "ben")
    before = whole_record()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE articles_version ADD CONSTRAINT never CHECK (state <> 'approved')")
    with pytest.raises(IntegrityError, match="never"):
        factories.sign(last)
    assert whole_record() == before
    assert Review.objects.get(pk=last.pk).state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_action_outside_any_transaction_is_one_of_its_own(transactional_db):
    factories.make_policy()
    draft = factories.make_draft()
    wanda = factories.make_user("wanda")
    with connection.cursor() as cursor:
        cursor.execute(BREAK.format(table="editorial_ledgerentry"))
    before = whole_record()
    try:
        with pytest.raises(IntegrityError, match="broken"):
            articles.submit(version_id=draft.pk, by=wanda, now=NOW)
        assert not transaction.get_connection().in_atomic_block
        assert whole_record() == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION break() CASCADE")
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW).state == State.SUBMITTED
    assert Article.objects.count() == 1


# --- a clock that is behind -------------------------------------------------------------------------------------------

BEHIND = NOW - timedelta(minutes=10)


def times(version: Version) -> list[tuple[str, datetime]]:
    rows = Version.history.filter(id=version.pk).order_by("history_id")
    return list(rows.values_list("state", "state_changed_at"))


def test_suspension_by_a_clock_that_is_behind_comes_after_its_approval(policy, edith):
    version = factories.make_approved()
    articles.suspend(version_id=version.pk, reason="The dose is wrong.", by=edith, now=BEHIND)
    assert times(version)[-2:] == [("approved", NOW), ("suspended", NOW)]
    kinds = [event["kind"] for event in read_history(version.article.slug, at=NOW)["events"]]
    assert kinds[:2] == ["suspension", "first"]
    assert not list(ledger.chain_breaks())


def test_approval_by_a_clock_that_is_behind_comes_after_the_round_and_before_what_it_supersedes(policy, wanda):
    first = factories.make_approved()
    second = articles.revise(version_id=first.pk, by=wanda, now=BEHIND)
    articles.edit(version_id=second.pk, question="Can it?", by=wanda, now=BEHIND)
    factories.approve(articles.submit(version_id=second.pk, by=wanda, now=BEHIND), now=BEHIND)
    second.refresh_from_db()
    assert (second.submitted_at, second.approved_at, second.state_changed_at) == (NOW, NOW, NOW)
    assert second.valid_until - NOW == timedelta(days=policy.rule(second.article.risk).shelf_life_days)
    assert times(first)[-1] == ("superseded", NOW)


def test_review_moves_by_a_clock_that_is_behind_stay_in_order(policy, edith):
    review = factories.make_accepted(factories.make_submitted())
    reviews.cancel(review_id=review.pk, reason="No time.", by=edith, now=BEHIND)
    rows = Review.history.filter(id=review.pk).order_by("history_id").values_list("state", "state_changed_at")
    assert list(rows) == [("invited", NOW), ("accepted", NOW), ("cancelled", NOW)]
