"""Comparing the version under review with another one, for users who may read both."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.models import Version
from articles.models.versions import VersionQuerySet
from articles.text.comparison.side_by_side import differences
from articles.text.comparison.versions import text_changes
from editorial.exceptions import Fault, Unacceptable
from reviews.api.compare_versions_serializers import ChangesSerializer
from reviews.api.reviews import OfReviews
from reviews.desk.changed_claims import last_signed_version
from reviews.desk.comparable_versions import comparable_versions, default_comparison
from reviews.models import Review
from reviews.permissions import texts_read_by

WITH = OpenApiParameter(
    "with", int, description="Id of the version to compare with. By default, the version that the reviewer signed last."
)


class ReviewChanges(OfReviews):
    serializer_class = ChangesSerializer

    def get_queryset(self) -> QuerySet[Review]:
        """Without reviews whose text the sender does not read any more."""
        return super().get_queryset().filter(version__in=texts_read_by(self.request.user))

    @extend_schema(
        operation_id="reviews_changes",
        summary="Compare with another version",
        parameters=[WITH],
        responses=ChangesSerializer,
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """Compare the version under review with another one, line by line in the source of their texts.

        Without ``with``, the other one is the version that the reviewer signed last, or else the last approved one. You
        may compare with versions that you review or signed, and with those that readers saw as approved. Writers and
        editors may also compare with versions whose record they may see. Changed numbers and units are marked.
        """
        review, user = self.get_object(), request.user
        others = comparable_versions(review, user=user)
        requested = request.query_params.get("with")
        other = default_comparison(review, user=user) if requested is None else _requested_version(others, requested)
        signed = last_signed_version(review)
        compared = differences(other, review.version) if other else None
        marked = text_changes(other, review.version) if other else None
        shown = {
            "version": review.version.number,
            "other": other,
            "signed_version": signed.number if signed else None,
            "others": others,
            "changes": marked.count if marked else 0,
            "changes_in_numbers": marked.numbers if marked else 0,
            "parts": compared.parts if compared else [],
            "works_added": compared.added if compared else [],
            "works_removed": compared.removed if compared else [],
        }
        return Response(self.get_serializer(shown).data)


def _requested_version(others: VersionQuerySet, requested: str) -> Version:
    """Return the version with that id from ``others``. Raises Unacceptable (422) if it is not among them."""
    version = others.filter(pk=int(requested)).first() if requested.isdecimal() and len(requested) < 19 else None
    if version is None:
        fault = Fault("/with", "unknown_version", "There is no such version that you may compare with.")
        raise Unacceptable("The versions cannot be compared.", faults=(fault,))
    return version
