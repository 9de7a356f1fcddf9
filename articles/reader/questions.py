"""Follow-up questions of readers: first the available answers, then, on request, the editors' queue."""

from datetime import datetime

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions, published
from articles.models.questions import ADDRESS_KEPT, Purpose
from articles.published.dates_and_urls import utc
from articles.published.search.answers import answers
from articles.published.search.question_matching import understand
from articles.published.search.results import understood
from articles.reader.list_api import ReaderView
from articles.reader.question_serializers import AnsweredHereSerializer, FollowUpSerializer
from articles.reader.serializers import ReceivedSerializer
from articles.reader.throttling import ReaderPostThrottle, SearchThrottle
from articles.reader_messages import form_tokens
from editorial.record.canonical_json import JSONDict

ANSWERED = "Answered here"
NOT_ANSWERED = "We found no good answer to this among the articles that our board has approved."


def offer(text: str, *, slug: str, exact: bool, now: datetime) -> JSONDict:
    """Return the answers to a question, and the token to send it to the editors. Values are JSON values."""
    question = understand(text, at=now, exact=exact)
    results = answers(question, at=now)
    return {
        "answered": bool(results),
        "statement": ANSWERED if results else NOT_ANSWERED,
        **understood(question, found=bool(results)),
        "answers": results,
        "keep": {
            "token": form_tokens.token(slug, now=now),
            "after_seconds": int(form_tokens.READS_FOR.total_seconds()),
            "email_purpose": Purpose.ANSWER.label,
            "email_kept_days": ADDRESS_KEPT.days,
        },
    }


def keep(slug: str, *, text: str, email: str, token: str, now: datetime) -> datetime:
    """Put a question into the editors' queue; returns when it was received. Two queries that read.

    Raises Unacceptable for signs of spam, NotFound, and Retracted.
    """
    receipt = form_tokens.receipt(token, slug=slug, now=now)
    form_tokens.refuse_links(text)
    shown = _require_public(slug, at=now)
    subject: JSONDict = {"article": shown.article, "version": shown.version}
    return actions.ask(**subject, text=text, email=email, receipt=receipt, now=now).received_at


def _require_public(slug: str, *, at: datetime) -> published.Shown:
    """Return what readers see of an article. Raises NotFound and Retracted."""
    shown = published.find(slug, at=at)
    if shown.is_retracted:
        raise published.Retracted(shown)
    return shown


class ArticleQuestions(ReaderView):
    open_methods = ("POST",)
    throttle_classes = [SearchThrottle]

    @extend_schema(
        operation_id="articles_ask",
        summary="Ask a follow-up question",
        request=FollowUpSerializer,
        responses={
            200: AnsweredHereSerializer,
            201: OpenApiResponse(ReceivedSerializer, description="With `keep`: the question is in the editors' queue."),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Return answers from approved articles. With `keep` and the token of that response, store the question.

        Nothing is generated. A question is stored only by the second request, and it is not published.
        """
        now = timezone.now()
        question = FollowUpSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        sent = question.validated_data
        if not sent.get("keep"):
            _require_public(slug, at=now)
            answers_and_token = offer(sent["text"], slug=slug, exact=sent.get("exact", False), now=now)
            return Response(answers_and_token, headers={"Cache-Control": "no-store"})
        self._count(request)
        if sent.get("website"):  # a honeypot: people do not see it
            return Response({"received_at": utc(now)}, status=201)
        message = {"text": sent["text"], "email": sent["email"], "token": sent.get("token", "")}
        return Response({"received_at": utc(keep(slug, now=now, **message))}, status=201)

    def _count(self, request: Request) -> None:
        throttle = ReaderPostThrottle()
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())  # type: ignore[arg-type]
