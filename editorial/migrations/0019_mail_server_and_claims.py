"""Store claims of notices as leases, and the status of the mail server."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0018_sweep_failures'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='claimed_until',
            field=models.DateTimeField(editable=False, help_text='Until then a worker delivers it.', null=True),
        ),
        migrations.AlterField(
            model_name='notice',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, help_text='Attempts since it was queued, or queued again.'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='not_before',
            field=models.DateTimeField(help_text='The next attempt.'),
        ),
        migrations.CreateModel(
            name='MailServer',
            fields=[
                ('address', models.CharField(help_text='Host and port.', max_length=300, primary_key=True, serialize=False)),
                ('failures', models.PositiveIntegerField(default=0, help_text='In a row.')),
                ('failing_since', models.DateTimeField(null=True)),
                ('not_before', models.DateTimeField(help_text='The next attempt, while it fails.', null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('failing_since', None), ('failures', 0), ('not_before', None)), models.Q(('failing_since__isnull', False), ('failures__gt', 0), ('not_before__isnull', False)), _connector='OR'), name='mail_server_fails_since_when')],
            },
        ),
    ]
