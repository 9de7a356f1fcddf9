"""The cache of what readers see. All rows are derived: they can be deleted and written again."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from articles.models.articles import Article
from articles.models.versions import Version

LAPSING = Q(lapses_at__isnull=False)


class Written(models.Model):
    """A cached row. It is valid while nothing that it was made of has changed.

    See ``articles.published.document_cache``.
    """

    ground = models.CharField(max_length=200, help_text="The policy, list of retractions and code it was written by.")
    lapses_at = models.DateTimeField(null=True, help_text="When the approval in the document lapses.")
    written_at = models.DateTimeField(null=True, help_text="Empty if it was written before this was recorded.")

    class Meta:
        abstract = True


class Document(Written):
    """The cached JSON document of one article for one audience."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="documents")
    slug = models.SlugField(max_length=100)
    audience = models.SlugField(help_text="Its code.")
    stands_in_for = ArrayField(models.CharField(max_length=50), help_text="Audiences that lack a text of their own.")
    is_primary = models.BooleanField()
    etag = models.CharField(max_length=40)
    last_modified = models.DateTimeField()
    gzipped = models.BinaryField(help_text="The JSON as it is sent.")

    class Meta:
        indexes = [models.Index("ground", name="documents_by_ground")]
        constraints = [models.UniqueConstraint("slug", "audience", name="one_document_per_audience")]

    def __str__(self) -> str:
        return f"{self.slug}, for {self.audience}"


class ListEntry(Written):
    """An article in the list of articles, and what the list can be filtered by.

    An article that readers cannot see has an entry with an empty ``told``: under another policy they may see it.
    """

    version = models.OneToOneField(Version, on_delete=models.CASCADE, primary_key=True, related_name="list_entry")
    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="list_entry")
    status = models.CharField(max_length=20)
    audiences = ArrayField(models.CharField(max_length=50))
    specialties = ArrayField(models.CharField(max_length=50))
    products = ArrayField(models.TextField(), help_text="Names in lower case.")
    works = ArrayField(models.TextField(), help_text="DOIs, in lower case, and PMIDs of the works cited.")
    last_reviewed = models.DateTimeField(null=True)
    told = models.TextField(blank=True, help_text="JSON; empty for what is not shown.")

    class Meta:
        verbose_name_plural = "list entries"
        indexes = [
            models.Index("ground", name="entries_by_ground"),
            models.Index("lapses_at", name="entries_by_lapse", condition=LAPSING),
            models.Index("status", "article", name="entries_by_status"),
            models.Index("last_reviewed", name="entries_by_review"),
            GinIndex("specialties", name="entries_by_specialty"),
            GinIndex("audiences", name="entries_by_audience"),
            GinIndex("products", name="entries_by_product"),
            GinIndex("works", name="entries_by_work"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class Past(Written):
    """The cached history of one article, as readers may see it."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="past")
    slug = models.SlugField(max_length=100, unique=True)
    told = models.TextField(help_text="JSON.")

    def __str__(self) -> str:
        return self.slug


class Unwritten(models.Model):
    """A mark set by a PostgreSQL trigger: the cached rows of this article are stale."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "unwritten"

    def __str__(self) -> str:
        return str(self.article)
