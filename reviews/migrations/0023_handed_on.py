"""Reviews of people who left are handed on."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from editorial.record.triggers import hold_columns, never_deleted, write_once


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0001_squashed_0022_same_works_and_reinstatement'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandedOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('term_over', 'no longer in office'), ('closed', 'account closed'), ('merged', 'account merged')], max_length=20)),
                ('replacements', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Ids of the reviews for which members were invited instead.', size=None)),
                ('needs_editor', models.BooleanField(help_text='Whether no member was available for a seat of the round.')),
                ('outcome', models.TextField()),
                ('handed_on_at', models.DateTimeField()),
                ('notified_at', models.DateTimeField(help_text='When the mail to the editors was queued.', null=True)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handed_on', to='reviews.review')),
            ],
            options={
                'indexes': [models.Index(models.F('review'), condition=models.Q(('notified_at', None)), name='handed_on_to_tell')],
            },
        ),
        *never_deleted("reviews_handedon"),
        hold_columns("reviews_handedon", mutable=["notified_at"]),
        write_once("reviews_handedon", columns=["notified_at"]),
    ]
