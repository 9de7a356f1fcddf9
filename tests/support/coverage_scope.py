"""Limit coverage to what the bodies of tests run. Factories check nothing, so their runs do not count."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def unmeasured() -> Iterator[None]:
    """Run the block without measuring coverage, which would also make it twice as slow.

    Has an effect only in the main thread: another thread cannot restart the tracer that it stopped.
    """
    alone = threading.current_thread() is threading.main_thread()
    measured_by = Coverage.current() if alone and sys.gettrace() else None
    if measured_by is None:
        yield
        return
    measured_by.stop()
    try:
        yield
    finally:
        measured_by.start()
