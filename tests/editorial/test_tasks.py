from datetime import timedelta

from django.utils import timezone

from config.celery import app
from editorial.models import StoredAnswer
from editorial.tasks import purge_answers


def test_purge_answers_old_and_young_forgets_the_old_only(wanda):
    now = timezone.now()
    for key, age in (("old", timedelta(days=8)), ("young", timedelta(days=6))):
        StoredAnswer.objects.create(user=wanda, key=key, fingerprint="0" * 64, status=200, answered_at=now - age)
    assert purge_answers() == 1
    assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["young"]


def test_beat_asks_for_every_task_but_those_that_somebody_asks_for():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert ours - asked == {"articles.tasks.run_import"}
    assert asked - ours == set()
