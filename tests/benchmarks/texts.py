"""Measure claims and pre-flight for texts of several lengths, compared with the rendering of the same Markdown."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from django.db import transaction

from articles import actions
from articles.models import Reference, Rendition, Version
from articles.preflight import preflight
from articles.text.claims import extract
from articles.text.rendering import join_sections, render
from editorial.models import Audience, User

WORDS = 5000
CITATIONS = 300
WORKS = 100
LENGTHS = (1, 2, 4)
REPEATS = 5
"""Number of runs. The fastest counts, because the others waited for something else."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)

SENTENCES = (
    "Intravenous immunoglobulin at 0.4 to 0.6 g/kg is given every three to four weeks as replacement therapy",
    "Headache, e.g. a throbbing frontal one, is the most common reaction (5 to 34% of infusions)",
    "Slow the infusion, i.e. halve the rate, before you stop it",
    "The pain scores fell from 6.4 to 2.1 (p < 0.05), and no difference was seen at week 12",
    "Patients with **renal impairment** need [slower infusion](https://example.com/rates) and more fluid",
    "Smith et al. found fewer events with subcutaneous vs. intravenous products in 412 adults",
    "Most reactions are mild, begin within 60 min. of the start, and settle without treatment",
    "Talk to your doctor if the pain lasts for more than two days",
)


def measure(*, scale: float) -> Iterator[str]:
    """Yield a line for each length, in multiples of the time to render the same text, then the growth."""
    with transaction.atomic():
        times = [_timed(length, scale=scale) for length in LENGTHS]
        transaction.set_rollback(True)
    for length, (rendering, claims, whole_check) in zip(LENGTHS, times, strict=True):
        words, citations = int(length * scale * WORDS), int(length * scale * CITATIONS)
        yield (
            f"Texts, {words:,} words with {citations:,} citations: rendering {rendering * 1000:,.0f} ms, "
            f"claims {claims / rendering:.1f} x, pre-flight {whole_check / rendering:.1f} x of that"
        )
    names = ("rendering", "claims", "pre-flight")
    growth = [times[-1][column] / times[0][column] for column in range(len(names))]
    told = ", ".join(f"{name} {ratio:.1f} x" for name, ratio in zip(names, growth, strict=True))
    yield f"Texts, {LENGTHS[-1]} x the length takes: {told}"


def _timed(length: int, *, scale: float) -> tuple[float, float, float]:
    """Return the seconds for rendering, claims and pre-flight."""
    keys = [f"work{number}" for number in range(max(1, int(WORKS * scale)))]
    body = _body(words=int(length * scale * WORDS), citations=int(length * scale * CITATIONS), keys=keys)
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    version = _version(f"measured-{length}", body, keys=keys)
    return (
        _fastest(lambda: join_sections(render(body, numbers=numbers))),
        _fastest(lambda: extract(body)),
        _fastest(lambda: preflight(version, now=NOW)),
    )


def _fastest(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def _body(*, words: int, citations: int, keys: list[str]) -> str:
    """Return paragraphs, lists, tables and headings, with citations spread over the sentences."""
    sentences, works = cycle(SENTENCES), cycle(keys)
    written = cited = 0
    lines: list[str] = []
    while written < words:
        sentence = next(sentences)
        written += len(sentence.split())
        if cited * words < citations * written:
            cited += 1
            sentence = f"{sentence} [@{next(works)}]"
        lines.append(_SHAPES[len(lines) // 10 % len(_SHAPES)](len(lines) % 10, f"{sentence}."))
    return "\n".join(lines)


_SHAPES: tuple[Callable[[int, str], str], ...] = (
    lambda place, sentence: sentence if place else f"\n## Part\n\n{sentence}",
    lambda place, sentence: f"{'' if place else chr(10)}{'  ' * (place % 2)}- {sentence}",
    lambda place, sentence: (
        f"{'' if place else chr(10) + '| a | b |' + chr(10) + '|---|---|' + chr(10)}| x | {sentence} |"
    ),
    lambda place, sentence: f"> {sentence}" if place else f"\n> {sentence}",
)
"""The formats of ten sentences in a row. Each function gets the position of the sentence among them."""


def _version(slug: str, body: str, *, keys: list[str]) -> Version:
    writer, _ = User.objects.get_or_create(username="measured", defaults={"is_writer": True})
    audience = Audience.objects.filter(code="measured").first()
    if audience is None:
        audience = Audience(code="measured", name="Measured", disclaimer="For nobody.", target_grade=8)
        audience.record(by=writer, now=NOW, reason="measured")
    for number, key in enumerate(keys, start=1):
        csl = {"id": key, "type": "article-journal", "title": f"Work {number}", "DOI": f"10.5555/measured.{number}"}
        if not Reference.objects.filter(key=key).exists():
            actions.keep_reference(csl=csl, by=writer, now=NOW)
    version = actions.create(new=actions.NewArticle(slug=slug, question="How long?"), by=writer, now=NOW)
    text = Rendition(version=version, audience=audience, is_primary=True, summary="Long.", body=body)
    text.record(by=writer, now=NOW, reason="measured")  # one text may have more citations than an action accepts
    return version
