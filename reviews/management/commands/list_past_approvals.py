"""Lists past approvals that the current rules would not have allowed."""

from typing import Any

from django.core.management.base import BaseCommand

from reviews.models import PastFinding


class Command(BaseCommand):
    """Print one line for each finding of the upgrade whose version is still approved or suspended. Changes nothing.

    Editors find the same list in the admin, under “past findings”.
    """

    help = "List approvals given before the upgrade that today's rules would not have allowed; changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print slug, version, state, kind and words, by article."""
        standing = PastFinding.objects.filter(version__state__in=["approved", "suspended"])
        rows = standing.select_related("version__article").order_by("version__article__slug", "kind", "pk")
        for row in rows:
            version = row.version
            self.stdout.write(f"{version}, {version.get_state_display()}: {row.get_kind_display()}: {row.words}")
        self.stderr.write(f"{len(rows)} findings in approved or suspended versions.")
