"""What can be done in a review: answer the invitation, comment, check claims, sign."""

from datetime import datetime
from typing import Any

from django import forms

from articles.models import Claim
from editorial.admin.verbs import OptionalReasonForm, ReasonForm, Verb, VerbForm
from editorial.models import User
from reviews import actions
from reviews.actions.working import Anchor
from reviews.admin.deadlines import DEADLINE_VERBS
from reviews.admin.signing import SIGN
from reviews.models import ClaimCheck, Comment, Review, Verdict

MAX_COMMENT = 20_000
"""Characters of a comment; a longer one is an article of its own."""


class CommentForm(VerbForm):
    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 4}), max_length=MAX_COMMENT)
    quote = forms.CharField(
        label="Passage",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=MAX_COMMENT,
        help_text="Word for word, if the comment is about one.",
    )
    claim = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_blocking = forms.BooleanField(label="Blocking: no approval while this is unresolved", required=False)


class CheckForm(VerbForm):
    """A verdict. On a page of its own it repeats what it is about."""

    claim = forms.IntegerField(widget=forms.HiddenInput)
    reference = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Verdict.choices)
    locator = forms.CharField(max_length=200, required=False, help_text="Where in the work: “p. 12”, “table 2”.")
    quote = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MAX_COMMENT,
        help_text="The words of the work that the verdict stands on.",
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=MAX_COMMENT)

    @property
    def reading(self) -> str | None:
        """The claim and the work, if the page was opened for one of this version."""
        asked = [str(self[name].value() or "") for name in ("claim", "reference")]
        if not all(one.isdecimal() and len(one) < 19 for one in asked):  # as many digits as an id can have
            return None
        cited = Claim.references.through.objects.filter(claim__rendition__version=self.subject.version_id)
        claim, reference = map(int, asked)
        found = cited.filter(claim=claim, reference=reference).select_related("claim", "reference").first()
        return f"“{found.claim}” Does “{found.reference.title}” support it?" if found else None


def accept(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.accept(review_id=subject.pk, by=by, now=now)


def decline(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.decline(review_id=subject.pk, reason=data["reason"], by=by, now=now)


def recuse(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.recuse(review_id=subject.pk, reason=data["reason"], by=by, now=now)


def cancel(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.cancel(review_id=subject.pk, reason=data["reason"], by=by, now=now)


def revoke_links(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.revoke_links(review_id=subject.pk, by=by, now=now)


def withdraw_signature(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.withdraw_signature(review_id=subject.pk, reason=data["reason"], by=by, now=now)


def comment(subject: Review, data: Any, *, by: User, now: datetime) -> Comment:
    return actions.comment(
        review_id=subject.pk,
        text=data["text"],
        anchor=Anchor(claim_id=data["claim"], quote=data["quote"]),
        is_blocking=data["is_blocking"],
        by=by,
        now=now,
    )


def check_claim(subject: Review, data: Any, *, by: User, now: datetime) -> ClaimCheck:
    return actions.check_claim(
        review_id=subject.pk,
        claim_id=data["claim"],
        reference_id=data["reference"],
        verdict=data["verdict"],
        locator=data["locator"],
        quote=data["quote"],
        note=data["note"],
        by=by,
        now=now,
    )


ACCEPT = Verb(
    name="accept",
    label="Accept",
    call=accept,
    explain="You take the review on. It is due as the policy says, counted from today.",
    done="Accepted. Thank you. Read the text, leave comments, and sign when you are done.",
    is_main=True,
)
COMMENT = Verb(
    name="comment",
    label="Comment",
    call=comment,
    form=CommentForm,
    explain="Nobody else reads it before you sign.",
    done="The comment is kept.",
    anchor="#comments",
    in_place=True,
)
CHECK = Verb(
    name="check_claim",
    label="Check a claim",
    call=check_claim,
    form=CheckForm,
    explain="Say whether the work supports the claim. A later verdict replaces this one until you sign.",
    done="The verdict is kept.",
    anchor="#claims",
    in_place=True,
)
WITHDRAW_SIGNATURE = Verb(
    name="withdraw_signature",
    label="Withdraw the signature",
    call=withdraw_signature,
    form=ReasonForm,
    explain="As long as the round is undecided you can take the signature back and sign anew. Both stay on record.",
    done="The signature is withdrawn.",
    is_grave=True,
)
DECLINE = Verb(
    name="decline",
    label="Decline",
    call=decline,
    form=ReasonForm,
    explain="The editors are told your reason and ask somebody else.",
    done="Declined. The editors have been told.",
)
RECUSE = Verb(
    name="recuse",
    label="Step back because of a conflict",
    call=recuse,
    form=ReasonForm,
    explain="Name the interest that stands in the way. The editors ask somebody else.",
    done="You have stepped back. The editors have been told.",
)
REVOKE_LINKS = Verb(
    name="revoke_links",
    label="Withdraw the links in the mail",
    call=revoke_links,
    explain="The links that were mailed to answer this invitation stop working, if it got into the wrong hands. "
    "The member can still log in and answer; giving more time mails new links.",
    done="Withdrawn. The member can answer after logging in.",
)
CANCEL = Verb(
    name="cancel",
    label="Call the review off",
    call=cancel,
    form=OptionalReasonForm,
    explain="The member is told that the review is not needed any more.",
    done="Called off. The member has been told.",
    is_grave=True,
)
VERBS = (ACCEPT, SIGN, COMMENT, CHECK, WITHDRAW_SIGNATURE, DECLINE, RECUSE, *DEADLINE_VERBS, REVOKE_LINKS, CANCEL)
