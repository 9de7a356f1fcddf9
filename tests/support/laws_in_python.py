"""What the SQL of the database has to contain according to Python, by SQL name; for ``tests.support.laws_in_sql``.

Anything new in SQL is listed here with the Python values that it repeats, or with the reason why it has none.
"""

from dataclasses import fields

from allauth.mfa.models import Authenticator
from django.db.models import Model

from articles import lifecycle as version
from articles.actions import Classification
from articles.library.authors import ORCID
from articles.library.matching.same_work import IDENTIFIERS
from articles.library.matching.work_index import MARKUP, NOISE, SUFFIX
from articles.lifecycle import IN_REVIEW
from articles.lifecycle import State as VersionState
from articles.models import Citation, Claim, Rendition, Reply, Version
from articles.models.references import RetractionStatus
from articles.models.versions import EVER_APPROVED
from editorial.models import Attempt, DeliveryEvent, Scope
from editorial.models.mail_preferences import Weekday
from editorial.models.reminder_ladder import MAX_OFFSET
from reviews import lifecycle as review
from reviews.lifecycle import ANSWERABLE, LIVE, OPEN
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review, Signature
from reviews.models.comments_and_verdicts import NEGATIVE, Resolution
from reviews.models.lowerings import LoweringOutcome
from reviews.rounds.decision import printed_signer
from tests.support.factories import NOW
from tests.support.laws_in_sql import Said, has, is_in, is_not_in, words


def before(action: version.Action | review.Action) -> set[str]:
    """Return the states that ``action`` leads from."""
    table = version.TRANSITIONS if isinstance(action, version.Action) else review.TRANSITIONS
    return {state for state, verb in table if verb == action}


def moves(lifecycle, model: type[Model]) -> set[Said]:
    """Return the arguments of ``imprimatur_hold_states`` for ``model``."""
    pairs = {f"{state}>{after}" for (state, _), after in lifecycle.TRANSITIONS.items()}
    return words(str(model._meta.get_field("state").default), *pairs)


def columns(*of: type[Model]) -> set[str]:
    return {field.column for model in of for field in model._meta.concrete_fields}


A_DRAFT = version.ACTS[version.Act.EDIT]
AT_WORK = set().union(
    *(review.ACTS[act] for act in (review.Act.COMMENT, review.Act.CHECK_CLAIM, review.Act.ANSWER)),
    before(review.Action.SIGN),
)
"""States of a review in which its reviewer writes and signs."""

APPROVED = {version.TRANSITIONS[VersionState.UNDER_REVIEW, version.Action.APPROVE]}
SIGNED = {review.TRANSITIONS[ReviewState.ACCEPTED, review.Action.SIGN]}
BEFORE_APPROVAL = before(version.Action.APPROVE)
BEFORE_REINSTATEMENT = before(version.Action.REINSTATE)
AGAINST = {Decision.REQUEST_CHANGES}
CONTENT = columns(Rendition, Citation, Claim, Claim.references.through)

IN_FUNCTIONS = {
    "imprimatur_frozen_version": {
        is_not_in("v.state", A_DRAFT),
        has("content", {"version_id", "rendition_id", "claim_id"} & CONTENT),
        *words("version", "rendition", "claim"),
    },
    "imprimatur_hold_approval": {
        is_in("review.state", SIGNED),
        is_in("signature.decision", {Decision.APPROVE}),
        is_not_in("signature.decision", set(Decision) - AGAINST),
        is_in("later.decision", {Decision.APPROVE}),
    },
    "imprimatur_hold_carried": {is_in("review.state", SIGNED)},
    "imprimatur_hold_comments": {
        is_in("r.state", AT_WORK),
        is_not_in("r.state", OPEN),
        is_not_in("v.state", set(VersionState) - ANSWERABLE),
    },
    "imprimatur_hold_objections": {is_in("theirs.state", SIGNED), is_not_in("review.state", SIGNED)},
    "imprimatur_hold_reinstatement": {
        is_in("review.state", SIGNED),
        is_in("signature.decision", {Decision.APPROVE}),
    },
    "imprimatur_hold_reviewers": {
        has("struck", {"name", "orcid", "signed_at"} & printed_signer(Signature(signed_at=NOW)).keys())
    },
    "imprimatur_hold_tiers": {
        is_not_in("old.state", IN_REVIEW),
        is_in("lowering.outcome", {LoweringOutcome.CONFIRMED}),
        has("lowering.after", {"risk"} & {field.name for field in fields(Classification)}),
    },
    "imprimatur_hold_work": {is_not_in("r.state", AT_WORK)},
    "imprimatur_identifier": words(r" \t\n\r\f\v"),  # blanks
    "imprimatur_is_negative": {is_in("verdict", NEGATIVE)},
    "imprimatur_mark_audience": {is_not_in("v.state", A_DRAFT)},
    "imprimatur_mark_citation": {is_not_in("state", A_DRAFT)},
    "imprimatur_mark_work": {is_not_in("v.state", A_DRAFT)},
    "imprimatur_obstructed": words(ORCID.pattern, "$.author[*].ORCID"),
    "imprimatur_passage_is_approved": {is_in("state", APPROVED)},
    "imprimatur_place": {has("csl", {"volume", "page"}), *words("[0-9]{1,12}", "0")},
    "imprimatur_same_work": words(*IDENTIFIERS),
    "imprimatur_title_letters": {has("csl", {"title"}), *words(SUFFIX, MARKUP, NOISE, r"\s+", " ", "g")},
    "imprimatur_version_is_approved": {is_in("new.state", APPROVED)},
    "imprimatur_with_its_delivery": words(Attempt._meta.db_table),
}
"""The literals in each SQL function that repeat Python values."""

