"""What is offered is what is allowed: every action and act, in every state, by every role, with every hindrance."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from articles import actions as articles
from articles.lifecycle import State
from articles.models import ArticleProduct, Authorship, Reference
from articles.permissions import offers as offers_on_version
from articles.requirements import required
from editorial.exceptions import Refusal
from editorial.mail import notices
from editorial.models import BoardMember, EditorialPolicy, Notice, User
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from reviews import actions
from reviews.actions.empty_seats import notify_of_empty_seats
from reviews.actions.late_conflicts import notify_of_conflicts
from reviews.allowed_actions import missing_requirements, offers
from reviews.desk.claims import claim_checklist
from reviews.lifecycle import LIVE, OPEN, Act
from reviews.lifecycle import State as ReviewState
from reviews.models import Review, Signature
from reviews.permissions import may
from reviews.reminders import compose_mails, preview_reminders, take_due_rungs
from reviews.reminders.mails import current_lines
from reviews.rounds.obstacles import cannot_sign
from reviews.rounds.overview import Turn, rounds, waiting_versions
from reviews.rounds.reviewer_suggestions import choose_reviewers
from reviews.tasks import follow_empty_seats
from tests.admin.test_flow import address, do, words
from tests.reviews.actions.test_merging_accounts import ORCID, name_orcid, twins
from tests.support import factories, reminder_ladders, verdicts
from tests.support.api import action as offered_in
from tests.support.api import client as api_client
from tests.support.api import refused
from tests.support.factories import NOW
from tests.support.late_conflicts import edith, make_version, name_product
from tests.support.verbs import REVIEW_VERBS, VERSION_VERBS, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def end_term(member: BoardMember) -> None:
    _keep(member, term_to=NOW.date() - timedelta(days=1))


def expire_licence(member: BoardMember) -> None:
    _keep(member, licence_expires_on=NOW.date() - timedelta(days=1))


def forget_statement(member: BoardMember) -> None:
    """As if nothing had ever been stated: a statement is never deleted, and those of tests last for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM editorial_disclosurestatement WHERE member_id = %s", [member.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def disclose_interest(member: BoardMember) -> None:
    product = factories.make_product()
    factories.make_disclosure(member, company=product.manufacturer)
    article = review_of(member).version.article
    ArticleProduct(article=article, product=product).record(by=member.user, now=NOW, reason="For the test.")


def waive_interest(member: BoardMember) -> None:
    disclose_interest(member)
    if review_of(member).state in LIVE:
        actions.waive(review_id=review_of(member).pk, by=edith(), now=NOW, reason="The only expert.")


def disclose_interest_as_editor(member: BoardMember) -> None:
    disclose_interest(member)
    _keep_user(member, is_editor=True)


def step_back_elsewhere(member: BoardMember) -> None:
    """Ada steps back from another article because of a maker, whose product this one is about, too."""
    other = make_version("other-article")
    review, maker = factories.make_invitation(other), factories.make_product().manufacturer
    why = {"reason": "My brother works there.", "company_id": maker.pk}
    actions.recuse(review_id=review.pk, **why, by=member.user, now=NOW)
    name_product(review_of(member).version)


def write_cited_work(member: BoardMember) -> None:
    name_orcid("ada")
    work = Reference.objects.get(key="orbach2005")
    author = [{"family": "Example", "given": "Ada", "ORCID": f"https://orcid.org/{ORCID}"}]
    articles.keep_reference(reference=work, csl={**work.csl, "author": author}, by=edith(), now=NOW)


def write_in_article(member: BoardMember) -> None:
    Authorship(article=review_of(member).version.article, user=member.user, position=2).record(by=edith(), now=NOW)


def sign_as_twin(member: BoardMember) -> None:
    """Twin accepts and signs; then it turns out that both accounts are of one person."""
    if review_of(member).version.is_in_review:
        factories.sign(factories.make_accepted(review_of(member).version, "twin"))
        twins()


def disable_account(member: BoardMember) -> None:
    _keep_user(member, is_active=False)


