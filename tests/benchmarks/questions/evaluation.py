"""How well readers' questions find their article: a corpus, questions in other words, and a score.

The corpus is the demo's texts, all approved, beside short neighbours on near subjects. Every second question is for
tuning; the others are looked at by nobody who turns a knob.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

from articles import actions
from articles.models import Version
from articles.published.search.query_parser import read
from articles.published.search.question_matching import GOOD_ENOUGH, OFFERED, quoted, understand
from articles.published.search.ranking import Search
from editorial.models import User
from editorial.text_normalisation import normalised_words
from reviews.demo import cast, policies
from reviews.demo.stage import CONTENT, Stage

QUESTIONS = Path(__file__).parent
SIGNERS = ("ada", "ben")
CORPUS = 100
"""More articles than the corpus has."""


@dataclass(frozen=True)
class Asked:
    """A question and the slug of the article that answers it; empty when none does."""

    text: str
    slug: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one question found: slugs and scores, the best first, those that are not good enough included."""

    asked: Asked
    found: Sequence[tuple[str, float]]

    def is_right(self) -> bool:
        """The right article among the first three offered; for a question that none answers, that none is offered."""
        offered = [slug for slug, score in self.found if score >= GOOD_ENOUGH][:OFFERED]
        return self.asked.slug in offered if self.asked.slug else not offered


class Searched(Outcome):
    """What one search found, the best first."""

    def is_right(self) -> bool:
        """The right article is the first."""
        return [slug for slug, _ in self.found[:1]] == [self.asked.slug]


def prepare(*, now: datetime) -> None:
    """Fill an empty database with the corpus, by the real actions."""
    stage = Stage(now)
    cast.create_accounts_and_terms(now=now)
    cast.state_interests(now=now)
    policies.publish_next(1, now=now)
    for folder in sorted([*CONTENT.iterdir(), *(QUESTIONS / "neighbours").iterdir()]):
        _approve(stage, folder)
    actions.write_documents(by=User.objects.system(), now=now, limit=CORPUS)


def _approve(stage: Stage, folder: Path) -> None:
    stage.write(folder.name, content=folder.parent)
    stage.submit(folder.name)
    stage.invite(folder.name, *SIGNERS)
    for username in SIGNERS:
        stage.accept(folder.name, username)
        stage.sign(folder.name, username)


def questions() -> list[Asked]:
    """All that somebody asks whom an article answers."""
    lines = (QUESTIONS / "questions.tsv").read_text(encoding="utf-8").splitlines()
    return [Asked(text, slug) for slug, text in (line.split("\t") for line in lines)]


def unrelated() -> list[Asked]:
    """Questions that no article of the corpus answers."""
    return [Asked(line) for line in (QUESTIONS / "unrelated.txt").read_text(encoding="utf-8").splitlines()]


def topics() -> list[Asked]:
    """Every two words of an article's question, without short ones: what is typed by who looks for that article."""
    rows = Version.objects.order_by("pk").values_list("question", "article__slug")
    asked = [
        ([word for word in dict.fromkeys(normalised_words(question)) if len(word) > 3], slug) for question, slug in rows
    ]
    return [Asked(" ".join(two), slug) for long, slug in asked for two in combinations(long, 2)]


def answered(asked: Sequence[Asked], *, at: datetime) -> Iterator[Outcome]:
    for one in asked:
        rows = quoted(understand(one.text, at=at), at=at, good_enough=0, offered=None)
        yield Outcome(one, list({row.slug: (row.slug, row.score) for row in rows}.values()))


def searched(asked: Sequence[Asked], *, at: datetime) -> Iterator[Outcome]:
    for one in asked:
        hits = Search(read(one.text, at=at), at=at).page(position=None, back=False, limit=OFFERED)
        yield Searched(one, [(hit.slug, hit.score) for hit in hits])


def halves(asked: Sequence[Asked]) -> dict[str, Sequence[Asked]]:
    return {"tuning": asked[::2], "held out": asked[1::2]}


def scores(*, now: datetime) -> Iterator[tuple[str, str, list[Outcome]]]:
    """For each half and kind of question what was found, just after ``now``."""
    at = now + timedelta(seconds=1)
    kinds = {
        "answered": (answered, questions()),
        "unrelated": (answered, unrelated()),
        "searched": (searched, questions()),
        "topics": (searched, topics()),
    }
    for kind, (found, asked) in kinds.items():
        for half, those in halves(asked).items():
            yield half, kind, list(found(those, at=at))
