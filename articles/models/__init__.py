from articles.models.article import Article, ArticleProduct, Authorship
from articles.models.claim import Claim
from articles.models.question import Question, Report
from articles.models.reference import Citation, Reference
from articles.models.version import Rendition, Version

__all__ = [
    "Article",
    "ArticleProduct",
    "Authorship",
    "Citation",
    "Claim",
    "Question",
    "Reference",
    "Rendition",
    "Report",
    "Version",
]
