"""Admin pages of articles, versions, the library and readers' messages."""

from articles.admin import (
    policy,
    questions,
    reader_mail,
    reference_imports,
    references,
    reports,
    retractions,
    synonyms,
    tones,
)

__all__ = [
    "policy",
    "questions",
    "reader_mail",
    "reference_imports",
    "references",
    "reports",
    "retractions",
    "synonyms",
    "tones",
]
