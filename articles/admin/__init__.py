"""The pages of articles, versions, the library and what readers send."""

from articles.admin import imports, library, readers

__all__ = ["imports", "library", "readers"]
