"""Carries second factors and recovery codes over to allauth's table, so that everybody can still log in and sign.

Writes e-mail addresses in small letters, as allauth looks for them, each with a row of history. allauth's own migration
would write them without.
"""

from base64 import b32encode

from django.db import migrations, models
from django.db.models.functions import Lower
from django.utils import timezone

from editorial.accounts.derived_secrets import derived
from editorial.accounts.encryption import encrypted
from editorial.accounts.recovery_codes import stored_digest


def carry_over(apps, _schema_editor):
    Authenticator = apps.get_model("mfa", "Authenticator")
    for factor in apps.get_model("editorial", "SecondFactor").objects.all():
        common = {"user_id": factor.user_id, "created_at": factor.set_up_at}
        Authenticator.objects.create(type="totp", data=app_of(factor.salt), **common)
        digests = [encrypted(stored_digest(digest, salt=factor.salt)) for digest in factor.recovery_codes]
        Authenticator.objects.create(type="recovery_codes", data={"migrated_codes": digests}, **common)


def app_of(salt):
    """The secret of the app, derived from the site's key; and those from former keys, any of which it may be."""
    derived_secrets = (secret[:20] for secret in derived("imprimatur-second-factor/1", salt))
    first, *former = (encrypted(b32encode(secret).decode()) for secret in derived_secrets)
    return {"secret": first, "former_secrets": [first, *former]} if former else {"secret": first}


def write_addresses_in_small_letters(apps, _schema_editor):
    User, History = apps.get_model("editorial", "User"), apps.get_model("editorial", "HistoricalUser")
    kept = {field.attname for field in History._meta.fields} & {field.attname for field in User._meta.fields}
    for account in User.objects.exclude(email=Lower("email")):
        account.email = account.email.lower()
        account.save(update_fields=["email"])
        History.objects.create(
            **{name: getattr(account, name) for name in kept},
            history_type="~",
            history_date=timezone.now(),
            history_change_reason="e-mail address written in small letters",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0024_api_tokens"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    run_before = [("account", "0006_emailaddress_lower")]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.RunPython(write_addresses_in_small_letters, elidable=True),
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunPython(carry_over, elidable=True),
        migrations.DeleteModel(name="SecondFactor"),
    ]
