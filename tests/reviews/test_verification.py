"""A byte changed behind the triggers is found, wherever it is."""

import pytest
from django.db import connection, transaction

from articles import actions as articles
from articles import verification as versions
from articles.lifecycle import State
from articles.models import ArticleProduct, Claim, Synonym, Version
from articles.text.digest import FIRST_EVIDENCE_FORMAT, evidence
from editorial.models import Absence, ChecklistQuestion, EditorialPolicy, LedgerEntry, MailChoice, Rung
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from editorial.record import ledger, seals
from reviews import actions
from reviews import verification as reviews
from reviews.models import ChecklistAnswer, Review
from tests.support import factories, verdicts
from tests.support.factories import NOW, make_accepted, make_submitted, make_user, make_version_at, sign
from tests.support.reminder_ladders import step
from tests.support.webhook_endpoints import make_endpoint


def make_record() -> Version:
    """An approved version, one of whose signers had taken a signature back, and a suspended one beside it."""
    factories.make_policy()
    version = make_submitted()
    ada = sign(make_accepted(version, "ada"))
    actions.withdraw_signature(review_id=ada.pk, reason="Not yet.", by=ada.member.user, now=NOW)
    sign(make_accepted(version, "ben"))
    sign(ada)
    make_version_at(State.SUSPENDED, "other")
    make_work(make_accepted(make_submitted("third"), "ada"))
    make_carried()
    return factories.reread(version)


def make_work(review):
    """A row of every other model with history."""
    ada, editor, product = review.member, make_user("edith"), factories.make_product()
    ArticleProduct(article=review.version.article, product=product).record(by=editor, now=NOW)
    factories.make_disclosure(ada, company=product.manufacturer)
    Absence(member=ada, first_day=NOW.date(), last_day=NOW.date()).record(by=editor, now=NOW)
    actions.comment(review_id=review.pk, text="x", by=ada.user, now=NOW)
    claim = Claim.objects.filter(rendition__version=review.version)[0]
    work = claim.references.all()[0]
    drafted = EditorialPolicy(number=99, title="Next", text="x").record(by=editor, now=NOW)
    asked = ChecklistQuestion(policy=drafted, position=1, text="Is it fair?").record(by=editor, now=NOW)
    Rung(policy=drafted, **vars(step(Moment.REVIEW_DUE, 1, ReminderRecipient.MEMBER))).record(by=editor, now=NOW)
    MailChoice(user=ada.user).record(by=ada.user, now=NOW)
    make_endpoint()
    articles.keep_synonym(synonym=Synonym(terms="gout\npodagra"), by=editor, now=NOW)
    answer = ChecklistAnswer(review=review, question=asked, value="yes").record(by=ada.user, now=NOW)
    assert str(answer) == "Is it fair?: yes"
    checked = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": "supports"}
    actions.check_claim(review_id=review.pk, by=ada.user, now=NOW, **checked)


def make_carried():
    """A negative verdict that an editor ruled on, carried over with another one."""
    first = verdicts.sent(slug="fourth")
    review = verdicts.signed(first, verdict="contradicts", decision="request_changes")
    refuted = review.claim_checks.order_by("pk")[0]
    actions.rule(check_id=refuted.pk, reason="A small trial.", by=make_user("edith"), now=NOW)
    make_accepted(verdicts.sent(None, after=first), "ben")


@pytest.fixture(scope="module")
def record(django_db_setup, django_db_blocker):
    """Made once; each test that changes it is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_record()
        transaction.set_rollback(True)


def tamper(sql):
    """Change something as the owner of the tables, with the triggers set aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def found_after(*statements):
    """What is found wrong after these changes, which are taken back again."""
    with transaction.atomic():
        for sql in statements:
            tamper(sql)
        reasons = found()
        transaction.set_rollback(True)
    return reasons


def found():
    everything = [*ledger.chain_breaks(), *seals.history_breaks(), *versions.version_breaks(), *reviews.find_breaks()]
    return "\n".join(str(broken) for broken in everything)


