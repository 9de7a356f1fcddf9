"""The pages of articles, versions, the library and what readers send."""

from articles.admin import imports, library, policy, questions, reader_mail, readers, retractions, synonyms

__all__ = ["imports", "library", "policy", "questions", "reader_mail", "readers", "retractions", "synonyms"]
