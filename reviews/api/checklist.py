"""The policy's checklist in a review, over HTTP."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from editorial.http.idempotency import idempotent
from editorial.http.verbs import described, sender
from editorial.models import EditorialPolicy
from reviews import actions
from reviews.api.checklist_serializers import AnsweringSerializer, QuestionnaireSerializer
from reviews.api.reviews import OfReviews
from reviews.models import Review
from reviews.signing.checklist import visible_checklist_items


class ReviewChecklist(OfReviews):
    serializer_class = QuestionnaireSerializer

    @extend_schema(operation_id="reviews_checklist", summary="Read the checklist")
    def get(self, request: Request, **_kwargs: object) -> Response:
        """Return the questions of the policy in force, with the reviewer's answers once you may see them."""
        return self.shown(self.get_object(), request)

    @extend_schema(
        operation_id="reviews_answer_checklist",
        summary="Answer the checklist",
        description=described(actions.answer_checklist),
        request=AnsweringSerializer,
        responses={200: QuestionnaireSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Answer some or all questions. The other answers stay."""
        review = self.get_object()
        body = AnsweringSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        actions.answer_checklist(review_id=review.pk, **body.validated_data, by=sender(request), now=timezone.now())
        return self.shown(review, request)

    def shown(self, review: Review, request: Request) -> Response:
        policy = EditorialPolicy.objects.in_force(at=timezone.now())
        items = visible_checklist_items(sender(request), review, policy=policy)
        shown = {"policy": policy.number if policy else None, "checklist": items}
        return Response(self.get_serializer(shown).data)
