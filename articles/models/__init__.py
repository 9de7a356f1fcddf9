from articles.models.article import Article, ArticleProduct, Authorship
from articles.models.claim import Claim
from articles.models.importing import ImportedRecord, LibraryImport
from articles.models.question import Question, Report, Triage
from articles.models.reading import Document, ListEntry, Past, Unwritten
from articles.models.reference import Citation, Reference
from articles.models.retraction import RetractionList, RetractionRecord
from articles.models.version import Rendition, Version

__all__ = [
    "Article",
    "ArticleProduct",
    "Authorship",
    "Citation",
    "Claim",
    "Document",
    "ImportedRecord",
    "LibraryImport",
    "ListEntry",
    "Past",
    "Question",
    "Reference",
    "Rendition",
    "Report",
    "RetractionList",
    "RetractionRecord",
    "Triage",
    "Unwritten",
    "Version",
]
