from articles.models.articles import Article, ArticleProduct, Authorship
from articles.models.claims import Claim
from articles.models.document_cache import Document, ListEntry, Past, Unwritten
from articles.models.document_findings import DocumentFinding, DocumentWalk
from articles.models.questions import Question, ReaderMail, Reply, Report, Triage
from articles.models.reference_imports import ImportedRecord, LibraryImport
from articles.models.references import Citation, Reference
from articles.models.retractions import RetractionList, RetractionRecord
from articles.models.search import Passage, Synonym, Word
from articles.models.versions import Rendition, Version

__all__ = [
    "Article",
    "ArticleProduct",
    "Authorship",
    "Citation",
    "Claim",
    "Document",
    "DocumentFinding",
    "DocumentWalk",
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
