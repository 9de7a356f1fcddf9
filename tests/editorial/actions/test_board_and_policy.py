"""The verbs of board, policy and accounts."""

from datetime import date

import pytest

from editorial import actions
from editorial.exceptions import InvalidTransition, NotPermitted, Unacceptable
from editorial.models import Absence, BoardMember, Disclosure, EditorialPolicy, LedgerEntry, PolicyRule
from editorial.policy.default_reminders import LADDER
from editorial.record import ledger
from tests.support import factories
from tests.support.factories import NOW


def told() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("action", flat=True))


def absence_of(member: BoardMember) -> Absence:
    return Absence(member=member, first_day=date(2026, 3, 2), last_day=date(2026, 3, 8))


def test_members_keep_their_own_absences_and_interests_and_nobody_elses(ada, ben, edith, wanda):
    company = factories.make_product().manufacturer
    interest = Disclosure(member=ada.board_member, company=company, nature="shares", held_from=date(2026, 1, 1))
    for record in (absence_of(ada.board_member), interest):
        for user in (ben, wanda):
            with pytest.raises(NotPermitted):
                actions.keep_board_record(record=record, by=user, now=NOW)
        assert actions.keep_board_record(record=record, by=ada, now=NOW, reason="declared").pk
    interest.held_to = date(2026, 3, 1)
    actions.keep_board_record(record=interest, by=edith, now=NOW)
    assert told() == ["absence_added", "disclosure_added", "disclosure_changed"]
    last = interest.history.latest("history_id")
    assert (last.history_user, last.held_to) == (edith, date(2026, 3, 1))


def test_member_records_are_kept_by_editors_only(ada, edith):
    ada.board_member.capacity = 9
    with pytest.raises(NotPermitted):
        actions.keep_board_record(record=ada.board_member, by=ada, now=NOW)
    actions.keep_board_record(record=ada.board_member, by=edith, now=NOW, reason="asked for more")
    entry = LedgerEntry.objects.get()
    assert (entry.chain_id, entry.actor, entry.payload["reason"]) == ("board", edith, "asked for more")
    assert entry.payload["values"]["capacity"] == 9
    assert entry.payload["values"]["term_from"] == "2020-01-01"


def test_absence_is_taken_back_by_its_member_with_history(ada, ben):
    absence = actions.keep_board_record(record=absence_of(ada.board_member), by=ada, now=NOW)
    with pytest.raises(NotPermitted):
        actions.remove_board_record(record=absence, by=ben, now=NOW)
    actions.remove_board_record(record=absence, by=ada, now=NOW, reason="back early")
    assert not Absence.objects.exists()
    assert told() == ["absence_added", "absence_removed"]


def test_terms_are_kept_by_editors_only(edith, ada):
    specialty = factories.make_specialty()
    with pytest.raises(NotPermitted):
        actions.keep_term(term=specialty, by=ada, now=NOW)
    actions.keep_term(term=specialty, by=edith, now=NOW)
    actions.keep_term(term=type(specialty)(code="neurology", name="Neurology"), by=edith, now=NOW)
    assert told() == ["specialty_changed", "specialty_added"]


def test_policy_is_drafted_kept_and_published_by_editors_only(policy, edith, ada):
    with pytest.raises(NotPermitted):
        actions.draft_next_policy(by=ada, now=NOW)
    draft = actions.draft_next_policy(by=edith, now=NOW)
    for verb, act in (
        (actions.keep_policy, {"record": draft}),
        (actions.publish_policy, {"policy_id": draft.pk}),
    ):
        with pytest.raises(NotPermitted):
            verb(by=ada, now=NOW, **act)
    draft.text = "Three members approve."
    actions.keep_policy(record=draft, by=edith, now=NOW)
    rule = draft.rules.get(risk="high")
    rule.quorum = 3
    actions.keep_policy(record=rule, by=edith, now=NOW)
    published = actions.publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    assert (published.number, published.in_force_from, published.published_by) == (2, NOW, edith)
    assert EditorialPolicy.objects.in_force(at=NOW).rule("high").quorum == 3
    assert LedgerEntry.objects.filter(chain="policy").latest("sequence").payload["rules"][2]["quorum"] == 3
    assert list(ledger.chain_breaks()) == []


def test_next_policy_lists_its_rules_as_the_one_before_whichever_was_changed_last(policy, edith):
    draft = actions.draft_next_policy(by=edith, now=NOW)
    low = draft.rules.get(risk="low")
    low.quorum = 2
    actions.keep_policy(record=low, by=edith, now=NOW)
    actions.publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    follower = actions.draft_next_policy(by=edith, now=NOW)
    assert [rule.risk for rule in follower.rules.in_order()] == ["low", "moderate", "high"]


def test_published_policy_is_neither_kept_nor_published_again(policy, edith):
    for verb, act in (
        (actions.keep_policy, {"record": policy}),
        (actions.keep_policy, {"record": policy.rules.all()[0]}),
        (actions.publish_policy, {"policy_id": policy.pk}),
    ):
        with pytest.raises(InvalidTransition):
            verb(by=edith, now=NOW, **act)


def test_next_policy_copies_the_latest_and_there_is_one_at_a_time(policy, edith):
    draft = actions.draft_next_policy(by=edith, now=NOW)
    assert (draft.number, draft.text, draft.is_published, draft.rules.count()) == (2, policy.text, False, 3)
    with pytest.raises(InvalidTransition, match="Version 2 is being written"):
        actions.draft_next_policy(by=edith, now=NOW)
    assert PolicyRule.objects.filter(policy=policy).count() == 3


def test_policy_after_one_without_reminders_gets_the_default_ones_and_later_ones_keep_theirs(policy, edith):
    draft = actions.draft_next_policy(by=edith, now=NOW)
    assert {(rung.moment, rung.offset) for rung in draft.rungs.all()} == {(step.moment, step.offset) for step in LADDER}
    for rung in draft.rungs.all()[1:]:
        actions.remove_policy_row(row=rung, by=edith, now=NOW)
    actions.publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    assert actions.draft_next_policy(by=edith, now=NOW).rungs.count() == 1


def test_first_policy_starts_empty_and_is_not_published_without_its_rules(edith):
    draft = actions.draft_next_policy(by=edith, now=NOW)
    PolicyRule.objects.create(policy=draft, risk="low", quorum=1, shelf_life_days=1)
    with pytest.raises(Unacceptable) as refusal:
        actions.publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    assert [fault.pointer for fault in refusal.value.faults] == ["/rules/moderate", "/rules/high"]


def test_accounts_and_roles_are_the_administrators(root, edith, wanda):
    wanda.is_editor = True
    for user in (edith, wanda):
        with pytest.raises(NotPermitted):
            actions.keep_account(account=wanda, by=user, now=NOW)
    actions.keep_account(account=wanda, by=root, now=NOW, reason="promoted")
    last = wanda.history.latest("history_id")
    assert (last.is_editor, last.history_user, last.history_change_reason) == (True, root, "promoted")


def test_password_is_changed_by_oneself_or_an_administrator(root, edith, wanda):
    with pytest.raises(NotPermitted):
        actions.change_password(account_id=wanda.pk, password="correct horse battery", by=edith, now=NOW)
    for by in (wanda, root):
        changed = actions.change_password(account_id=wanda.pk, password=f"from {by}", by=by, now=NOW)
        assert changed.check_password(f"from {by}")
