"""What was written beforehand is looked up by statements that the server prepares, without functions."""

from importlib import import_module

from django.db import migrations

readings = import_module("articles.migrations.0006_readings")
fallback = import_module("articles.migrations.0009_audience_fallback")

HISTORY = """
CREATE FUNCTION imprimatur_history(wanted text, at timestamptz, code text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT past.told FROM articles_past past
        WHERE past.slug = wanted AND past.ground = imprimatur_ground(at, code)
            AND (past.lapses_at IS NULL OR past.lapses_at > at)
            AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = past.article_id));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_search")]

    operations = [
        migrations.RunSQL(
            f"DROP FUNCTION imprimatur_history; {readings.NOT_LOOKED_UP}",
            readings.LOOK_UP + fallback.LOOK_UP + HISTORY,
        ),
    ]
