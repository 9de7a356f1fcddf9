"""The serializers of the review API."""

from reviews.api.claims_serializers import ChecklistSerializer
from reviews.api.comments_and_verdicts_serializers import (
    AnswerSerializer,
    ClaimCheckSerializer,
    CommentSerializer,
    NewCommentSerializer,
    VerdictSerializer,
)
from reviews.api.reviews_serializers import (
    ConfirmationSerializer,
    ExtensionSerializer,
    InvitationSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    SigningSerializer,
)
from reviews.api.signatures_serializers import RecusalInputSerializer, RecusalSerializer, SignatureSerializer

__all__ = [
    "AnswerSerializer",
    "ChecklistSerializer",
    "ClaimCheckSerializer",
    "CommentSerializer",
    "ConfirmationSerializer",
    "ExtensionSerializer",
    "InvitationSerializer",
    "NewCommentSerializer",
    "RecusalInputSerializer",
    "RecusalSerializer",
    "ReviewRowSerializer",
    "ReviewSerializer",
    "SignatureSerializer",
    "SigningSerializer",
    "VerdictSerializer",
]
