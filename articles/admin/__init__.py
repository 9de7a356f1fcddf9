"""The pages of articles, versions, the library and what readers send."""

from articles.admin import imports, library, policy, readers, retractions

__all__ = ["imports", "library", "policy", "readers", "retractions"]
