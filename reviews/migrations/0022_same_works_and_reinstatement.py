"""Two laws as Python has them: which works are the same, and that no open objection lets an approval be given back.

Another DOI or PMID is another work, also in one record of the library; identifiers are compared without blanks around.
"""

from importlib import import_module

from django.db import migrations

carried = import_module("reviews.migrations.0009_carried_by_words")
in_context = import_module("reviews.migrations.0016_replaced_in_context")

SAME_WORK = r"""
-- What a CSL item says of an identifier, to compare; null where it says nothing.
CREATE FUNCTION imprimatur_identifier(csl jsonb, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(btrim(lower(csl ->> name), E' \t\n\r\f\v'), '')
$$;

-- Whether two citations may be of one work, see articles.library.matching.same_work: no identifier differs, and one agrees or both
-- are one record. What else has to be the same in one record is for Python to say.
CREATE FUNCTION imprimatur_same_work(before jsonb, after jsonb, same_record boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT bool_and(agrees IS NOT FALSE) AND (same_record OR coalesce(bool_or(agrees), false))
    FROM (SELECT imprimatur_identifier(before, name) = imprimatur_identifier(after, name) AS agrees
          FROM unnest(ARRAY['DOI', 'PMID']) AS name) AS identifiers
$$;
"""

DROP_SAME_WORK = """
DROP FUNCTION imprimatur_same_work(jsonb, jsonb, boolean);
DROP FUNCTION imprimatur_identifier(jsonb, text);
"""

ONE_RECORD = "imprimatur_record_of(before.reference_id) = imprimatur_record_of(after.reference_id)"
SAME = f"imprimatur_same_work(before.csl, after.csl, {ONE_RECORD})"


def compared(function: str) -> str:
    """``function`` with works compared by the law that stands once."""
    begin = function.index(f"({ONE_RECORD}")
    end = function.index("'PMID')", begin) + len("'PMID')")
    return function[:begin] + SAME + function[end:]


HOLD = """
DROP TRIGGER hold_objections ON articles_version;
CREATE TRIGGER hold_objections BEFORE UPDATE ON articles_version FOR EACH ROW
    WHEN (OLD.state {before} AND NEW.state = 'approved') EXECUTE FUNCTION imprimatur_hold_objections();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0021_unheard_laws")]

    operations = [
        migrations.RunSQL(SAME_WORK, DROP_SAME_WORK),
        migrations.RunSQL(compared(carried.HOLD_CARRIED), carried.HOLD_CARRIED),
        migrations.RunSQL(compared(in_context.NOW), in_context.NOW),
        migrations.RunSQL(
            HOLD.format(before="IN ('under_review', 'suspended')"), HOLD.format(before="= 'under_review'")
        ),
    ]
