"""Claims in a text: each sentence or list item with the works cited at it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from articles.rendering import parse
from editorial.canonical import normalised, sha256_hex

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class FoundClaim:
    """A cited statement and the keys cited at it, in order."""

    text: str
    keys: tuple[str, ...]


def extract(body: str) -> list[FoundClaim]:
    """The cited statements of ``body``, in reading order."""
    return [claim for token in parse(body) if token.type == "inline" for claim in _claims(token)]


def _claims(inline: Token) -> Iterator[FoundClaim]:
    """Cut the block at sentence ends; a citation belongs to the sentence it stands in or directly after."""
    texts, keys = [""], [list[str]()]
    for child in inline.children or []:
        if child.type == "citation":
            keys[-1] += [key for key, _ in child.meta["items"]]
            continue
        content = " " if child.type in ("softbreak", "hardbreak") else child.content
        first, *rest = SENTENCE_END.split(texts[-1] + content)
        texts[-1:] = [first, *rest]
        keys += [[] for _ in rest]
    for text, cited in zip(texts, keys, strict=True):
        if cited:
            yield FoundClaim(_clean(text), tuple(dict.fromkeys(cited)))


def _clean(text: str) -> str:
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))


def fingerprint(claim: FoundClaim, *, identities: Mapping[str, object]) -> str:
    """Hash of the normalised text and the identities of the works cited: renumbering leaves it alone."""
    cited = sorted(sha256_hex(identities[key]) for key in claim.keys)
    return sha256_hex([" ".join(normalised(claim.text).casefold().split()), cited])
