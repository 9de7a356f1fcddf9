"""The laws, each tried through the ORM and through raw SQL. PostgreSQL has the last word."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Article, Citation, Claim, Reference, Rendition, Version
from articles.text.digest import digest
from editorial.exceptions import FrozenRecord
from editorial.models import (
    Audience,
    BoardMember,
    Disclosure,
    EditorialPolicy,
    LedgerChain,
    LedgerEntry,
    PolicyRule,
    RiskTier,
    Specialty,
)
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import ClaimCheck, Comment, Review, Ruling, Signature, SignatureWithdrawal
from tests.support import factories, verdicts
from tests.support.factories import NOW
from tests.support.verbs import VERSION_VERBS
from tests.test_architecture import tracked

User = get_user_model()
WHY = {"now": NOW, "reason": "For the test."}


def refused(statement: str, *parameters: object) -> bool:
    """Whether PostgreSQL itself refuses ``statement``, as an integrity error; whatever it did is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement, parameters)
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


def assert_refused(*statements: str) -> None:
    for statement in statements:
        assert refused(statement), f"PostgreSQL let it through: {statement}"


def assert_possible(*statements: str) -> None:
    """So that a refusal shown elsewhere is about the law and not about the statement."""
    for statement in statements:
        assert not refused(statement), statement


# --- law 1: what was submitted never changes ------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_content_of_a_version_that_was_submitted_is_frozen_for_raw_sql(policy, state):
    version = factories.make_version_at(state)
    where = f"version_id = {version.pk}"
    texts = f"rendition_id IN (SELECT id FROM articles_rendition WHERE {where})"
    assert_refused(
        f"UPDATE articles_version SET question = 'Is it?' WHERE id = {version.pk}",
        f"UPDATE articles_version SET digest = repeat('0', 64) WHERE id = {version.pk}",
        f"UPDATE articles_version SET number = 99 WHERE id = {version.pk}",
        f"UPDATE articles_version SET submitted_at = now() WHERE id = {version.pk}",
        f"UPDATE articles_version SET state = 'draft' WHERE id = {version.pk}",
        f"DELETE FROM articles_version WHERE id = {version.pk}",
        f"UPDATE articles_rendition SET body = 'No.' WHERE {where}",
        f"DELETE FROM articles_rendition WHERE {where}",
        f"UPDATE articles_citation SET csl = '{{}}' WHERE {where}",
        f"DELETE FROM articles_citation WHERE {where}",
        f"UPDATE articles_claim SET text = 'No.' WHERE {texts}",
        f"DELETE FROM articles_claim_references WHERE claim_id IN (SELECT id FROM articles_claim WHERE {texts})",
        f"DELETE FROM articles_claim WHERE {texts}",
    )


def test_content_of_a_frozen_version_cannot_be_added_to_or_taken_to_a_draft(policy, wanda):
    frozen = factories.make_version_at(State.SUBMITTED)
    draft = articles.revise(version_id=frozen.pk, by=wanda, now=NOW)
    patient, work = factories.make_audience("patient"), factories.make_reference("new2020")
    row = f"{frozen.pk}, {patient.pk}, FALSE, 'Yes.', 'Yes.'"
    assert_refused(
        f"INSERT INTO articles_rendition (version_id, audience_id, is_primary, summary, body) VALUES ({row})",
        "INSERT INTO articles_citation (version_id, reference_id, number, csl)"
        f" VALUES ({frozen.pk}, {work.pk}, 9, '{{}}')",
        f"UPDATE articles_rendition SET version_id = {draft.pk}, audience_id = {patient.pk}"
        f" WHERE version_id = {frozen.pk}",
        f"UPDATE articles_citation SET version_id = {draft.pk}, number = 8 WHERE version_id = {frozen.pk}",
    )
    assert_possible(f"UPDATE articles_rendition SET body = 'No.' WHERE version_id = {draft.pk}")


TABLES_NEVER_EMPTIED = [
    *("articles_version", "articles_rendition", "articles_citation", "articles_claim", "articles_claim_references"),
    *("articles_article", "reviews_review", "reviews_signature", "reviews_signaturewithdrawal", "reviews_comment"),
    *("reviews_claimcheck", "editorial_user", "editorial_specialty", "editorial_editorialpolicy"),
    *("editorial_policyrule", "editorial_ledgerentry", "editorial_ledgerchain", "editorial_boardmember"),
    "editorial_disclosure",
]


