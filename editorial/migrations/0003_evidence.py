import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0002_laws'),
    ]

    operations = [
        migrations.AddField(
            model_name='editorialpolicy',
            name='preflight_refuses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Codes of pre-flight's warnings that refuse a submission under this policy.", size=None),
        ),
        migrations.AddField(
            model_name='editorialpolicy',
            name='work_ages',
            field=models.JSONField(blank=True, default=dict, help_text='Years after which a work is old, by kind: {“guideline”: 5}.', verbose_name='age of works'),
        ),
        migrations.AddField(
            model_name='historicaleditorialpolicy',
            name='preflight_refuses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text="Codes of pre-flight's warnings that refuse a submission under this policy.", size=None),
        ),
        migrations.AddField(
            model_name='historicaleditorialpolicy',
            name='work_ages',
            field=models.JSONField(blank=True, default=dict, help_text='Years after which a work is old, by kind: {“guideline”: 5}.', verbose_name='age of works'),
        ),
    ]
