"""Operations on a version that end its round or reinstate an approval, and the classification of an article."""

from articles.api.articles import ArticleClassification
from editorial.http.verbs import OptionalReasonSerializer, ReasonSerializer, Verb
from reviews import actions

WITHDRAW = Verb(act=actions.withdraw, summary="Take a submitted version back", body=OptionalReasonSerializer)
REQUEST_CHANGES = Verb(act=actions.request_changes, summary="Ask the writers for changes", body=ReasonSerializer)
REJECT = Verb(act=actions.reject, summary="Turn a version down", body=ReasonSerializer)
DECIDE = Verb(act=actions.decide_round, summary="Decide a round on what is signed")
REINSTATE = Verb(act=actions.reinstate, summary="Give a suspended version its approval back", body=ReasonSerializer)


class ClassificationInReview(ArticleClassification):
    """Also checks the article's approval."""

    act = staticmethod(actions.classify)
