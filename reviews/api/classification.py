"""API of an article's classification, as this app completes it."""

from articles.api.articles import ArticleClassification
from reviews import actions


class ClassificationInReview(ArticleClassification):
    """Also checks the article's approval."""

    act = staticmethod(actions.classify)
