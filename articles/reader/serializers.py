"""Serializers of what readers get, for the published schema, and of the messages that they send."""

from typing import Any

from rest_framework import serializers

from articles.models.questions import MAX_MESSAGE
from articles.models.references import RetractionStatus, WorkKind
from articles.models.retractions import Nature
from articles.published.changes import Change
from articles.published.events import HistoryEvent
from articles.published.review import ReviewStep
from articles.published.visible_version import Standing
from editorial.http.serializers import StrictSerializer
from editorial.record.canonical_json import normalised


class AudienceNameSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class ToldAudienceSerializer(AudienceNameSerializer):
    instead_of = serializers.CharField(
        allow_null=True, help_text="Code of the requested audience if it has no text of its own; otherwise null."
    )


class OfferedAudienceSerializer(AudienceNameSerializer):
    url = serializers.URLField(help_text="URL of this article for that audience.")
    selected = serializers.BooleanField()


class StepSerializer(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=ReviewStep.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    reached = serializers.BooleanField(help_text="Whether the step is reached. A lapsed or suspended approval is not.")
    at = serializers.DateTimeField(allow_null=True)


class ReviewedBySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    credentials = serializers.CharField(allow_blank=True)
    orcid = serializers.CharField(allow_null=True)
    orcid_authenticated = serializers.BooleanField(
        help_text="Whether the approver had logged in at ORCID with this iD. One that was typed is false."
    )


class ReviewStatusSerializer(serializers.Serializer[Any]):
    """The review status of the shown text at the time of the response."""

    status = serializers.ChoiceField(choices=ReviewStep.choices)
    standing = serializers.ChoiceField(
        choices=[each for each in Standing.values if each != Standing.RETRACTED],
        help_text="Why `status` is what it is: a lapsed or suspended approval is `under_review`.",
    )
    steps = StepSerializer(many=True, help_text="Always three, in order.")
    caution = serializers.CharField(
        allow_null=True, help_text="Show it with the text. Null exactly while the text is validly approved."
    )
    statement = serializers.CharField(help_text="The board's statement for the page header.")
    reviewed_by = ReviewedBySerializer(many=True, help_text="Its approvers; empty unless the approval counts.")
    last_reviewed = serializers.DateTimeField(
        allow_null=True, help_text="When the board last approved the text, whether the approval still counts or not."
    )
    next_review_due = serializers.DateTimeField(allow_null=True, help_text="When the approval lapses or lapsed.")


class ShownPolicySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.URLField()


class SectionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    heading = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True)


class ShownClaimSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(
        help_text="Identifies the statement in a report. It stays the same while the words and works do."
    )
    text = serializers.CharField(help_text="Plain text, without the citations.")


class BodySerializer(serializers.Serializer[Any]):
    """Safe HTML without scripts or external resources. Citations are links to ``#ref-1``, ``#ref-2``, …"""

    html = serializers.CharField()
    sections = SectionSerializer(many=True)
    claims = ShownClaimSerializer(many=True, help_text="The cited statements, in reading order.")


class NoticeSerializer(serializers.Serializer[Any]):
    nature = serializers.ChoiceField(choices=[nature for nature in Nature.values if nature != Nature.UNREADABLE])
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    date = serializers.DateField(allow_null=True, help_text="Date of the notice; null if unknown.")
    doi = serializers.CharField(allow_null=True, help_text="DOI of the notice.")
    url = serializers.URLField(allow_null=True, help_text="URL of the notice.")


class RetractionSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=RetractionStatus.choices,
        help_text="`unknown` does not mean that the work is not retracted. Show it as unknown.",
    )
    as_of = serializers.DateField(
        allow_null=True, help_text="The date of the newest list with this status; null if unknown."
    )
    notices = NoticeSerializer(
        many=True, help_text="Published notices about the work, including expressions of concern, the newest first."
    )


class ShownReferenceSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField(help_text="Reference in NLM style. Plain text, with Unicode sub- and superscripts.")
    html = serializers.CharField(
        help_text="The same as safe HTML. It has no elements but `i`, `b`, `sub` and `sup`, and these no attributes."
    )
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    kind_label = serializers.CharField()
    doi = serializers.CharField(allow_null=True)
    pmid = serializers.CharField(allow_null=True)
    url = serializers.URLField(allow_null=True)
    retraction = RetractionSerializer()
    anchors = serializers.ListField(
        child=serializers.CharField(), help_text="Ids of its citations in the body, for links back."
    )


class MessageBoxSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    method = serializers.CharField()
    max_length = serializers.IntegerField()
    email_purpose = serializers.CharField(help_text="Why an address is stored. Show this next to the field.")
    email_kept_days = serializers.IntegerField(help_text="The address is erased after at most this many days.")


class AlternateSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="Media type.")
    url = serializers.URLField()


class ReaderArticleSerializer(serializers.Serializer[Any]):
    """Everything that an article's page shows. A page that shows nothing else cannot contradict the record."""

    slug = serializers.CharField()
    question = serializers.CharField()
    version = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the text as it was submitted and signed.")
    audience = ToldAudienceSerializer(help_text="The audience of the returned text.")
    audience_note = serializers.CharField(
        allow_null=True, help_text="A note to show if the requested audience has no text of its own; otherwise null."
    )
    audiences = OfferedAudienceSerializer(many=True, help_text="Audiences that have a text of their own.")
    review = ReviewStatusSerializer()
    updated_at = serializers.DateTimeField(help_text="When the text last changed.")
    policy = ShownPolicySerializer()
    summary = serializers.CharField()
    body = BodySerializer()
    references = ShownReferenceSerializer(many=True)
    disclaimer = serializers.CharField()
    follow_up = MessageBoxSerializer(help_text="How to ask a follow-up question.")
    report = MessageBoxSerializer(help_text="How to report a problem.")
    indexable = serializers.BooleanField(help_text="Whether search engines may index the page.")
    json_ld = serializers.DictField(help_text="schema.org MedicalWebPage.")
    alternates = AlternateSerializer(many=True, help_text="The article in other formats.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add the field ``self``, which cannot be the name of a class attribute."""
        return super().get_fields() | {name: serializers.URLField() for name in ("self", "html", "history")}


class TombstoneSerializer(serializers.Serializer[Any]):
    """A retracted article: these members are added to those of every problem."""

    slug = serializers.CharField()
    question = serializers.CharField()
    version = serializers.IntegerField()
    notice = serializers.CharField(help_text="Why it was retracted.")
    retracted_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField()
    policy = ShownPolicySerializer()
    history = serializers.URLField()


class ListedArticleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=ReviewStep.choices)
    statement = serializers.CharField()
    summary = serializers.CharField()
    audiences = AudienceNameSerializer(many=True)
    specialties = serializers.ListField(child=serializers.CharField())
    last_reviewed = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="URL of the article in the API.")
    html = serializers.URLField(help_text="URL of the article's page.")


class HistoryEntrySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Number of the version in the record. Numbers can be missing here.")
    question = serializers.CharField()
    digest = serializers.CharField()
    change = serializers.ChoiceField(choices=Change.choices, help_text="The kind of change since the previous version.")
    status = serializers.ChoiceField(choices=[*Standing.values, "superseded"])
    submitted_at = serializers.DateTimeField()
    under_review_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(allow_null=True, help_text="The last suspension, also if it ended since.")
    retracted_at = serializers.DateTimeField(allow_null=True)
    notice = serializers.CharField(allow_null=True, help_text="Why it is suspended or retracted.")


class HistoryEventSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(
        choices=HistoryEvent.choices, help_text="The kind of event. For an approval, the kind of change."
    )
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    version = serializers.IntegerField()
    approved_by = ReviewedBySerializer(
        many=True, help_text="The approvers as they signed then. The approval may have ended since."
    )
    notice = serializers.CharField(allow_null=True, help_text="The notice published with the event.")


class ReaderHistorySerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    html = serializers.URLField(help_text="URL of the history page.")
    versions = HistoryEntrySerializer(many=True, help_text="The newest first.")
    events = HistoryEventSerializer(many=True, help_text="Events of these versions, the newest first.")


class ReaderMessageSerializer(StrictSerializer):
    """A reader's question or report."""

    text = serializers.CharField(max_length=MAX_MESSAGE)
    email = serializers.EmailField(required=False, allow_blank=True, default="", help_text="Used only to answer.")

    def validate_text(self, value: str) -> str:
        return normalised(value)


class ReaderReportSerializer(ReaderMessageSerializer):
    claim = serializers.CharField(
        max_length=64,
        required=False,
        allow_null=True,
        default=None,
        help_text="The statement in question: an `id` of `body.claims`.",
    )


class ReceivedSerializer(serializers.Serializer[Any]):
    received_at = serializers.DateTimeField()
