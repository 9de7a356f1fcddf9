"""Serializers of search responses, for the published schema."""

from typing import Any

from rest_framework import serializers

from articles.published.review import ReviewStep
from articles.reader.serializers import AudienceNameSerializer


class CorrectionSerializer(serializers.Serializer[Any]):
    """A word that no published text has, with the words that the search used instead."""

    typed = serializers.CharField()
    read_as = serializers.ListField(child=serializers.CharField(), min_length=1)


class UnderstoodSerializer(serializers.Serializer[Any]):
    """How the search understood the input."""

    corrected = CorrectionSerializer(many=True, help_text="Empty if no word was corrected.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Words that no published text has and that were not corrected."
    )
    note = serializers.CharField(
        allow_null=True,
        help_text="The corrections and unknown words as text, to show above the results. Null if there are none.",
    )


class PartSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)
    match = serializers.BooleanField()


class PassageSerializer(serializers.Serializer[Any]):
    """A paragraph, list item or row of a table, whole, with the numbers of the works it cites."""

    heading = serializers.CharField(allow_blank=True)
    html = serializers.CharField(help_text="Safe HTML: escaped text, with ``mark`` around the matches.")
    parts = PartSerializer(many=True, help_text="The same text in plain parts.")
    citations = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the article's references."
    )
    page = serializers.URLField(help_text="URL of the passage on the article's page.")


class FoundSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=ReviewStep.choices)
    statement = serializers.CharField()
    caution = serializers.CharField(
        allow_null=True, help_text="Show it with the passage. Null exactly while the text is validly approved."
    )
    last_reviewed = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    specialties = serializers.ListField(child=serializers.CharField())
    audience = AudienceNameSerializer(help_text="Audience of the text of the passage.")
    passage = PassageSerializer()
    url = serializers.URLField(help_text="URL of the article in the API.")
    html = serializers.URLField(help_text="URL of the article's page.")
