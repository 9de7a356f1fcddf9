"""A policy's ladder is frozen with it, and what was its ladder once stays on record."""

from django.db import migrations

from editorial.record.triggers import never_truncated, sealed_history


class Migration(migrations.Migration):
    dependencies = [("editorial", "0006_ladder")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_rung "
            "FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules()",
            "DROP TRIGGER hold_rules ON editorial_rung",
        ),
        never_truncated("editorial_rung"),
        *sealed_history("editorial_historicalrung"),
    ]
