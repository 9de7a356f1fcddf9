"""The public facts of a review: status, steps, caution, statement and reviewers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices

from articles.models import Version
from articles.published.dates_and_urls import day, utc
from articles.published.visible_version import Shown, Standing
from editorial.record.canonical_json import JSONDict


class ReviewStep(TextChoices):
    """The three steps of a review."""

    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under Review"
    APPROVED = "approved", "Approved"


STATUS: Mapping[Standing, ReviewStep] = {
    Standing.SUBMITTED: ReviewStep.SUBMITTED,
    Standing.UNDER_REVIEW: ReviewStep.UNDER_REVIEW,
    Standing.CHANGES_REQUESTED: ReviewStep.UNDER_REVIEW,
    Standing.APPROVED: ReviewStep.APPROVED,
    Standing.LAPSED: ReviewStep.UNDER_REVIEW,
    Standing.SUSPENDED: ReviewStep.UNDER_REVIEW,
}

STATEMENT: Mapping[Standing, str] = {
    Standing.SUBMITTED: "Submitted; not yet reviewed by our medical advisory board",
    Standing.UNDER_REVIEW: "Under review by our medical advisory board; not yet approved",
    Standing.CHANGES_REQUESTED: "Under review by our medical advisory board; changes were requested, not yet approved",
    Standing.APPROVED: "Reviewed and approved by our medical advisory board",
    Standing.LAPSED: "The approval by our medical advisory board lapsed on {lapsed} and no longer counts",
    Standing.SUSPENDED: "The approval by our medical advisory board was suspended on {changed} and does not count",
}
"""The sentence in the header of a page."""

WHY: Mapping[Standing, str] = {
    Standing.SUBMITTED: "It was submitted on {submitted} and has not been reviewed yet.",
    Standing.UNDER_REVIEW: "Its review began on {begun} and has not ended.",
    Standing.CHANGES_REQUESTED: "Changes to it were requested on {changed}.",
    Standing.LAPSED: "Its approval of {approved} lapsed on {lapsed}.",
    Standing.SUSPENDED: "Its approval of {approved} was suspended on {changed}: {notice}",
}
"""The sentence after the policy's caution: why the text is not validly approved."""


MOMENTS = {
    "submitted": "submitted_at",
    "begun": "under_review_at",
    "approved": "approved_at",
    "lapsed": "valid_until",
    "changed": "state_changed_at",
}
"""The fields of a version, by the placeholders in the sentences above."""


def review(shown: Shown) -> JSONDict:
    """Return the public facts of the review of a version that is not retracted.

    ``reviewed_by`` names people only while their approval counts, so no name is beside a text that its reviewer no
    longer supports. ``last_reviewed`` stays when the approval lapsed or was suspended; the statement then says that it
    does not count. ``next_review_due`` is when the approval lapses or lapsed. It is null while the approval is
    suspended, because then no day is known.
    """
    version, standing = shown.version, shown.standing
    return {
        "status": STATUS[standing].value,
        "standing": standing.value,
        "steps": steps(shown),
        "caution": caution(shown),
        "statement": statement(shown),
        "reviewed_by": [
            {
                "name": person["name"],
                "credentials": person["credentials"],
                "orcid": person["orcid"] or None,
                "orcid_authenticated": person.get("orcid_authenticated", False),
            }
            for person in (version.reviewed_by or [] if shown.is_approved else [])
        ],
        "last_reviewed": utc(version.approved_at),
        "next_review_due": None if standing == Standing.SUSPENDED else utc(version.valid_until),
    }


def status(shown: Shown) -> ReviewStep:
    """Return the present step of a version that is not retracted."""
    return STATUS[shown.standing]


def statement(shown: Shown) -> str:
    """Return the board's statement about a version that is not retracted, by the standing of its review."""
    return _worded(STATEMENT[shown.standing], shown)


def steps(shown: Shown) -> list[JSONDict]:
    """Return the three steps, each with the time it was reached. A lapsed or suspended approval is not reached."""
    version = shown.version
    reached: dict[ReviewStep, datetime | None] = {
        ReviewStep.SUBMITTED: version.submitted_at,
        ReviewStep.UNDER_REVIEW: version.under_review_at,
        ReviewStep.APPROVED: version.approved_at if shown.is_approved else None,
    }
    return [
        {"step": step.value, "label": step.label, "reached": moment is not None, "at": utc(moment)}
        for step, moment in reached.items()
    ]


def caution(shown: Shown) -> str | None:
    """Return the policy's caution and the reason for it, or None if and only if the version is validly approved."""
    return None if shown.is_approved else f"{shown.policy.caution} {_worded(WHY[shown.standing], shown)}"


def _worded(sentence: str, shown: Shown) -> str:
    return sentence.format_map(_Words(shown.version))


@dataclass(frozen=True)
class _Words:
    """The values of the placeholders in a sentence about ``version``, formatted only when used."""

    version: Version

    def __getitem__(self, name: str) -> str:
        return self.version.state_reason if name == "notice" else day(getattr(self.version, MOMENTS[name]))
