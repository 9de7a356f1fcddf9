"""Members who stepped back before recusals were remembered: for the article, with the reason that they gave then."""

from django.db import migrations


def remember(apps, _schema_editor):
    Review, Recusal = apps.get_model("reviews", "Review"), apps.get_model("reviews", "Recusal")
    recused = Review.objects.filter(state="recused", recusal=None).select_related("version").order_by("pk")
    rows = (
        Recusal(
            member_id=review.member_id,
            review=review,
            article_id=review.version.article_id,
            reason=review.state_reason,
            declared_at=review.state_changed_at,
        )
        for review in recused.iterator(chunk_size=1000)
    )
    Recusal.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0018_persons_laws")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
