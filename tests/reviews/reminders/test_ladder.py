"""The rungs of a policy's ladder: what is refused, what is frozen, what stays the same in the next policy."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from editorial.actions import draft_next_policy, keep_policy, publish_policy, remove_policy_row
from editorial.exceptions import InvalidTransition, NotPermitted
from editorial.models import LedgerEntry, Rung
from editorial.models.reminder_ladder import Consequence, Moment, ReminderRecipient
from editorial.policy.default_reminders import LADDER, rungs_of
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import rung, step

pytestmark = pytest.mark.django_db

ONE = step(Moment.REVIEW_DUE, 1, ReminderRecipient.MEMBER)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"offset": -731}, "offset", "greater than or equal to -730"),
        ({"offset": 731}, "offset", "less than or equal to 730"),
        ({"offset": None}, "offset", "cannot be null"),
        ({"consequence": Consequence.LAPSE, "offset": 0}, "offset", "lapses after the day it was due"),
        ({"consequence": Consequence.RE_REVIEW}, "consequence", "cannot follow here"),
        ({"text": "By $date."}, "text", "Unknown: $date. Known are $about"),
        ({"text": "It costs 5 $."}, "text", "A $ begins the name"),
        ({"moment": Moment.UNASSIGNED}, "recipient", "This moment has no single member"),
        (
            {"moment": Moment.LICENCE_EXPIRES, "recipient": ReminderRecipient.WRITER},
            "recipient",
            "Writers are not notified",
        ),
        (
            {"moment": Moment.REPORT_UNTRIAGED, "recipient": ReminderRecipient.WRITER},
            "recipient",
            "Editors decide on",
        ),
        ({"moment": "tomorrow"}, "moment", "not a valid choice"),
    ],
)
def test_rung_that_cannot_be_is_refused_at_its_field(fields, field, words):
    with pytest.raises(ValidationError) as refused:
        rung(**fields).full_clean(exclude=["policy"])
    assert words in " ".join(refused.value.message_dict[field])


def test_lapse_without_a_day_is_refused_at_the_day_only():
    with pytest.raises(ValidationError) as refused:
        rung(offset=None, consequence=Consequence.LAPSE).full_clean(exclude=["policy"])
    assert list(refused.value.message_dict) == ["offset"]


def test_second_rung_of_a_day_is_refused_in_words(edith, policy):
    draft = draft_next_policy(by=edith, now=NOW)
    keep_policy(record=rung(policy=draft), by=edith, now=NOW)
    with pytest.raises(ValidationError, match="Another rung notifies the same people on the same day"):
        rung(policy=draft).full_clean()


def test_default_ladder_has_nothing_wrong_with_it(edith):
    draft = draft_next_policy(by=edith, now=NOW)
    assert draft.rungs.count() == len(LADDER)
    for one in rungs_of(draft):
        one.full_clean(validate_constraints=False)
        assert "$" not in one.rendered({"about": "a", "due": "b", "days": "c", "member": "d"})


@pytest.mark.parametrize("offset", [-3, 0, 2])
def test_rung_says_when_it_is_climbed_and_who_is_told(offset):
    said = str(rung(offset=offset))
    assert said.startswith({-3: "3 days before the day", 0: "on the day", 2: "2 days after the day"}[offset])
    assert said.endswith("that a review is due: the member")


def test_ladder_is_frozen_and_told_when_its_policy_is_published(edith, policy):
    draft = draft_next_policy(by=edith, now=NOW)
    kept = keep_policy(record=rung(policy=draft), by=edith, now=NOW)
    gone = keep_policy(record=rung(policy=draft, offset=9), by=edith, now=NOW)
    remove_policy_row(row=gone, by=edith, now=NOW)
    publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    recorded = LedgerEntry.objects.filter(chain="policy").latest("sequence").payload["rungs"]
    assert kept.offset in {rung["offset"] for rung in recorded}
    assert len(recorded) == draft.rungs.count() == len(LADDER) + 1
    for refused in (
        lambda: keep_policy(record=kept, by=edith, now=NOW),
        lambda: remove_policy_row(row=kept, by=edith, now=NOW),
    ):
        with pytest.raises(InvalidTransition):
            refused()


def test_ladder_is_changed_by_editors_only(edith, ada, policy):
    draft = draft_next_policy(by=edith, now=NOW)
    with pytest.raises(NotPermitted):
        keep_policy(record=rung(policy=draft), by=ada, now=NOW)


@pytest.mark.parametrize(
    "sql",
    [
        'UPDATE editorial_rung SET "offset" = 5',
        "DELETE FROM editorial_rung",
        'INSERT INTO editorial_rung (policy_id, identity, moment, "offset", unit, recipient, consequence, text) '
        "SELECT policy_id, gen_random_uuid(), moment, 7, unit, recipient, '', text FROM editorial_rung",
        "TRUNCATE editorial_rung CASCADE",
    ],
)
def test_published_ladder_is_held_by_the_database(sql):
    factories.make_policy(rungs=[ONE])
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(sql)


def test_next_policy_keeps_who_each_rung_is(edith):
    policy = factories.make_policy(rungs=[ONE])
    draft = draft_next_policy(by=edith, now=NOW)
    assert [one.identity for one in draft.rungs.all()] == [one.identity for one in policy.rungs.all()]
    assert Rung.objects.count() == 2
