"""What PostgreSQL holds of reviews.

A review moves along its life cycle, and what was signed in it stays; no version becomes approved without its
signatures, nor against a verdict; verdicts are carried over only where they belong; the seals of field history.
"""

from django.db import migrations

from editorial.record.triggers import (append_only, hold_columns, hold_states, never_deleted, never_truncated, sealed_history, write_once)

HISTORY = [
    "reviews_historicalchecklistanswer",
    "reviews_historicalclaimcheck",
    "reviews_historicalcomment",
    "reviews_historicalreview",
]

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

MOVES_WITH_STATE = ["state", "revision", "respond_by", "due_at", "accepted_at", "state_changed_at", "state_reason"]

WRITTEN_LATER = ["resolved_at", "resolved_by_id", "taken_over_at", "taken_over_by_id"]
"""What may still be written of a comment after it was made, each once."""

# Verdicts, answers and comments of a signed review stay as they were signed; a comment may still be resolved, and its
# wording taken over.
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
CREATE TRIGGER hold_work BEFORE INSERT OR UPDATE OR DELETE ON reviews_checklistanswer
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER hold_work BEFORE INSERT ON reviews_comment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
CREATE TRIGGER hold_work BEFORE INSERT ON reviews_signature
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
"""

DROP_HOLD_WORK = """
DROP TRIGGER hold_work ON reviews_claimcheck;
DROP TRIGGER hold_work ON reviews_checklistanswer;
DROP TRIGGER hold_work ON reviews_comment;
DROP TRIGGER hold_work ON reviews_signature;
DROP FUNCTION imprimatur_hold_work();
"""

# Law 3: a version becomes approved only under the policy in force, on its quorum of standing signatures over this
# digest, with its required specialties among the signers, and none against it.
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

DROP_HOLD_APPROVAL = "DROP TRIGGER hold_approval ON articles_version; DROP FUNCTION imprimatur_hold_approval();"

# Law 3, as to verdicts: none of a signed review of this version is negative, unless an editor ruled on it as it is.
HOLD_VERDICTS = """
CREATE FUNCTION imprimatur_hold_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE refuted integer;
BEGIN
    SELECT count(DISTINCT verdict.claim_id) INTO refuted
        FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id
        WHERE review.version_id = NEW.id AND review.state = 'signed'
          AND verdict.verdict IN ('does_not_support', 'contradicts')
          AND NOT EXISTS (SELECT FROM reviews_ruling ruling WHERE ruling.claim_check_id = verdict.id
                          AND ruling.verdict = verdict.verdict AND ruling.ruled_at >= verdict.checked_at);
    IF refuted > 0 THEN
        RAISE EXCEPTION 'version % has % claims that a reviewer found not supported', NEW.id, refuted
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_verdicts BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state = 'under_review' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_verdicts();
"""

DROP_HOLD_VERDICTS = "DROP TRIGGER hold_verdicts ON articles_version; DROP FUNCTION imprimatur_hold_verdicts();"

# Law 3, as to verdicts that were carried over to this version, as ``reviews.desk.verdicts.said`` and ``refuted`` count: none
# is negative, not ruled on as it is, not replaced by a verdict of the same member in a signed review of this version,
# within the shelf life, and on a work that is not retracted.
HOLD_CARRIED_VERDICTS = """
CREATE FUNCTION imprimatur_hold_carried_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE refuted integer;
BEGIN
    SELECT count(DISTINCT carried.claim_id) INTO refuted
        FROM articles_rendition text
        JOIN articles_claim claim ON claim.rendition_id = text.id
        JOIN reviews_carriedcheck carried ON carried.claim_id = claim.id
        JOIN reviews_claimcheck verdict ON verdict.id = carried.claim_check_id
        JOIN reviews_review given ON given.id = verdict.review_id
        JOIN articles_article article ON article.id = NEW.article_id
        JOIN editorial_policyrule rule ON rule.policy_id = NEW.policy_id AND rule.risk = article.risk
        WHERE text.version_id = NEW.id AND verdict.verdict IN ('does_not_support', 'contradicts')
          AND verdict.checked_at + rule.shelf_life_days * interval '24 hours' > NEW.approved_at
          AND NOT EXISTS (SELECT FROM reviews_ruling ruling WHERE ruling.claim_check_id = verdict.id
                          AND ruling.verdict = verdict.verdict AND ruling.ruled_at >= verdict.checked_at)
          AND NOT EXISTS (SELECT FROM reviews_claimcheck fresh JOIN reviews_review review ON review.id = fresh.review_id
                          WHERE review.version_id = NEW.id AND review.state = 'signed'
                            AND review.member_id = given.member_id
                            AND fresh.claim_id = carried.claim_id AND fresh.reference_id = carried.reference_id)
          AND NOT EXISTS (
              WITH RECURSIVE up (retraction, next) AS (
                  SELECT retraction, merged_into_id FROM articles_reference WHERE id = carried.reference_id
                  UNION SELECT work.retraction, work.merged_into_id
                  FROM up JOIN articles_reference work ON work.id = up.next)
              SELECT FROM up WHERE retraction = 'retracted');
    IF refuted > 0 THEN
        RAISE EXCEPTION 'version % has % claims that a reviewer of an earlier one found not supported', NEW.id, refuted
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_carried_verdicts BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state = 'under_review' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_carried_verdicts();
"""

DROP_HOLD_CARRIED_VERDICTS = """
DROP TRIGGER hold_carried_verdicts ON articles_version;
DROP FUNCTION imprimatur_hold_carried_verdicts();
"""

# A verdict is carried over from a signed review of an earlier version of the article, to the same claim, to a work
# that is cited at it.
HOLD_CARRIED = """
CREATE FUNCTION imprimatur_hold_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id AND review.state = 'signed'
        JOIN articles_version earlier ON earlier.id = review.version_id
        JOIN articles_claim original ON original.id = verdict.claim_id
        JOIN articles_claim claim ON claim.id = NEW.claim_id AND claim.fingerprint = original.fingerprint
        JOIN articles_rendition text ON text.id = claim.rendition_id
        JOIN articles_version version ON version.id = text.version_id
             AND version.article_id = earlier.article_id AND version.number > earlier.number
        JOIN articles_claim_references cited ON cited.claim_id = claim.id AND cited.reference_id = NEW.reference_id
        WHERE verdict.id = NEW.claim_check_id)
    THEN
        RAISE EXCEPTION 'verdict % does not belong to claim %', NEW.claim_check_id, NEW.claim_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_carried BEFORE INSERT ON reviews_carriedcheck
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_carried();
"""

DROP_HOLD_CARRIED = "DROP TRIGGER hold_carried ON reviews_carriedcheck; DROP FUNCTION imprimatur_hold_carried();"


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("articles", "0002_laws")]

    operations = [
        # reviews and what is in them
        hold_states("reviews_review", initial="invited", pairs=PAIRS),
        hold_columns("reviews_review", mutable=MOVES_WITH_STATE),
        *never_deleted("reviews_review"),
        migrations.RunSQL(HOLD_WORK, DROP_HOLD_WORK),
        never_truncated("reviews_claimcheck"),
        never_truncated("reviews_checklistanswer"),
        hold_columns("reviews_comment", mutable=WRITTEN_LATER),
        write_once("reviews_comment", columns=WRITTEN_LATER),
        *never_deleted("reviews_comment"),
        *append_only("reviews_signature"),
        *append_only("reviews_signaturewithdrawal"),
        *append_only("reviews_ruling"),
        # approvals
        migrations.RunSQL(HOLD_APPROVAL, DROP_HOLD_APPROVAL),
        migrations.RunSQL(HOLD_VERDICTS, DROP_HOLD_VERDICTS),
        migrations.RunSQL(HOLD_CARRIED_VERDICTS, DROP_HOLD_CARRIED_VERDICTS),
        # verdicts carried over
        *append_only("reviews_carriedcheck"),
        migrations.RunSQL(HOLD_CARRIED, DROP_HOLD_CARRIED),
        # field history
        *(operation for table in HISTORY for operation in sealed_history(table)),
    ]
