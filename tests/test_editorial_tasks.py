from datetime import timedelta

from django.utils import timezone

from editorial.models import StoredAnswer
from editorial.tasks import purge_answers


def test_purge_answers_old_and_young_forgets_the_old_only(wanda):
    now = timezone.now()
    for key, age in (("old", timedelta(days=8)), ("young", timedelta(days=6))):
        StoredAnswer.objects.create(user=wanda, key=key, fingerprint="0" * 64, status=200, answered_at=now - age)
    assert purge_answers() == 1
    assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["young"]
