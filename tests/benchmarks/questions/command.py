"""Measures how well readers' questions and searches find their article."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from editorial.models import User
from tests.benchmarks.questions import evaluation

SAYS = {
    "answered": "right article in the first three",
    "unrelated": "“no good answer”",
    "searched": "right article first in a search for the question",
    "topics": "right article first in a search for two words",
}


class Command(BaseCommand):
    """Needs an empty database, and leaves it empty: the corpus is written in a transaction that is rolled back."""

    help = "Score answers to questions, and searches, on the evaluation set, tuning half and held-out half apart."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missed", action="store_true", help="Name what the tuning half missed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each half and kind of question."""
        if Article.objects.exists() or User.objects.exclude(username="system").exists():
            raise CommandError("The evaluation needs an empty database: python -m config.servers -- gives one.")
        now = timezone.now()
        with transaction.atomic():
            evaluation.prepare(now=now)
            for half, kind, found in evaluation.scores(now=now):
                self._say(half, kind, found, missed=options["missed"] and half == "tuning")
            transaction.set_rollback(True)

    def _say(self, half: str, kind: str, found: list[evaluation.Outcome], *, missed: bool) -> None:
        right = sum(outcome.is_right() for outcome in found)
        self.stdout.write(f"{half:<9} {kind:<10} {SAYS[kind]}: {right} of {len(found)} ({right / len(found):.0%})")
        for outcome in found:
            if missed and not outcome.is_right():
                best = ", ".join(f"{slug} {score:.4g}" for slug, score in outcome.found[:3]) or "nothing"
                self.stdout.write(f"    {outcome.asked.text} [{outcome.asked.slug or 'none'}]: {best}")
