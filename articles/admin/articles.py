"""Admin of articles: creating them with a first draft, classifying them, and listing their versions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from articles.actions import Classification, NewArticle, classify, create
from articles.models import Article, ArticleProduct, Version
from articles.models.versions import MAX_QUESTION
from articles.permissions import may_classify
from articles.text.content import Text
from editorial.admin.chips import choice_chip, state_chip
from editorial.admin.fields import SpecialtiesField
from editorial.admin.formatting import address
from editorial.admin.ledger_on_pages import LedgerPanel
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.models import Audience, LedgerEntry, Product, User
from editorial.permissions import is_editor, is_writer, reads_the_record


class ClassificationForm(TrackedForm):
    """Risk tier, specialties and products of an article."""

    specialties = SpecialtiesField(help_text="Fields of medicine it touches; they guide the choice of reviewers.")
    products = forms.ModelMultipleChoiceField(
        Product.objects.select_related("manufacturer").order_by("name", "pk"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Medicines, vaccines or devices that it is about. Interests in their manufacturers count as "
        "conflicts.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "products" in self.fields:
            self.initial["products"] = [row.product_id for row in self.instance.article_products.all()]

    def classification(self) -> Classification:
        data = self.cleaned_data
        products = [product.pk for product in data["products"]]
        return Classification(risk=data["risk"], specialties=data["specialties"], products=products)


class NewArticleForm(ClassificationForm):
    """An article with its first draft."""

    question = forms.CharField(max_length=MAX_QUESTION, widget=forms.TextInput(attrs={"class": "vTextField"}))
    audience = forms.ModelChoiceField(
        Audience.objects.order_by("position", "code"),
        help_text="Whom the primary text is written for. Texts for others are added to the draft.",
    )
    summary = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="The short answer, without citations."
    )
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 16}),
        required=False,
        help_text="Markdown; cite works of the library as [@key] or [@key, p. 12; @other].",
    )
    authors = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True, is_writer=True).order_by("last_name", "first_name", "pk"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def new_article(self) -> NewArticle:
        data = self.cleaned_data
        text = Text(data["audience"].code, data["summary"], data["body"], is_primary=True)
        return NewArticle(
            slug=data["slug"],
            question=data["question"],
            texts=[text],
            classification=self.classification(),
            authors=list(data.get("authors") or ()),
        )


class ArticleAdmin(LedgerPanel, TrackedAdmin):
    """Base of the registered admin.

    ``reviews`` registers a subclass with signed ledger entries, and a ``classify`` that checks approvals.
    """

    classify: Callable[..., Article] = staticmethod(classify)
    change_form_template = "admin/articles/article/change_form.html"
    form = ClassificationForm
    list_display = ("slug", "question", "state", "risk_chip", "specialty_codes", "created_at")
    list_filter = ("risk",)
    search_fields = ("slug", "versions__question")
    search_help_text = "Words of the question or the slug."
    ordering = ("slug",)
    empty_state = "No articles of yours yet. A writer starts one with a question and a first draft."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        newest = Version.objects.filter(article=OuterRef("pk")).newest_first()
        rows = rows.visible_to(user)  # type: ignore[attr-defined]
        return rows.annotate(
            newest_question=Subquery(newest.values("question")[:1]), newest_state=Subquery(newest.values("state")[:1])
        )

    def may_see(self, user: User) -> bool:
        return is_writer(user) or reads_the_record(user)

    def may_add(self, user: User) -> bool:
        return is_writer(user) or is_editor(user)

    def may_change(self, user: User, record: Article | None) -> bool:
        return may_classify(user, record) if record else self.may_add(user)

    def own_fieldsets(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        names = ("risk", "specialties", "products") if self._classifies(request, obj) else ("risk", "specialties")
        classification = ("Classification", {"fields": names})
        if obj:
            return [(None, {"fields": ("slug", "created_at", "created_by")}), classification]
        authors = ["authors"] if is_editor(actor(request)) else []
        first = (None, {"fields": ("question", "slug", *authors)})
        return [first, classification, ("The first draft", {"fields": ("audience", "summary", "body")})]

    def _classifies(self, request: HttpRequest, obj: Article | None) -> bool:
        return obj is None or self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        return ("slug", "created_at", "created_by") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = {} if obj else {"form": NewArticleForm}
        return super().get_form(request, obj, change, **form, **kwargs)

    def token(self, record: Article) -> str:
        products = ArticleProduct.history.filter(article=record.pk).order_by("-history_id")
        return super().token(record) + "-".join(map(str, products.values_list("history_id", flat=True)[:1]))

    def keep(self, record: Article, form: Any, *, by: User, now: datetime, reason: str) -> None:
        if record.pk:
            self.classify(article_id=record.pk, classification=form.classification(), by=by, now=now, reason=reason)
        else:
            draft = create(new=form.new_article(), by=by, now=now)
            record.pk, record.first_draft = draft.article_id, draft  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the first draft, where writing continues."""
        self.message_user(request, "The article was created. This is its first draft; submit it when it is ready.")
        return HttpResponseRedirect(address(obj.first_draft))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if article := kwargs.get("obj"):
            context["versions"] = article.versions.select_related("created_by").newest_first()
            context["authors"] = article.authorships.select_related("user").order_by("position", "pk")
            context["products"] = article.products.select_related("manufacturer").order_by("name", "pk")
        return super().render_change_form(request, context, *args, **kwargs)

    def ledger_of(self, record: Article) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(chain=record.chain)

    def chain_of(self, record: Article) -> str:
        return record.chain

    @admin.display(description="question")
    def question(self, article: Any) -> str:
        return article.newest_question

    @admin.display(description="newest version")
    def state(self, article: Any) -> str:
        return state_chip(Version(state=article.newest_state))

    @admin.display(description="risk", ordering="risk")
    def risk_chip(self, article: Article) -> str:
        return choice_chip(article, "risk")

    @admin.display(description="specialties")
    def specialty_codes(self, article: Article) -> str:
        return ", ".join(article.specialties) or self.empty_value_display
