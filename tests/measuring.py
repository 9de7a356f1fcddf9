"""What counts as covered: what the bodies of tests run. What leads up to them is not held by them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def unmeasured() -> Iterator[None]:
    """Nothing that runs in here counts as covered; a tracer also makes it twice as slow."""
    measured_by = Coverage.current() if sys.gettrace() else None
    if measured_by is None:
        yield
        return
    measured_by.stop()
    try:
        yield
    finally:
        measured_by.start()
