"""Serializers of what readers get, for the published schema, and of the messages that they send."""

from typing import Any

from rest_framework import serializers

from articles.models.questions import MAX_MESSAGE
from articles.models.references import RetractionStatus, WorkKind
from articles.models.retractions import Nature
from articles.published.changes import Change
from articles.published.events import Event
from articles.published.review import Status
from articles.published.visible_version import Standing
from editorial.http.serializers import StrictSerializer
from editorial.record.canonical_json import normalised


class AudienceNameSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class ToldAudienceSerializer(AudienceNameSerializer):
    instead_of = serializers.CharField(
        allow_null=True, help_text="Code of the audience that was asked for and has no text of its own; else null."
    )


class OfferedAudienceSerializer(AudienceNameSerializer):
    url = serializers.URLField(help_text="This article for that audience.")
    selected = serializers.BooleanField()


class StepSerializer(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=Status.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    reached = serializers.BooleanField(help_text="A lapsed or suspended approval is not reached.")
    at = serializers.DateTimeField(allow_null=True)


class ReviewedBySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    credentials = serializers.CharField(allow_blank=True)
    orcid = serializers.CharField(allow_null=True)


class ReviewStatusSerializer(serializers.Serializer[Any]):
    """How far the review of the shown text has come at the moment of the answer."""

    status = serializers.ChoiceField(choices=Status.choices)
    standing = serializers.ChoiceField(
        choices=[each for each in Standing.values if each != Standing.RETRACTED],
        help_text="Why `status` is what it is: a lapsed or suspended approval is `under_review`.",
    )
    steps = StepSerializer(many=True, help_text="Always three, in order.")
    caution = serializers.CharField(
        allow_null=True, help_text="To be shown with the text. Null exactly while the text is validly approved."
    )
    statement = serializers.CharField(help_text="The board's statement for the header of the page.")
    reviewed_by = ReviewedBySerializer(many=True, help_text="Who approved it; empty unless the approval counts.")
    last_reviewed = serializers.DateTimeField(
        allow_null=True, help_text="When the board approved the text, whether that counts today or not."
    )
    next_review_due = serializers.DateTimeField(allow_null=True, help_text="When the approval lapses, or lapsed.")


class ShownPolicySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.URLField()


class SectionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    heading = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True)


class ShownClaimSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Names the statement in a report, and stays while its words and works do.")
    text = serializers.CharField(help_text="Plain text, without the citations.")


class BodySerializer(serializers.Serializer[Any]):
    """Safe HTML: nothing in it runs or loads. Citations are links to ``#ref-1``, ``#ref-2``, …"""

    html = serializers.CharField()
    sections = SectionSerializer(many=True)
    claims = ShownClaimSerializer(many=True, help_text="The cited statements, in reading order.")


class NoticeSerializer(serializers.Serializer[Any]):
    nature = serializers.ChoiceField(choices=[nature for nature in Nature.values if nature != Nature.UNREADABLE])
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    date = serializers.DateField(allow_null=True, help_text="Of the notice; null if it is not known.")
    doi = serializers.CharField(allow_null=True, help_text="Of the notice.")
    url = serializers.URLField(allow_null=True, help_text="Where the notice is to be read.")


class RetractionSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=RetractionStatus.choices, help_text="Unknown is never fine: say so.")
    as_of = serializers.DateField(
        allow_null=True, help_text="The day of the newest list that says so; null if it is not known."
    )
    notices = NoticeSerializer(
        many=True, help_text="What was published about the work, expressions of concern included; the newest first."
    )


class ShownReferenceSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField(help_text="As the NLM writes references. Plain text.")
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    kind_label = serializers.CharField()
    doi = serializers.CharField(allow_null=True)
    pmid = serializers.CharField(allow_null=True)
    url = serializers.URLField(allow_null=True)
    retraction = RetractionSerializer()
    anchors = serializers.ListField(
        child=serializers.CharField(), help_text="The ids in the body at which it is cited, for links back."
    )


class MessageBoxSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    method = serializers.CharField()
    max_length = serializers.IntegerField()
    email_purpose = serializers.CharField(help_text="What an address is kept for; say so beside the field.")
    email_kept_days = serializers.IntegerField(help_text="For how many days at most.")


class AlternateSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="Media type.")
    url = serializers.URLField()


class ReaderArticleSerializer(serializers.Serializer[Any]):
    """Everything that a page about the article shows; a page that shows nothing else cannot contradict the record."""

    slug = serializers.CharField()
    question = serializers.CharField()
    version = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the text as it was submitted and signed.")
    audience = ToldAudienceSerializer(help_text="For whom the text that is given is written.")
    audience_note = serializers.CharField(
        allow_null=True, help_text="Says so when there is no text for the audience that was asked for."
    )
    audiences = OfferedAudienceSerializer(many=True, help_text="Those that have a text of their own.")
    review = ReviewStatusSerializer()
    updated_at = serializers.DateTimeField(help_text="When the text last changed.")
    policy = ShownPolicySerializer()
    summary = serializers.CharField()
    body = BodySerializer()
    references = ShownReferenceSerializer(many=True)
    disclaimer = serializers.CharField()
    follow_up = MessageBoxSerializer(help_text="Where to ask a follow-up question.")
    report = MessageBoxSerializer(help_text="Where to report a problem.")
    indexable = serializers.BooleanField(help_text="Whether search engines may index the page.")
    json_ld = serializers.DictField(help_text="schema.org MedicalWebPage.")
    alternates = AlternateSerializer(many=True, help_text="The same in other forms.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """``self`` is no name for an attribute of a class."""
        return super().get_fields() | _links()


class TombstoneSerializer(serializers.Serializer[Any]):
    """What is left of a retracted article, beside what every problem says."""

    slug = serializers.CharField()
    question = serializers.CharField()
    version = serializers.IntegerField()
    notice = serializers.CharField(help_text="Why it was retracted.")
    retracted_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField()
    policy = ShownPolicySerializer()
    history = serializers.URLField()


def _links() -> dict[str, serializers.Field]:
    return {name: serializers.URLField() for name in ("self", "html", "history")}


class ListedArticleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    statement = serializers.CharField()
    summary = serializers.CharField()
    audiences = AudienceNameSerializer(many=True)
    specialties = serializers.ListField(child=serializers.CharField())
    last_reviewed = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="The article for programs.")
    html = serializers.URLField(help_text="The article for people.")


class HistoryEntrySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="As in the record; numbers can be missing.")
    question = serializers.CharField()
    digest = serializers.CharField()
    change = serializers.ChoiceField(choices=Change.choices, help_text="What it was beside the version before.")
    status = serializers.ChoiceField(choices=[*Standing.values, "superseded"])
    submitted_at = serializers.DateTimeField()
    under_review_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(allow_null=True, help_text="The last time, if it was reinstated.")
    retracted_at = serializers.DateTimeField(allow_null=True)
    notice = serializers.CharField(allow_null=True, help_text="Why it is suspended or retracted.")


class HistoryEventSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=Event.choices, help_text="An approval is told as the kind of change.")
    label = serializers.CharField()  # type: ignore[assignment]  # fields are no attributes of the class
    version = serializers.IntegerField()
    approved_by = ReviewedBySerializer(many=True, help_text="As they signed. That they did says nothing of today.")
    notice = serializers.CharField(allow_null=True, help_text="What readers were told of it.")


class ReaderHistorySerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    question = serializers.CharField()
    html = serializers.URLField(help_text="The history for people.")
    versions = HistoryEntrySerializer(many=True, help_text="The newest first.")
    events = HistoryEventSerializer(many=True, help_text="What happened to these versions, the newest first.")


class ReaderMessageSerializer(StrictSerializer):
    """A reader's question or report."""

    text = serializers.CharField(max_length=MAX_MESSAGE)
    email = serializers.EmailField(required=False, allow_blank=True, default="", help_text="Only to answer.")

    def validate_text(self, value: str) -> str:
        return normalised(value)


class ReaderReportSerializer(ReaderMessageSerializer):
    claim = serializers.CharField(
        max_length=64,
        required=False,
        allow_null=True,
        default=None,
        help_text="The statement that is meant: an `id` of `body.claims`.",
    )


class ReceivedSerializer(serializers.Serializer[Any]):
    received_at = serializers.DateTimeField()
