"""The pages of articles, versions, the library and what readers send."""

from articles.admin import library, readers

__all__ = ["library", "readers"]
