"""The serializers of the review API."""

from reviews.api.claims_serializers import ChecklistSerializer
from reviews.api.comments_and_verdicts_serializers import (
    ClaimCheckSerializer,
    CommentSerializer,
    NewCommentSerializer,
    VerdictSerializer,
)
from reviews.api.reviews_serializers import (
    ConfirmationSerializer,
    InvitationSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    SigningSerializer,
)
from reviews.api.signatures_serializers import RecusalSerializer, SignatureSerializer

__all__ = [
    "ChecklistSerializer",
    "ClaimCheckSerializer",
    "CommentSerializer",
    "ConfirmationSerializer",
    "InvitationSerializer",
    "NewCommentSerializer",
    "RecusalSerializer",
    "ReviewRowSerializer",
    "ReviewSerializer",
    "SignatureSerializer",
    "SigningSerializer",
    "VerdictSerializer",
]
