"""Writes what search looks in anew."""

from typing import Any

from django.core.management.base import BaseCommand

from articles.lifecycle import State
from articles.models import Synonym, Version
from articles.search.writing import keep_words, write_passages


class Command(BaseCommand):
    """Passages and words of every version that was ever submitted, one by one; may be broken off and repeated."""

    help = "Write the passages and words that search looks in anew."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Say how many passages there are now."""
        versions = Version.objects.exclude(state=State.DRAFT).order_by("pk")
        passages = sum(write_passages(version) for version in versions.iterator(chunk_size=100))
        keep_words(Synonym.objects.values_list("terms", flat=True))
        self.stdout.write(f"{passages} passages of {versions.count()} versions.")
