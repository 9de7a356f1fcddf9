"""PostgreSQL lets no version be approved against a verdict that was carried over to it, either."""

from django.db import migrations

# As ``reviews.verdicts.said`` and ``refuted`` count: carried over, negative, not ruled on as it is, not replaced by a
# verdict of the same member in a signed review of this version, within the shelf life, on a work that is not retracted.
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


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_desk")]

    operations = [
        migrations.RunSQL(
            HOLD_CARRIED_VERDICTS,
            "DROP TRIGGER hold_carried_verdicts ON articles_version; DROP FUNCTION imprimatur_hold_carried_verdicts();",
        ),
    ]
