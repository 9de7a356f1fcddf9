"""Completes works of the library from Crossref and PubMed."""

import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from articles.actions import complete_reference
from articles.actions.library.completing import lacking
from articles.metadata import SOURCES, Source, Unanswered
from articles.models import Reference
from editorial.exceptions import Refusal
from editorial.models import User

PAUSE = 0.4
"""Seconds between two questions: PubMed allows three a second."""


class Command(BaseCommand):
    """Asks about each work that lacks something, and says what became of it; fills in only what is missing.

    Exit code 1 when a question was not answered or an answer could not be used.
    """

    help = "Complete works from Crossref (by DOI) and PubMed (by PMID), where their addresses are set."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which works, and how fast."""
        parser.add_argument("keys", nargs="*", metavar="KEY", help="default: every work that lacks something")
        parser.add_argument("--pause", type=float, default=PAUSE, help=f"seconds between questions ({PAUSE})")

    def handle(self, *args: Any, keys: Sequence[str], pause: float, **options: Any) -> None:  # noqa: ARG002
        """Ask, work by work; each is a transaction of its own, and no question is asked inside one."""
        sources = [source for source in SOURCES if source.is_on]
        if not sources:
            raise CommandError("Nobody is asked: set CROSSREF_URL or PUBMED_URL.")
        works = Reference.objects.filter(Q(doi__isnull=False) | Q(pmid__isnull=False), merged_into=None)
        works = works.filter(key__in=keys) if keys else works
        unanswered = 0
        for pk in list(works.in_order().values_list("pk", flat=True)):
            for source in sources:
                said = self._ask(source, Reference.objects.get(pk=pk), pause=pause)
                unanswered += said is False
        if unanswered:
            raise CommandError(f"{unanswered:,} questions got no answer that could be used.")

    def _ask(self, source: Source, work: Reference, *, pause: float) -> bool | None:
        """Whether there was a usable answer; None when there was nothing to ask."""
        identifier = getattr(work, source.field)
        if not identifier or not lacking(work.csl):
            return None
        time.sleep(pause)
        try:
            found = source.ask(identifier)
            filled = self._fill_in(source, work, found) if found else []
        except (Unanswered, Refusal) as error:
            self.stdout.write(f"{work.key}: {source.name}: {error}")
            return False
        words = "does not know it" if found is None else f"gave {', '.join(filled) or 'nothing new'}"
        self.stdout.write(f"{work.key}: {source.name} {words}")
        return True

    def _fill_in(self, source: Source, work: Reference, found: dict[str, Any]) -> list[str]:
        by, now = User.objects.system(), timezone.now()
        return complete_reference(reference_id=work.pk, found=found, source=source.name, by=by, now=now)