WITHOUT_VALUES = {
    "imprimatur_accounts": "stands in SQL alone: editorial.accounts.persons asks it",
    "imprimatur_document": "stands in SQL alone: articles.published.prepared_queries asks it",
    "imprimatur_ground": "stands in SQL alone: articles.published.document_cache asks it",
    "imprimatur_hold_accepted_change": "compares numbers of versions",
    "imprimatur_hold_chain": "compares links of a chain",
    "imprimatur_hold_columns": "is told the columns by its triggers",
    "imprimatur_hold_content": "asks imprimatur_frozen_version",
    "imprimatur_hold_end": "refuses; its trigger says when",
    "imprimatur_hold_fallbacks": "compares codes of audiences",
    "imprimatur_hold_rules": "asks whether a policy is published",
    "imprimatur_hold_states": "is told the states by its triggers",
    "imprimatur_known_specialties": "is told the column by its triggers",
    "imprimatur_keep_address": "stands in SQL alone: allauth's row of an address follows that of the account",
    "imprimatur_mailbox": "stands in SQL alone: imprimatur_accounts asks it",
    "imprimatur_mark_article": "marks whatever changed",
    "imprimatur_mark_product": "marks whatever changed",
    "imprimatur_mark_product_of_article": "marks whatever changed",
    "imprimatur_mark_triage": "marks whatever changed",
    "imprimatur_mark_version": "marks; its trigger says when",
    "imprimatur_person": "stands in SQL alone: editorial.accounts.persons asks it",
    "imprimatur_record_of": "follows merged records",
    "imprimatur_refuse": "refuses; its triggers say when",
    "imprimatur_seal": "stands in SQL alone: editorial.record.seals compares its seals",
    "imprimatur_sealed": "stands in SQL alone: imprimatur_seal asks it",
    "imprimatur_signer": "stands in SQL alone: reviews.models.signatures.Signer asks it",
    "imprimatur_stands": "looks for rows that end a signature",
    "imprimatur_write_once": "is told the columns by its triggers",
}
"""SQL functions that repeat no Python value, and why."""

IN_TRIGGERS = {
    "articles_version.approval": {is_in("old.state", APPROVED), is_in("new.state", APPROVED)},
    "articles_version.hold_approval": {is_in("old.state", BEFORE_APPROVAL), is_in("new.state", APPROVED)},
    "articles_version.hold_columns": {is_not_in("old.state", A_DRAFT)},
    "articles_version.hold_end": {is_in("old.state", APPROVED)},
    "articles_version.hold_objections": {
        is_in("old.state", BEFORE_APPROVAL | BEFORE_REINSTATEMENT),
        is_in("new.state", APPROVED),
    },
    "articles_version.hold_reinstatement": {is_in("old.state", BEFORE_REINSTATEMENT), is_in("new.state", APPROVED)},
    "articles_version.hold_states": moves(version, Version),
    "articles_version.hold_tiers": {is_not_in("old.state", A_DRAFT)},
    "articles_version.mark": {is_not_in("new.state", A_DRAFT)},
    "reviews_review.hold_states": moves(review, Review),
    "articles_citation.hold_content": words("version"),
    "articles_rendition.hold_content": words("version"),
    "articles_claim.hold_content": words("rendition"),
    "articles_claim_references.hold_content": words("claim"),
}
"""The literals in each trigger's condition and arguments that repeat Python values. Columns are looked up."""