def lose_address(member: BoardMember) -> None:
    _keep_user(member, email="")


def remind(member: BoardMember) -> None:
    if review_of(member).state in OPEN:
        actions.remind(review_id=review_of(member).pk, by=edith(), now=NOW)


def withdraw_links(member: BoardMember) -> None:
    if review_of(member).state == ReviewState.INVITED:
        actions.revoke_links(review_id=review_of(member).pk, by=edith(), now=NOW)


def set_aside(member: BoardMember) -> None:
    for signature in Signature.objects.standing().filter(review=review_of(member)):
        actions.set_aside(signature_id=signature.pk, reason="Paid by the maker.", by=edith(), now=NOW)


def _keep(member: BoardMember, **fields: object) -> None:
    for name, value in fields.items():
        setattr(member, name, value)
    member.record(by=edith(), now=NOW, reason="For the test.")


def _keep_user(member: BoardMember, **fields: object) -> None:
    for name, value in fields.items():
        setattr(member.user, name, value)
    member.user.record(by=edith(), now=NOW, reason="For the test.")


HINDRANCES = {
    "nothing": str,
    "term ended": end_term,
    "account disabled": disable_account,
    "licence expired": expire_licence,
    "no statement": forget_statement,
    "interest": disclose_interest,
    "interest of an editor": disclose_interest_as_editor,
    "waived interest": waive_interest,
    "recusal": step_back_elsewhere,
    "own work cited": write_cited_work,
    "own article": write_in_article,
    "another account": sign_as_twin,
    "no address": lose_address,
    "reminded today": remind,
    "links withdrawn": withdraw_links,
    "set aside": set_aside,
}
CONFLICTS = {"interest", "interest of an editor", "recusal", "own work cited", "own article"}
EMPTIES_THE_SEAT = {"term ended", "account disabled", "licence expired", *CONFLICTS}
HINDERS_CONFIRMING = {*EMPTIES_THE_SEAT, "no statement", "set aside"}


def review_at(state: ReviewState | State) -> Review:
    """Ada's review in that state, or of a version that came to that state."""
    if isinstance(state, State):
        factories.make_version_at(state)
    else:
        factories.make_review_at(state)
    return _ada()


def review_of(member: BoardMember) -> Review:
    return Review.objects.select_related("member__user", "version__article").filter(member=member).earliest("pk")


def _ada() -> Review:
    return review_of(BoardMember.objects.get(user__username="ada"))


def hand_over(review: Review, by: User) -> object:
    return actions.hand_over(review_id=review.pk, handed_over=True, by=by, now=NOW)


def confirm(review: Review, by: User) -> object:
    return actions.confirm_signature(review_id=review.pk, digest=review.version.digest, by=by, now=NOW)


def waive(review: Review, by: User) -> object:
    return actions.waive(review_id=review.pk, by=by, now=NOW, reason="The only expert.")


VERBS = {**REVIEW_VERBS, Act.HAND_OVER: hand_over, Act.CONFIRM: confirm, Act.WAIVE: waive}
REVIEWED = (State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SUSPENDED, State.RETRACTED)
STATES = [*ReviewState, *REVIEWED]


def succeeds(act, *args) -> bool:
    with undone():
        try:
            act(*args)
        except Refusal:
            return False
        return True


def compare(review: Review, user: User, *, among=tuple(VERBS)) -> None:
    """Whatever is offered to ``user`` works, nothing else does, and what is refused says why."""
    offered = {one.action: one for one in offers(user, review, now=NOW)}
    tried = {verb.value: succeeds(VERBS[verb], review, user) for verb in among if verb.value in offered}
    assert {name: offered[name].allowed for name in tried} == tried, user
    assert all(one.allowed == (not one.reason) for one in offered.values())


@pytest.mark.no_cover
@pytest.mark.parametrize("state", STATES)
def test_act_in_a_review_is_offered_exactly_if_it_succeeds(state, policy, ada, cleo, edith, wanda):
    review = review_at(state)
    for user in (ada, edith, cleo, wanda):
        compare(review, user)


