import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from editorial.triggers import hold_columns, never_truncated, sealed_history, write_once

RESOLVED = ["resolved_at", "resolved_by_id"]
TAKEN_OVER = ["taken_over_at", "taken_over_by_id"]

HOLD_ANSWERS = """
CREATE TRIGGER hold_work BEFORE INSERT OR UPDATE OR DELETE ON reviews_checklistanswer
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_work();
"""


def held_comments(columns):
    """The columns of a comment that may still be written after it was made, each once."""
    return [hold_columns("reviews_comment", mutable=columns), write_once("reviews_comment", columns=columns)]


def undone(operation):
    return migrations.RunSQL(operation.reverse_sql, operation.sql)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0004_unreadable_records'),
        ('editorial', '0005_desk'),
        ('reviews', '0004_verdicts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChecklistAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.TextField(help_text='“1” to “5”, “yes” or “no”, or words, as the question asks.')),
            ],
        ),
        migrations.CreateModel(
            name='DeskDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('value', models.JSONField()),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalChecklistAnswer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('value', models.TextField(help_text='“1” to “5”, “yes” or “no”, or words, as the question asks.')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical checklist answer',
                'verbose_name_plural': 'historical checklist answers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='comment',
            name='proposal',
            field=models.TextField(blank=True, help_text='What should stand in place of the passage or claim.', verbose_name='proposed wording'),
        ),
        migrations.AddField(
            model_name='comment',
            name='taken_over_at',
            field=models.DateTimeField(editable=False, help_text='When a writer took the wording over.', null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='taken_over_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcomment',
            name='proposal',
            field=models.TextField(blank=True, help_text='What should stand in place of the passage or claim.', verbose_name='proposed wording'),
        ),
        migrations.AddField(
            model_name='historicalcomment',
            name='taken_over_at',
            field=models.DateTimeField(editable=False, help_text='When a writer took the wording over.', null=True),
        ),
        migrations.AddField(
            model_name='historicalcomment',
            name='taken_over_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signature',
            name='checklist',
            field=models.JSONField(default=list, help_text="The policy's questions with the answers, as signed."),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_over_at', None), ('taken_over_by', None)), models.Q(('taken_over_at__isnull', False), ('taken_over_by__isnull', False)), _connector='OR'), name='taken_over_at_and_by'),
        ),
        migrations.AddField(
            model_name='checklistanswer',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editorial.checklistquestion'),
        ),
        migrations.AddField(
            model_name='checklistanswer',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklist_answers', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='deskdraft',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desk_drafts', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='historicalchecklistanswer',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalchecklistanswer',
            name='question',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.checklistquestion'),
        ),
        migrations.AddField(
            model_name='historicalchecklistanswer',
            name='review',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.review'),
        ),
        migrations.AddConstraint(
            model_name='checklistanswer',
            constraint=models.UniqueConstraint(models.F('review'), models.F('question'), name='answered_once'),
        ),
        migrations.AddConstraint(
            model_name='deskdraft',
            constraint=models.UniqueConstraint(models.F('review'), models.F('key'), name='typed_once'),
        ),
        *map(undone, held_comments(RESOLVED)),
        *held_comments([*RESOLVED, *TAKEN_OVER]),
        migrations.RunSQL(HOLD_ANSWERS, "DROP TRIGGER hold_work ON reviews_checklistanswer;"),
        never_truncated("reviews_checklistanswer"),
        *sealed_history("reviews_historicalchecklistanswer"),
    ]
