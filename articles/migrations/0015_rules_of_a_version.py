"""A version remembers the rules that it was submitted under.

Versions from before are given the policy that was in force when they were submitted and the tier that the history of
their article had at that moment. That changes no state.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from editorial.record.triggers import hold_columns

TIERS = [("low", "Low"), ("moderate", "Moderate"), ("high", "High")]

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

# The triggers that freeze a submitted version were made before it had these columns.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE articles_version DISABLE TRIGGER USER;
UPDATE articles_version version SET
    opened_policy_id = (
        SELECT policy.id FROM editorial_editorialpolicy policy WHERE policy.in_force_from <= version.submitted_at
        ORDER BY policy.in_force_from DESC, policy.number DESC LIMIT 1),
    tiers = ARRAY[coalesce(
        (SELECT past.risk FROM articles_historicalarticle past
         WHERE past.id = version.article_id AND past.history_date <= version.submitted_at
         ORDER BY past.history_date DESC, past.history_id DESC LIMIT 1),
        (SELECT article.risk FROM articles_article article WHERE article.id = version.article_id))]
WHERE version.submitted_at IS NOT NULL;
DO $$
DECLARE columns text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = 'articles_version'::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE 'INSERT INTO articles_historicalversion (' || columns ||
        ', history_date, history_change_reason, history_type, history_user_id) SELECT ' || columns ||
        ', now(), ''the rules that it was submitted under'', ''~'', (SELECT id FROM editorial_user WHERE username =' ||
        ' ''system'') FROM articles_version WHERE submitted_at IS NOT NULL ORDER BY articles_version.id';
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE articles_version ENABLE TRIGGER USER;
"""

# The rules that a version is judged by: more may be added while it is in review, none is taken away.
HOLD_TIERS = """
CREATE FUNCTION imprimatur_hold_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('submitted', 'under_review') OR NOT OLD.tiers <@ NEW.tiers THEN
        RAISE EXCEPTION 'version % is judged by the rules of %', OLD.id, OLD.tiers USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_tiers BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND OLD.tiers IS DISTINCT FROM NEW.tiers) EXECUTE FUNCTION imprimatur_hold_tiers();
"""

DROP_HOLD_TIERS = "DROP TRIGGER hold_tiers ON articles_version; DROP FUNCTION imprimatur_hold_tiers();"


def fields(model):
    policy = {
        "editable": False,
        "help_text": "The policy in force when it was submitted.",
        "null": True,
        "related_name": "+",
        "to": "editorial.editorialpolicy",
    }
    if model == "version":
        policy["on_delete"] = django.db.models.deletion.PROTECT
    else:
        policy |= {"blank": True, "db_constraint": False, "on_delete": django.db.models.deletion.DO_NOTHING}
    tiers = {
        "base_field": models.CharField(choices=TIERS, max_length=10),
        "default": list,
        "editable": False,
        "help_text": "Risk tiers whose rules an approval has to satisfy: that of the submission and every higher one "
        "since. Only two people together lower it.",
        "size": None,
    }
    return [
        migrations.AddField(model_name=model, name="opened_policy", field=models.ForeignKey(**policy)),
        migrations.AddField(
            model_name=model, name="tiers", field=django.contrib.postgres.fields.ArrayField(**tiers)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0014_context_of_claims"),
        ("editorial", "0012_webhooks_forgotten"),
    ]

    operations = [
        *fields("version"),
        *fields("historicalversion"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["submitted", "under_review"]), _negated=True),
                    models.Q(("opened_policy__isnull", False), models.Q(("tiers", []), _negated=True)),
                    _connector="OR",
                ),
                name="in_review_under_its_rules",
            ),
        ),
        migrations.RunSQL(
            "DROP TRIGGER hold_columns ON articles_version",
            "CREATE TRIGGER hold_columns BEFORE UPDATE ON articles_version FOR EACH ROW WHEN (OLD.state <> 'draft')"
            " EXECUTE FUNCTION imprimatur_hold_columns("
            + ", ".join(f"'{name}'" for name in MOVES_WITH_STATE)
            + ")",
        ),
        hold_columns("articles_version", mutable=[*MOVES_WITH_STATE, "tiers"], condition="OLD.state <> 'draft'"),
        migrations.RunSQL(HOLD_TIERS, DROP_HOLD_TIERS),
    ]
