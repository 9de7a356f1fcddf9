"""Store claims of mail to readers as leases."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0016_approvals_end_earlier'),
    ]

    operations = [
        migrations.AddField(
            model_name='readermail',
            name='claimed_until',
            field=models.DateTimeField(editable=False, help_text='Until then a worker delivers it.', null=True),
        ),
    ]