@pytest.mark.no_cover
@pytest.mark.parametrize("state", STATES)
def test_hindered_act_in_a_review_is_offered_exactly_if_it_succeeds(state, policy, ada, edith):
    review_at(state)
    for hinder in HINDRANCES.values():
        with undone():
            hinder(_ada().member)
            for user in User.objects.filter(username__in=["ada", "edith"]):
                compare(_ada(), user, among=[verb for verb in VERBS if may(user, verb, _ada())])


@pytest.mark.parametrize("hindrance", HINDRANCES)
def test_signature_that_waits_to_be_confirmed_is_offered_exactly_if_it_can_be(hindrance, policy, ada):
    review = factories.make_review_at(ReviewState.SIGNED)
    with pytest.raises(Refusal):  # leaves what less review asks for behind
        REVIEW_VERBS[Act.CONFIRM](review, factories.make_user("edith", is_editor=True))
    HINDRANCES[hindrance](review.member)
    review = _ada()
    ada.refresh_from_db()
    offered = next(one for one in offers(ada, review, now=NOW) if one.action == Act.CONFIRM)
    assert offered.allowed == succeeds(confirm, review, ada) == (hindrance not in HINDERS_CONFIRMING)


@pytest.mark.no_cover
@pytest.mark.parametrize("state", State)
def test_act_on_a_version_is_offered_exactly_if_it_succeeds(state, policy, ada, cleo, edith, root, wanda, walter):
    version = factories.make_version_at(state)
    for user in (ada, edith, root, wanda, walter):
        offered = {one.action: one.allowed for one in offers_on_version(user, factories.reread(version))}
        tried = {verb.value: succeeds(VERSION_VERBS[verb], version, user) for verb in VERSION_VERBS}
        assert offered == {name: tried[name] for name in offered}, user


# --- what is needed is said before the click -------------------------------------------------------------------------


@pytest.fixture
def invitation(policy) -> Review:
    """Ada's, who has never stated her interests."""
    factories.make_member("ada")
    forget_statement(BoardMember.objects.get(user__username="ada"))
    return factories.make_invitation(factories.make_submitted())


def interests(review: Review) -> str:
    return f"/admin/editorial/boardmember/{review.member_id}/do/state-interests/"


def test_needed_names_each_hindrance_with_a_way(invitation):
    end_term(invitation.member)
    found = {one.code: one.way for one in missing_requirements(_ada(), now=NOW)}
    assert list(found) == ["not_in_office", "no_statement"]
    assert found["no_statement"].startswith(interests(invitation))
    assert found["not_in_office"] == f"/admin/editorial/boardmember/{invitation.member_id}/change/"


def test_nothing_is_needed_of_a_review_that_is_over(invitation, edith):
    actions.cancel(review_id=invitation.pk, by=edith, now=NOW)
    assert missing_requirements(_ada(), now=NOW) == []


def test_conflict_leads_to_stepping_back(policy):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    disclose_interest(review.member)
    (one,) = missing_requirements(_ada(), now=NOW)
    assert (one.code, one.way) == ("conflict_of_interest", address(review, "do", "recuse"))


def test_second_account_leads_to_declining(client, policy):
    review = factories.make_review_at(ReviewState.INVITED)
    sign_as_twin(review.member)
    (one,) = missing_requirements(_ada(), now=NOW)
    assert (one.code, one.way) == ("already_invited", address(review, "do", "decline"))
    assert "Accept the review" not in words(client.get(accept_link()))


def test_signature_to_be_confirmed_needs_an_interest_to_be_settled_first(client, policy):
    review = factories.make_review_at(ReviewState.SIGNED)
    with pytest.raises(Refusal):
        REVIEW_VERBS[Act.CONFIRM](review, edith())
    disclose_interest(review.member)
    client.force_login(review.member.user)
    assert "Before you can confirm your signature" in words(client.get(address(review)))


def test_without_a_policy_nothing_can_be_accepted_and_it_is_said(invitation, ada):
    before = NOW.replace(year=2019)
    offered = {one.action: one for one in offers(ada, invitation, now=before)}
    assert offered["accept"].reason == "No editorial policy is in force, so nothing can be reviewed."
    assert not offered["accept"].way


