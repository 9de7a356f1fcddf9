"""Terms on the board that ended are recorded once. Those that were over before the upgrade count as recorded."""

import django.db.models.deletion
from django.db import migrations, models

from editorial.record.triggers import append_only

OVER = """
INSERT INTO editorial_endedterm (member_id, last_day, recorded_at)
SELECT id, term_to, now() FROM editorial_boardmember WHERE term_to < current_date;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0025_second_factors_by_allauth'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sweepfailure',
            name='task',
            field=models.CharField(choices=[('take_rungs', 'send the reminder'), ('apply_consequences', 'apply the consequence of a reminder'), ('compose_mails', 'write the reminder mail'), ('postpone_dates', 'postpone the due date for an absence'), ('mark_approvals', 'compare the approval with the rules in force'), ('look_up_works', 'update the retraction status'), ('suspend_retracted', 'suspend the approval that cites a retracted work'), ('warn_in_review', 'warn editors and writers of a retracted work'), ('warn_reviewers', 'warn the reviewer of a retracted work'), ('follow_conflicts', 'notify editors of a conflict of interest'), ('follow_empty_seats', 'notify editors of an empty seat'), ('record_ended_terms', "record that the member's term ended"), ('hand_on_reviews', 'hand on the review of a member who left'), ('tell_of_handed_on', 'notify editors of the reviews of a member who left'), ('fill_seats', 'invite members for empty seats'), ('tell_of_lapses', 'notify front-ends of a lapsed approval'), ('write_documents', 'update the cached pages'), ('verify_documents', 'compare the cached pages with the record'), ('erase_addresses', "erase the reader's address"), ('run_imports', 'continue the import')], max_length=40),
        ),
        migrations.CreateModel(
            name='EndedTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_day', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ended_terms', to='editorial.boardmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('member'), models.F('last_day'), name='term_ends_once')],
            },
        ),
        migrations.RunSQL(OVER, migrations.RunSQL.noop),
        *append_only("editorial_endedterm"),
    ]
