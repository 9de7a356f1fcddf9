"""Garbage collection of web processes: less often than Python's default."""

import gc

YOUNG_THRESHOLD = 2_000
"""New objects before a collection of the youngest generation, which takes half a millisecond of a request. With
Python's 700, one page of a long article causes several full collections; reference counting frees most garbage."""

MIDDLE_THRESHOLD = 200
"""Collections of the youngest generation before one of the middle generation, which takes several milliseconds."""


def configure_garbage_collection() -> None:
    """Exclude all loaded objects from garbage collection, and set the thresholds for new ones."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_THRESHOLD, MIDDLE_THRESHOLD, 10)
