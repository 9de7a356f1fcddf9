"""The law on requests for changes that were set aside counts approvals as ``reviews.rounds.decision`` does.

An approval that its signer has to confirm, since less is asked for, is none until it is confirmed.
"""

from importlib import import_module

from django.db import migrations

persons = import_module("reviews.migrations.0018_persons_laws")

LATER = "AND later.signed_at > aside.set_aside_at AND imprimatur_stands(later.id)"
CONFIRMED = f"""{LATER}
                       AND NOT EXISTS (SELECT FROM reviews_signatureconfirmation asked
                                       WHERE asked.signature_id = later.id AND asked.confirmed_at IS NULL)"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0020_past_findings")]

    operations = [migrations.RunSQL(persons.APPROVAL.replace(LATER, CONFIRMED), persons.APPROVAL)]
