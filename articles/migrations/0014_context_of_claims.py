"""Claims get a hash of their words alone, and their context; both are read from the frozen texts for claims there are.

Where today's rules no longer find a claim in its text, its context stays unknown: verdicts on it come back to be looked
at again. PostgreSQL holds claims as they were submitted, so its trigger is off while this migration writes.
"""

from itertools import groupby

from django.db import migrations, models

from articles.text.claims import FoundClaim, claims_in_context, words_hash

HOLD_OFF = migrations.RunSQL(
    "ALTER TABLE articles_claim DISABLE TRIGGER hold_content", "ALTER TABLE articles_claim ENABLE TRIGGER hold_content"
)
HOLD_ON = migrations.RunSQL(
    "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE articles_claim ENABLE TRIGGER hold_content",
    "ALTER TABLE articles_claim DISABLE TRIGGER hold_content",
)


def fill(apps, schema_editor):
    claims = apps.get_model("articles", "Claim").objects.order_by("rendition", "position")
    texts = apps.get_model("articles", "Rendition").objects.select_related("audience", "version")
    for rendition, rows in groupby(claims.iterator(), key=lambda claim: claim.rendition_id):
        written = [describe(claim, found) for claim, found in in_text(texts.get(pk=rendition), list(rows))]
        claims.bulk_update(written, ["words", "context", "context_words"], batch_size=500)


def in_text(text, claims):
    """Each claim with what is found at its place in the text today, if it is the same."""
    found = claims_in_context(text.body, audience=text.audience.code, question=text.version.question)
    at_place = dict(enumerate(found, start=1))
    for claim in claims:
        one = at_place.get(claim.position)
        yield claim, one if one and one[0].text == claim.text else None


def describe(claim, found):
    statement, context = found or (FoundClaim(claim.text), None)
    claim.words = words_hash(statement)
    if context:
        claim.context, claim.context_words = context.hash, context.words
    return claim


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_marks_are_not_missed")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="words",
            field=models.CharField(
                default="", db_index=True, help_text="SHA-256 of the normalised text alone.", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="claim",
            name="context",
            field=models.CharField(
                help_text="SHA-256 of its context; null if unknown.",
                max_length=64,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="context_words",
            field=models.JSONField(default=list, help_text="The context in readable form: kind and words of each part."),
        ),
        HOLD_OFF,
        migrations.RunPython(fill, migrations.RunPython.noop),
        HOLD_ON,
    ]
