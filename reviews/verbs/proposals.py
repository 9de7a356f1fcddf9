"""The verb that uses a proposed wording in the draft, on a page that shows the change first."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.text.comparison import compare
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.desk.proposals import proposed_change
from reviews.models import Comment


class TakeOverForm(VerbForm):
    """Shows the change to the draft."""

    subject: Comment

    @property
    def reading(self) -> SafeString:
        change = proposed_change(self.subject)
        rows = compare(change.before, change.after)
        return render_to_string("admin/reviews/take_over.html", {"change": change, "rows": rows})


TAKE_OVER = Verb(
    name="take_over",
    action=actions.take_over,
    label="Use this wording",
    form=TakeOverForm,
    explain="The proposed wording takes the place of the passage in the draft. You can go on editing afterwards.",
    done="The wording is now in the draft. Works that the passage cited are still cited.",
    is_main=True,
    summary="Adopt a proposed wording",
)
