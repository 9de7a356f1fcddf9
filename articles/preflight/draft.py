"""What pre-flight checks: a version's texts, parsed once, with the works that they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Max
from markdown_it.token import Token

from articles.library.retractions import RetractionCheck, check_works
from articles.lifecycle import State
from articles.models import Reference, Rendition, Version
from articles.models.versions import EVER_APPROVED
from articles.text.claims import FoundClaim, statements_of
from articles.text.rendering import CitationItem, citations_in_tokens, parse
from editorial.models import Audience, EditorialPolicy


@dataclass
class ParsedText:
    """One parsed rendition, with its JSON pointer."""

    rendition: Rendition
    pointer: str

    @cached_property
    def tokens(self) -> list[Token]:
        return parse(self.rendition.body)

    @cached_property
    def mentions(self) -> list[CitationItem]:
        return citations_in_tokens(self.tokens)

    @cached_property
    def statements(self) -> list[FoundClaim]:
        return statements_of(self.tokens)

    @property
    def body(self) -> str:
        """The JSON pointer to the body."""
        return f"{self.pointer}/body"


@dataclass(frozen=True)
class Draft:
    """A version as it is at ``now``, under the policy in force then, if any.

    ``listed`` is the newest list's check of each work, by its id. ``requested`` are the versions since the last
    approved one for which changes were requested, with their texts and citations.
    """

    version: Version
    texts: Sequence[ParsedText]
    works: Mapping[str, Reference]
    listed: Mapping[int, RetractionCheck]
    audiences: Sequence[Audience]
    policy: EditorialPolicy | None
    now: datetime
    requested: Sequence[Version]

    @property
    def cited(self) -> list[Reference]:
        """The works that the texts cite, by first appearance: the version's citations."""
        keys = dict.fromkeys(mention.key for text in self.texts for mention in text.mentions)
        return [self.works[key] for key in keys if key in self.works]


def read(version: Version, *, now: datetime, texts: Sequence[Rendition] | None = None) -> Draft:
    """At most eleven queries for any content; one less if ``texts`` are given."""
    rows = Rendition.objects.filter(version=version).in_order() if texts is None else texts
    parsed_texts = [ParsedText(row, f"/renditions/{index}") for index, row in enumerate(rows)]
    keys = {mention.key for text in parsed_texts for mention in text.mentions} | set(version.listed)
    works = list(Reference.objects.filter(key__in=keys).select_related("merged_into", "superseded_by"))
    return Draft(
        version=version,
        texts=parsed_texts,
        works={work.key: work for work in works},
        listed={work.pk: check for work, check in zip(works, check_works(works), strict=True)},
        audiences=list(Audience.objects.order_by("position", "code")),
        policy=EditorialPolicy.objects.in_force(at=now),
        now=now,
        requested=_requested(version),
    )


def _requested(version: Version) -> list[Version]:
    earlier = Version.objects.filter(article=version.article_id, number__lt=version.number)
    last = earlier.filter(state__in=EVER_APPROVED).aggregate(number=Max("number"))["number"] or 0
    requested = earlier.filter(state=State.CHANGES_REQUESTED, number__gt=last).order_by("-number")
    return list(requested.prefetch_related("renditions__audience", "citations"))