def test_invitation_mail_says_what_has_to_be_done_before_accepting(invitation, settings):
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="invitation")).body
    assert "Before you can accept:" in mail, mail
    assert f"Declare your interests (1 minute):\n{settings.SITE_URL}{interests(invitation)}?next=" in mail


def test_invitation_mail_to_a_member_who_lacks_nothing_says_nothing_of_it(policy):
    factories.make_review_at(ReviewState.INVITED)
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="invitation")).body
    assert "Before you can" not in mail


def test_reminder_of_an_accepted_review_says_what_is_missing_before_signing(policy):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    forget_statement(review.member)
    actions.remind(review_id=review.pk, by=edith(), now=NOW)
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="review_reminder")).body
    assert "Before you can sign:" in mail
    assert "Declare your interests (1 minute):" in mail


def accept_link() -> str:
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="invitation", recipient__username="ada"))
    return next(word for word in mail.body.split() if word.endswith("/accept/"))


def test_answer_from_the_mail_asks_first_for_what_is_missing_and_leads_back(client, invitation, own_counts):
    page = client.get(accept_link())
    assert "Before you can accept" in words(page)
    assert "Accept the review" not in words(page)
    client.force_login(invitation.member.user)
    form = missing_requirements(_ada(), now=NOW)[0].way
    given = dict.fromkeys(client.get(form).context["form"].fields, "none")
    assert client.post(form, given)["Location"] == address(invitation)
    assert do(client, invitation.member.user, invitation, "accept").status_code == 302
    assert _ada().state == ReviewState.ACCEPTED


def test_form_leads_nowhere_else_on_request(client, invitation):
    client.force_login(invitation.member.user)
    form = f"{interests(invitation)}?next=https://elsewhere.example.org/"
    given = dict.fromkeys(client.get(form).context["form"].fields, "none")
    assert client.post(form, given)["Location"] == "/admin/"


def test_page_of_the_review_says_what_is_missing_and_does_not_offer_to_accept(client, invitation):
    client.force_login(invitation.member.user)
    page = client.get(address(invitation))
    assert "Before you can accept" in words(page)
    assert "Declare your interests (1 minute)" in words(page)
    assert "accept" not in {button.verb.name for button in page.context["buttons"]}


def test_desk_of_a_member_whose_term_ended_does_not_offer_to_sign(client, policy):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    end_term(review.member)
    client.force_login(review.member.user)
    desk = words(client.get(reverse("admin:reviews_review_desk", args=[review.pk])))
    assert "Before you can sign Ada Example is not in office." in desk
    assert "Sign a decision" not in desk


def test_api_gives_the_reason_and_the_way(invitation):
    shown = api_client(invitation.member.user).get(f"/api/v1/reviews/{invitation.pk}/").json()
    accept = offered_in(shown, "accept")
    assert not accept["allowed"]
    assert "has not stated their interests" in accept["reason"]
    assert accept["way"].startswith(interests(invitation))
    refused(api_client(invitation.member.user).post(accept["href"], {}), 403, code="no_statement")


@pytest.mark.parametrize("state", [ReviewState.INVITED, ReviewState.ACCEPTED, ReviewState.SIGNED])
def test_page_of_a_review_has_a_button_for_what_is_allowed_and_says_why_not_for_the_rest(state, client, policy, edith):
    review = factories.make_review_at(state)
    client.force_login(edith)
    context = client.get(address(review)).context
    offered = {one.action: one.reason for one in offers(edith, _ada(), now=NOW)}
    assert {one.verb.name: one.reason for one in (*context["buttons"], *context["refused_buttons"])}.items() <= (
        offered.items()
    )
    assert "waive" not in {one.verb.name for one in context["buttons"]}


def test_editor_is_not_offered_to_set_their_own_signature_aside(client, policy, edith):
    review = factories.make_review_at(ReviewState.SIGNED)
    client.force_login(edith)
    assert "set the signature aside" in words(client.get(address(review)))
    _keep_user(review.member, is_editor=True)
    client.force_login(review.member.user)
    assert "set the signature aside" not in words(client.get(address(review)))