IN_CONDITIONS = {
    "articles_reference.retraction_known_as_of": {is_in("retraction", {RetractionStatus.UNKNOWN})},
    "articles_reply.reply_with_what_it_says": {
        is_in("outcome", {Reply.Outcome.ANSWERED}),
        is_in("outcome", {Reply.Outcome.DISMISSED}),
        is_in("outcome", set(Reply.Outcome) - {Reply.Outcome.ANSWERED, Reply.Outcome.DISMISSED}),
    },
    "articles_version.approved_with_its_proof": {is_in("state", EVER_APPROVED)},
    "articles_version.frozen_with_digest": {is_in("state", A_DRAFT)},
    "articles_version.in_review_under_its_rules": {is_in("state", IN_REVIEW)},
    "editorial_deliveryevent.who_asked_again": {is_in("what", {DeliveryEvent.What.AGAIN})},
    "editorial_mailchoice.a_weekday_is_left": {is_in("quiet_weekdays", Weekday)},
    "editorial_rung.rung_within_reach": words(str(-MAX_OFFSET)),
    "knox_authtoken.token_has_known_scopes": {is_in("scopes", Scope)},
    "mfa_authenticator.unique_authenticator_type": {
        is_in("type", {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES})
    },
    "reviews_comment.ruling_on_a_comment_has_a_reason": {is_in("resolution", {Resolution.RULED})},
    "reviews_lowering.lowering_confirmed_by_another": {is_in("outcome", {LoweringOutcome.CONFIRMED})},
    "articles_version.approvals_lapse": {is_in("state", APPROVED)},
    "articles_version.approvals_newest": {is_in("state", APPROVED)},
    "articles_version.one_approved": {is_in("state", APPROVED)},
    "articles_version.one_draft": {is_in("state", A_DRAFT)},
    "articles_version.one_in_review": {is_in("state", IN_REVIEW)},
    "articles_version.retractions_newest": {is_in("state", {VersionState.RETRACTED})},
    "reviews_review.answers_due": {is_in("state", {ReviewState.INVITED})},
    "reviews_review.member_reviews_once": {is_in("state", LIVE)},
    "reviews_review.reviews_due": {is_in("state", before(review.Action.SIGN))},
}
"""The literals in each check constraint or partial index that repeat Python values."""

TRIGGERS_ON = {
    "append_only": """articles_documentfinding articles_reply articles_retractionlist articles_triage
        editorial_disclosurestatement editorial_endedterm editorial_ledgerentry reviews_acceptedchange
        reviews_approvalmark reviews_carriedcheck reviews_pastfinding reviews_ruling reviews_signature
        reviews_signaturesetaside reviews_signaturewithdrawal""",
    "never_deleted": """articles_article articles_reference articles_version editorial_attempt
        editorial_boardmember editorial_disclosure editorial_dispatch editorial_editorialpolicy
        editorial_endpoint editorial_endpointsecret editorial_ledgerchain editorial_message editorial_specialty
        editorial_user reviews_comment reviews_handedon reviews_letter reviews_lowering reviews_recusal
        reviews_reminder reviews_review reviews_signatureconfirmation""",
    "never_truncated": """articles_article articles_citation articles_claim articles_claim_references
        articles_documentfinding articles_reference articles_rendition articles_reply articles_retractionlist
        articles_triage articles_version editorial_attempt editorial_boardmember editorial_checklistquestion
        editorial_disclosure editorial_disclosurestatement editorial_dispatch editorial_editorialpolicy
        editorial_endedterm editorial_endpoint editorial_endpointsecret editorial_ledgerchain
        editorial_ledgerentry editorial_message editorial_policyrule editorial_rung editorial_specialty
        editorial_user reviews_acceptedchange reviews_approvalmark reviews_carriedcheck reviews_checklistanswer
        reviews_claimcheck reviews_comment reviews_handedon reviews_letter reviews_lowering reviews_pastfinding
        reviews_recusal reviews_reminder reviews_review reviews_ruling reviews_signature
        reviews_signatureconfirmation reviews_signaturesetaside reviews_signaturewithdrawal""",
    "hold_columns": """articles_version editorial_attempt editorial_audience editorial_dispatch
        editorial_editorialpolicy editorial_endpointsecret editorial_message editorial_specialty reviews_comment
        reviews_handedon reviews_letter reviews_lowering reviews_recusal reviews_reminder reviews_review
        reviews_signatureconfirmation""",
    "write_once": """articles_version editorial_user reviews_comment reviews_handedon reviews_letter
        reviews_lowering reviews_reminder reviews_signatureconfirmation""",
    "keep_address": "editorial_user",
    "handed_over_once": "reviews_review",
    "resolved_once": "reviews_comment",
    "withdrawn_once": "reviews_recusal",
    "hold_content": "articles_citation articles_claim articles_claim_references articles_rendition",
    "hold_states": "articles_version reviews_review",
    "hold_approval": "articles_version",
    "hold_reinstatement": "articles_version",
    "hold_objections": "articles_version",
    "hold_tiers": "articles_version",
    "hold_end": "articles_version",
    "hold_reviewers": "articles_version",
    "hold_work": "reviews_checklistanswer reviews_claimcheck reviews_signature",
    "hold_comments": "reviews_comment",
    "hold_carried": "reviews_carriedcheck",
    "hold_accepted_change": "reviews_acceptedchange",
    "hold_chain": "editorial_ledgerchain",
    "hold_rules": "editorial_checklistquestion editorial_policyrule editorial_rung",
    "hold_fallbacks": "editorial_editorialpolicy",
    "known_specialties": "articles_article editorial_boardmember editorial_policyrule",
    "approval": "articles_passage articles_version",
    "mark": """articles_article articles_articleproduct articles_citation articles_reference articles_triage
        articles_version editorial_audience editorial_product""",
}
"""The tables that have each trigger. Tables of field history have those of ``OF_HISTORY`` too."""

OF_HISTORY = ("seal", "append_only", "never_truncated")