def test_tables_under_a_law_and_all_history_cannot_be_truncated(db):
    history = [model.history.model._meta.db_table for model in tracked()]
    assert_refused(*(f"TRUNCATE {table} CASCADE" for table in [*TABLES_NEVER_EMPTIED, *history]))


def test_frozen_version_refuses_the_orm(policy):
    version = factories.make_version_at(State.SUBMITTED)
    version.question = "Is it?"
    with pytest.raises(FrozenRecord, match="is frozen"):
        version.save()
    text = version.renditions.get()
    text.body = "No."
    for write in (text.save, text.delete, version.citations.all().delete, Claim.objects.all().delete):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            write()
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.filter(version=version).update(number=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version._base_manager.filter(pk=version.pk).update(question="Is it?")


@pytest.mark.parametrize("model", tracked(), ids=lambda model: model.__name__)
def test_querysets_of_tracked_models_refuse_to_write_in_bulk(model):
    rows = model._default_manager.all()
    name = next(field.name for field in model._meta.concrete_fields if not field.primary_key)
    writes = [
        lambda: rows.update(**{name: None}),
        lambda: rows.bulk_update([model()], [name]),
        lambda: rows.bulk_create([model()]),
        lambda: rows.delete(),
        lambda: rows.aupdate(**{name: None}),
        lambda: rows.abulk_update([model()], [name]),
        lambda: rows.abulk_create([model()]),
        lambda: rows.adelete(),
        lambda: model._default_manager.bulk_create([model()]),
    ]
    for write in writes:
        with pytest.raises(FrozenRecord, match=model.__name__):
            write()


# --- law 2: an approval counts for the digest that was signed ---------------------------------------------------------


def test_digest_of_a_frozen_version_stays_true_whatever_the_library_becomes(policy, wanda):
    version = factories.make_approved()
    work = version.citations.get(number=1).reference
    articles.keep_reference(csl=factories.csl(work.key, title="Another"), reference=work, by=wanda, now=NOW)
    assert digest(factories.reread(version)) == version.digest


def test_a_no_op_save_changes_no_digest_no_revision_and_no_history(policy, wanda):
    draft = factories.make_draft()
    history = Version.history.count(), Rendition.history.count(), LedgerEntry.objects.count()
    texts = [factories.Text("professional", "Yes, sometimes.  \r\n", factories.BODY + "\n\n", is_primary=True)]
    saved = articles.edit(version_id=draft.pk, question=draft.question, texts=texts, by=wanda, now=NOW)
    assert (saved.revision, digest(saved)) == (draft.revision, digest(draft))
    assert (Version.history.count(), Rendition.history.count(), LedgerEntry.objects.count()) == history


# --- the order in which texts stand in for missing ones --------------------------------------------------------------


@pytest.mark.parametrize(
    ("fallbacks", "said"),
    [
        ({"a": "a"}, "falls back to itself"),
        ({"a": "b", "b": "a"}, "falls back to itself"),
        ({"c": "a", "a": "b", "b": "a"}, "falls back to itself"),
        ({"a": "stranger"}, "unknown audience stranger"),
        ({"stranger": "a"}, "unknown audience stranger"),
        ({"a": None}, "unknown audience"),
        ({"a": ["b"]}, "unknown audience"),
        (["a"], "fallbacks are an object"),
        ("a", "fallbacks are an object"),
    ],
)
def test_order_that_goes_round_or_names_a_stranger_is_refused(db, fallbacks, said):
    for code in "abc":
        factories.make_audience(code)
    draft = EditorialPolicy.objects.create(number=1, title="Draft", text="?", fallbacks={"a": "b", "b": "c"})
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        EditorialPolicy.objects.create(number=2, title="Draft", text="?", fallbacks=fallbacks)
    draft.fallbacks = fallbacks
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        draft.save()
    statement = "UPDATE editorial_editorialpolicy SET fallbacks = %s"
    assert refused(statement, json.dumps(fallbacks))
    assert not refused(statement, json.dumps({"c": "b", "a": "b"}))


def test_order_of_a_published_policy_is_frozen(db):
    for code in "ab":
        factories.make_audience(code)
    policy = factories.make_policy(fallbacks={"a": "b"})
    assert_refused(f"UPDATE editorial_editorialpolicy SET fallbacks = '{{}}' WHERE id = {policy.pk}")


# --- law 3: approved means the policy is satisfied --------------------------------------------------------------------

APPROVE = """UPDATE articles_version SET state = 'approved', approved_at = now(), valid_until = now(),
             policy_id = %s, reviewed_by = '[]' WHERE id = %s"""


def test_approval_without_quorum_is_refused_for_raw_sql(policy):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    assert refused(APPROVE, policy.pk, version.pk)
    assert refused("UPDATE articles_version SET state = 'approved' WHERE id = %s", version.pk)
    ben = factories.make_accepted(version, "ben")
    with connection.cursor() as cursor:
        cursor.execute(*forged_signature(ben, version.digest))
    assert not refused(APPROVE, policy.pk, version.pk)


def test_approval_under_a_policy_that_is_no_longer_in_force_is_refused_for_raw_sql(db):
    lenient = factories.make_policy(quorum=1)
    version = factories.make_submitted()
    factories.make_policy(number=2, quorum=2)
    factories.sign(factories.make_accepted(version))
    assert refused(APPROVE, lenient.pk, version.pk)


def test_approval_without_a_required_specialty_is_refused_for_raw_sql(db):
    factories.make_specialty("pharmacology")
    policy = factories.make_policy(quorum=1, required_specialties=["pharmacology"])
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    assert refused(APPROVE, policy.pk, version.pk)


def test_approval_against_a_request_for_changes_is_refused_for_raw_sql(db):
    policy = factories.make_policy(quorum=1)
    version = factories.make_submitted()
    reviewing = [factories.make_accepted(version, name) for name in ("ada", "ben")]
    factories.sign(reviewing[0], "request_changes")
    with connection.cursor() as cursor:
        cursor.execute(*forged_signature(reviewing[1], version.digest))
    assert refused(APPROVE, policy.pk, version.pk)


@pytest.mark.parametrize("verdict", ["does_not_support", "contradicts"])
def test_approval_against_a_negative_verdict_is_refused_for_raw_sql_until_an_editor_rules_on_it(edith, verdict):
    policy = factories.make_policy(quorum=1)
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    refuted = verdicts.check(review, verdicts.claims_of(version)[0], verdict)
    with connection.cursor() as cursor:
        cursor.execute(*forged_signature(review, version.digest))
    assert refused(APPROVE, policy.pk, version.pk)
    ruling = {"claim_check": refuted, "reason": "x", "ruled_by": edith}
    Ruling.objects.create(**ruling, verdict="partly", ruled_at=NOW)
    Ruling.objects.create(**ruling, verdict=verdict, ruled_at=NOW - timedelta(seconds=1))
    assert refused(APPROVE, policy.pk, version.pk)
    Ruling.objects.create(**ruling, verdict=verdict, ruled_at=NOW)
    assert not refused(APPROVE, policy.pk, version.pk)


@pytest.fixture
def carried_against(db) -> tuple[Version, ClaimCheck]:
    """Under review with a negative verdict carried over, and signed by one who approves, as many as are asked for."""
    factories.make_policy(quorum=1)
    first = verdicts.sent("Pain is common [@orbach2005].\n")
    review = verdicts.signed(first, verdict="contradicts", decision="request_changes")
    second = verdicts.sent(None, after=factories.reread(first))
    factories.sign(factories.make_accepted(second, "ben"))
    return second, review.claim_checks.get()


APPROVE_AT = """UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = '2026-03-03',
                policy_id = %s, reviewed_by = '[]' WHERE id = %s"""


def test_approval_against_a_verdict_of_an_earlier_round_is_refused_for_raw_sql_until_it_is_ruled_on(
    carried_against, edith
):
    version, found = carried_against
    policy = EditorialPolicy.objects.get()
    assert refused(APPROVE_AT, NOW, policy.pk, version.pk)
    assert refused(APPROVE_AT, NOW + timedelta(days=3650), policy.pk, version.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_reference SET retraction = 'retracted', retraction_as_of = now()")
        assert refused(APPROVE_AT, NOW, policy.pk, version.pk)
        transaction.set_rollback(True)
    reviews.rule(check_id=found.pk, by=factories.make_user("emil", is_editor=True), **WHY)
    assert factories.reread(version).state == State.APPROVED


def test_verdict_of_an_earlier_round_gives_way_to_a_signed_one_of_its_member_for_raw_sql(carried_against):
    version, found = carried_against
    mine = factories.make_accepted(version)
    verdicts.check_all(mine)
    policy = EditorialPolicy.objects.get()
    assert refused(APPROVE_AT, NOW, policy.pk, version.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_review SET state = 'signed' WHERE id = %s", [mine.pk])
    assert not refused(APPROVE_AT, NOW, policy.pk, version.pk)
    assert found.verdict == "contradicts"


def test_objection_whose_context_comes_back_is_not_replaced_for_raw_sql(policy):
    def under(heading: str, after: Version | None = None) -> Version:
        return verdicts.sent(f"## {heading}\n\nPain is common [@orbach2005].\n\n## {after}\n", after=after)

    first = under("Benefits")
    verdicts.signed(first, verdict="contradicts", decision="request_changes")
    second = under("Harms", factories.reread(first))
    verdicts.signed(second, decision="request_changes")
    third = approved_by_two(under("Benefits", factories.reread(second)))
    assert third.state == State.UNDER_REVIEW
    assert refused(APPROVE_AT, NOW, policy.pk, third.pk)
    reviews.request_changes(version_id=third.pk, by=factories.make_user("edith"), **WHY)
    assert approved_by_two(under("Risks", factories.reread(third))).state == State.APPROVED


def approved_by_two(version: Version) -> Version:
    for name in ("ben", "cleo"):
        factories.sign(factories.make_accepted(version, name))
    return factories.reread(version)


CARRY = (
    "INSERT INTO reviews_carriedcheck (claim_id, reference_id, claim_check_id, carried_at) VALUES (%s, %s, %s, now())"
)


def test_verdict_is_carried_only_from_a_signed_review_to_the_same_claim_of_a_later_version_for_raw_sql(policy):
    first = verdicts.sent()
    review, idle = factories.make_accepted(first), factories.make_accepted(first, "ben")
    verdicts.check_all(review)
    unsigned = verdicts.check(idle, verdicts.claims_of(first)[0])
    factories.sign(review, "request_changes")
    reviews.request_changes(version_id=first.pk, by=factories.make_user("edith"), **WHY)
    second, other = verdicts.sent(None, after=first), verdicts.sent(slug="another")
    same, beside = verdicts.claims_of(second)
    good, work, stranger = ClaimCheck.objects.order_by("pk")[0], same.references.get(), beside.references.get()
    assert not refused(CARRY, same.pk, work.pk, good.pk)
    assert refused(CARRY, same.pk, work.pk, unsigned.pk)
    assert refused(CARRY, same.pk, stranger.pk, good.pk)
    assert refused(CARRY, beside.pk, stranger.pk, good.pk)
    assert refused(CARRY, good.claim_id, work.pk, good.pk)
    assert refused(CARRY, verdicts.claims_of(other)[0].pk, work.pk, good.pk)


def test_verdict_is_carried_only_to_the_same_words_on_a_work_that_can_be_the_same_for_raw_sql(policy, wanda):
    review = verdicts.signed(verdicts.sent("Pain is common [@orbach2005].\n"), decision="request_changes")
    given, first = review.claim_checks.get(), factories.reread(review.version)
    work = Reference.objects.get(key="orbach2005")
    factories.make_reference("twin", PMID="77")
    second = verdicts.sent("Pain is common [@twin].\n\nPain is rare [@orbach2005].\n", after=first)
    same, reworded = verdicts.claims_of(second)
    twin = same.references.get()
    assert refused(CARRY, same.pk, twin.pk, given.pk)
    assert refused(CARRY, reworded.pk, work.pk, given.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_reference SET merged_into_id = %s WHERE id = %s", [twin.pk, work.pk])
        assert not refused(CARRY, same.pk, twin.pk, given.pk)
        transaction.set_rollback(True)


def test_rulings_and_verdicts_carried_over_are_append_only(policy, edith):
    first = verdicts.sent()
    review = verdicts.signed(first, verdict="contradicts", decision="request_changes")
    reviews.rule(check_id=review.claim_checks.order_by("pk")[0].pk, by=edith, **WHY)
    factories.make_accepted(verdicts.sent(None, after=first))
    for table, column in (("reviews_ruling", "reason = 'x'"), ("reviews_carriedcheck", "carried_at = now()")):
        assert_refused(f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table}")


def forged_signature(review: Review, digest: str) -> tuple[str, list]:
    """A signature that no action made, with its review signed."""
    sql = """INSERT INTO reviews_signature (review_id, signer_id, name, credentials, orcid, specialties, decision,
             meaning, statement, checklist, digest, policy_id, signed_at)
             VALUES (%s, %s, 'x', '', '', '{}', 'approve', 'x', '', '[]', %s, %s, now());
             UPDATE reviews_review SET state = 'signed' WHERE id = %s"""
    policy = EditorialPolicy.objects.get()
    return sql, [review.pk, review.member.user_id, digest, policy.pk, review.pk]


def test_a_signature_over_another_digest_does_not_count(policy):
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    other = factories.make_accepted(version, "ben")
    with connection.cursor() as cursor:
        cursor.execute(*forged_signature(other, "0" * 64))
    factories.sign(review)
    assert factories.reread(version).state == State.UNDER_REVIEW
    assert refused(APPROVE, policy.pk, version.pk)


def test_approval_proof_cannot_be_changed_or_missing(policy):
    version = factories.make_approved()
    assert_refused(
        f"UPDATE articles_version SET valid_until = valid_until + interval '1 year' WHERE id = {version.pk}",
        f"UPDATE articles_version SET approved_at = now() WHERE id = {version.pk}",
        f"UPDATE articles_version SET policy_id = NULL WHERE id = {version.pk}",
        f"UPDATE articles_version SET reviewed_by = '[]' WHERE id = {version.pk}",
    )


# --- law 5: one door for states ---------------------------------------------------------------------------------------


def test_state_assigned_outside_the_door_is_refused_by_save(policy):
    review = factories.make_review_at(ReviewState.INVITED)
    review.state = ReviewState.ACCEPTED
    with pytest.raises(FrozenRecord, match=r"reviews\.transitions"):
        review.save()
    version = review.version
    version.state = State.UNDER_REVIEW
    with pytest.raises(FrozenRecord, match=r"articles\.transitions"):
        version.save()


def copied(row: Version | Review, **values: str) -> str:
    """An INSERT of the row once more, but for these columns."""
    kept = ", ".join(f.column for f in row._meta.concrete_fields if f.column not in {"id", *values})
    new = ", ".join(f"'{value}'" for value in values.values())
    table = row._meta.db_table
    return f"INSERT INTO {table} ({', '.join(values)}, {kept}) SELECT {new}, {kept} FROM {table} WHERE id = {row.pk}"


def test_rows_cannot_begin_in_another_state(policy, wanda):
    review = factories.make_review_at(ReviewState.SIGNED)
    assert_refused(copied(review, state="cancelled"), copied(review, state="declined"))
    version = review.version
    assert_refused(copied(version, state="withdrawn", number="77"), copied(version, state="rejected", number="77"))
    assert_possible(copied(version, state="draft", number="77", digest=""))
    another = Version(article=version.article, number=9, question="?", created_at=NOW, created_by=wanda)
    another.state = State.SUBMITTED
    with pytest.raises(FrozenRecord):
        another.save()


def test_one_draft_one_in_review_one_approved_per_article(policy, wanda):
    approved = factories.make_approved()
    article = approved.article
    draft = articles.revise(version_id=approved.pk, by=wanda, now=NOW)
    submitted = articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    articles.revise(version_id=submitted.pk, by=wanda, now=NOW)
    another = Version(article=article, number=9, question="?", created_at=NOW, created_by=wanda)
    another.updated_at = another.state_changed_at = NOW
    with pytest.raises(IntegrityError, match="one_draft"), transaction.atomic():
        another.save()
    draft = Version.objects.get(article=article, state=State.DRAFT)
    frozen = f"digest = repeat('0', 64), submitted_at = now(), submitted_by_id = {wanda.pk}"
    assert_refused(f"UPDATE articles_version SET state = 'submitted', {frozen} WHERE id = {draft.pk}")


def test_second_approval_of_an_article_is_refused_for_raw_sql(policy, wanda):
    approved = factories.make_approved()
    draft = articles.revise(version_id=approved.pk, by=wanda, now=NOW)
    newer = articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    factories.sign(factories.make_accepted(newer))
    with connection.cursor() as cursor:
        cursor.execute(*forged_signature(factories.make_accepted(newer, "ben"), newer.digest))
    assert refused(APPROVE, policy.pk, newer.pk)
    articles.retract(version_id=approved.pk, by=factories.make_user("edith"), **WHY)
    assert not refused(APPROVE, policy.pk, newer.pk)


# --- law 6: ledger, signatures and history ----------------------------------------------------------------------------


def test_signatures_and_withdrawals_are_append_only(policy, ada):
    review = factories.make_review_at(ReviewState.SIGNED)
    reviews.withdraw_signature(review_id=review.pk, by=ada, **WHY)
    assert_refused(
        "UPDATE reviews_signature SET decision = 'request_changes'",
        "DELETE FROM reviews_signature",
        "UPDATE reviews_signaturewithdrawal SET reason = 'x'",
        "DELETE FROM reviews_signaturewithdrawal",
    )
    signature = Signature.objects.get()
    signature.statement = "I never said so."
    taken_back = SignatureWithdrawal.objects.all()
    for write in (signature.save, taken_back.delete, lambda: taken_back.update(reason="x"), signature.delete):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            write()


def test_history_of_a_whole_journey_cannot_be_changed(policy):
    factories.make_version_at(State.RETRACTED)
    for model in tracked():
        table = model.history.model._meta.db_table
        if model.history.exists():
            assert_refused(f"UPDATE {table} SET history_change_reason = 'x'", f"DELETE FROM {table}")
    assert {Version, Review, Rendition, Article, User} <= {model for model in tracked() if model.history.exists()}
    for write in (Version.history.all().delete, lambda: Review.history.update(state="signed")):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_history_rows_are_chained_by_their_seal(policy):
    version = factories.make_version_at(State.UNDER_REVIEW)
    seals = list(Version.history.filter(id=version.pk).order_by("history_id").values_list("seal", flat=True))
    assert len(set(seals)) == len(seals) == 3
    assert all(len(seal) == 64 for seal in seals)


def test_ledger_is_append_only_and_its_chains_only_grow(policy):
    factories.make_draft()
    assert_refused(
        "UPDATE editorial_ledgerentry SET actor_name = 'Nobody'",
        "DELETE FROM editorial_ledgerentry",
        "DELETE FROM editorial_ledgerchain",
        "UPDATE editorial_ledgerchain SET length = 0, head = repeat('0', 64)",
        "UPDATE editorial_ledgerchain SET head = repeat('a', 64), length = length + 1",
        "UPDATE editorial_ledgerchain SET name = 'x' || name",
    )
    for write in (LedgerEntry.objects.all().delete, lambda: LedgerChain.objects.update(length=0)):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("places", "links", "head", "is_refused"),
    [
        ((1, 2), ("head", "first"), "second", False),
        ((1, 2), ("head", "head"), "second", True),
        ((1, 2), ("first", "first"), "second", True),
        ((1, 2), ("head", "first"), "first", True),
        ((2,), ("head",), "first", True),
        ((1, 3), ("head", "first"), "second", True),
    ],
    ids=["follow one another", "wrong link", "wrong first link", "wrong head", "gap before", "gap between"],
)
def test_chain_grows_by_entries_that_follow_one_another(policy, places, links, head, is_refused):
    chain = LedgerChain.objects.get(name=factories.make_draft().article.chain)
    hashes = {"head": chain.head, "first": "a" * 64, "second": "b" * 64}
    entry = """
        INSERT INTO editorial_ledgerentry
            (chain_id, sequence, at, actor_id, actor_name, action, payload, previous_hash, hash)
        SELECT chain_id, %s, at, actor_id, actor_name, action, payload, %s, %s
        FROM editorial_ledgerentry WHERE chain_id = %s AND sequence = %s;
    """
    rows = [
        (chain.length + place, hashes[link], hashes[own], chain.name, chain.length)
        for place, link, own in zip(places, links, ("first", "second"), strict=False)
    ]
    grown = "UPDATE editorial_ledgerchain SET length = %s, head = %s WHERE name = %s"
    parameters = [value for row in rows for value in row] + [chain.length + places[-1], hashes[head], chain.name]
    assert refused(entry * len(rows) + grown, *parameters) is is_refused


def test_reviews_and_their_work_stay_as_they_were_signed(policy, ada):
    version = factories.make_submitted()
    signed, at_work = factories.make_accepted(version), factories.make_accepted(version, "ben")
    remark = reviews.comment(review_id=signed.pk, text="Fine.", by=ada, now=NOW)
    claim = Claim.objects.order_by("pk").first()
    reviews.check_claim(
        review_id=signed.pk,
        claim_id=claim.pk,
        reference_id=claim.references.first().pk,
        verdict="supports",
        by=ada,
        now=NOW,
    )
    assert_possible("UPDATE reviews_claimcheck SET verdict = 'contradicts'", "DELETE FROM reviews_claimcheck")
    factories.sign(signed)
    assert_refused(
        "UPDATE reviews_claimcheck SET verdict = 'contradicts'",
        f"UPDATE reviews_claimcheck SET review_id = {at_work.pk}",
        "DELETE FROM reviews_claimcheck",
        "UPDATE reviews_comment SET text = 'x'",
        "UPDATE reviews_comment SET is_blocking = TRUE",
        "DELETE FROM reviews_comment",
        f"DELETE FROM reviews_review WHERE id = {at_work.pk}",
        f"UPDATE reviews_review SET member_id = {signed.member_id} WHERE id = {at_work.pk}",
    )
    reviews.resolve(comment_id=remark.pk, by=ada, now=NOW)
    assert_refused("UPDATE reviews_comment SET resolved_at = NULL, resolved_by_id = NULL")
    for model in (Comment, ClaimCheck):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.get().delete()


def test_nothing_is_signed_or_noted_in_a_review_that_is_not_at_work(policy):
    review = factories.make_review_at(ReviewState.DECLINED)
    with pytest.raises(IntegrityError, match="closed review"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*forged_signature(review, review.version.digest))


# --- policy, people and terms -----------------------------------------------------------------------------------------


def test_published_policy_and_its_rules_are_frozen(policy):
    rule = f"{policy.pk}, 'low', 1, '{{}}', 1"
    assert_refused(
        "UPDATE editorial_editorialpolicy SET text = 'x'",
        "UPDATE editorial_editorialpolicy SET in_force_from = NULL, published_by_id = NULL",
        "DELETE FROM editorial_editorialpolicy",
        "UPDATE editorial_policyrule SET quorum = 1",
        "DELETE FROM editorial_policyrule",
        "INSERT INTO editorial_policyrule (policy_id, risk, quorum, required_specialties, shelf_life_days)"
        f" VALUES ({rule})",
    )
    policy.title = "Another"
    with pytest.raises(IntegrityError), transaction.atomic():
        policy.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        policy.rules.first().delete()


def test_rules_of_an_unpublished_policy_cannot_be_moved_into_a_published_one(policy):
    draft = EditorialPolicy.objects.create(number=2, title="Draft", text="?")
    rule = PolicyRule.objects.create(policy=draft, risk=RiskTier.LOW, quorum=1, shelf_life_days=1)
    assert_refused(f"UPDATE editorial_policyrule SET policy_id = {policy.pk} WHERE id = {rule.pk}")
    assert_possible("UPDATE editorial_policyrule SET quorum = 3 WHERE policy_id = " + str(draft.pk))
    rule.delete()
    draft.delete()


def test_people_specialties_members_and_disclosures_are_never_deleted(policy, ada):
    company = factories.make_product().manufacturer
    rows = [
        factories.make_user("nora"),
        factories.make_specialty("neurology"),
        factories.make_disclosure(ada.board_member, company=company),
        factories.make_member("cleo"),
    ]
    assert [type(row) for row in rows] == [User, Specialty, Disclosure, BoardMember]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
        assert_refused(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}")


def test_codes_that_other_records_name_never_change(policy):
    factories.make_specialty()
    audience = factories.make_audience()
    assert_refused("UPDATE editorial_specialty SET code = 'x'", "UPDATE editorial_audience SET code = 'x'")
    audience.name = "Professionals"
    audience.save()
    assert Audience.objects.get().name == "Professionals"


def test_unknown_specialties_are_refused(policy, ada):
    factories.make_draft()
    draft = EditorialPolicy.objects.create(number=2, title="Draft", text="?")
    PolicyRule.objects.create(policy=draft, risk=RiskTier.LOW, quorum=1, shelf_life_days=1)
    assert_refused(
        "UPDATE editorial_boardmember SET specialties = '{immunology,astrology}'",
        "UPDATE articles_article SET specialties = '{astrology}'",
        f"UPDATE editorial_policyrule SET required_specialties = '{{astrology}}' WHERE policy_id = {draft.pk}",
    )
    ada.board_member.specialties = ["astrology"]
    with pytest.raises(IntegrityError, match="unknown specialty astrology"), transaction.atomic():
        ada.board_member.save()


def test_only_the_house_itself_approves(policy, edith):
    version = factories.make_version_at(State.UNDER_REVIEW)
    with pytest.raises(IntegrityError, match="approving signatures"), transaction.atomic():
        VERSION_VERBS["approve"](version, User.objects.system())
