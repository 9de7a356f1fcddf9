"""Verdicts are carried over to the same words, on the same work: added fields of a work no longer void them.

``reviews.desk.same_claims`` decides which works are the same. PostgreSQL refuses what cannot be: neither one record of the
library, merges followed, nor the same DOI or PMID.
"""

from importlib import import_module

from django.db import migrations

laws = import_module("reviews.migrations.0002_laws")

HOLD_CARRIED = """
CREATE OR REPLACE FUNCTION imprimatur_hold_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id AND review.state = 'signed'
        JOIN articles_version earlier ON earlier.id = review.version_id
        JOIN articles_claim original ON original.id = verdict.claim_id
        JOIN articles_claim claim ON claim.id = NEW.claim_id AND claim.words = original.words
        JOIN articles_rendition text ON text.id = claim.rendition_id
        JOIN articles_version version ON version.id = text.version_id
             AND version.article_id = earlier.article_id AND version.number > earlier.number
        JOIN articles_claim_references cited ON cited.claim_id = claim.id AND cited.reference_id = NEW.reference_id
        JOIN articles_citation before ON before.version_id = earlier.id AND before.reference_id = verdict.reference_id
        JOIN articles_citation after ON after.version_id = version.id AND after.reference_id = NEW.reference_id
        WHERE verdict.id = NEW.claim_check_id
          AND (imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)
               OR lower(before.csl ->> 'DOI') = lower(after.csl ->> 'DOI')
               OR before.csl ->> 'PMID' = after.csl ->> 'PMID'))
    THEN
        RAISE EXCEPTION 'verdict % does not belong to claim %', NEW.claim_check_id, NEW.claim_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# The record that stands for a work, merges followed; of records merged in a circle the first.
RECORD_OF = """
CREATE FUNCTION imprimatur_record_of(work bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up (id, next) AS (
        SELECT id, merged_into_id FROM articles_reference WHERE id = work
        UNION SELECT record.id, record.merged_into_id FROM up JOIN articles_reference record ON record.id = up.next)
    SELECT coalesce((SELECT id FROM up WHERE next IS NULL), (SELECT min(id) FROM up))
$$;
"""

BEFORE = laws.HOLD_CARRIED[: laws.HOLD_CARRIED.index("CREATE TRIGGER")]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_report_rungs"), ("articles", "0014_context_of_claims")]

    operations = [
        migrations.RunSQL(RECORD_OF, "DROP FUNCTION imprimatur_record_of(bigint)"),
        migrations.RunSQL(HOLD_CARRIED, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
