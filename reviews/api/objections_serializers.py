"""Objections to an article: open ones, and those that were ended."""

from typing import Any

from rest_framework import serializers

from editorial.record.canonical_json import JSONDict
from reviews.desk.objections import Objection, ObjectionKind
from reviews.models import ClaimCheck, Comment


class OpenObjectionSerializer(serializers.Serializer):
    """A blocking comment or a negative verdict that has not ended."""

    kind = serializers.ChoiceField(choices=ObjectionKind.choices)
    id = serializers.IntegerField(help_text="Id of the comment, or of the verdict in `claim-checks`.")
    author = serializers.CharField()
    version = serializers.IntegerField(help_text="Number of the version on which it was made.")
    unsigned = serializers.BooleanField(help_text="Whether its review ended without a signature.")
    made_at = serializers.DateTimeField()
    verdict = serializers.CharField(allow_blank=True)
    text = serializers.CharField(help_text="The comment, or the note with the verdict.", allow_blank=True)
    stands = serializers.BooleanField(help_text="Whether this version contains the disputed words unchanged.")
    before = serializers.CharField(allow_blank=True, help_text="The disputed words.")
    now = serializers.CharField(allow_blank=True, help_text="The changed words of this version.")
    claim = serializers.IntegerField(
        allow_null=True, help_text="Id of the claim in this version to which it applies now."
    )

    def to_representation(self, objection: Objection) -> JSONDict:
        return {
            "kind": objection.kind,
            "id": objection.source.pk,
            "author": str(objection.author),
            "version": objection.review.version.number,
            "unsigned": objection.is_unsigned,
            "made_at": objection.made_at,
            "verdict": getattr(objection.source, "verdict", ""),
            "text": objection.words,
            "stands": objection.stands,
            "before": objection.before,
            "now": objection.now,
            "claim": objection.claim.pk if objection.claim else None,
        }


class EndedObjectionSerializer(serializers.Serializer):
    """An objection that was withdrawn or ruled on."""

    kind = serializers.ChoiceField(choices=ObjectionKind.choices)
    id = serializers.IntegerField()
    author = serializers.CharField()
    version = serializers.IntegerField(help_text="Number of the version on which it was made.")
    text = serializers.CharField(help_text="The comment, or the claim of the verdict.")
    how = serializers.CharField(
        help_text="`withdrawn`, `ruled` or `answered`; empty for old comments, which did not record it."
    )
    ended_by = serializers.CharField()
    ended_at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)

    def to_representation(self, source: Comment | ClaimCheck) -> JSONDict:
        words = _comment_words(source) if isinstance(source, Comment) else _verdict_words(source)
        return {"id": source.pk, "version": source.review.version.number, **words}


def _comment_words(comment: Comment) -> JSONDict:
    return {
        "kind": ObjectionKind.COMMENT,
        "author": str(comment.author),
        "text": comment.text,
        "how": comment.resolution,
        "ended_by": str(comment.resolved_by),
        "ended_at": comment.resolved_at,
        "reason": comment.resolution_reason,
    }


def _verdict_words(check: ClaimCheck) -> JSONDict:
    ruling: Any = check.ruling  # it has one: by that it ended
    return {
        "kind": ObjectionKind.VERDICT,
        "author": str(check.review.member.user),
        "text": check.claim.text,
        "how": ruling.kind,
        "ended_by": str(ruling.ruled_by),
        "ended_at": ruling.ruled_at,
        "reason": ruling.reason,
    }


class ObjectionsSerializer(serializers.Serializer):
    """All objections to the article that the sender may read, as they apply to one version of it."""

    open = OpenObjectionSerializer(many=True)
    ended = EndedObjectionSerializer(many=True)
