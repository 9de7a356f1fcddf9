"""What pre-flight looks at: a version's texts, parsed once, with the works that they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from markdown_it.token import Token

from articles.claims import FoundClaim, statements_of
from articles.models import Reference, Rendition, Version
from articles.rendering import Cited, cited_in, parse
from articles.retractions import Found, find
from editorial.models import Audience, EditorialPolicy


@dataclass
class ReadText:
    """One rendition, with the JSON pointer to it."""

    rendition: Rendition
    pointer: str

    @cached_property
    def tokens(self) -> list[Token]:
        return parse(self.rendition.body)

    @cached_property
    def mentions(self) -> list[Cited]:
        return cited_in(self.tokens)

    @cached_property
    def statements(self) -> list[FoundClaim]:
        return statements_of(self.tokens)

    @property
    def body(self) -> str:
        """The pointer to the body."""
        return f"{self.pointer}/body"


@dataclass(frozen=True)
class Draft:
    """A version as it stands at ``now``, under the policy in force then, if there is one.

    ``listed`` says what the newest list of retractions tells of each work, by its id.
    """

    version: Version
    texts: Sequence[ReadText]
    works: Mapping[str, Reference]
    listed: Mapping[int, Found]
    audiences: Sequence[Audience]
    policy: EditorialPolicy | None
    now: datetime

    @property
    def cited(self) -> list[Reference]:
        """The works that the texts cite, by first appearance: the version's citations."""
        keys = dict.fromkeys(mention.key for text in self.texts for mention in text.mentions)
        return [self.works[key] for key in keys if key in self.works]


def read(version: Version, *, now: datetime, texts: Sequence[Rendition] | None = None) -> Draft:
    """The same six queries at most, whatever the version holds; one less when ``texts`` are given."""
    rows = Rendition.objects.filter(version=version).in_order() if texts is None else texts
    read_texts = [ReadText(row, f"/renditions/{index}") for index, row in enumerate(rows)]
    keys = {mention.key for text in read_texts for mention in text.mentions} | set(version.listed)
    works = list(Reference.objects.filter(key__in=keys).select_related("merged_into", "superseded_by"))
    return Draft(
        version=version,
        texts=read_texts,
        works={work.key: work for work in works},
        listed={work.pk: found for work, found in zip(works, find(works), strict=True)},
        audiences=list(Audience.objects.order_by("position", "code")),
        policy=EditorialPolicy.objects.in_force(at=now),
        now=now,
    )
