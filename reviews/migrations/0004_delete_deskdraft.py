from django.db import migrations


class Migration(migrations.Migration):
    """What is typed is kept on the ground floor, for every page that is typed on."""

    dependencies = [('reviews', '0003_answers')]

    operations = [migrations.DeleteModel(name='DeskDraft')]
