"""What was told to front-ends is forgotten one day; until then it stays as it was, and what is owed stays for good."""

from django.db import migrations, models

from editorial.record.triggers import hold_columns

HOLD_DELIVERIES = """
CREATE FUNCTION imprimatur_with_its_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stays boolean;
BEGIN
    IF TG_TABLE_NAME = 'editorial_attempt' THEN
        stays := EXISTS (SELECT FROM editorial_dispatch WHERE id = OLD.dispatch_id);
    ELSE
        stays := OLD.is_remembered OR EXISTS (SELECT FROM editorial_dispatch WHERE message_id = OLD.id);
    END IF;
    IF stays THEN
        RAISE EXCEPTION '% % stays', TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER never_deleted ON editorial_dispatch;
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_dispatch FOR EACH ROW
    WHEN (OLD.delivered_at IS NULL AND OLD.abandoned_at IS NULL) EXECUTE FUNCTION imprimatur_refuse();
DROP TRIGGER append_only ON editorial_message;
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_message
    FOR EACH ROW EXECUTE FUNCTION imprimatur_with_its_delivery();
DROP TRIGGER append_only ON editorial_attempt;
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_attempt
    FOR EACH ROW EXECUTE FUNCTION imprimatur_with_its_delivery();
"""

KEEP_ALL = """
DROP TRIGGER never_deleted ON editorial_dispatch;
CREATE TRIGGER never_deleted BEFORE DELETE ON editorial_dispatch FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
DROP TRIGGER never_deleted ON editorial_message;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_message
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
DROP TRIGGER never_deleted ON editorial_attempt;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON editorial_attempt
    FOR EACH ROW EXECUTE FUNCTION imprimatur_refuse();
DROP FUNCTION imprimatur_with_its_delivery();
"""

REMEMBER = """
UPDATE editorial_message SET is_remembered = true WHERE event IN ('article.lapsed', 'site.updated');
"""
"""Of these the house asks each minute whether they were told."""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0011_fallbacks")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="is_remembered",
            field=models.BooleanField(
                default=False, help_text="Whether it is kept permanently, because the system checks repeatedly if it was sent."
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="at",
            field=models.DateTimeField(db_index=True, help_text="When it ended."),
        ),
        migrations.RunSQL(HOLD_DELIVERIES, KEEP_ALL),
        migrations.RunSQL(REMEMBER, migrations.RunSQL.noop),
        hold_columns("editorial_message", mutable=[]),
        hold_columns("editorial_attempt", mutable=[]),
    ]
