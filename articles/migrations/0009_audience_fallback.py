"""Documents know for which audiences they stand in, so that looking one up for a reader stays one query."""

import django.contrib.postgres.fields
from django.db import migrations, models

LOOK_UP = """
DROP FUNCTION imprimatur_document;

-- The document that holds, for an audience, or else the one that stands in for it, or else the primary one. The bytes of
-- what is known already are not read. ``missed`` is the name of an audience without a text of its own: the document has
-- to say so, and is sent in other words than it was written in.
CREATE FUNCTION imprimatur_document(wanted text, reader text, known text, at timestamptz, code text)
RETURNS TABLE (audience text, etag text, last_modified timestamptz, gzipped bytea, missed text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT found.audience::text, found.etag::text, found.last_modified,
        CASE WHEN found.missed IS NULL AND strpos(known, found.etag) > 0 THEN NULL ELSE found.gzipped END,
        found.missed
    FROM (
        SELECT d.audience, d.etag, d.last_modified, d.gzipped,
            CASE WHEN reader NOT IN ('', d.audience)
                THEN (SELECT a.name::text FROM editorial_audience a WHERE a.code = reader) END AS missed
        FROM articles_document d
        WHERE d.slug = wanted AND (d.audience = reader OR d.is_primary OR reader = ANY (d.stands_in_for))
            AND d.ground = imprimatur_ground(at, code)
            AND (d.lapses_at IS NULL OR d.lapses_at > at)
            AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = d.article_id)
        ORDER BY d.audience = reader DESC, reader = ANY (d.stands_in_for) DESC LIMIT 1
    ) AS found;
END $$;
"""

AS_BEFORE = """
DROP FUNCTION imprimatur_document;

CREATE FUNCTION imprimatur_document(wanted text, reader text, known text, at timestamptz, code text)
RETURNS TABLE (audience text, etag text, last_modified timestamptz, gzipped bytea) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT d.audience::text, d.etag::text, d.last_modified,
        CASE WHEN strpos(known, d.etag) > 0 THEN NULL ELSE d.gzipped END
    FROM articles_document d
    WHERE d.slug = wanted AND (d.audience = reader OR d.is_primary) AND d.ground = imprimatur_ground(at, code)
        AND (d.lapses_at IS NULL OR d.lapses_at > at)
        AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = d.article_id)
    ORDER BY d.audience = reader DESC LIMIT 1;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_history")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="stands_in_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50),
                default=list,
                help_text="Audiences that lack a text of their own.",
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(LOOK_UP, AS_BEFORE),
    ]
