"""What is typed is kept for its owner alone, form by form, and never more than is bearable."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from editorial import autosave
from editorial.exceptions import PreconditionFailed, Unacceptable
from editorial.models import Unsent
from editorial.tasks import TYPED_KEPT, purge_typed
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def about(wanda):
    return factories.make_audience("professional")


def keep(about, by, seen=None, now=NOW, form="text", **value):
    return autosave.save_form(about, form=form, value=value, seen=seen, by=by, now=now)


def test_what_is_typed_is_held_for_its_owner_alone(about, wanda):
    keep(about, wanda, body="Half a thou")
    assert autosave.unsent_forms(about, by=wanda)["text"].value == {"body": "Half a thou"}
    assert autosave.unsent_forms(about, by=factories.make_user("edith")) == {}
    assert keep(about, factories.make_user("edith"), body="Mine").value == {"body": "Mine"}


def test_typing_on_replaces_and_emptying_forgets(about, wanda):
    first = keep(about, wanda, body="One")
    second = keep(about, wanda, seen=first.saved_at, now=LATER, body="One and two")
    assert (second.pk, second.size) == (first.pk, len("bodyOne and two"))
    assert keep(about, wanda, seen=LATER) is None
    assert keep(about, wanda) is None
    assert not Unsent.objects.exists()


def test_typing_over_what_the_page_did_not_show_is_refused(about, wanda):
    keep(about, wanda, body="One")
    with pytest.raises(PreconditionFailed):
        keep(about, wanda, body="Two")
    assert keep(about, wanda, body="One").saved_at == NOW


def test_typing_that_arrives_after_its_form_was_sent_is_refused(about, wanda):
    keep(about, wanda, body="One")
    autosave.forget_form(about, form="text", by=wanda)
    with pytest.raises(PreconditionFailed):
        keep(about, wanda, seen=NOW, body="One and")
    assert not Unsent.objects.exists()


@pytest.mark.parametrize(("bound", "value"), [("MAX_TYPED", 9), ("MAX_KEPT", 12), ("MAX_FORMS", 1)])
def test_too_much_is_refused_and_what_is_held_stays(about, wanda, monkeypatch, bound, value):
    keep(about, wanda, form="first", a="123")
    monkeypatch.setattr(autosave, bound, value)
    with pytest.raises(Unacceptable) as refused:
        keep(about, wanda, form="second", a="123456789")
    assert refused.value.faults[0].code == "too_long"
    assert Unsent.objects.get().form == "first"


def test_one_form_is_held_once_and_nothing_is_not_held(about, wanda):
    held = keep(about, wanda, body="One")
    for wrong in ({"form": "text", "size": 1}, {"form": "else", "size": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unsent.objects.create(owner=wanda, about=held.about, value={}, saved_at=NOW, **wrong)
    assert str(held) == f"audience:{about.pk}, text"


def test_purge_forgets_what_nobody_touched_for_half_a_year(about, wanda):
    now = timezone.now()
    keep(about, wanda, form="old", now=now - TYPED_KEPT - timedelta(days=1), a="1")
    keep(about, wanda, form="young", now=now - TYPED_KEPT + timedelta(days=1), a="1")
    assert purge_typed() == 1
    assert Unsent.objects.get().form == "young"
