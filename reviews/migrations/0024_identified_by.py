"""Signatures say by what their signer was identified."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0023_handed_on")]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="identified_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("password", "password"),
                        ("totp", "code of an app"),
                        ("recovery_codes", "recovery code"),
                        ("webauthn", "passkey"),
                    ],
                    max_length=20,
                ),
                db_default=[],
                default=list,
                help_text="By what the signer showed who they are. Empty for signatures from before this was kept.",
                size=None,
            ),
        ),
    ]
