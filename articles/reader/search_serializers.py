"""Serializers of search responses, for the published schema."""

from typing import Any

from rest_framework import serializers

from articles.published.review import Status
from articles.reader.serializers import AudienceNameSerializer


class CorrectionSerializer(serializers.Serializer[Any]):
    """A word that no text has which readers are shown, with the words that it was read as."""

    typed = serializers.CharField()
    read_as = serializers.ListField(child=serializers.CharField(), min_length=1)


class UnderstoodSerializer(serializers.Serializer[Any]):
    """How what was typed was read."""

    corrected = CorrectionSerializer(many=True, help_text="Empty where everything was read as it was typed.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Words that no text has which readers are shown, read as nothing else."
    )
    note = serializers.CharField(
        allow_null=True, help_text="Says both in words: show it above the results. Null when there is nothing to say."
    )


class PartSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)
    match = serializers.BooleanField()


class PassageSerializer(serializers.Serializer[Any]):
    """A paragraph, list item or row of a table, whole, with the numbers of the works it cites."""

    heading = serializers.CharField(allow_blank=True)
    html = serializers.CharField(help_text="Safe: escaped words, and ``mark`` around what matched.")
    parts = PartSerializer(many=True, help_text="The same as plain text in parts.")
    citations = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the article's references."
    )
    page = serializers.URLField(help_text="Where it stands on the page for people.")


class FoundSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    statement = serializers.CharField()
    caution = serializers.CharField(
        allow_null=True, help_text="To be shown with the passage. Null exactly while the text is validly approved."
    )
    last_reviewed = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    specialties = serializers.ListField(child=serializers.CharField())
    audience = AudienceNameSerializer(help_text="For whom the text of the passage is written.")
    passage = PassageSerializer()
    url = serializers.URLField(help_text="The article for programs.")
    html = serializers.URLField(help_text="The article for people.")