# --- seats that are empty in effect -----------------------------------------------------------------------------------


@pytest.fixture
def seated(policy) -> Review:
    """Ada has accepted and her term has ended since; two approvals are asked for, and only she is invited."""
    review = factories.make_review_at(ReviewState.ACCEPTED)
    end_term(review.member)
    return _ada()


@pytest.mark.parametrize("hindrance", ["term ended", "account disabled", "licence expired", "interest"])
def test_member_who_cannot_sign_fills_no_seat(hindrance, policy, ben, cleo):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    asked = {"requirements": required(review.version, at=NOW), "at": NOW}
    assert len(choose_reviewers(review.version, **asked).chosen) == 1
    HINDRANCES[hindrance](review.member)
    assert {one.member.user for one in choose_reviewers(review.version, **asked).chosen} == {ben, cleo}


def test_member_who_signed_before_their_term_ended_keeps_the_seat(policy, ben, cleo):
    review = factories.make_review_at(ReviewState.SIGNED)
    end_term(review.member)
    assert len(choose_reviewers(review.version, requirements=required(review.version, at=NOW), at=NOW).chosen) == 1


@pytest.mark.parametrize("hindrance", HINDRANCES)
def test_both_forms_of_who_can_sign_agree(hindrance, policy):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    HINDRANCES[hindrance](review.member)
    is_empty, day = hindrance in EMPTIES_THE_SEAT, {"on": NOW.date()}
    for one in (_ada(), Review.objects.with_conflicts(**day).get(pk=review.pk)):
        assert bool(cannot_sign(one, **day)) == is_empty
    mine = Review.objects.filter(pk=review.pk)
    assert mine.unable(**day).exists() == is_empty
    assert mine.seated(**day).exists() == (not is_empty)
    assert mine.of_unable_members(**day).exists() == (is_empty and hindrance not in CONFLICTS)


def test_round_whose_only_reviewer_cannot_sign_waits_for_an_editor(seated, edith, client):
    (one,) = rounds(waiting_versions(at=NOW), seen_by=edith, at=NOW)
    assert (one.turn, one.waiting, one.unable) == (Turn.EDITOR, [], {seated.pk})
    assert not waiting_versions(at=NOW, turn=Turn.MEMBER).exists()
    client.force_login(edith)
    for place in (reverse("admin:articles_version_rounds"), address(seated.version)):
        page = client.get(place)
        assert "Cannot sign: not in office" in words(page)
        assert address(seated, "do", "cancel") in page.content.decode()
    assert "Reviewers who left the board or have no valid licence" in words(client.get(reverse("admin:index")))
    listed = api_client(edith).get("/api/v1/reviews/").json()["results"]
    assert [row["cannot_sign"] for row in listed] == ["not in office"]


def test_editors_are_told_once_of_an_empty_seat(policy, edith):
    seated = factories.make_review_at(ReviewState.ACCEPTED)
    expire_licence(seated.member)
    assert [notify_of_empty_seats(now=NOW + timedelta(hours=hours)) for hours in (0, 1)] == [1, 1]
    told = Notice.objects.select_related("recipient").get(kind="seat_empty")
    assert told.recipient == edith
    assert "cannot sign it: no valid licence on record" in " ".join(notices.mail(told).body.split())
    _keep(seated.member, licence_expires_on=date(2099, 1, 1))
    assert notify_of_empty_seats(now=NOW) == 0


@pytest.mark.parametrize("hindrance", ["term ended", "account disabled"])
def test_seat_of_who_left_is_not_told_as_empty_because_it_is_handed_on(hindrance, policy, edith):
    review = factories.make_review_at(ReviewState.INVITED)
    HINDRANCES[hindrance](review.member)
    assert follow_empty_seats() == 0
    assert not Notice.objects.filter(kind="seat_empty").exists()


