"""What stands in the way of submitting a version: one list of findings."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices

from articles.models import Rendition, Version
from articles.models.reference import Kind, RetractionStatus
from articles.rendering import first_appearance


class Severity(TextChoices):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One finding: how bad, which, where (a JSON pointer into the version), in words, and what to do."""

    severity: Severity
    code: str
    pointer: str
    detail: str
    remedy: str


def preflight(version: Version) -> list[Finding]:
    """Every finding of ``version``; errors refuse its submission, warnings do not."""
    return [*_missing(version), *_works(version)]


def refusing(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == Severity.ERROR]


def _missing(version: Version) -> Iterator[Finding]:
    texts = list(Rendition.objects.filter(version=version).in_order())
    if not version.question.strip():
        yield Finding(Severity.ERROR, "no_question", "/question", "There is no question.", "Write the question.")
    if not texts:
        yield Finding(Severity.ERROR, "no_text", "/renditions", "There is no text.", "Write the primary text.")
    for index, text in enumerate(texts):
        for name in ("summary", "body"):
            if not getattr(text, name).strip():
                pointer = f"/renditions/{index}/{name}"
                yield Finding(Severity.ERROR, f"no_{name}", pointer, f"The {name} is empty.", f"Write the {name}.")
    if texts and not first_appearance([text.body for text in texts]):
        detail, remedy = "Nothing is cited.", "Cite the works that the answer stands on as [@key]."
        yield Finding(Severity.ERROR, "no_citation", "/citations", detail, remedy)


def _works(version: Version) -> Iterator[Finding]:
    for citation in version.citations.select_related("reference").order_by("number"):
        work, pointer = citation.reference, f"/citations/{citation.number - 1}"
        if work.retraction == RetractionStatus.RETRACTED:
            detail = f"“{work.title}” was retracted."
            yield Finding(Severity.ERROR, "retracted_work", pointer, detail, "Cite another work.")
        if work.kind not in (Kind.TEXTBOOK, Kind.OWN_CONTENT, Kind.WEB_PAGE) and not (work.doi or work.pmid):
            detail = f"“{work.title}” has neither DOI nor PMID."
            yield Finding(Severity.WARNING, "no_identifier", pointer, detail, "Add an identifier to its record.")
