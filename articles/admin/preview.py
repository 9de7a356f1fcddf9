"""The preview of a draft: rendered, with numbered citations and the findings of pre-flight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.admin.preflight import Findings, findings
from articles.admin.rendered_version import RenderedVersion, render_texts
from articles.models import Citation, Reference, Rendition, Version
from articles.text.content import size_faults
from articles.text.rendering import first_appearance


@dataclass(frozen=True)
class Preview:
    """The rendered texts. ``faults`` say why a text is too large to be shown."""

    reading: RenderedVersion | None = None
    findings: Findings | None = None
    faults: Sequence[str] = ()
    is_stale: bool = False


def preview(version: Version, form: Any, formset: Any, *, now: datetime) -> Preview:
    """Return the texts in ``formset`` as they would be rendered. Saves nothing.

    Texts without an audience are left out.
    """
    version.question = str(form["question"].value() or "")
    texts = sorted(_typed(version, formset), key=_place)
    is_stale = form["seen"].value() != form["seen"].initial
    faults = [fault.detail for text in texts for fault in size_faults(text.body)]
    if faults:
        return Preview(faults=faults, is_stale=is_stale)
    draft_findings = findings(version, texts, now=now)
    return Preview(render_texts(version, texts, _citations(version, texts)), draft_findings, is_stale=is_stale)


def _typed(version: Version, formset: Any) -> Iterator[Rendition]:
    audiences = {str(audience.pk): audience for audience in formset.empty_form.fields["audience"].queryset}
    for form in formset.forms:
        audience = audiences.get(str(form["audience"].value()))
        if audience and not (formset.can_delete and form["DELETE"].value()):
            values = {name: str(form[name].value() or "").replace("\r\n", "\n") for name in ("summary", "body")}
            primary = bool(form["is_primary"].value())
            yield Rendition(version=version, audience=audience, is_primary=primary, **values)


def _place(text: Rendition) -> tuple[bool, int, str]:
    return not text.is_primary, text.audience.position, text.audience.code


def _citations(version: Version, texts: Sequence[Rendition]) -> list[Citation]:
    """Return the citations with the numbers that they get when the draft is saved."""
    keys = first_appearance([text.body for text in texts])
    works = {work.key: work for work in Reference.objects.filter(key__in=keys)}
    known = [works[key] for key in keys if key in works]
    return [
        Citation(version=version, reference=work, number=number, csl=work.csl) for number, work in enumerate(known, 1)
    ]