def test_untouched_record_holds(record, db):
    assert found() == ""


def test_version_submitted_before_contexts_were_recorded_is_checked_by_the_format_of_its_day(record, db):
    entries = list(LedgerEntry.objects.filter(payload__version_id=record.pk).order_by("sequence"))
    (submitted,) = [entry for entry in entries if entry.action == "submit"]
    submitted.payload["evidence"] = evidence(record, form=FIRST_EVIDENCE_FORMAT)
    assert list(versions.breaks_of(record, entries)) == []
    with transaction.atomic():
        tamper(f"UPDATE articles_claim SET text = 'x' WHERE id = {record.renditions.get().claims.earliest('pk').pk}")
        assert [str(one) for one in versions.breaks_of(record, entries)] != []
        transaction.set_rollback(True)


COLUMNS = (
    "review_id, signer_id, name, credentials, orcid, specialties, decision, meaning, statement, checklist, digest,"
    " policy_id, signed_at, identified_by"
)


def change(table, what):
    return f"UPDATE {table} SET {what} WHERE id = (SELECT min(id) FROM {table})"


def drop(table):
    return f"DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table})"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (change("articles_rendition", "body = body || 'x'"), "other content than its digest"),
        (change("articles_rendition", "body = body || 'x'"), "differs from its history"),
        (change("articles_rendition", "summary = 'x'"), "other content than its digest"),
        (drop("articles_rendition"), "the record is missing"),
        (change("articles_version", "question = 'x'"), "other content than its digest"),
        (change("articles_version", "digest = repeat('0', 64)"), "another digest than was"),
        (change("articles_version", "state = 'retracted'"), "retracted, the ledger says approved"),
        (change("articles_version", "valid_until = valid_until + interval '1 second'"),
         "another valid_until than was approved"),
        (change("articles_version", "approved_at = approved_at + interval '1 second'"),
         "another moment of approval"),
        (change("articles_version", "reviewed_by = '[]'"), "another reviewed_by than was approved"),
        (change("articles_version", "state_reason = 'x'"), "differs from its history"),
        (drop("articles_version"), "which it speaks of, is missing"),
        (change("articles_citation", "csl = jsonb_set(csl, '{title}', '7')"),
         "other content than its digest"),
        (change("articles_citation", "csl = jsonb_set(csl, '{page}', '7')"),
         "other cited records or claims"),
        (change("articles_claim", "text = text || '.'"), "other cited records or claims"),
        (change("articles_claim", "words = md5('x')"), "other cited records or claims"),
        (change("articles_claim", "context = md5('x')"), "other cited records or claims"),
        (change("articles_claim", "context_words = '[]'"), "other cited records or claims"),
        (drop("articles_claim_references"), "other cited records or claims"),
        (change("reviews_signature", "decision = 'request_changes'"), "is not the one that was given"),
        (change("reviews_signature", "name = 'Somebody'"), "is not the one that was given"),
        (change("reviews_signature", "statement = statement || ' '"),
         "is not the one that was given"),
        (change("reviews_signature", "digest = repeat('0', 64)"), "is not the one that was given"),
        (drop("reviews_signature"), "is missing"),
        (f"INSERT INTO reviews_signature (id, {COLUMNS}) SELECT 999999, {COLUMNS} FROM reviews_signature LIMIT 1",
         "signature:999999 #0: the ledger does not know this signature"),
        ("UPDATE reviews_signaturewithdrawal SET reason = 'x'", "the withdrawal of signature"),
        ("DELETE FROM reviews_signaturewithdrawal", "is missing"),
        ("UPDATE reviews_signaturewithdrawal SET signature_id = (SELECT max(id) FROM reviews_signature)",
         "the ledger does not know of its withdrawal"),
        (change("reviews_ruling", "reason = 'x'"), "is not the one that was given"),
        (change("reviews_ruling", "ruled_at = ruled_at + interval '1 second'"), "is not the one that was given"),
        ("UPDATE reviews_ruling SET id = 999999", "ruling:999999 #0: the ledger does not know this ruling"),
        (drop("reviews_ruling"), "is missing"),
        (change("reviews_carriedcheck", "claim_check_id = (SELECT max(claim_check_id) FROM reviews_carriedcheck)"),
         "carried over to version 2 are not those that were"),
        (change("reviews_carriedcheck", "carried_at = carried_at + interval '1 second'"),
         "the ledger does not know of verdicts carried over"),
        (drop("reviews_carriedcheck"), "carried over to version 2 are not those that were"),
        (change("reviews_claimcheck", "quote = 'x'"), "differs from its history"),
        ("UPDATE reviews_claimcheck SET verdict = 'partly' WHERE id = "
         "(SELECT min(claim_check_id) FROM reviews_carriedcheck)", "has other verdicts than were signed"),
        (change("reviews_review", "state = 'lapsed'"), "is lapsed, the ledger says signed"),
        (change("editorial_ledgerentry", "actor_name = 'x'"), "does not match its hash"),
        ("DELETE FROM editorial_ledgerentry WHERE sequence = 2 AND chain_id = "
         "(SELECT min(chain_id) FROM editorial_ledgerentry WHERE chain_id LIKE 'article:%')", "the entry is missing"),
        ("UPDATE editorial_user SET is_editor = true WHERE username = 'wanda'", "differs from its history"),
    ],
)  # fmt: skip
def test_changed_byte_is_found(record, db, sql, reason):
    assert reason in found_after(sql)


