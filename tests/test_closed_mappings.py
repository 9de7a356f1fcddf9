"""A new member of an enum gets its meaning from a person: what is looked up by an enum names every member of it.

Where a mapping leaves some out on purpose, the test says which.
"""

import pytest

from articles import lifecycle as version
from articles import permissions as in_article
from articles.library import retraction_notices
from articles.library.formats import registry
from articles.models import Triage
from articles.models.reference_imports import ImportFormat
from articles.models.retractions import Nature
from articles.models.versions import SHOWN_FIRST
from articles.published import events, fhir, review, webhook_events
from articles.published.visible_version import Standing
from editorial.admin.chips import TONES
from editorial.models import reminder_ladder
from editorial.models.checklist import QuestionKind
from editorial.models.mail_preferences import Delivery
from editorial.models.policy import ApprovalsBelow, ClaimCheckRule, RiskTier
from editorial.models.reminder_ladder import Consequence, Moment, OffsetUnit, ReminderRecipient
from reviews import permissions as in_review
from reviews.actions.approvals import TREATMENTS
from reviews.admin.desk import page
from reviews.desk import claims, verdicts
from reviews.desk.objections import ObjectionKind
from reviews.invitations import answer_links
from reviews.lifecycle import ENDED, LIVE
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Verdict
from reviews.models.comments_and_verdicts import NEGATIVE
from reviews.models.signatures import AGAINST, MEANING
from reviews.reminders import consequences, due, subjects_in_words, subjects_sql
from reviews.rounds import overview
from reviews.signing import checklist, sign_page

State = version.State
NOT_SHOWN = {Standing.RETRACTED}
"""A retracted text is a tombstone, which says so in words of its own."""

CLOSED = {
    "the sentence about a text": (review.STATEMENT, set(Standing) - NOT_SHOWN),
    "its step": (review.STATUS, set(Standing) - NOT_SHOWN),
    "why it is not approved": (review.WHY, set(Standing) - NOT_SHOWN - {Standing.APPROVED}),
    "its step in FHIR": (fhir.WORKFLOW, set(Standing) - NOT_SHOWN),
    "what front-ends are told": (webhook_events.BY_STANDING, set(Standing)),
    "what readers see": (version.READER_SEES, set(State)),
    "what a decided report is": (events.REPORTED, set(Triage.Outcome)),
    "what a retraction notice is called": (retraction_notices.NATURE_LABELS, set(Nature) - {Nature.UNREADABLE}),
    "readers of files": (registry.READERS, set(ImportFormat)),
    "writers of files": (registry.WRITERS, set(ImportFormat)),
    "types of files": (registry.MEDIA_TYPES, set(ImportFormat)),
    "endings of files": (registry.SUFFIXES, set(ImportFormat)),
    "what an approval that falls short gets": (TREATMENTS, set(ApprovalsBelow)),
    "verdicts that are lacking": (verdicts.LACKING, set(ClaimCheckRule) - {ClaimCheckRule.NONE}),
    "what a signature says": (MEANING, set(Decision)),
    "what it will do": (sign_page.signing_effects(None), set(Decision)),
    "its vote": (overview.VOTES, set(Decision)),
    "its key": (page.KEYS, set(Verdict)),
    "the sign of a claim": (page.SIGNS, set(claims.ClaimState)),
    "why a link is of no use": (answer_links.ANSWERED, set(ReviewState) - {ReviewState.INVITED}),
    "answers to choose from": (checklist.CHOICES, set(QuestionKind) - {QuestionKind.TEXT}),
    "where a consequence fits": (reminder_ladder.FITS, set(Consequence)),
    "what follows on a rung": (consequences.CONSEQUENCES, set(Consequence) - {Consequence.NONE}),
    "who is at a moment": (subjects_sql.SUBJECTS, set(Moment)),
    "what a moment is about": (subjects_in_words.NOUNS, set(Moment)),
    "the model of what is at a moment": (due.MODELS, set(Moment)),
    "recipient": (due.LETTERS, set(ReminderRecipient)),
    "who may do what to a version": (in_article.WHO, {*version.Act, *version.Action}),
    "who may do what in a review": (in_review.WHO, {*in_review.Act, *in_review.Action}),
}


