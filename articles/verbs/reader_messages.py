"""What the forms for readers' questions and reports share."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.models.questions import ReaderMessage
from editorial.admin.formatting import short_date
from editorial.verbs.forms import VerbForm

NO_ADDRESS = "None is kept."


class ReaderMessageForm(VerbForm):
    """Shows what the reader wrote, about what, and whether they left an address."""

    subject: ReaderMessage

    @property
    def reading(self) -> SafeString:
        context = {"message": self.subject, "reachable": reachable(self.subject)}
        return render_to_string("admin/articles/reader_message.html", context)


def reachable(message: ReaderMessage) -> str:
    """Return the address of the sender, and until when it is stored."""
    return f"{message.email}, kept until {short_date(message.erase_email_at)}" if message.email else NO_ADDRESS
