"""The codes of all findings of pre-flight."""

from django.db.models import TextChoices
from django.utils.text import capfirst


class Severity(TextChoices):
    """An error always prevents submission; a warning does if the policy lists its code."""

    ERROR = "error"
    WARNING = "warning"


class Code(TextChoices):
    """The codes, with labels for people."""

    NO_QUESTION = "no_question", "the question is empty"
    NO_TEXT = "no_text", "there is no text"
    NO_SUMMARY = "no_summary", "a summary is empty"
    NO_BODY = "no_body", "a body is empty"
    NO_CITATION = "no_citation", "nothing is cited"
    DANGLING_CITATION = "dangling_citation", "a citation matches no work in the library"
    UNREAD_MARKER = "unread_marker", "something looks like a citation but is not one"
    STRAY_FOOTNOTE = "stray_footnote", "no sentence refers to a footnote"
    VISIBLE_COMMENT = "visible_comment", "readers would see a comment"
    RETRACTED_WORK = "retracted_work", "a cited work was retracted"
    OWN_CONTENT = "own_content", "the site's own content is cited like an independent source"
    UNCHANGED_TEXT = "unchanged_text", "the text did not change since changes were requested"
    MERGED_WORK = "merged_work", "a cited record was merged into another"
    RETRACTION_UNKNOWN = "retraction_unknown", "it is not known whether a cited work was retracted"
    CONCERN_RAISED = "concern_raised", "an expression of concern was published about a cited work"
    CORRECTED_WORK = "corrected_work", "a cited work was corrected after it was published"
    SUPERSEDED_WORK = "superseded_work", "a cited work was superseded"
    DUPLICATE_WORK = "duplicate_work", "a work is cited twice as if it were two"
    NO_IDENTIFIER = "no_identifier", "a cited work has neither DOI nor PMID"
    OLD_WORK = "old_work", "a cited work is older than the policy allows for its kind"
    UNDATED_WORK = "undated_work", "a cited work has no year, and the policy limits the age of its kind"
    UNCITED_WORK = "uncited_work", "a listed work is not cited"
    UNCITED_CLAIM = "uncited_claim", "a clinical statement has no citation"
    MISSING_TEXT = "missing_text", "an audience has no text of its own"
    READING_GRADE = "reading_grade", "a text is harder to read than its audience's target"
    LONG_SENTENCE = "long_sentence", "a sentence is very long"
    QUESTIONABLE_LINK = "questionable_link", "a link is questionable"
    SHOWN_AS_WRITTEN = "shown_as_written", "markup is not supported, so readers see it as it is written"
    BARE_NUMBER = "bare_number", "a number after a sentence looks like a citation"


ERRORS = frozenset(
    {
        Code.NO_QUESTION,
        Code.NO_TEXT,
        Code.NO_SUMMARY,
        Code.NO_BODY,
        Code.NO_CITATION,
        Code.DANGLING_CITATION,
        Code.UNREAD_MARKER,
        Code.STRAY_FOOTNOTE,
        Code.VISIBLE_COMMENT,
        Code.RETRACTED_WORK,
        Code.OWN_CONTENT,
        Code.MERGED_WORK,
        Code.UNCHANGED_TEXT,
    }
)
"""Codes that no policy can allow.

With one of these, a page would be empty or untrue, a citation would have no valid record, or reviewers would get the
text unchanged after they asked for changes.
"""


def severity(code: Code) -> Severity:
    return Severity.ERROR if code in ERRORS else Severity.WARNING


def warnings() -> list[tuple[str, str]]:
    """Return the codes from which a policy chooses those that refuse, with their labels."""
    return [(code.value, capfirst(str(code.label))) for code in Code if code not in ERRORS]
