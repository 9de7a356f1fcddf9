import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import editorial.models.api_tokens

SCOPES = ["read", "write", "review", "administer"]

NAME_EARLIER_TOKENS = """
UPDATE knox_authtoken
SET name = 'Token from ' || to_char(created AT TIME ZONE %s, 'FMDD FMMonth YYYY')
"""


def name_earlier_tokens(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NAME_EARLIER_TOKENS, [settings.TIME_ZONE])


class Migration(migrations.Migration):
    """The model takes over knox's table with its rows, so every token stays valid during and after the upgrade."""

    dependencies = [
        ("editorial", "0023_account_invitations"),
        ("knox", "0009_extend_authtoken_field"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "address",
                    models.GenericIPAddressField(
                        help_text="IPv4, or the first address of an IPv6 network.", null=True
                    ),
                ),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                ("begun_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(help_text="To the minute.")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="account_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        ("digest", models.CharField(max_length=128, primary_key=True, serialize=False)),
                        ("token_key", models.CharField(db_index=True, max_length=25)),
                        ("created", models.DateTimeField(auto_now_add=True)),
                        ("expiry", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="auth_token_set",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "knox_authtoken"},
                ),
            ],
        ),
        migrations.AddField(
            model_name="apitoken",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="name",
            field=models.CharField(db_default="API token", max_length=100),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("read", "Read: everything that you may see"),
                        ("write", "Write: drafts, submissions, the library, your mail preferences"),
                        ("review", "Review: comments, verdicts, signatures, decisions of editors"),
                        ("administer", "Administer: end sessions and tokens"),
                    ],
                    max_length=10,
                ),
                db_default=SCOPES,
                default=editorial.models.api_tokens.all_scopes,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__contained_by", SCOPES), ("scopes__len__gt", 0)),
                name="token_has_known_scopes",
            ),
        ),
        migrations.RunPython(name_earlier_tokens, migrations.RunPython.noop),
    ]
