"""Read files of works, each in a process of its own, and print the most memory that it took, in MB, as JSON.

Run as ``python -m tests.support.reader_memory form=path …``. Linux counts the peak of a process from its start, so a
fork of one that has loaded Django is measured, and not what came before. ``getrusage`` would count the parent's, too.
"""

import itertools
import json
import os
import sys
from pathlib import Path

import django

READ = 5_000
"""Records that are read of a file: its lines, its keys and its text are in memory by then."""


def peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def measure(form: str, path: str) -> None:
    from articles.library.formats import registry  # noqa: PLC0415 - Django has to be set up first

    found = registry.records(Path(path).read_bytes(), form=form)
    faults = {one.fault for one in itertools.islice(found, READ)}
    sys.stdout.write(json.dumps({"file": Path(path).name, "peak": peak(), "faults": sorted(faults)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    for argument in sys.argv[1:]:
        if child := os.fork():
            os.waitpid(child, 0)
        else:
            measure(*argument.split("=", 1))
            os._exit(0)
