"""PostgreSQL holds what was signed, and lets no version be approved without it."""

from django.db import migrations

from editorial.triggers import (
    append_only,
    hold_columns,
    hold_states,
    never_deleted,
    never_truncated,
    sealed_history,
    write_once,
)

HISTORY = ["reviews_historicalclaimcheck", "reviews_historicalcomment", "reviews_historicalreview"]

PAIRS = [
    ("invited", "accepted"),
    ("invited", "declined"),
    ("invited", "recused"),
    ("invited", "cancelled"),
    ("invited", "lapsed"),
    ("accepted", "signed"),
    ("accepted", "declined"),
    ("accepted", "recused"),
    ("accepted", "cancelled"),
    ("accepted", "lapsed"),
    ("signed", "accepted"),
]

# Law 3: a version becomes approved only under the policy in force, on its quorum of standing signatures over this digest,
# with its required specialties among the signers, and none against it.
HOLD_APPROVAL = """
CREATE FUNCTION imprimatur_hold_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed integer; required varchar[]; present varchar[]; approvals integer; objections integer;
BEGIN
    SELECT rule.quorum, rule.required_specialties INTO needed, required FROM editorial_policyrule rule
        JOIN articles_article article ON article.risk = rule.risk
        WHERE article.id = NEW.article_id AND rule.policy_id = NEW.policy_id AND rule.policy_id = (
            SELECT policy.id FROM editorial_editorialpolicy policy WHERE policy.in_force_from <= NEW.approved_at
            ORDER BY policy.in_force_from DESC, policy.number DESC LIMIT 1);
    SELECT count(DISTINCT signature.signer_id) FILTER (WHERE signature.decision = 'approve'),
           count(*) FILTER (WHERE signature.decision <> 'approve'),
           coalesce(array_agg(DISTINCT code) FILTER (WHERE signature.decision = 'approve' AND code IS NOT NULL), '{}')
        INTO approvals, objections, present
        FROM reviews_signature signature
        JOIN reviews_review review ON review.id = signature.review_id
        LEFT JOIN LATERAL unnest(signature.specialties) AS code ON true
        WHERE review.version_id = NEW.id AND review.state = 'signed' AND signature.digest = NEW.digest
          AND NOT EXISTS (SELECT FROM reviews_signaturewithdrawal w WHERE w.signature_id = signature.id);
    IF needed IS NULL OR approvals < needed OR objections > 0 OR NOT required <@ present THEN
        RAISE EXCEPTION 'version % has % of % approving signatures and % against it',
            NEW.id, approvals, needed, objections USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_approval BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state = 'under_review' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_approval();
"""

# Verdicts and comments of a signed review stay as they were signed; a comment may still be resolved.
HOLD_WORK = """
CREATE FUNCTION imprimatur_hold_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_review r WHERE r.state <> 'accepted'
               AND ((TG_OP <> 'INSERT' AND r.id = OLD.review_id) OR (TG_OP <> 'DELETE' AND r.id = NEW.review_id)))
    THEN
        RAISE EXCEPTION '% belongs to a closed review', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER hold_work BEFORE INSERT OR UPDATE OR DELETE ON reviews_claimcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER hold_work BEFORE INSERT ON reviews_comment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER hold_work BEFORE INSERT ON reviews_signature
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("articles", "0002_laws")]

    operations = [
        hold_states("reviews_review", initial="invited", pairs=PAIRS),
        hold_columns(
            "reviews_review",
            mutable=["state", "revision", "respond_by", "due_at", "accepted_at", "state_changed_at", "state_reason"],
        ),
        *never_deleted("reviews_review"),
        *append_only("reviews_signature"),
        *append_only("reviews_signaturewithdrawal"),
        hold_columns("reviews_comment", mutable=["resolved_at", "resolved_by_id"]),
        write_once("reviews_comment", columns=["resolved_at", "resolved_by_id"]),
        *never_deleted("reviews_comment"),
        migrations.RunSQL(
            HOLD_APPROVAL,
            "DROP TRIGGER hold_approval ON articles_version; DROP FUNCTION imprimatur_hold_approval();",
        ),
        migrations.RunSQL(
            HOLD_WORK,
            "DROP TRIGGER hold_work ON reviews_claimcheck; DROP TRIGGER hold_work ON reviews_comment;"
            "DROP TRIGGER hold_work ON reviews_signature; DROP FUNCTION imprimatur_hold_work();",
        ),
        never_truncated("reviews_claimcheck"),
        *(operation for table in HISTORY for operation in sealed_history(table)),
    ]
