"""Complete works of the library from Crossref and PubMed."""

import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from articles.actions import complete_reference
from articles.actions.lookups import lacking
from articles.library.crossref_pubmed import SOURCES, LookupService, Unanswered
from articles.models import Reference
from editorial.exceptions import Refusal
from editorial.models import User
from editorial.record.canonical_json import JSONDict

PAUSE = 0.4
"""Seconds between two requests: PubMed allows three a second."""


class Command(BaseCommand):
    """Asks the services about each incomplete work, fills in only what is missing, and prints the result.

    Exit code 1 if a request failed or a response could not be used.
    """

    help = "Complete works from Crossref (by DOI) and PubMed (by PMID or PMCID), where their addresses are set."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the works and the pause between requests."""
        parser.add_argument("keys", nargs="*", metavar="KEY", help="default: every work that lacks something")
        parser.add_argument("--pause", type=float, default=PAUSE, help=f"seconds between questions ({PAUSE})")

    def handle(self, *args: Any, keys: Sequence[str], pause: float, **options: Any) -> None:
        """Look up work by work. Each is a transaction of its own, and no request is made inside one."""
        services = [service for service in SOURCES if service.is_on]
        if not services:
            raise CommandError("No service is configured: set CROSSREF_URL or PUBMED_URL.")
        has_identifier = Q(doi__isnull=False) | Q(pmid__isnull=False) | Q(pmcid__isnull=False)
        works = Reference.objects.filter(has_identifier, merged_into=None)
        works = works.filter(key__in=keys) if keys else works
        unanswered = 0
        for pk in list(works.in_order().values_list("pk", flat=True)):
            for service in services:
                answered = self._ask(service, Reference.objects.get(pk=pk), pause=pause)
                unanswered += answered is False
        if unanswered:
            raise CommandError(f"{unanswered:,} questions got no answer that could be used.")

    def _ask(self, service: LookupService, work: Reference, *, pause: float) -> bool | None:
        """Return whether there was a usable response; None if there was nothing to ask."""
        identifier = getattr(work, service.field)
        if not identifier or getattr(work, service.unless, None) or not lacking(work.csl):
            return None
        time.sleep(pause)
        try:
            record = service.ask(identifier)
            filled = self._fill_in(service, work, record) if record else []
        except (Unanswered, Refusal) as error:
            self.stdout.write(f"{work.key}: {service.name}: {error}")
            return False
        words = "does not know it" if record is None else f"gave {', '.join(filled) or 'nothing new'}"
        self.stdout.write(f"{work.key}: {service.name} {words}")
        return True

    def _fill_in(self, service: LookupService, work: Reference, record: JSONDict) -> list[str]:
        by, now = User.objects.system(), timezone.now()
        return complete_reference(reference_id=work.pk, found=record, source=service.name, by=by, now=now)
