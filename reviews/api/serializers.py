"""What the API takes and shows of reviews."""

from reviews.serializers.claims import ChecklistSerializer
from reviews.serializers.reviews import (
    ExtensionSerializer,
    InvitationSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    SignatureSerializer,
    SigningSerializer,
)
from reviews.serializers.work import (
    AnswerSerializer,
    ClaimCheckSerializer,
    CommentSerializer,
    NewCommentSerializer,
    VerdictSerializer,
)

__all__ = [
    "AnswerSerializer",
    "ChecklistSerializer",
    "ClaimCheckSerializer",
    "CommentSerializer",
    "ExtensionSerializer",
    "InvitationSerializer",
    "NewCommentSerializer",
    "ReviewRowSerializer",
    "ReviewSerializer",
    "SignatureSerializer",
    "SigningSerializer",
    "VerdictSerializer",
]
