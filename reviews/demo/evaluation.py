"""How well readers' questions find their article: a corpus, questions in other words, and a score.

The corpus is the demo's texts, all approved, beside short neighbours on near subjects. Every second question is for
tuning; the others are looked at by nobody who turns a knob.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from articles import actions
from articles.models import Article
from articles.search.matching import GOOD_ENOUGH, OFFERED, ranked, understand
from editorial.models import User
from reviews.demo import cast, policies
from reviews.demo.stage import CONTENT, Stage

QUESTIONS = Path(__file__).parent / "questions"
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

    def is_right(self, *, good_enough: float = GOOD_ENOUGH) -> bool:
        """The right article among the first three offered; for a question that none answers, that none is offered."""
        offered = [slug for slug, score in self.found if score >= good_enough][:OFFERED]
        return self.asked.slug in offered if self.asked.slug else not offered


def prepare(*, now: datetime) -> None:
    """Fill an empty database with the corpus, by the real actions."""
    stage = Stage(now)
    cast.raise_curtain(now=now)
    cast.state_interests(now=now)
    policies.publish(1, now=now)
    for folder in sorted([*CONTENT.iterdir(), *(QUESTIONS / "neighbours").iterdir()]):
        _approve(stage, folder)
    actions.write_readings(by=User.objects.system(), now=now, limit=CORPUS)


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


def outcomes(asked: Sequence[Asked], *, at: datetime) -> Iterator[Outcome]:
    slugs = dict(Article.objects.values_list("versions", "slug"))
    for one in asked:
        yield Outcome(one, [(slugs[pk], score) for pk, score in ranked(understand(one.text, at=at), at=at)])


def halves(asked: Sequence[Asked]) -> dict[str, Sequence[Asked]]:
    return {"tuning": asked[::2], "held out": asked[1::2]}


def scores(*, now: datetime) -> Iterator[tuple[str, str, list[Outcome]]]:
    """For each half and kind of question what was found, just after ``now``."""
    at = now + timedelta(seconds=1)
    for kind, asked in (("answered", questions()), ("unrelated", unrelated())):
        for half, those in halves(asked).items():
            yield half, kind, list(outcomes(those, at=at))
