"""Comparing two texts: what was added, removed and moved, and which numbers changed."""

from articles.text.comparison.rows import Row, WordRun, compare

__all__ = ["Row", "WordRun", "compare"]
