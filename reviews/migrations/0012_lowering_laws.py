"""What PostgreSQL holds of a round that is judged by less: two people, and signers who confirmed."""

import importlib

from django.db import migrations

from editorial.record.triggers import hold_columns, never_deleted, write_once

approval = importlib.import_module("reviews.migrations.0010_stricter_rule").HOLD_APPROVAL
tiers = importlib.import_module("articles.migrations.0015_rules_of_a_version").HOLD_TIERS.partition("CREATE TRIGGER")[0]

DECIDED = ["outcome", "decided_by_id", "decided_at"]

WITHDRAWN = "AND NOT EXISTS (SELECT FROM reviews_signaturewithdrawal w WHERE w.signature_id = signature.id)"
UNCONFIRMED = """AND NOT (signature.decision = 'approve' AND EXISTS (
              SELECT FROM reviews_signatureconfirmation asked
              WHERE asked.signature_id = signature.id AND asked.confirmed_at IS NULL))"""

CONFIRMED_APPROVAL = approval.replace(WITHDRAWN, f"{WITHDRAWN}\n          {UNCONFIRMED}")

# Rules are taken away from a version by the last lowering that two people agreed on, and by nothing else.
LOWERED_TIERS = """
CREATE OR REPLACE FUNCTION imprimatur_hold_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('submitted', 'under_review') OR NOT (OLD.tiers <@ NEW.tiers OR NEW.tiers = ARRAY(
        SELECT (lowering.after ->> 'risk')::varchar FROM reviews_lowering lowering
        WHERE lowering.version_id = OLD.id AND lowering.outcome = 'confirmed'
        ORDER BY lowering.decided_at DESC, lowering.id DESC LIMIT 1))
    THEN
        RAISE EXCEPTION 'version % is judged by the rules of %', OLD.id, OLD.tiers USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_lowering")]

    operations = [
        hold_columns("reviews_lowering", mutable=DECIDED),
        write_once("reviews_lowering", columns=DECIDED),
        *never_deleted("reviews_lowering"),
        hold_columns("reviews_signatureconfirmation", mutable=["confirmed_at"]),
        write_once("reviews_signatureconfirmation", columns=["confirmed_at"]),
        *never_deleted("reviews_signatureconfirmation"),
        migrations.RunSQL(CONFIRMED_APPROVAL, approval),
        migrations.RunSQL(LOWERED_TIERS, tiers.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
