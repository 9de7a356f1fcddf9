"""Store whether the ORCID iD of a signer was authenticated when they signed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0024_identified_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='signature',
            name='orcid_authenticated',
            field=models.BooleanField(db_default=False, default=False, help_text='Whether the signer had logged in at ORCID with this iD.'),
        ),
    ]
