"""What readers send: questions and reports, for editors to read."""

from django.contrib import admin
from django.utils.safestring import SafeString

from articles.models import Question, Report
from articles.models.question import ReaderMessage
from editorial.admin.ground import HouseAdmin
from editorial.admin.history import HistoryPages
from editorial.admin.showing import link, shortened
from editorial.models import User
from editorial.permissions import reads_the_record


class ReaderMessageAdmin(HistoryPages, HouseAdmin):
    """Read only. A reader's address is shown to those who may answer, nobody else."""

    list_display = ("received_at", "beginning", "slug", "number", "email")
    list_display_links = ("received_at", "beginning")
    list_select_related = ("version__article",)
    search_fields = ("text", "email", "article__slug")
    ordering = ("-received_at", "-pk")
    fields = ("received_at", "text", "email", "version_link")

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    @admin.display(description="text")
    def beginning(self, message: ReaderMessage) -> str:
        return shortened(message.text)

    @admin.display(description="article", ordering="article__slug")
    def slug(self, message: ReaderMessage) -> str:
        return message.version.article.slug

    @admin.display(description="version", ordering="version__number")
    def number(self, message: ReaderMessage) -> int:
        return message.version.number

    @admin.display(description="the reader was shown")
    def version_link(self, message: ReaderMessage) -> SafeString:
        return link(message.version)


@admin.register(Question)
class QuestionAdmin(ReaderMessageAdmin):
    empty_state = "No questions from readers yet. They ask on the page of an article."


@admin.register(Report)
class ReportAdmin(ReaderMessageAdmin):
    empty_state = "No reports from readers yet. They report a problem on the page of an article."
