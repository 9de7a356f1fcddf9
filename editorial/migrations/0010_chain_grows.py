"""A chain of the ledger grows by as many entries as an action tells at once, each of which follows the one before."""

from django.db import migrations

HOLD_CHAIN = """
CREATE OR REPLACE FUNCTION imprimatur_hold_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name OR NEW.length <= OLD.length OR NOT EXISTS (
        SELECT FROM editorial_ledgerentry e
        WHERE e.chain_id = NEW.name AND e.sequence = NEW.length AND e.hash = NEW.head)
    OR EXISTS (
        SELECT FROM (
            SELECT e.previous_hash, lag(e.hash, 1, OLD.head) OVER (ORDER BY place) AS before
            FROM generate_series(OLD.length + 1, NEW.length) AS place
            LEFT JOIN editorial_ledgerentry e ON e.chain_id = NEW.name AND e.sequence = place
        ) AS link WHERE link.previous_hash IS DISTINCT FROM link.before)
    THEN
        RAISE EXCEPTION 'a chain grows by entries that follow one another' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BY_ONE = """
CREATE OR REPLACE FUNCTION imprimatur_hold_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name OR NEW.length <> OLD.length + 1 OR NOT EXISTS (
        SELECT FROM editorial_ledgerentry e
        WHERE e.chain_id = NEW.name AND e.sequence = NEW.length AND e.hash = NEW.head)
    THEN
        RAISE EXCEPTION 'a chain grows by one entry at a time' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0009_webhooks")]

    operations = [migrations.RunSQL(HOLD_CHAIN, BY_ONE)]
