"""What PostgreSQL holds on the ground floor.

The functions that every app's laws are built of; the ledger; accounts and specialties; policies, frozen with their
rules and questions once they are published; the board; and the seals of all field history.
"""

from django.db import migrations

from editorial.record.triggers import (append_only, create_functions, hold_columns, known_specialties, never_deleted, never_truncated, sealed_history)

HISTORY = [
    "editorial_historicalabsence",
    "editorial_historicalaudience",
    "editorial_historicalboardmember",
    "editorial_historicalchecklistquestion",
    "editorial_historicalcompany",
    "editorial_historicaldisclosure",
    "editorial_historicaleditorialpolicy",
    "editorial_historicalpolicyrule",
    "editorial_historicalproduct",
    "editorial_historicalspecialty",
    "editorial_historicaluser",
]

HOLD_CHAIN = """
CREATE FUNCTION imprimatur_hold_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name OR NEW.length <> OLD.length + 1 OR NOT EXISTS (
        SELECT FROM editorial_ledgerentry e
        WHERE e.chain_id = NEW.name AND e.sequence = NEW.length AND e.hash = NEW.head)
    THEN
        RAISE EXCEPTION 'a chain grows by one entry at a time' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_chain BEFORE UPDATE ON editorial_ledgerchain
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_chain();
"""

DROP_HOLD_CHAIN = "DROP TRIGGER hold_chain ON editorial_ledgerchain; DROP FUNCTION imprimatur_hold_chain();"

HOLD_RULES = """
CREATE FUNCTION imprimatur_hold_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM editorial_editorialpolicy p
               WHERE p.in_force_from IS NOT NULL
                 AND ((TG_OP <> 'INSERT' AND p.id = OLD.policy_id) OR (TG_OP <> 'DELETE' AND p.id = NEW.policy_id)))
    THEN
        RAISE EXCEPTION 'the rules of a published policy are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_policyrule
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_checklistquestion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
"""

DROP_HOLD_RULES = """
DROP TRIGGER hold_rules ON editorial_policyrule;
DROP TRIGGER hold_rules ON editorial_checklistquestion;
DROP FUNCTION imprimatur_hold_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0001_initial")]

    operations = [
        create_functions(),
        # the ledger
        *append_only("editorial_ledgerentry"),
        *never_deleted("editorial_ledgerchain"),
        migrations.RunSQL(HOLD_CHAIN, DROP_HOLD_CHAIN),
        # accounts, specialties, audiences
        *never_deleted("editorial_user"),
        *never_deleted("editorial_specialty"),
        hold_columns("editorial_specialty", mutable=["name"]),
        hold_columns(
            "editorial_audience", mutable=["name", "medical_audience_type", "target_grade", "disclaimer", "position"]
        ),
        # policies
        *never_deleted("editorial_editorialpolicy", condition="OLD.in_force_from IS NOT NULL"),
        hold_columns("editorial_editorialpolicy", mutable=[], condition="OLD.in_force_from IS NOT NULL"),
        migrations.RunSQL(HOLD_RULES, DROP_HOLD_RULES),
        never_truncated("editorial_policyrule"),
        never_truncated("editorial_checklistquestion"),
        known_specialties("editorial_policyrule", column="required_specialties"),
        # the board
        *never_deleted("editorial_boardmember"),
        known_specialties("editorial_boardmember", column="specialties"),
        *never_deleted("editorial_disclosure"),
        *append_only("editorial_disclosurestatement"),
        # field history
        *(operation for table in HISTORY for operation in sealed_history(table)),
    ]
