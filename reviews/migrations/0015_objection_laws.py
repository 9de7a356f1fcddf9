"""What PostgreSQL holds of objections: no version is approved against one that nobody has ended."""

from importlib import import_module

from django.db import migrations

from editorial.record.triggers import append_only

laws = import_module("reviews.migrations.0002_laws")
answers = import_module("reviews.migrations.0003_answers")

REVIEW_MOVES = [*laws.MOVES_WITH_STATE, "handed_over", "handed_over_at"]
RESOLVED = ["resolved_at", "resolved_by_id", "resolution", "resolution_reason"]
TAKEN_OVER = ["taken_over_at", "taken_over_by_id"]


def hold(table, columns):
    """The statement that lets only ``columns`` of ``table`` change, in place of the one before."""
    arguments = ", ".join(f"'{column}'" for column in columns)
    return f"""
    DROP TRIGGER hold_columns ON {table};
    CREATE TRIGGER hold_columns BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_columns({arguments});
    """


# A comment is resolved once: what it was resolved as stays.
RESOLVED_ONCE = f"""
CREATE TRIGGER resolved_once BEFORE UPDATE ON reviews_comment FOR EACH ROW
    WHEN (OLD.resolved_at IS NOT NULL) EXECUTE FUNCTION imprimatur_hold_columns({", ".join(f"'{one}'" for one in TAKEN_OVER)});
CREATE TRIGGER handed_over_once BEFORE UPDATE ON reviews_review FOR EACH ROW
    WHEN (OLD.handed_over IS NOT NULL AND (NEW.handed_over IS DISTINCT FROM OLD.handed_over
          OR NEW.handed_over_at IS DISTINCT FROM OLD.handed_over_at)) EXECUTE FUNCTION imprimatur_refuse();
"""

# A writer also answers comments of a review that ended without a signature.
HOLD_COMMENTS = answers.HOLD_COMMENTS[answers.HOLD_COMMENTS.index("CREATE FUNCTION") : answers.HOLD_COMMENTS.index("CREATE TRIGGER")]
ANSWER_SIGNED = HOLD_COMMENTS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
ANSWER_ENDED = ANSWER_SIGNED.replace("r.state = 'signed' AND", "r.state NOT IN ('invited', 'accepted') AND")

FUNCTIONS = """
-- Verdicts that block an approval: reviews.models.comments_and_verdicts.NEGATIVE.
CREATE FUNCTION imprimatur_is_negative(verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT verdict IN ('contradicts', 'does_not_support')
$$;

-- Law 3: no blocking comment and no negative verdict on any version of the article up to this one is open: neither
-- withdrawn, nor ruled on, nor replaced by its member, nor accepted as answered by changed words.
CREATE FUNCTION imprimatur_hold_objections() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE comments integer; verdicts integer;
BEGIN
    SELECT count(*) INTO comments FROM reviews_comment comment
        JOIN articles_version version ON version.id = comment.version_id
        WHERE version.article_id = NEW.article_id AND version.number <= NEW.number
          AND comment.is_blocking AND comment.resolved_at IS NULL
          AND NOT EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.comment_id = comment.id);
    SELECT count(*) INTO verdicts FROM reviews_claimcheck verdict
        JOIN reviews_review review ON review.id = verdict.review_id
        JOIN articles_version version ON version.id = review.version_id
        JOIN articles_claim claim ON claim.id = verdict.claim_id
        WHERE version.article_id = NEW.article_id AND version.number <= NEW.number
          AND imprimatur_is_negative(verdict.verdict)
          AND NOT EXISTS (SELECT FROM reviews_ruling ruling WHERE ruling.claim_check_id = verdict.id
                          AND ruling.verdict = verdict.verdict AND ruling.ruled_at >= verdict.checked_at)
          AND NOT (EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.claim_check_id = verdict.id)
                   AND NOT EXISTS (SELECT FROM articles_claim present
                                   JOIN articles_rendition text ON text.id = present.rendition_id
                                   WHERE text.version_id = NEW.id AND present.fingerprint = claim.fingerprint))
          AND NOT EXISTS (
              SELECT FROM reviews_claimcheck other
              JOIN reviews_review theirs ON theirs.id = other.review_id AND theirs.member_id = review.member_id
              JOIN articles_version at ON at.id = theirs.version_id AND at.article_id = version.article_id
              JOIN articles_claim same ON same.id = other.claim_id AND same.words = claim.words
              JOIN articles_citation before ON before.version_id = version.id AND before.reference_id = verdict.reference_id
              JOIN articles_citation after ON after.version_id = at.id AND after.reference_id = other.reference_id
              WHERE (at.number, theirs.id) > (version.number, review.id)
                AND (theirs.state = 'signed' OR review.state <> 'signed')
                AND (at.id <> version.id OR other.claim_id = verdict.claim_id)
                AND (imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)
                     OR lower(before.csl ->> 'DOI') = lower(after.csl ->> 'DOI')
                     OR before.csl ->> 'PMID' = after.csl ->> 'PMID'));
    IF comments > 0 OR verdicts > 0 THEN
        RAISE EXCEPTION 'version % has % open blocking comments and % open negative verdicts against it',
            NEW.id, comments, verdicts USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_objections BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state = 'under_review' AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_objections();

-- A change is accepted in a later version of the same article than the one that was objected to.
CREATE FUNCTION imprimatur_hold_accepted_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM articles_version later JOIN articles_version earlier
             ON earlier.article_id = later.article_id AND earlier.number < later.number
        WHERE later.id = NEW.version_id AND earlier.id = coalesce(
            (SELECT comment.version_id FROM reviews_comment comment WHERE comment.id = NEW.comment_id),
            (SELECT review.version_id FROM reviews_claimcheck verdict
             JOIN reviews_review review ON review.id = verdict.review_id WHERE verdict.id = NEW.claim_check_id)))
    THEN
        RAISE EXCEPTION 'version % is not later than the one that was objected to', NEW.version_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_accepted_change BEFORE INSERT ON reviews_acceptedchange
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_accepted_change();
"""

DROP_FUNCTIONS = """
DROP TRIGGER hold_accepted_change ON reviews_acceptedchange;
DROP TRIGGER hold_objections ON articles_version;
DROP FUNCTION imprimatur_hold_accepted_change();
DROP FUNCTION imprimatur_hold_objections();
DROP FUNCTION imprimatur_is_negative(text);
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0014_objections")]

    operations = [
        migrations.RunSQL(
            hold("reviews_review", REVIEW_MOVES), hold("reviews_review", laws.MOVES_WITH_STATE)
        ),
        migrations.RunSQL(
            hold("reviews_comment", [*RESOLVED, *TAKEN_OVER]), hold("reviews_comment", laws.WRITTEN_LATER)
        ),
        migrations.RunSQL(
            RESOLVED_ONCE, "DROP TRIGGER resolved_once ON reviews_comment; DROP TRIGGER handed_over_once ON reviews_review"
        ),
        migrations.RunSQL(ANSWER_ENDED, ANSWER_SIGNED),
        *append_only("reviews_acceptedchange"),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(laws.DROP_HOLD_VERDICTS, laws.HOLD_VERDICTS),
        migrations.RunSQL(laws.DROP_HOLD_CARRIED_VERDICTS, laws.HOLD_CARRIED_VERDICTS),
    ]
