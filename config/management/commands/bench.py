"""Measurements of this site on this machine."""

import os
import platform
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Prints what was measured, and on what."""

    help = "Measure."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print the machine, then the figures."""
        self.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
        self.stdout.write("No benchmarks yet.")
