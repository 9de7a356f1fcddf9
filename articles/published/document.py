"""Build the reader's document of an article. It decides everything that the public page shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from articles.models import Rendition
from articles.models.questions import ADDRESS_KEPT, MAX_MESSAGE, Purpose
from articles.published.dates_and_urls import address, day, utc
from articles.published.media_types import FORMATS, JSON
from articles.published.review import review
from articles.published.schema_org import medical_web_page
from articles.published.sources import Material
from articles.published.visible_version import Shown, Standing
from articles.published.works import references
from articles.text.rendering import Section, join_sections, render
from editorial.exceptions import Fault, Gone, Unacceptable
from editorial.http.etags import etag
from editorial.models import EditorialPolicy
from editorial.record.canonical_json import JSONDict, sha256_hex


def document(material: Material, *, audience: str | None, lenient: bool = False) -> JSONDict:
    """Return the document of a version for readers of ``audience``, a code; None for the primary text.

    All values are JSON values. No query. Raises Retracted for a retracted version, and Unacceptable for an audience
    that does not exist. If ``lenient``, such an audience is ignored.
    """
    shown, renditions, citations = material.shown, material.texts, material.citations
    if shown.is_retracted:
        raise Retracted(shown)
    version, article = shown.version, shown.article
    text = _choose(renditions, audience=audience, policy=shown.policy)
    missed = material.audiences.get(audience or "") if audience != text.audience.code else None
    if missed is None and not lenient and audience not in (None, text.audience.code):
        raise unknown_audience(str(audience))
    sections = render(text.body, numbers={citation.reference.key: citation.number for citation in citations})
    html, cited = join_sections(sections), material.claims.get(text.pk, ())
    content = {
        "slug": article.slug,
        "question": version.question,
        "version": version.number,
        "digest": version.digest,
        "audience": {"code": text.audience.code, "name": text.audience.name, "instead_of": None},
        "audience_note": None,
        "audiences": [_offered(row, slug=article.slug, selected=row == text) for row in renditions],
        "review": review(shown),
        "updated_at": utc(version.updated_at),
        "policy": _policy(version.policy or shown.policy),
        "summary": text.summary,
        "body": {"html": html, "sections": [_section(section) for section in sections], "claims": claims(cited)},
        "references": references(citations, checks=material.checks, html=html),
        "disclaimer": text.audience.disclaimer,
        "follow_up": _message_box("reader:questions", article.slug, purpose=Purpose.ANSWER),
        "report": _message_box("reader:reports", article.slug, purpose=Purpose.ASK_BACK),
        "indexable": shown.is_approved,
        **_links(text, slug=article.slug),
        "alternates": _alternates(text, slug=article.slug),
    }
    audience_type = text.audience.medical_audience_type
    content |= {"json_ld": medical_web_page(content, shown=shown, audience_type=audience_type)}
    return standing_in(content, code=str(audience), name=missed) if missed else content


def _choose(texts: Sequence[Rendition], *, audience: str | None, policy: EditorialPolicy) -> Rendition:
    """Return the text for ``audience``, or its fallback by the policy."""
    by_code = {text.audience.code: text for text in texts}
    code = audience if audience is None or audience in by_code else policy.stand_in(audience, among=by_code)
    return by_code.get(code or "", texts[0])


class Retracted(Gone):
    """The article was retracted. The detail is its notice; ``shown`` is the retracted version, for its tombstone."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(notice(shown))
        self.shown = shown


def unknown_audience(audience: str) -> Unacceptable:
    """Return the error for an ``audience`` that does not exist. ``audience`` is the value as it was sent."""
    fault = Fault("/audience", "unknown_audience", f"There is no audience “{audience}”.")
    return Unacceptable(fault.detail, code="unknown_audience", faults=(fault,))


def standing_in(document_json: JSONDict, *, code: str, name: str) -> JSONDict:
    """Return the document for the audience ``code``, which has no text of its own. A note in it says so, by ``name``.

    ``document_json`` is the document of the fallback text.
    """
    audience = document_json["audience"]
    note = f"There is no text for “{name}” yet; this one is for “{audience['name']}”."
    return document_json | {"audience": audience | {"instead_of": code}, "audience_note": note}


def _offered(text: Rendition, *, slug: str, selected: bool) -> JSONDict:
    audience = text.audience
    url = address("reader:article", slug, audience=audience.code)
    return {"code": audience.code, "name": audience.name, "url": url, "selected": selected}


def _policy(policy: EditorialPolicy) -> JSONDict:
    """Return the policy that the approval satisfied, or the one in force if the text was never approved."""
    return {"version": policy.number, "title": policy.title, "url": address("pages:policy-version", policy.number)}


def claims(cited: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the claims of a text. A reader's report can name a claim by its ``id``."""
    return [{"id": claim["fingerprint"], "text": claim["text"]} for claim in cited]


def _section(section: Section) -> dict[str, str]:
    return {"id": section.id, "heading": section.heading, "html": section.html}


def _message_box(name: str, slug: str, *, purpose: Purpose) -> JSONDict:
    return {
        "url": address(name, slug),
        "method": "POST",
        "max_length": MAX_MESSAGE,
        "email_purpose": purpose.label,
        "email_kept_days": ADDRESS_KEPT.days,
    }


def _links(text: Rendition, *, slug: str) -> dict[str, str]:
    """Return the URLs of the text. The primary text has the plain URL, the others name their audience."""
    audience = "" if text.is_primary else text.audience.code
    return {
        "self": address("reader:article", slug, audience=audience),
        "html": address("pages:article", slug, audience=audience),
        "history": address("reader:history", slug),
    }


def _alternates(text: Rendition, *, slug: str) -> list[dict[str, str]]:
    """Return the URLs of the same document in other formats."""
    audience = "" if text.is_primary else text.audience.code
    return [
        {"type": form.media_type, "url": address("reader:format", slug, form.suffix, audience=audience)}
        for form in FORMATS.values()
        if form is not JSON
    ]


def entity_tag(document_json: JSONDict) -> str:
    """Return the strong entity tag of a document: a hash of its whole content.

    So it changes with any part of it, such as an approval. It is the tag of the JSON only. Other formats have different
    content, and tags over their own bytes.
    """
    return etag("reader", sha256_hex(document_json))


def last_modified(shown: Shown) -> datetime:
    """Return the time of the last change of text, review or policy.

    Disclaimers and the library record no such time, so this only informs. Caches compare the entity tag.
    """
    version = shown.version
    moments = [version.updated_at, version.state_changed_at, shown.policy.in_force_from]
    lapsed = [version.valid_until] if shown.standing == Standing.LAPSED else []
    return max(moment for moment in (*moments, *lapsed) if moment is not None)


def notice(shown: Shown) -> str:
    """Return the sentence that says when and why the article was retracted."""
    version = shown.version
    return f"“{version.question}” was retracted on {day(version.state_changed_at)}: {version.state_reason}"


def tombstone(shown: Shown) -> JSONDict:
    """Return what readers still see of a retracted article. All values are JSON values."""
    version = shown.version
    return {
        "slug": shown.article.slug,
        "question": version.question,
        "version": version.number,
        "notice": version.state_reason,
        "retracted_at": utc(version.state_changed_at),
        "approved_at": utc(version.approved_at),
        "policy": _policy(version.policy or shown.policy),
        "history": address("reader:history", shown.article.slug),
    }
