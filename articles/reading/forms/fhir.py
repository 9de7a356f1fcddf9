"""How far the review of an article has come, as HL7 FHIR R5 writes it: ArtifactAssessment."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.html import escape

from articles.reading.forms.works import retraction
from articles.reading.review import Status
from articles.reading.wording import xml_text

WORKFLOW: Mapping[str, str] = {
    Status.SUBMITTED: "submitted",
    Status.UNDER_REVIEW: "triaged",
    Status.APPROVED: "published",
}
"""``workflowStatus`` of each step. A lapsed or suspended approval stands at the second step, as everywhere."""


def artifact_assessment(told: dict[str, Any]) -> str:
    """The review in the document ``told``. It says ``persuasive``, accepted in full, only of a valid approval."""
    review = told["review"]
    assessment = {
        "resourceType": "ArtifactAssessment",
        "language": "en",
        "text": {"status": "generated", "div": _narrative(told)},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"{told['html']}#version-{told['version']}"}],
        "title": f"Review of “{told['question']}”, version {told['version']}",
        "date": _date(told),
        **(_approval(review) if review["status"] == Status.APPROVED else {}),
        "artifactUri": told["html"],
        "content": [_status(told), *_caution(told), *(_approver(person, told) for person in review["reviewed_by"])],
        "workflowStatus": WORKFLOW[review["status"]],
    }
    return json.dumps(_printable(assessment), ensure_ascii=False, indent=2) + "\n"


def _printable(value: Any) -> Any:
    """No text of FHIR holds control characters."""
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return xml_text(value) if isinstance(value, str) else value


def _narrative(told: dict[str, Any]) -> str:
    review = told["review"]
    said = [told["question"], review["statement"], review["caution"], *map(_signed, review["reviewed_by"])]
    inner = "".join(f"<p>{escape(words)}</p>" for words in said if words)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'


def _date(told: dict[str, Any]) -> str:
    """The last moment at which the review came further, as far as the document tells."""
    reached = [step["at"] for step in told["review"]["steps"] if step["at"]]
    return max(filter(None, [*reached, told["review"]["last_reviewed"]]))


def _approval(review: dict[str, Any]) -> dict[str, Any]:
    day = review["last_reviewed"][:10]
    return {"approvalDate": day, "lastReviewDate": day, "disposition": "persuasive"}


def _status(told: dict[str, Any]) -> dict[str, Any]:
    """The board's statement, the step as a classifier, the policy and the works that the text stands on."""
    review, policy = told["review"], told["policy"]
    step = Status(review["status"])
    coding = {"system": f"{settings.SITE_URL}/api/v1/schema/#review-status", "code": step.value, "display": step.label}
    title = f"{policy['title']}, version {policy['version']}"
    documented = {"type": "documentation", "display": title, "document": {"url": policy["url"], "title": title}}
    return {
        "informationType": "classifier",
        "summary": review["statement"],
        "classifier": [{"coding": [coding], "text": step.label}],
        "author": {"display": f"{settings.SITE_NAME}: medical advisory board"},
        "path": [told["html"]],
        "relatedArtifact": [documented, *(_work(reference) for reference in told["references"])],
        "freeToShare": True,
    }


def _work(reference: dict[str, Any]) -> dict[str, Any]:
    cited = {
        "type": "cites",
        "label": str(reference["number"]),
        "display": retraction(reference),
        "citation": reference["text"],
    }
    return cited | ({"document": {"url": reference["url"]}} if reference["url"] else {})


def _caution(told: dict[str, Any]) -> list[dict[str, Any]]:
    caution = told["review"]["caution"]
    comment = {"informationType": "comment", "summary": caution, "path": [told["html"]], "freeToShare": True}
    return [comment] if caution else []


def _approver(person: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """One signature that counts."""
    author: dict[str, Any] = {"display": _signed(person)}
    if person["orcid"]:
        author["identifier"] = {"system": "https://orcid.org", "value": person["orcid"]}
    return {
        "informationType": "comment",
        "summary": "Reviewed and approved",
        "author": author,
        "path": [told["html"]],
        "freeToShare": True,
    }


def _signed(person: dict[str, Any]) -> str:
    return ", ".join(filter(None, [person["name"], person["credentials"]]))
