"""PostgreSQL lets no version be approved against a verdict, and carries verdicts over only where they belong."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_evidence")]

    operations = [
        migrations.RunSQL(
            HOLD_VERDICTS,
            "DROP TRIGGER hold_verdicts ON articles_version; DROP FUNCTION imprimatur_hold_verdicts();",
        ),
        migrations.RunSQL(
            HOLD_CARRIED,
            "DROP TRIGGER hold_carried ON reviews_carriedcheck; DROP FUNCTION imprimatur_hold_carried();",
        ),
    ]
