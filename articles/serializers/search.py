"""What is found, for the published schema."""

from typing import Any

from rest_framework import serializers

from articles.reading.review import Status


class PartSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="Plain text: escape it.")
    is_match = serializers.BooleanField(help_text="To be marked.")


class FoundPassageSerializer(serializers.Serializer[Any]):
    audience = serializers.CharField(help_text="Code of the audience for whom it is written.")
    heading = serializers.CharField(allow_blank=True)
    parts = PartSerializer(many=True, help_text="To be put together without anything between. [1] cites reference 1.")


class FoundArticleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    statement = serializers.CharField(help_text="The board's statement; show it with the passages.")
    last_reviewed = serializers.DateTimeField(allow_null=True)
    url = serializers.URLField(help_text="The article for programs.")
    html = serializers.URLField(help_text="The article for people.")
    passages = FoundPassageSerializer(many=True, help_text="The best of it, three at most.")


class SearchPageSerializer(serializers.Serializer[Any]):
    results = FoundArticleSerializer(many=True)
    next = serializers.URLField(allow_null=True)
