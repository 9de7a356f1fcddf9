"""Whoever changes what several articles tell says so until it is committed, and nothing is written meanwhile.

A trigger marks the articles that it sees. It does not see a text that is submitted, by another transaction, after it looked
and before its own is committed; written in between, that text would tell what was, and no mark would say so.
"""

from importlib import import_module

from django.db import migrations

readings = import_module("articles.migrations.0006_readings")

WAITED_FOR = ("audience", "work")
SAYS_SO = "PERFORM pg_advisory_xact_lock_shared(hashtext('articles_unwritten'), 0);"


def function(name: str) -> str:
    """How ``0006_readings`` made it."""
    begin = readings.MARKS.index(f"CREATE FUNCTION imprimatur_mark_{name}()")
    end = readings.MARKS.index("END $$;", begin) + len("END $$;")
    return readings.MARKS[begin:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


AS_BEFORE = [function(name) for name in WAITED_FOR]
NOW = [made.replace("BEGIN\n", f"BEGIN\n    {SAYS_SO}\n", 1) for made in AS_BEFORE]


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_passages_know_their_approval")]

    operations = [migrations.RunSQL("\n".join(NOW), "\n".join(AS_BEFORE))]
