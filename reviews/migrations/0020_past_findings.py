"""Approvals of the past that the rules of today would not have allowed are listed for editors; none is changed."""

import django.db.models.deletion
from django.db import migrations, models

from editorial.record.triggers import append_only

# Counts what stands against an approval, as the law does that refuses one. It is there for this migration alone.
OBJECTIONS = """
CREATE FUNCTION imprimatur_open_objections(wanted bigint, OUT comments bigint, OUT verdicts bigint)
LANGUAGE sql STABLE AS $$
    SELECT
        (SELECT count(*) FROM reviews_comment comment
            JOIN articles_version version ON version.id = comment.version_id
            WHERE version.article_id = present.article_id AND version.number <= present.number
              AND comment.is_blocking AND comment.resolved_at IS NULL
              AND NOT EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.comment_id = comment.id)),
        (SELECT count(*) FROM reviews_claimcheck verdict
            JOIN reviews_review review ON review.id = verdict.review_id
            JOIN articles_version version ON version.id = review.version_id
            JOIN articles_claim claim ON claim.id = verdict.claim_id
            WHERE version.article_id = present.article_id AND version.number <= present.number
              AND imprimatur_is_negative(verdict.verdict)
              AND NOT EXISTS (SELECT FROM reviews_ruling ruling WHERE ruling.claim_check_id = verdict.id
                              AND ruling.verdict = verdict.verdict AND ruling.ruled_at >= verdict.checked_at)
              AND NOT (EXISTS (SELECT FROM reviews_acceptedchange accepted WHERE accepted.claim_check_id = verdict.id)
                       AND NOT EXISTS (SELECT FROM articles_claim stated
                                       JOIN articles_rendition text ON text.id = stated.rendition_id
                                       WHERE text.version_id = present.id AND stated.fingerprint = claim.fingerprint))
              AND NOT EXISTS (
                  SELECT FROM reviews_claimcheck other
                  JOIN reviews_review theirs ON theirs.id = other.review_id AND theirs.member_id = review.member_id
                  JOIN articles_version at ON at.id = theirs.version_id AND at.article_id = version.article_id
                  JOIN articles_claim same ON same.id = other.claim_id AND same.words = claim.words
                  JOIN articles_citation before
                       ON before.version_id = version.id AND before.reference_id = verdict.reference_id
                  JOIN articles_citation after ON after.version_id = at.id AND after.reference_id = other.reference_id
                  WHERE (at.number, theirs.id) > (version.number, review.id)
                    AND (theirs.state = 'signed' OR review.state <> 'signed')
                    AND (at.id <> version.id OR other.claim_id = verdict.claim_id)
                    AND (imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)
                         OR lower(before.csl ->> 'DOI') = lower(after.csl ->> 'DOI')
                         OR before.csl ->> 'PMID' = after.csl ->> 'PMID')))
    FROM articles_version present WHERE present.id = wanted
$$;
"""

FIND = """
WITH approvals AS (
    SELECT * FROM articles_version WHERE state IN ('approved', 'suspended')
), signed AS (
    SELECT version.id AS version, signature.signer_id AS signer, signature.name, review.member_id AS member,
           review.waived_interests AS waived
    FROM approvals version JOIN reviews_review review ON review.version_id = version.id AND review.state = 'signed'
    JOIN reviews_signature signature ON signature.review_id = review.id AND signature.digest = version.digest
    WHERE signature.decision = 'approve'
      AND NOT EXISTS (SELECT FROM reviews_signaturewithdrawal gone WHERE gone.signature_id = signature.id)
), asked AS (
    SELECT version.id AS version, max(rule.quorum) AS quorum
    FROM approvals version
    JOIN editorial_editorialpolicy opened ON opened.id = version.opened_policy_id
    JOIN editorial_editorialpolicy policy
         ON policy.in_force_from BETWEEN opened.in_force_from AND version.approved_at
    JOIN editorial_policyrule rule ON rule.policy_id = policy.id AND rule.risk = ANY (version.tiers)
    GROUP BY version.id
), given AS (
    SELECT version, count(DISTINCT imprimatur_person(signer)) AS persons FROM signed GROUP BY version
)
INSERT INTO reviews_pastfinding (version_id, kind, words, found_at)
SELECT version.id, 'objection', format('%s blocking comments and %s negative verdicts were never ended.',
                                       open.comments, open.verdicts), now()
    FROM approvals version, imprimatur_open_objections(version.id) open WHERE open.comments + open.verdicts > 0
UNION ALL
SELECT asked.version, 'signatures', format('%s of %s approving signatures by different people.',
                                           coalesce(given.persons, 0), asked.quorum), now()
    FROM asked LEFT JOIN given USING (version) WHERE coalesce(given.persons, 0) < asked.quorum
UNION ALL
SELECT version.id, 'interest', string_agg(DISTINCT format('%s: %s, %s.', signed.name, interest.nature, company.name), ' '),
       now()
    FROM approvals version JOIN signed ON signed.version = version.id
    JOIN editorial_disclosure interest ON interest.member_id = signed.member
         AND interest.held_from <= version.approved_at::date
         AND (interest.held_to IS NULL OR interest.held_to >= version.approved_at::date)
         AND NOT interest.id = ANY (signed.waived)
    JOIN editorial_company company ON company.id = interest.company_id
    WHERE EXISTS (SELECT FROM articles_articleproduct about JOIN editorial_product product
                  ON product.id = about.product_id
                  WHERE about.article_id = version.article_id AND product.manufacturer_id = interest.company_id)
    GROUP BY version.id
UNION ALL
SELECT version.id, 'recusal', string_agg(DISTINCT format('%s stepped back: %s', signed.name, before.state_reason), ' '), now()
    FROM approvals version JOIN signed ON signed.version = version.id
    JOIN reviews_review before ON before.member_id = signed.member AND before.state = 'recused'
         AND before.state_changed_at < version.approved_at
    JOIN articles_version earlier ON earlier.id = before.version_id AND earlier.article_id = version.article_id
    GROUP BY version.id;
"""

DROP = "DROP FUNCTION imprimatur_open_objections(bigint);"

KINDS = [
    ("objection", "an objection was never ended"),
    ("signatures", "fewer signatures than the round was opened under"),
    ("interest", "a signer had an interest without a waiver"),
    ("recusal", "a signer had stepped back from the article before"),
]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0019_recusals_remembered"), ("editorial", "0015_persons")]

    operations = [
        migrations.CreateModel(
            name="PastFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("words", models.TextField(help_text="What was found.")),
                ("found_at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_findings",
                        to="articles.version",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("version"), models.F("kind"), name="found_once")]
            },
        ),
        migrations.RunSQL(OBJECTIONS + FIND + DROP, migrations.RunSQL.noop),
        *append_only("reviews_pastfinding"),
    ]
