"""Write the public review of a version as an ArtifactAssessment of HL7 FHIR R5.

The codes of FHIR are for comments on an artifact. Here a comment is the board's review of one version.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.utils.html import escape

from articles.published.dates_and_urls import printable, utc
from articles.published.numbered_markdown import escaped
from articles.published.visible_version import Standing
from editorial.record.canonical_json import JSONDict

WORKFLOW: Mapping[Standing, str] = {
    Standing.SUBMITTED: "submitted",
    Standing.UNDER_REVIEW: "triaged",
    Standing.CHANGES_REQUESTED: "resolved-change-required",
    Standing.APPROVED: "resolved-no-change",
    Standing.LAPSED: "waiting-for-input",
    Standing.SUSPENDED: "waiting-for-input",
}
"""``triaged`` means that the responsible people and the next step are known. A retracted version has no document."""

DISPOSITION: Mapping[Standing, str] = {
    Standing.APPROVED: "persuasive",
    Standing.CHANGES_REQUESTED: "not-persuasive-with-modification",
}
"""Accepted in full, while the approval counts, or rejected in part. An open review has no disposition."""

BOARD = "Medical advisory board"


def artifact_assessment(document: JSONDict, *, modified: datetime) -> JSONDict:
    """Return the review of ``document`` (see ``articles.published.document``).

    ``modified`` is when the document last changed. The result claims an approval only while the approval counts.
    """
    review, standing = document["review"], Standing(document["review"]["standing"])
    assessment = {
        "resourceType": "ArtifactAssessment",
        "language": "en",
        "text": {"status": "generated", "div": _narrative(document)},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"{document['html']}#version-{document['version']}"}],
        "title": f"Review of version {document['version']}: {document['question']}",
        "citeAsMarkdown": _cited_as(document),
        "date": utc(modified),
        "copyright": escaped(f"{settings.SITE_NAME}. {document['disclaimer']}"),
        "artifactUri": document["html"],
        "content": list(_content(document)),
        "workflowStatus": WORKFLOW[standing],
    }
    if review["last_reviewed"]:
        assessment["lastReviewDate"] = review["last_reviewed"][:10]
    if standing == Standing.APPROVED:
        assessment["approvalDate"] = review["last_reviewed"][:10]
    return assessment | ({"disposition": DISPOSITION[standing]} if standing in DISPOSITION else {})


def _narrative(document: JSONDict) -> str:
    texts = [document["question"], document["review"]["statement"], document["review"]["caution"]]
    paragraphs = "".join(f"<p>{escape(printable(words))}</p>" for words in texts if words)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'


def _cited_as(document: JSONDict) -> str:
    question, statement = document["question"], document["review"]["statement"]
    citation = f"{settings.SITE_NAME}. {question} Version {document['version']}. {statement}."
    return f"{escaped(citation)} <{document['html']}>"


def _content(document: JSONDict) -> Iterator[JSONDict]:
    review = document["review"]
    (label,) = [step["label"] for step in review["steps"] if step["step"] == review["status"]]
    yield {
        "informationType": "classifier",
        "summary": escaped(review["statement"]),
        "type": {"text": "How far the review has come"},
        "classifier": [{"coding": [{"code": review["status"], "display": label}], "text": label}],
        "author": {"type": "Organization", "display": BOARD},
        "path": [document["self"]],
        "relatedArtifact": [_policy(document["policy"]), *map(_work, document["references"])],
        "freeToShare": True,
    }
    if review["caution"]:
        yield {
            "informationType": "comment",
            "summary": escaped(review["caution"]),
            "type": {"text": "Caution"},
            "author": {"type": "Organization", "display": settings.SITE_NAME},
            "freeToShare": True,
        }
    for person in review["reviewed_by"]:
        yield {
            "informationType": "comment",
            "summary": f"Approved version {document['version']}, SHA-256 {document['digest']}",
            "type": {"text": "Approval"},
            "author": _person(person),
            "freeToShare": True,
        }


def _person(person: JSONDict) -> JSONDict:
    name = ", ".join(filter(None, [person["name"], person["credentials"]]))
    identifier = {"identifier": {"system": "https://orcid.org", "value": person["orcid"]}}
    return {"type": "Practitioner", "display": name, **(identifier if person["orcid_authenticated"] else {})}


def _policy(policy: JSONDict) -> JSONDict:
    title = f"{policy['title']}, version {policy['version']}"
    return {"type": "documentation", "display": title, "document": {"url": policy["url"]}}


def _work(reference: JSONDict) -> JSONDict:
    """Return a cited work. The text of a retracted work begins with RETRACTED, as people read only the text."""
    retracted = "RETRACTED. " if reference["retraction"]["status"] == "retracted" else ""
    described = {
        "type": "cites",
        "label": str(reference["number"]),
        "citation": escaped(f"{retracted}{reference['text']}"),
    }
    return described | ({"document": {"url": reference["url"]}} if reference["url"] else {})
