"""An approval may be given an earlier end, never a later one."""

from django.db import migrations

from editorial.record.triggers import write_once

ONCE = ["submitted_at", "under_review_at", "approved_at", "policy_id", "reviewed_by"]

HOLD_END = """
CREATE FUNCTION imprimatur_hold_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the approval of version % ends at %', OLD.id, OLD.valid_until USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hold_end BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.valid_until IS NOT NULL AND OLD.valid_until IS DISTINCT FROM NEW.valid_until
          AND NOT coalesce(OLD.state = 'approved' AND NEW.valid_until < OLD.valid_until, false))
    EXECUTE FUNCTION imprimatur_hold_end();
"""

DROP_HOLD_END = "DROP TRIGGER hold_end ON articles_version; DROP FUNCTION imprimatur_hold_end();"


def once(columns):
    listed = ", ".join(f"'{column}'" for column in columns)
    return (
        "CREATE TRIGGER write_once BEFORE UPDATE ON articles_version FOR EACH ROW"
        f" EXECUTE FUNCTION imprimatur_write_once({listed})"
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_rules_of_a_version")]

    operations = [
        migrations.RunSQL("DROP TRIGGER write_once ON articles_version", once([*ONCE, "valid_until"])),
        write_once("articles_version", columns=ONCE),
        migrations.RunSQL(HOLD_END, DROP_HOLD_END),
    ]
