"""Admin pages of articles, versions, the library and readers' messages."""

from articles.admin import (
    document_findings,
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
    "document_findings",
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
