"""An article: one medical question with a slug and a history. Its text is stored in versions."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from editorial.http.etags import etag
from editorial.models import Company, Product, RiskTier, TrackedModel, TrackedQuerySet, User
from editorial.permissions import AnyUser, reads_the_record


class ArticleQuerySet(TrackedQuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Articles whose record ``user`` may see: all for editors and administrators, their own for writers."""
        if reads_the_record(user):
            return self
        return self.written_by(user)

    def written_by(self, user: AnyUser) -> Self:
        return self.filter(pk__in=Authorship.objects.filter(user=user.pk).values("article"))


class Article(TrackedModel):
    slug = models.SlugField(max_length=100, unique=True)
    risk = models.CharField("risk tier", max_length=10, choices=RiskTier, default=RiskTier.MODERATE)
    specialties = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    products = models.ManyToManyField(Product, through="ArticleProduct", related_name="articles", blank=True)
    authors = models.ManyToManyField(User, through="Authorship", related_name="articles")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, editable=False, related_name="+")

    objects = ArticleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug

    @property
    def chain(self) -> str:
        """The name of the article's chain in the ledger."""
        return f"article:{self.pk}"

    def classification_etag(self) -> str:
        """Strong entity tag of risk tier, specialties and products. One query."""
        products = sorted(self.article_products.values_list("product", flat=True))
        return etag("classification", self.pk, self.risk, *self.specialties, None, *products)

    def companies(self) -> models.QuerySet[Company]:
        """Return the manufacturers of the products that the article is about."""
        return Company.objects.filter(products__articles=self).distinct()


class Authorship(TrackedModel):
    """One author of an article. ``position`` is the order in the by-line."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="authorships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorships")
    position = models.PositiveSmallIntegerField()

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("article", "user", name="author_once")]

    def __str__(self) -> str:
        return str(self.user)


class ArticleProduct(TrackedModel):
    """A product that an article is about. An interest in its manufacturer is a conflict for the article."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="article_products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="article_products")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = "product"
        constraints = [models.UniqueConstraint("article", "product", name="product_once")]

    def __str__(self) -> str:
        return str(self.product)
