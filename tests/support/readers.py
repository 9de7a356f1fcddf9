"""Shared helpers for tests of the reader's side: Wanda's article, as readers see it."""

from datetime import datetime, timedelta

from articles import actions, published
from articles.lifecycle import State
from articles.published.search.answers import answers
from articles.published.search.question_matching import understand
from tests.support import factories
from tests.support.factories import NOW
from tests.support.stored_rows import remembered

LATER = NOW + timedelta(days=1)
LAPSE = NOW + timedelta(days=365)
SLUG = "ivig-back-pain"
HIDDEN = [State.DRAFT, State.REJECTED, State.WITHDRAWN]
HOSTILE = """<script>alert(1)</script> [@orbach2005]

## <img src=x onerror=alert(2)> heading

[a](javascript:alert(3)) [b](data:text/html,x) <div onclick="alert(4)"><p style="x">in</p></div>

[c](https://example.org/ "\\" onmouseover=alert(5) x=\\"") ![d](https://example.org/x.png)

<https://example.org/%22onload=alert(6)> `</code><script>alert(7)</script>`
"""


def told(*, at: datetime = LATER, audience: str | None = None) -> dict:
    return published.recorded(SLUG, audience=audience, at=at)[0]


def answers_to(text: str, *, at: datetime) -> list[dict]:
    return answers(understand(text, at=at), at=at)


@remembered
def revise(version, question: str = "Does IVIG cause back pain?"):
    wanda = factories.make_user("wanda", is_writer=True)
    draft = actions.revise(version_id=version.pk, by=wanda, now=NOW)
    return actions.edit(version_id=draft.pk, question=question, by=wanda, now=NOW)


@remembered
def resubmit(version):
    draft = revise(version)
    return actions.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW)


@remembered
def publish(body: str = factories.BODY, *, slug: str = "ivig-back-pain", question: str = "Why?", codes=()) -> None:
    """Submit an article with a text for professionals and one for each further audience."""
    factories.make_texts()
    texts = [factories.Text("professional", "Yes.", body, is_primary=True)]
    for code in codes:
        factories.make_audience(code)
        texts.append(factories.Text(code, "Maybe.", body))
    wanda = factories.make_user("wanda", is_writer=True)
    new = actions.NewArticle(slug=slug, question=question, texts=texts)
    version = actions.create(new=new, by=wanda, now=NOW)
    actions.submit(version_id=version.pk, by=wanda, now=NOW)
