"""Recusals: articles, products and companies on which a member declared that they cannot judge."""

from typing import Self

from django.db import models
from django.db.models import Q

from articles.models import Article
from editorial.models import BoardMember, Company, Product, User
from editorial.permissions import AnyUser, reads_the_record
from reviews.models.reviews import Review


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Return the user's own recusals. Editors and administrators see all."""
        return self if reads_the_record(user) else self.filter(member__user=user.pk)

    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)

    def touching(self, article: Article) -> Self:
        """Return recusals about ``article``, one of its products or one of their makers."""
        products = Product.objects.filter(articles=article)
        about = Q(product__in=products.values("pk")) | Q(company__in=products.values("manufacturer"))
        return self.filter(Q(article=article) | about)


class Recusal(models.Model):
    """A recusal for every version of the article, and for all articles about ``product`` or ``company``, if given.

    It holds until it is withdrawn. PostgreSQL refuses any other change.
    """

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="recusals")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="recusal")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="recusals")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("article", name="recusals_in_force", condition=Q(withdrawn_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="recusal_withdrawn_at_by_because",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.user}: {self.about}"

    @property
    def about(self) -> str:
        """What the recusal covers, as text."""
        names = [str(record) for record in (self.product, self.company) if record is not None]
        return " and ".join([f"the article “{self.article}”", *(f"every article on {name}" for name in names)])
