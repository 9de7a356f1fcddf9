"""Finding drafts that do not differ from the version for which changes were requested."""

from collections.abc import Iterator

from articles.models import Version
from articles.models.references import identity
from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from editorial.record.canonical_json import normalised

Text = tuple[str, bool, str, str]


def unchanged_text(draft: Draft) -> Iterator[Finding]:
    """Yield a finding if the draft equals a version for which changes were requested, in its text and cited works.

    Changes of white space do not count. Versions before the last approved one do not matter, because their requests
    were reviewed since.
    """
    draft_content = _content(draft)
    for version in draft.requested:
        if _content_of(version) == draft_content:
            detail = f"Changes were requested for version {version.number}, and the text and its works are the same."
            remedy = "Change what was asked for. If the objection is wrong, ask an editor to rule on it."
            yield Finding(Code.UNCHANGED_TEXT, "/renditions", detail, remedy)
            return


def _content(draft: Draft) -> object:
    texts = [
        (text.rendition.audience.code, text.rendition.is_primary, text.rendition.summary, text.rendition.body)
        for text in draft.texts
    ]
    return _words(draft.version.question), _texts(texts), [identity(work.csl) for work in draft.cited]


def _content_of(version: Version) -> object:
    texts = [(text.audience.code, text.is_primary, text.summary, text.body) for text in version.renditions.all()]
    cited = sorted(version.citations.all(), key=lambda citation: citation.number)
    return _words(version.question), _texts(texts), [identity(citation.csl) for citation in cited]


def _texts(texts: list[Text]) -> list[Text]:
    return sorted((code, primary, _words(summary), _words(body)) for code, primary, summary, body in texts)


def _words(text: str) -> str:
    return " ".join(normalised(text).split())
