"""Histories and lists are looked up by statements that the server prepares, without functions."""

from importlib import import_module

from django.db import migrations

history = import_module("articles.migrations.0008_history")
readings = import_module("articles.migrations.0006_readings")

FUNCTIONS = [
    history.LOOK_UP[: history.LOOK_UP.index("-- What became")],
    readings.LOOK_UP[readings.LOOK_UP.index("-- Whether all") :],
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_search")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION imprimatur_history; DROP FUNCTION imprimatur_list_is_complete;", "".join(FUNCTIONS)
        ),
    ]
