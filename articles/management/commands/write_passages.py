"""Writes anew what readers search in."""

from typing import Any

from django.core.management.base import BaseCommand

from articles.searching.indexing import write_all


class Command(BaseCommand):
    """For after the first deployment with search, and for repairs; submission writes them by itself."""

    help = "Write the passages that readers search in, of every submitted version."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Each version is a transaction of its own."""
        self.stdout.write(f"Written anew: {write_all():,} versions")
