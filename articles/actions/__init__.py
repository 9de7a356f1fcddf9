"""The verbs of articles: the only code that changes them. Keyword-only, atomic, ``by`` and ``now`` required."""

from articles.actions.drafting import Classification, NewArticle, classify, create, edit, revise
from articles.actions.lapses import tell_of_lapses
from articles.actions.library import (
    complete_reference,
    keep_reference,
    merge_references,
    request_import,
    work_through,
)
from articles.actions.products import keep_product
from articles.actions.questions import answer_question, dismiss_question, draft_from_question, link_question
from articles.actions.readers import ask, report
from articles.actions.readings import write_readings
from articles.actions.replacement import draft_replacements, supersede_work
from articles.actions.reports import decline_report, uphold
from articles.actions.retractions import (
    keep_retractions,
    look_up_works,
    suspend_retracted,
    warn_in_review,
)
from articles.actions.standing import approve, reinstate, retract, suspend
from articles.actions.submission import submit
from articles.actions.synonyms import keep_synonym

__all__ = [
    "Classification",
    "NewArticle",
    "answer_question",
    "approve",
    "ask",
    "classify",
    "complete_reference",
    "create",
    "decline_report",
    "dismiss_question",
    "draft_from_question",
    "draft_replacements",
    "edit",
    "keep_product",
    "keep_reference",
    "keep_retractions",
    "keep_synonym",
    "link_question",
    "look_up_works",
    "merge_references",
    "reinstate",
    "report",
    "request_import",
    "retract",
    "revise",
    "submit",
    "supersede_work",
    "suspend",
    "suspend_retracted",
    "tell_of_lapses",
    "uphold",
    "warn_in_review",
    "work_through",
    "write_readings",
]
