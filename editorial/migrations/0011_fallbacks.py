"""The order in which texts stand in for one that is missing: a rule of the policy, which PostgreSQL lets go round nowhere."""

from django.db import migrations, models

HELP = "The audience whose text is shown if an audience has none: {“caregiver”: “patient”}."

HOLD_FALLBACKS = """
CREATE FUNCTION imprimatur_hold_fallbacks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    IF jsonb_typeof(NEW.fallbacks) <> 'object' THEN
        RAISE EXCEPTION 'fallbacks are an object' USING ERRCODE = 'check_violation';
    END IF;
    SELECT named.code INTO wrong
        FROM (SELECT unnest(ARRAY[key, value]) AS code FROM jsonb_each_text(NEW.fallbacks)) AS named
        WHERE NOT EXISTS (SELECT FROM editorial_audience known WHERE known.code = named.code) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'unknown audience %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    WITH RECURSIVE chain (start, code) AS (
        SELECT key, value FROM jsonb_each_text(NEW.fallbacks)
        UNION SELECT start, NEW.fallbacks ->> code FROM chain WHERE NEW.fallbacks ? code
    )
    SELECT start INTO wrong FROM chain WHERE start = code LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'audience % falls back to itself', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_fallbacks BEFORE INSERT OR UPDATE OF fallbacks ON editorial_editorialpolicy
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_fallbacks();
"""

LET_GO = "DROP TRIGGER hold_fallbacks ON editorial_editorialpolicy; DROP FUNCTION imprimatur_hold_fallbacks();"


class Migration(migrations.Migration):
    dependencies = [("editorial", "0010_chain_grows")]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="fallbacks",
                field=models.JSONField(blank=True, default=dict, help_text=HELP, verbose_name="fallback texts"),
            )
            for name in ("editorialpolicy", "historicaleditorialpolicy")
        ),
        migrations.RunSQL(HOLD_FALLBACKS, LET_GO),
    ]
