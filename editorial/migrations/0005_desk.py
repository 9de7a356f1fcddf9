import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from editorial.triggers import append_only, never_truncated, sealed_history

HOLD_QUESTIONS = """
CREATE TRIGGER hold_rules BEFORE INSERT OR UPDATE OR DELETE ON editorial_checklistquestion
    FOR EACH ROW EXECUTE FUNCTION imprimatur_hold_rules();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0004_invitations'),
    ]

    operations = [
        migrations.AddField(
            model_name='editorialpolicy',
            name='disclosures_last_days',
            field=models.PositiveSmallIntegerField(default=365, help_text='Days after which a member has to state their interests anew; without that nobody signs.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='disclosures last'),
        ),
        migrations.AddField(
            model_name='historicaleditorialpolicy',
            name='disclosures_last_days',
            field=models.PositiveSmallIntegerField(default=365, help_text='Days after which a member has to state their interests anew; without that nobody signs.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='disclosures last'),
        ),
        migrations.CreateModel(
            name='DisclosureStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('interests', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Ids of the disclosures held that day.', size=None)),
                ('stated_at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='editorial.boardmember')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalChecklistQuestion',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=64, null=True)),
                ('sealed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, null=True, size=None)),
                ('position', models.PositiveSmallIntegerField(help_text='Order in which they are asked.')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('kind', models.CharField(choices=[('scale', '1 (poor) to 5 (excellent)'), ('yes_no', 'yes or no'), ('text', 'in words')], default='yes_no', max_length=10, verbose_name='answered')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='editorial.editorialpolicy')),
            ],
            options={
                'verbose_name': 'historical checklist question',
                'verbose_name_plural': 'historical checklist questions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='MemberPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jpeg', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='photo', to='editorial.boardmember')),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='Order in which they are asked.')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('kind', models.CharField(choices=[('scale', '1 (poor) to 5 (excellent)'), ('yes_no', 'yes or no'), ('text', 'in words')], default='yes_no', max_length=10, verbose_name='answered')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='editorial.editorialpolicy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('policy'), models.F('position'), name='question_position_once')],
            },
        ),
        migrations.RunSQL(HOLD_QUESTIONS, "DROP TRIGGER hold_rules ON editorial_checklistquestion;"),
        never_truncated("editorial_checklistquestion"),
        *append_only("editorial_disclosurestatement"),
        *sealed_history("editorial_historicalchecklistquestion"),
    ]
