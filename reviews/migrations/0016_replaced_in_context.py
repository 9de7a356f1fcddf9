"""A verdict is replaced by a later one of its member on the same words in the same context only.

In another context it gives way while its own is gone, both when the later verdict was given and in the version that is
approved. Which of several contexts a claim went on in is held by ``reviews.desk.objections`` alone.
"""

from importlib import import_module

from django.db import migrations

laws = import_module("reviews.migrations.0015_objection_laws")

BEGIN = laws.FUNCTIONS.index("CREATE FUNCTION imprimatur_hold_objections()")
END = laws.FUNCTIONS.index("CREATE TRIGGER hold_objections")
BEFORE = laws.FUNCTIONS[BEGIN:END].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

SAME = "same.words = claim.words\n"
IN_CONTEXT = """same.words = claim.words
                   AND (same.id = claim.id OR same.context = claim.context OR NOT EXISTS (
                        SELECT FROM articles_claim present JOIN articles_rendition text ON text.id = present.rendition_id
                        WHERE text.version_id IN (at.id, NEW.id) AND present.words = claim.words
                          AND present.context = claim.context))
"""
NOW = BEFORE.replace(SAME, IN_CONTEXT)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0015_objection_laws"), ("articles", "0014_context_of_claims")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
