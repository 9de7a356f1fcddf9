"""Writes what readers are told, beforehand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from articles import actions
from articles.reading import written
from articles.tasks import READINGS_A_RUN
from editorial.models import User


class Command(BaseCommand):
    """Goes on until nothing is behind. Workers do the same; this is for after a deployment, and for repairs."""

    help = "Write the documents that readers are sent, where they are behind."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which articles."""
        parser.add_argument("--all", action="store_true", help="of all articles, not only of those that changed")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Write batch by batch; each article is a transaction of its own."""
        if options["all"]:
            written.mark_all()
        total, house = 0, User.objects.system()
        while done := actions.write_readings(by=house, now=timezone.now(), limit=READINGS_A_RUN):
            total += done
        self.stdout.write(f"Written anew: {total:,}")
