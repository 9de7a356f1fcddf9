"""History with its actor, and the small answers of the ground floor's models."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from editorial.exceptions import InvalidTransition
from editorial.models import (
    Absence,
    BoardMember,
    DisclosureStatement,
    EditorialPolicy,
    MemberPhoto,
    PolicyRule,
    Specialty,
    StoredAnswer,
    User,
)
from tests.support import factories
from tests.support.factories import NOW


def test_record_names_actor_reason_and_date_of_this_save_alone(edith):
    specialty = Specialty(code="neurology", name="Neurology")
    specialty.record(by=edith, now=NOW, reason="new")
    specialty.name = "Neurology and pain"
    specialty.save()
    first, second = specialty.history.order_by("history_id")
    assert (first.history_user, first.history_change_reason, first.history_date) == (edith, "new", NOW)
    assert (second.history_user, second.history_change_reason) == (None, None)
    assert second.history_date > NOW
    assert (second.name, second.history_type) == ("Neurology and pain", "~")


def test_record_forgets_the_actor_also_when_the_save_fails(edith):
    member = factories.make_member("ada")
    member.specialties = ["astrology"]
    with pytest.raises(IntegrityError), transaction.atomic():
        member.record(by=edith, now=NOW)
    assert not hasattr(member, "_history_user")
    assert not hasattr(member, "_change_reason")


def test_remove_leaves_a_history_row_with_the_actor(edith):
    absence = Absence(member=factories.make_member("ada"), first_day=date(2026, 3, 1), last_day=date(2026, 3, 8))
    absence.record(by=edith, now=NOW)
    pk = absence.pk
    absence.remove(by=edith, now=NOW, reason="came back")
    last = Absence.history.filter(id=pk).latest("history_id")
    assert (last.history_type, last.history_user, last.history_change_reason) == ("-", edith, "came back")


def test_reason_of_any_length_is_kept(edith):
    specialty = factories.make_specialty()
    specialty.record(by=edith, now=NOW, reason="x" * 5000)
    assert len(specialty.history.latest("history_id").history_change_reason) == 5000


def test_login_leaves_no_history_and_other_saves_do(edith):
    count = edith.history.count()
    edith.last_login = NOW
    edith.save(update_fields=["last_login"])
    assert edith.history.count() == count
    edith.save()
    assert edith.history.count() == count + 1


def test_history_of_accounts_holds_no_password(edith):
    assert "password" not in {field.name for field in User.history.model._meta.get_fields()}


def test_system_account_is_one_and_nobody_can_log_in_with_it(db):
    system = User.objects.system()
    assert system == User.objects.system()
    assert not system.is_active
    assert not system.has_usable_password()


@pytest.mark.parametrize("email", ["ADA@example.org", "ada@example.org"])
def test_two_accounts_cannot_share_an_address(ada, email):
    with pytest.raises(IntegrityError, match="one_account_per_address"), transaction.atomic():
        User.objects.create(username="other", email=email)
    assert User.objects.create(username="x", email="") != User.objects.create(username="y", email="")


@pytest.mark.parametrize(
    ("on", "in_office"),
    [(date(2019, 12, 31), False), (date(2020, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_office_lasts_from_the_first_to_the_last_day(db, on, in_office):
    member = factories.make_member("dora", term_to=date(2026, 6, 30))
    assert member.is_in_office(on=on) == in_office
    assert BoardMember.objects.in_office(on=on).exists() == in_office
    assert BoardMember.objects.public(on=on).exists() == in_office


def test_member_is_printed_with_credentials_if_any(db):
    assert str(factories.make_member("ada")) == "Ada Example, MD, PhD"
    assert str(factories.make_member("ben", credentials="")) == "Ben Example"
    assert not BoardMember.objects.filter(pk=factories.make_member("cleo", is_public=False).pk).public(on=NOW.date())


def test_dates_that_end_before_they_begin_are_refused(ada):
    member = ada.board_member
    rows = [
        Absence(member=member, first_day=date(2026, 3, 2), last_day=date(2026, 3, 1)),
        BoardMember(user=factories.make_user("eve"), term_from=date(2026, 3, 2), term_to=date(2026, 3, 1)),
    ]
    for row in rows:
        with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
            row.save()
    company = factories.make_product().manufacturer
    with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
        factories.make_disclosure(member, company=company, held_to=date(2019, 1, 1))


def test_policy_in_force_is_the_newest_published_by_then(policy):
    newer = factories.make_policy(number=2, in_force_from=NOW)
    EditorialPolicy.objects.create(number=3, title="Draft", text="?")
    assert EditorialPolicy.objects.in_force(at=NOW - timedelta(seconds=1)) == policy
    assert EditorialPolicy.objects.required(at=NOW) == newer
    with pytest.raises(InvalidTransition) as refusal:
        EditorialPolicy.objects.required(at=NOW - timedelta(days=9999))
    assert refusal.value.code == "no_policy"
    assert newer.rule("high").shelf_life == timedelta(days=365)
    assert [str(rule) for rule in newer.rules.in_order()] == ["Low risk", "Moderate risk", "High risk"]


@pytest.mark.parametrize(
    ("field", "check"), [("quorum", "somebody_must_approve"), ("shelf_life_days", "an_approval_lapses")]
)
def test_rules_that_ask_for_nothing_are_refused(db, field, check):
    draft = EditorialPolicy.objects.create(number=1, title="Draft", text="?")
    values = {"quorum": 1, "shelf_life_days": 1, field: 0}
    with pytest.raises(IntegrityError, match=check), transaction.atomic():
        PolicyRule.objects.create(policy=draft, risk="low", **values)


def test_rows_say_what_they_are(policy, ada, edith):
    product = factories.make_product()
    disclosure = factories.make_disclosure(ada.board_member, company=product.manufacturer)
    absence = Absence(member=ada.board_member, first_day=date(2026, 3, 1), last_day=date(2026, 3, 8))
    assert [str(row) for row in (product, product.manufacturer, disclosure, absence)] == [
        *("Privigen", "CSL Behring", "Ada Example: consulting, CSL Behring"),
        "Ada Example: 2026-03-01 to 2026-03-08",
    ]
    assert [str(row) for row in (factories.make_specialty(), factories.make_audience(), policy)] == [
        *("Immunology", "Professional", "Editorial policy, version 1")
    ]
    assert str(StoredAnswer(user=edith, key="k1")) == "Edith Example: k1"
    assert str(User(username="nameless")) == "nameless"


def test_what_a_member_hands_in_is_named_by_the_member(db):
    ada = factories.make_member("ada")
    statement = DisclosureStatement.objects.create(member=ada, stated_at=factories.NOW)
    portrait = MemberPhoto.objects.create(member=ada, jpeg=b"", sha256="0" * 64, uploaded_at=factories.NOW)
    assert (str(statement), str(portrait)) == ("Ada Example, 2026-03-02", "Ada Example")