@pytest.mark.parametrize("name", CLOSED)
def test_mapping_names_every_member(name):
    mapping, members = CLOSED[name]
    assert set(mapping) == members


@pytest.mark.parametrize(("model", "field"), TONES, ids=lambda one: getattr(one, "__name__", one))
def test_every_choice_that_is_shown_as_a_chip_has_a_tone(model, field):
    assert set(TONES[model, field]) == {value for value, _words in model._meta.get_field(field).flatchoices}


@pytest.mark.parametrize("permissions", [in_article, in_review])
def test_roles_that_may_do_something_are_told_apart_and_named(permissions):
    roles = set().union(*permissions.WHO.values())
    assert set(permissions.PLAYS) == set(permissions.CALLED) == roles


PARTED = {
    "moments": (
        set(Moment),
        [
            reminder_ladder.OF_REVIEWS,
            reminder_ladder.OF_VERSIONS,
            reminder_ladder.OF_MEMBERS,
            reminder_ladder.OF_REPORTS,
        ],
    ),
    "recipients": (
        set(ReminderRecipient),
        [reminder_ladder.ESCALATIONS, {ReminderRecipient.MEMBER, ReminderRecipient.WRITER}],
    ),
    "reviews": (set(ReviewState), [LIVE, ENDED]),
    "decisions": (set(Decision), [{Decision.APPROVE}, AGAINST]),
    "verdicts": (set(Verdict), [NEGATIVE, {Verdict.SUPPORTS, Verdict.PARTLY, Verdict.COULD_NOT_CHECK}]),
    "versions that wait": (
        set(State),
        [overview.WAITING_STATES, {State.APPROVED, State.SUPERSEDED, State.WITHDRAWN, State.REJECTED, State.RETRACTED}],
    ),
    "versions that wait for no writer": (
        set(overview.WAITING_STATES),
        [overview.WRITING, {State.SUBMITTED, State.UNDER_REVIEW, State.SUSPENDED}],
    ),
    "versions that readers are shown": (
        set(State),
        [SHOWN_FIRST, {State.DRAFT, State.SUPERSEDED, State.WITHDRAWN, State.REJECTED}],
    ),
}


@pytest.mark.parametrize("name", PARTED)
def test_every_member_is_in_one_part(name):
    members, parts = PARTED[name]
    assert sorted(member for part in parts for member in part) == sorted(members)


@pytest.mark.parametrize("recipient", ReminderRecipient)
@pytest.mark.parametrize("moment", Moment)
def test_rung_tells_whom_its_form_allows(moment, recipient):
    rung = reminder_ladder.Rung(moment=moment, recipient=recipient)
    assert bool(rung._recipient_fault()) == (moment not in due.LETTERS[recipient])


@pytest.mark.parametrize(
    ("enum", "members"),
    [
        (OffsetUnit, {"days", "working_days"}),  # editorial.calendar.working_days
        (Delivery, {"at_once", "digest"}),  # editorial.mail.delivery_schedule
        (Triage.Outcome, {"upheld", "declined"}),  # articles.published.history
        (ObjectionKind, {"comment", "verdict"}),  # reviews.desk.objections
        (
            ClaimCheckRule,
            {"none", "one", "every"},
        ),  # in this order; reviews.rounds.approval_shortfalls, reviews.desk.claims
        (RiskTier, {"low", "moderate", "high"}),  # in this order; articles.actions.classification
    ],
)
def test_enum_that_is_read_as_either_or_has_the_members_it_was_read_with(enum, members):
    """A new member would be taken for the last one there: place it in the modules named above first."""
    assert set(enum.values) == members
