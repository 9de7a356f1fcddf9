"""How often a process that serves pages looks for garbage that reference counting left."""

import gc

OBJECTS = 2_000
"""New ones before the youngest are looked through, which takes half a millisecond of somebody's request. Python's 700
has one page of a long article go through everything several times; most garbage needs no look at all."""

LOOKS = 200
"""At the youngest before what they left is looked through, which takes several milliseconds."""


def look_rarely() -> None:
    """From now on: leave what is loaded alone, and look through what is new every so many objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, LOOKS, 10)
