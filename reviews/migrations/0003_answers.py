"""What PostgreSQL holds of comments: a reviewer's while the review is at work, a writer's answer once the round is over."""

from django.db import migrations

# A writer's answer stands in a signed review, under a comment of the same review, on a version that is not in review any
# more. It comes from an author of the article and does nothing but answer.
HOLD_COMMENTS = """
DROP TRIGGER hold_work ON reviews_comment;
CREATE FUNCTION imprimatur_hold_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_review r WHERE r.id = NEW.review_id AND r.state = 'accepted') THEN
        RETURN NEW;
    END IF;
    IF NEW.is_blocking OR NEW.claim_id IS NOT NULL OR NEW.quote <> '' OR NEW.proposal <> ''
       OR NEW.resolved_at IS NOT NULL OR NEW.taken_over_at IS NOT NULL
       OR NOT EXISTS (
            SELECT FROM reviews_review r
            JOIN articles_version v ON v.id = r.version_id AND v.state NOT IN ('draft', 'submitted', 'under_review')
            JOIN articles_authorship writer ON writer.article_id = v.article_id AND writer.user_id = NEW.author_id
            JOIN reviews_comment answered ON answered.id = NEW.parent_id AND answered.review_id = r.id
            WHERE r.id = NEW.review_id AND r.state = 'signed' AND v.id = NEW.version_id)
    THEN
        RAISE EXCEPTION 'reviews_comment belongs to a closed review, and is no answer of a writer'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_comments BEFORE INSERT ON reviews_comment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_comments();
"""

HOLD_WORK_AGAIN = """
DROP TRIGGER hold_comments ON reviews_comment;
DROP FUNCTION imprimatur_hold_comments();
CREATE TRIGGER hold_work BEFORE INSERT ON reviews_comment
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_laws")]

    operations = [migrations.RunSQL(HOLD_COMMENTS, HOLD_WORK_AGAIN)]
