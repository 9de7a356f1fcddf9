"""The pages of articles, versions, the library and what readers send."""

from articles.admin import imports, library, policy, readers, retractions, searching

__all__ = ["imports", "library", "policy", "readers", "retractions", "searching"]
