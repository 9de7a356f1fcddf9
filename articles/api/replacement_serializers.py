"""Serializers of replacing a work by another."""

from typing import Any

from rest_framework import serializers

from articles.actions.replacement import ReplacementResult
from articles.lifecycle import State
from articles.models import Reference
from editorial.http.serializers import StrictSerializer
from editorial.verbs.bodies import MAX_REASON


class SupersedeSerializer(StrictSerializer):
    superseded_by = serializers.SlugRelatedField(
        slug_field="key", queryset=Reference.objects.all(), help_text="The key of the work that supersedes this one."
    )
    reason = serializers.CharField(max_length=MAX_REASON, help_text="Stored in the record.")


class SupersededSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    superseded_by = serializers.CharField(source="superseded_by.key")


class VersionNameSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)


class CitedBySerializer(serializers.Serializer[Any]):
    """An article, with its current versions that cite the work."""

    slug = serializers.CharField(source="article.slug")
    versions = VersionNameSerializer(many=True, help_text="Versions that cite the work, the newest first.")
    draft = VersionNameSerializer(allow_null=True, help_text="The article's draft, whether it cites the work or not.")
    in_review = VersionNameSerializer(
        allow_null=True, help_text="The article's version in review, whether it cites the work or not."
    )
    claims = serializers.ListField(
        child=serializers.CharField(), help_text="Claims that cite the work, in the newest of these versions."
    )


class ReplaceSerializer(StrictSerializer):
    rewrite = serializers.BooleanField(
        required=False, default=False, help_text="Whether the new drafts cite the superseding work instead."
    )


class ReplacedSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField(source="cited.article.slug")
    outcome = serializers.ChoiceField(choices=ReplacementResult.choices)
    version = VersionNameSerializer(allow_null=True, help_text="The draft, or the version in review.")
    claims = serializers.ListField(
        source="cited.claims", child=serializers.CharField(), help_text="The claims to check."
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why it was refused.")


class ReplacementsSerializer(serializers.Serializer[Any]):
    articles = ReplacedSerializer(many=True)
