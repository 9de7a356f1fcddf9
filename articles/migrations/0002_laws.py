"""What PostgreSQL holds of articles.

A version moves along its life cycle, and once it was submitted neither it nor its texts, claims and citations change;
articles, versions and works stay; the seals of field history.
"""

from django.db import migrations

from editorial.record.triggers import (append_only, hold_columns, hold_states, known_specialties, never_deleted, never_truncated, sealed_history, write_once)

HISTORY = [
    "articles_historicalarticle",
    "articles_historicalarticleproduct",
    "articles_historicalauthorship",
    "articles_historicalreference",
    "articles_historicalrendition",
    "articles_historicalversion",
]

PAIRS = [
    ("draft", "submitted"),
    ("submitted", "withdrawn"),
    ("under_review", "withdrawn"),
    ("submitted", "under_review"),
    ("under_review", "changes_requested"),
    ("under_review", "approved"),
    ("submitted", "rejected"),
    ("under_review", "rejected"),
    ("approved", "superseded"),
    ("approved", "suspended"),
    ("suspended", "approved"),
    ("approved", "retracted"),
    ("suspended", "retracted"),
]

MOVES_WITH_STATE = [
    "state",
    "revision",
    "under_review_at",
    "approved_at",
    "valid_until",
    "policy_id",
    "reviewed_by",
    "state_changed_at",
    "state_reason",
]

# Argument: how the version of a row is found: its own column, or through its rendition or claim.
HOLD_CONTENT = """
CREATE FUNCTION imprimatur_frozen_version(way text, content jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM articles_version v WHERE v.state <> 'draft' AND v.id = CASE way
            WHEN 'version' THEN (content ->> 'version_id')::bigint
            WHEN 'rendition' THEN
                (SELECT r.version_id FROM articles_rendition r WHERE r.id = (content ->> 'rendition_id')::bigint)
            WHEN 'claim' THEN
                (SELECT r.version_id FROM articles_claim c JOIN articles_rendition r ON r.id = c.rendition_id
                 WHERE c.id = (content ->> 'claim_id')::bigint)
        END)
$$;
CREATE FUNCTION imprimatur_hold_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND imprimatur_frozen_version(TG_ARGV[0], to_jsonb(OLD)))
        OR (TG_OP <> 'DELETE' AND imprimatur_frozen_version(TG_ARGV[0], to_jsonb(NEW)))
    THEN
        RAISE EXCEPTION '% belongs to a frozen version', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

DROP_HOLD_CONTENT = "DROP FUNCTION imprimatur_hold_content(); DROP FUNCTION imprimatur_frozen_version(text, jsonb);"

CONTENT = {
    "articles_rendition": "version",
    "articles_citation": "version",
    "articles_claim": "rendition",
    "articles_claim_references": "claim",
}


def hold_content(table, way):
    hold = migrations.RunSQL(
        f"CREATE TRIGGER hold_content BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_content('{way}')",
        f"DROP TRIGGER hold_content ON {table}",
    )
    return [hold, never_truncated(table)]


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial"), ("editorial", "0002_laws")]

    operations = [
        # versions and what is in them
        hold_states("articles_version", initial="draft", pairs=PAIRS),
        hold_columns("articles_version", mutable=MOVES_WITH_STATE, condition="OLD.state <> 'draft'"),
        write_once(
            "articles_version",
            columns=["submitted_at", "under_review_at", "approved_at", "valid_until", "policy_id", "reviewed_by"],
        ),
        *never_deleted("articles_version"),
        migrations.RunSQL(HOLD_CONTENT, DROP_HOLD_CONTENT),
        *(operation for table, way in CONTENT.items() for operation in hold_content(table, way)),
        # articles
        *never_deleted("articles_article"),
        known_specialties("articles_article", column="specialties"),
        # works
        *never_deleted("articles_reference"),
        *append_only("articles_retractionlist"),
        # field history
        *(operation for table in HISTORY for operation in sealed_history(table)),
    ]
