from articles.models.article import Article, ArticleProduct, Authorship
from articles.models.claim import Claim
from articles.models.importing import ImportedRecord, LibraryImport
from articles.models.question import Question, ReaderMail, Reply, Report, Triage
from articles.models.reading import Document, ListEntry, Past, Unwritten
from articles.models.reference import Citation, Reference
from articles.models.retraction import RetractionList, RetractionRecord
from articles.models.search import Passage, Synonym, Word
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
    "Passage",
    "Past",
    "Question",
    "ReaderMail",
    "Reference",
    "Rendition",
    "Reply",
    "Report",
    "RetractionList",
    "RetractionRecord",
    "Synonym",
    "Triage",
    "Unwritten",
    "Version",
    "Word",
]
