"""Serializers of new articles and of classifications."""

from rest_framework import serializers

from articles.actions import Classification, NewArticle
from articles.api.versions_serializers import MAX_RENDITIONS, RenditionInputSerializer, texts_of
from articles.models import Article
from articles.models.versions import MAX_QUESTION
from editorial.http.serializers import RecordIdField, StrictSerializer
from editorial.models import RiskTier, User
from editorial.record.canonical_json import JSONDict
from editorial.verbs.bodies import MAX_REASON

MAX_MEMBERS = 100  # of a list of specialties, products or authors


class ClassificationSerializer(serializers.Serializer):
    """The properties of an article that decide who must review it."""

    risk = serializers.ChoiceField(choices=RiskTier.choices)
    specialties = serializers.ListField(child=serializers.CharField(), help_text="Codes of specialties.")
    products = serializers.SerializerMethodField(help_text="Ids of the products that the article is about.")

    def get_products(self, article: Article) -> list[int]:
        return sorted(row.product_id for row in article.article_products.all())


class ClassificationInputSerializer(StrictSerializer):
    """The complete new classification."""

    risk = serializers.ChoiceField(choices=RiskTier.choices)
    specialties = serializers.ListField(
        child=serializers.SlugField(max_length=50), max_length=MAX_MEMBERS, help_text="Codes of specialties."
    )
    products = serializers.ListField(child=RecordIdField(), max_length=MAX_MEMBERS, help_text="Ids of products.")
    reason = serializers.CharField(
        max_length=MAX_REASON, required=False, allow_blank=True, default="", help_text="Stored in the record."
    )


class NewArticleSerializer(StrictSerializer):
    """A new article with its first draft."""

    slug = serializers.SlugField(max_length=100)
    question = serializers.CharField(max_length=MAX_QUESTION)
    risk = serializers.ChoiceField(choices=RiskTier.choices, default=RiskTier.MODERATE)
    specialties = serializers.ListField(
        child=serializers.SlugField(max_length=50),
        max_length=MAX_MEMBERS,
        default=list,
        help_text="Codes of specialties.",
    )
    products = serializers.ListField(
        child=RecordIdField(), max_length=MAX_MEMBERS, default=list, help_text="Ids of products."
    )
    renditions = RenditionInputSerializer(many=True, max_length=MAX_RENDITIONS, default=list)  # type: ignore[call-arg]
    authors = serializers.ListField(
        child=serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True)),
        max_length=MAX_MEMBERS,
        default=list,
        help_text="User names, in the order of the by-line; by default your own. Only editors can name others.",
    )

    def new(self) -> NewArticle:
        """Return the validated article as ``create`` takes it."""
        data: JSONDict = self.validated_data
        return NewArticle(
            slug=data["slug"],
            question=data["question"],
            texts=texts_of(data["renditions"]),
            classification=classification_of(data),
            authors=tuple(dict.fromkeys(data["authors"])),
        )


def classification_of(data: JSONDict) -> Classification:
    """Return the validated data as ``classify`` takes it, without duplicates."""
    specialties, products = dict.fromkeys(data["specialties"]), dict.fromkeys(data["products"])
    return Classification(risk=data["risk"], specialties=tuple(specialties), products=tuple(products))
