"""Serializers of versions for writers and editors."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.allowed_actions import Addresses, AllowedActionSerializer, addressed
from articles.library import vancouver
from articles.lifecycle import Act, Action, State
from articles.models import Citation, Rendition, Version
from articles.models.references import RetractionStatus, WorkKind
from articles.models.versions import MAX_QUESTION
from articles.permissions import offers
from articles.preflight import Code, Severity
from articles.text.content import MAX_CITATIONS, Text
from editorial.http.serializers import StrictSerializer
from editorial.record.canonical_json import JSONDict

MAX_SUMMARY = 5000  # characters; the short answer, not a second text
MAX_RENDITIONS = 20  # more than there are audiences

ADDRESSES: Addresses = {
    Act.EDIT: ("PATCH", "api-version"),
    Act.INVITE: ("POST", "api-version-invite"),
    Act.REVISE: ("POST", "api-version-revise"),
    Action.SUBMIT: ("POST", "api-version-submit"),
    Action.WITHDRAW: ("POST", "api-version-withdraw"),
    Action.REQUEST_CHANGES: ("POST", "api-version-request-changes"),
    Action.REJECT: ("POST", "api-version-reject"),
    Action.SUSPEND: ("POST", "api-version-suspend"),
    Action.REINSTATE: ("POST", "api-version-reinstate"),
    Action.RETRACT: ("POST", "api-version-retract"),
}


class RenditionInputSerializer(StrictSerializer):
    """One text of a draft. The size of its body and the number of its citations are checked when it is saved."""

    audience = serializers.SlugField(max_length=50, help_text="Code of the audience.")
    summary = serializers.CharField(max_length=MAX_SUMMARY, allow_blank=True, trim_whitespace=False)
    body = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        help_text="Markdown of at most 400,000 characters; cite as [@key, p. 12; @other].",
    )
    primary = serializers.BooleanField(default=False)


def texts_of(renditions: list[JSONDict]) -> list[Text]:
    """Return validated renditions as the actions take them."""
    return [Text(row["audience"], row["summary"], row["body"], row["primary"]) for row in renditions]


class VersionEditSerializer(StrictSerializer):
    """The parts to replace: the question, the complete set of texts, the complete list of works, or any of them."""

    question = serializers.CharField(max_length=MAX_QUESTION, required=False)
    renditions = RenditionInputSerializer(many=True, max_length=MAX_RENDITIONS, required=False)  # type: ignore[call-arg]
    listed = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=MAX_CITATIONS,
        help_text="Keys of works that came with the texts. Pre-flight warns about those that are not cited.",
    )


class RenditionSerializer(serializers.ModelSerializer):
    audience = serializers.CharField(source="audience.code")
    primary = serializers.BooleanField(source="is_primary")

    class Meta:
        model = Rendition
        fields = ["audience", "primary", "summary", "body"]
        read_only_fields = fields


class CitationSerializer(serializers.ModelSerializer):
    key = serializers.CharField(source="reference.key")
    text = serializers.SerializerMethodField(help_text="The work as it was when cited, in Vancouver style.")
    kind = serializers.ChoiceField(source="reference.kind", choices=WorkKind.choices)
    retraction = serializers.ChoiceField(
        source="reference.retraction", choices=RetractionStatus.choices, help_text="The current retraction status."
    )

    class Meta:
        model = Citation
        fields = ["number", "key", "text", "kind", "retraction"]
        read_only_fields = fields

    def get_text(self, citation: Citation) -> str:
        return vancouver.reference(citation.csl)


class ReviewerSerializer(serializers.Serializer):
    """An approver, as on the day of signing."""

    name = serializers.CharField()
    credentials = serializers.CharField(allow_blank=True)
    orcid = serializers.CharField(allow_blank=True)
    orcid_authenticated = serializers.BooleanField(
        default=False, help_text="Whether the approver had logged in at ORCID with this iD."
    )
    signed_at = serializers.DateTimeField()


class VersionRowSerializer(serializers.ModelSerializer):
    """A version without its texts."""

    article = serializers.CharField(source="article.slug")
    state = serializers.ChoiceField(choices=State.choices)
    based_on = serializers.IntegerField(
        source="based_on_id", allow_null=True, help_text="Id of the version that this one revises."
    )
    created_by = serializers.CharField()
    policy = serializers.IntegerField(
        source="policy.number",
        default=None,
        allow_null=True,
        help_text="Version of the policy that the approval satisfied.",
    )
    reviewed_by = ReviewerSerializer(many=True, allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = [
            "id",
            "article",
            "number",
            "state",
            "state_changed_at",
            "state_reason",
            "question",
            "based_on",
            "digest",
            "created_at",
            "created_by",
            "updated_at",
            "submitted_at",
            "under_review_at",
            "approved_at",
            "valid_until",
            "policy",
            "reviewed_by",
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, version: Version) -> list[JSONDict]:
        user = self.context["request"].user
        return addressed(offers(user, version), addresses=ADDRESSES, pk=version.pk)


class VersionSerializer(VersionRowSerializer):
    """A version with its texts, the primary one first, and what they cite."""

    renditions = serializers.SerializerMethodField()
    citations = serializers.SerializerMethodField()

    class Meta(VersionRowSerializer.Meta):
        fields = [*VersionRowSerializer.Meta.fields, "renditions", "citations", "listed"]
        read_only_fields = fields

    @extend_schema_field(RenditionSerializer(many=True))
    def get_renditions(self, version: Version) -> Any:
        return RenditionSerializer(version.renditions.all().in_order(), many=True).data

    @extend_schema_field(CitationSerializer(many=True))
    def get_citations(self, version: Version) -> Any:
        return CitationSerializer(version.citations.select_related("reference").order_by("number"), many=True).data


class FindingSerializer(serializers.Serializer):
    severity = serializers.ChoiceField(choices=Severity.choices)
    refuses = serializers.BooleanField(
        help_text="Whether the finding prevents submission. Every error does; the policy selects the warnings that do."
    )
    code = serializers.ChoiceField(choices=Code.choices)
    pointer = serializers.CharField(help_text="The place: an RFC 6901 JSON pointer into the version.")
    line = serializers.IntegerField(allow_null=True, help_text="The line of the text at `pointer`, from 1, if known.")
    detail = serializers.CharField()
    remedy = serializers.CharField(help_text="What to do about it.")


class PreflightSerializer(serializers.Serializer):
    """The errors that prevent a submission, and the warnings, in the order of the version's parts."""

    passes = serializers.BooleanField(help_text="Whether the version can be submitted.")
    findings = FindingSerializer(many=True)
