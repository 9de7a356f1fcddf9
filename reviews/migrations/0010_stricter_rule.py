"""An approval satisfies the strictest of the rules that its version is judged by, see ``articles.requirements``."""

import importlib

from django.db import migrations

before = importlib.import_module("reviews.migrations.0002_laws")

# Law 3: a version becomes approved only under the policy in force, on standing signatures over this digest, and none
# against it: the largest quorum, every required specialty and the shortest shelf life of all policies in force since
# its submission, for each of its tiers and the present one of its article.
HOLD_APPROVAL = """
CREATE OR REPLACE FUNCTION imprimatur_hold_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed integer; life integer; required varchar[]; present varchar[]; approvals integer; objections integer;
BEGIN
    IF NEW.policy_id IS DISTINCT FROM (
        SELECT newest.id FROM editorial_editorialpolicy newest WHERE newest.in_force_from <= NEW.approved_at
        ORDER BY newest.in_force_from DESC, newest.number DESC LIMIT 1)
    THEN
        RAISE EXCEPTION 'version % is approved under a policy that is not in force', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_in_force';
    END IF;
    SELECT max(rule.quorum), min(rule.shelf_life_days),
           coalesce(array_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '{}')
        INTO needed, life, required
        FROM editorial_policyrule rule
        JOIN editorial_editorialpolicy policy ON policy.id = rule.policy_id
        JOIN articles_article article ON article.id = NEW.article_id
        LEFT JOIN LATERAL unnest(rule.required_specialties) AS code ON true
        WHERE (rule.risk = article.risk OR rule.risk = ANY (NEW.tiers)) AND policy.in_force_from <= NEW.approved_at
          AND policy.in_force_from >= (
              SELECT opened.in_force_from FROM editorial_editorialpolicy opened WHERE opened.id = NEW.opened_policy_id);
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
    IF NEW.valid_until > NEW.approved_at + life * interval '24 hours' THEN
        RAISE EXCEPTION 'version % may be approved for % days', NEW.id, life USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_carried_by_words"), ("articles", "0015_rules_of_a_version")]

    operations = [
        migrations.RunSQL(
            HOLD_APPROVAL,
            before.HOLD_APPROVAL.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        ),
    ]
