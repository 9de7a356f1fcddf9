"""The verbs of stepping back because of a conflict of interest: recuse, and withdraw the recusal."""

from typing import Any

from django import forms

from editorial.http.serializers import RecordIdField
from editorial.models import Company, Product
from editorial.verbs.bodies import ReasonSerializer
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.models import Review


class RecuseForm(ReasonForm):
    """Asks for the conflict and its scope: the article, a product or a maker."""

    subject: Review
    product = forms.ModelChoiceField(
        Product.objects.none(),
        required=False,
        empty_label="Only this article",
        help_text="Choose a product if you can review no article on it.",
    )
    company = forms.ModelChoiceField(
        Company.objects.none(),
        required=False,
        empty_label="No maker",
        label="Maker",
        help_text="Choose a maker if you can review no article on its products.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        article = self.subject.version.article
        choices: Any = self.fields
        choices["product"].queryset = article.products.order_by("name", "pk")
        choices["company"].queryset = article.companies().order_by("name", "pk")

    def arguments(self) -> dict[str, object]:
        data = self.cleaned_data
        about = {f"{name}_id": data[name].pk for name in ("product", "company") if data[name]}
        return {"reason": data["reason"], **about}


class RecusalInputSerializer(ReasonSerializer):
    """Why the member steps back, and what else than the article the conflict is about."""

    product = RecordIdField(
        source="product_id",
        required=False,
        allow_null=True,
        help_text="A product of the article. The recusal then applies to all articles about it.",
    )
    company = RecordIdField(
        source="company_id",
        required=False,
        allow_null=True,
        help_text="A manufacturer of such a product. The recusal then applies to all articles about its products.",
    )


RECUSE = Verb(
    name="recuse",
    action=actions.recuse,
    label="Step back because of a conflict",
    form=RecuseForm,
    explain="Name the conflicting interest. The editors invite another member. The recusal holds for every version "
    "of this article: you are not invited again unless an editor waives it or you withdraw it.",
    done="You have stepped back. The editors have been notified.",
    summary="Step back because of an interest",
    body=RecusalInputSerializer,
)
WITHDRAW_RECUSAL = Verb(
    name="withdraw",
    action=actions.withdraw_recusal,
    label="Withdraw the recusal",
    form=ReasonForm,
    explain="Say what has changed. From then on the member can be invited without a waiver. Both stay on record.",
    done="The recusal is withdrawn.",
    summary="Withdraw a recusal",
    body=ReasonSerializer,
)