@pytest.mark.parametrize("model", seals.tracked_models())
def test_changed_history_row_is_found(record, db, model):
    history = model.history.model._meta.db_table
    tamper(
        f"UPDATE {history} SET history_change_reason = 'x' WHERE history_id = (SELECT min(history_id) FROM {history})"
    )
    assert f"history:{model._meta.db_table}:" in found()
    assert "does not match its seal" in found()


def test_removed_history_row_is_found(record, db):
    table = "articles_historicalversion"
    sql = f"DELETE FROM {table} WHERE history_id = (SELECT min(history_id) FROM {table})"
    assert "history:articles_version:" in found_after(sql)


def test_record_without_history_is_found(record, db):
    sql = "INSERT INTO editorial_specialty (id, code, name) VALUES (999999, 'alchemy', 'Alchemy')"
    assert "history:editorial_specialty:999999 #0: the record differs from its history" in found_after(sql)


def test_draft_holds(record, db):
    factories.make_draft("drafted")
    assert not [*versions.version_breaks()]


def test_record_that_was_removed_holds(record, db):
    absence = Absence(member=factories.make_member("ada"), first_day=NOW.date(), last_day=NOW.date())
    editor = make_user("edith")
    absence.record(by=editor, now=NOW)
    absence.remove(by=editor, now=NOW)
    assert found() == ""


def test_password_and_last_login_are_no_part_of_history(record, db):
    user = make_user("wanda")
    user.last_login = NOW
    user.save(update_fields=["last_login"])
    assert found() == ""


@pytest.mark.parametrize(
    ("action", "reason"), [("submit", "was never submitted according"), ("approve", "was never approved according")]
)
def test_version_whose_entry_was_renamed_is_found(record, db, action, reason):
    entry = LedgerEntry.objects.filter(action=action).earliest("pk")
    assert reason in found_after(f"UPDATE editorial_ledgerentry SET action = 'x' WHERE id = {entry.pk}")


def test_review_that_the_ledger_never_heard_of_is_found(record, db):
    review = Review.objects.filter(state="signed").earliest("pk")
    reasons = found_after(f"UPDATE reviews_review SET id = 999999 WHERE id = {review.pk}")
    assert "review:999999 #0: review 999999 is signed, the ledger says invited" in reasons
