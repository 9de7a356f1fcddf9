from importlib import import_module

from django.db import migrations

readings = import_module("articles.migrations.0006_readings")


class Migration(migrations.Migration):
    """What was written beforehand is looked up by statements that the server prepares, without these functions."""

    dependencies = [
        ('articles', '0007_formats'),
    ]

    operations = [migrations.RunSQL(readings.NOT_LOOKED_UP, readings.LOOK_UP)]
