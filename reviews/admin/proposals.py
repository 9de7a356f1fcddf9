"""Use a proposed wording in the draft, on a page that shows the change first."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.lifecycle import Act
from articles.permissions import may
from articles.text.comparison import compare
from editorial.admin.verbs import Verb, VerbForm
from editorial.exceptions import Refusal
from editorial.models import User
from reviews import actions
from reviews.desk.proposals import proposed_change
from reviews.models import Comment


class TakeOverForm(VerbForm):
    """Shows the change to the draft."""

    @property
    def reading(self) -> SafeString:
        change = proposed_change(self.subject)
        rows = compare(change.before, change.after)
        return render_to_string("admin/reviews/take_over.html", {"change": change, "rows": rows})


def cannot_take_over(user: User, comment: Comment) -> str:
    """Return why ``user`` cannot use the proposed wording now, as text; empty if they can."""
    if not may(user, Act.EDIT, comment.version.article):
        return "Only the writers of the article can use a proposed wording."
    try:
        proposed_change(comment)
    except Refusal as refusal:
        return refusal.detail
    return ""


def take_over(subject: Comment, _data: Any, *, by: User, now: datetime) -> Comment:
    return actions.take_over(comment_id=subject.pk, by=by, now=now)


TAKE_OVER = Verb(
    name="take_over",
    label="Use this wording",
    call=take_over,
    form=TakeOverForm,
    explain="The proposed wording takes the place of the passage in the draft. You can go on editing afterwards.",
    done="The wording is now in the draft. Works that the passage cited are still cited.",
    is_main=True,
)
