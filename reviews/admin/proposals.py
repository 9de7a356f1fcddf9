"""Taking a proposed wording over: what it would do to the draft, and doing it."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.comparison import compare
from articles.lifecycle import Act
from articles.permissions import may
from editorial.admin.verbs import Verb, VerbForm
from editorial.exceptions import Refusal
from editorial.models import User
from reviews import actions
from reviews.models import Comment
from reviews.proposals import change_of


class TakeOverForm(VerbForm):
    """Shows what becomes of the draft."""

    @property
    def reading(self) -> SafeString:
        try:
            change = change_of(self.subject)
        except Refusal:
            return SafeString("")
        rows = compare(change.before, change.after)
        return render_to_string("admin/reviews/take_over.html", {"change": change, "rows": rows})


def cannot_take_over(user: User, comment: Comment) -> str:
    """Why ``user`` cannot take the proposed wording over now, in words; empty when they can."""
    if not may(user, Act.EDIT, comment.version.article):
        return "Only the writers of the article take a wording over."
    try:
        change_of(comment)
    except Refusal as refusal:
        return refusal.detail
    return ""


def take_over(subject: Comment, _data: Any, *, by: User, now: datetime) -> Comment:
    return actions.take_over(comment_id=subject.pk, by=by, now=now)


TAKE_OVER = Verb(
    name="take_over",
    label="Take the wording over",
    call=take_over,
    form=TakeOverForm,
    explain="The proposed wording takes the place of the passage in the draft. You can go on editing afterwards.",
    done="Taken over into the draft. Works that the passage cited are still cited.",
    is_main=True,
)
