"""The actions on articles: the only code that changes them. Keyword-only, atomic; ``by`` and ``now`` are required."""

from articles.actions.approval import approve, reinstate, retract, strike_reviewer, suspend
from articles.actions.classification import Classification, classify
from articles.actions.document_cache import write_documents
from articles.actions.document_findings import mend_documents, verify_documents
from articles.actions.drafts import NewArticle, create, edit, revise
from articles.actions.lapses import tell_of_lapses
from articles.actions.lookups import complete_reference
from articles.actions.merging import merge_references
from articles.actions.products import keep_product
from articles.actions.questions import answer_question, dismiss_question, draft_from_question, link_question
from articles.actions.reader_messages import ask, erase_addresses, report
from articles.actions.reference_imports import continue_import, request_import, work_through
from articles.actions.references import keep_reference
from articles.actions.replacement import draft_replacements, supersede_work
from articles.actions.reports import decline_report, uphold
from articles.actions.retractions import (
    keep_retractions,
    look_up_works,
    suspend_retracted,
    warn_in_review,
)
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
    "continue_import",
    "create",
    "decline_report",
    "dismiss_question",
    "draft_from_question",
    "draft_replacements",
    "edit",
    "erase_addresses",
    "keep_product",
    "keep_reference",
    "keep_retractions",
    "keep_synonym",
    "link_question",
    "look_up_works",
    "mend_documents",
    "merge_references",
    "reinstate",
    "report",
    "request_import",
    "retract",
    "revise",
    "strike_reviewer",
    "submit",
    "supersede_work",
    "suspend",
    "suspend_retracted",
    "tell_of_lapses",
    "uphold",
    "verify_documents",
    "warn_in_review",
    "work_through",
    "write_documents",
]
