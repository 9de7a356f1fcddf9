"""A follow-up question: first what is answered already, then, if that is not it, the editors' queue."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions, followups, reading
from articles.models.question import ADDRESS_KEPT, Purpose
from articles.reading.wording import utc
from articles.search.answering import answers
from articles.serializers.asking import AnsweredHereSerializer, FollowUpSerializer
from articles.serializers.reader import ReceivedSerializer
from articles.views.reader import ReaderView
from articles.views.throttling import ReaderPostThrottle, SearchThrottle

ANSWERED = "Answered here"
NOT_ANSWERED = "We found no good answer to this among the articles that our board has approved."


def offer(text: str, *, slug: str, now: datetime) -> dict[str, Any]:
    """What is found for a question, and what sends it to the editors if that is not it. Values are JSON values."""
    found = answers(text, at=now)
    return {
        "answered": bool(found),
        "statement": ANSWERED if found else NOT_ANSWERED,
        "answers": found,
        "keep": {
            "token": followups.token(slug, now=now),
            "after_seconds": int(followups.READS_FOR.total_seconds()),
            "email_purpose": Purpose.ANSWER.label,
            "email_kept_days": ADDRESS_KEPT.days,
        },
    }


def keep(slug: str, *, text: str, email: str, token: str, now: datetime) -> datetime:
    """Put a question into the editors' queue; when it arrived there. Two queries that read.

    Raises Unacceptable for spam's signs, OutOfSight, and Retracted.
    """
    receipt = followups.receipt(token, slug=slug, now=now)
    followups.refuse_links(text)
    shown = _require_public(slug, at=now)
    about: dict[str, Any] = {"article": shown.article, "version": shown.version}
    return actions.ask(**about, text=text, email=email, receipt=receipt, now=now).received_at


def _require_public(slug: str, *, at: datetime) -> reading.Shown:
    """What readers are shown of an article that they can ask about. Raises OutOfSight and Retracted."""
    shown = reading.find(slug, at=at)
    if shown.is_retracted:
        raise reading.Retracted(shown)
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
            201: OpenApiResponse(ReceivedSerializer, description="With `keep`: it is in the editors' queue."),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """What is answered already, out of approved articles; with `keep` and the token that came with it, kept.

        Nothing is generated, and nothing is kept of a question before its second post. It is not published.
        """
        now = timezone.now()
        question = FollowUpSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        sent = question.validated_data
        if not sent.get("keep"):
            _require_public(slug, at=now)
            return Response(offer(sent["text"], slug=slug, now=now), headers={"Cache-Control": "no-store"})
        self._count(request)
        if sent.get("website"):  # a trap: people do not see it
            return Response({"received_at": utc(now)}, status=201)
        said = {"text": sent["text"], "email": sent["email"], "token": sent.get("token", "")}
        return Response({"received_at": utc(keep(slug, now=now, **said))}, status=201)

    def _count(self, request: Request) -> None:
        throttle = ReaderPostThrottle()
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())  # type: ignore[arg-type]