@pytest.mark.parametrize("hindrance", sorted(CONFLICTS))
def test_editors_are_told_of_a_conflict_that_came_to_light_in_an_open_review(hindrance, policy, edith):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    HINDRANCES[hindrance](review.member)
    assert (notify_of_conflicts(now=NOW), notify_of_empty_seats(now=NOW)) == (1, 0)
    assert Notice.objects.filter(kind="conflict_found", recipient=edith, subject=review.subject).exists()


def make_rungs() -> None:
    rungs = [
        reminder_ladders.step(Moment.REVIEW_DUE, 1, whom)
        for whom in (ReminderRecipient.MEMBER, ReminderRecipient.EDITOR)
    ]
    factories.make_policy(rungs=rungs)


@pytest.mark.parametrize("hindrance", sorted(EMPTIES_THE_SEAT))
def test_ladder_does_not_foretell_a_reminder_to_a_member_who_cannot_sign(hindrance, edith):
    make_rungs()
    review = factories.make_review_at(ReviewState.ACCEPTED)
    days = {"first": NOW.date(), "last": review.due_at.date() + timedelta(days=3), "now": NOW, "limit": 9}
    foretold = EditorialPolicy.objects.get()
    assert [one.whom for one in preview_reminders(foretold, **days)] == ["Ada Example", "the editors"]
    HINDRANCES[hindrance](review.member)
    assert [one.whom for one in preview_reminders(foretold, **days)] == ["the editors"]


def test_editor_who_cannot_sign_a_review_of_their_own_is_told_as_an_editor(edith):
    make_rungs()
    review = factories.make_review_at(ReviewState.ACCEPTED)
    disclose_interest_as_editor(review.member)
    late = reminder_ladders.noon(review.due_at, 1)
    take_due_rungs(now=late)
    compose_mails(now=late)
    mine = Notice.objects.get(kind="reminders", recipient=review.member.user)
    assert len(current_lines(mine, late)["lines"]) == 1


def test_member_who_leaves_before_the_mail_goes_out_gets_none(edith):
    make_rungs()
    review = factories.make_review_at(ReviewState.ACCEPTED)
    late = reminder_ladders.noon(review.due_at, 1)
    take_due_rungs(now=late)
    compose_mails(now=late)
    end_term(review.member)
    mine = Notice.objects.get(kind="reminders", recipient=review.member.user)
    theirs = Notice.objects.get(kind="reminders", recipient=edith)
    assert not current_lines(mine, late)
    assert current_lines(theirs, late)


@pytest.mark.parametrize("hindrance", sorted(EMPTIES_THE_SEAT - {"interest of an editor"}))
def test_member_who_cannot_sign_is_not_reminded_and_escalations_go_on(hindrance, edith):
    make_rungs()
    review = factories.make_review_at(ReviewState.ACCEPTED)
    HINDRANCES[hindrance](review.member)
    late = reminder_ladders.noon(review.due_at, 1)
    assert take_due_rungs(now=late) == 2
    compose_mails(now=late)
    assert {one.recipient for one in Notice.objects.filter(kind="reminders")} == {edith}


def test_editor_is_told_why_a_reminder_is_of_no_use(seated, edith):
    with pytest.raises(Refusal, match="Ada Example cannot sign: not in office"):
        actions.remind(review_id=seated.pk, by=edith, now=NOW)


# --- the desk counts what blocks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_blocking", [True, False])
@pytest.mark.parametrize("ends", [None, "resolved", "declined"])
def test_desk_counts_exactly_what_blocks(is_blocking, ends, policy, ada):
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    said = actions.comment(review_id=review.pk, text="Too weak.", is_blocking=is_blocking, by=ada, now=NOW)
    if ends == "resolved":
        actions.resolve(comment_id=said.pk, by=ada, now=NOW)
    elif ends == "declined":
        actions.decline(review_id=review.pk, reason="No time.", by=ada, now=NOW)
        review = factories.make_accepted(version)
    blocks = [one for one in verdicts.missing(version) if "blocking comment" in one]
    assert claim_checklist(review, user=ada, now=NOW).summary.blocking == len(blocks)
