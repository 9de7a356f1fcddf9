"""Writing: new articles, edited drafts, revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from articles.content import Text, Works, listed_faults, look_up
from articles.lifecycle import Act, allow
from articles.models import Article, ArticleProduct, Authorship, Citation, Reference, Rendition, Version
from articles.models.version import MAX_QUESTION
from articles.permissions import may_classify, require_may
from articles.rendering import first_appearance, recited
from articles.transitions import lock_for, record, require_alone, tell
from editorial import ledger
from editorial.canonical import normalised
from editorial.exceptions import Conflict, Fault, OutOfSight, Unacceptable
from editorial.models import Product, RiskTier, Specialty, User
from editorial.permissions import is_editor, is_writer, require
from editorial.preconditions import Expectation


@dataclass(frozen=True)
class Classification:
    """What decides who must review an article: risk tier, codes of specialties, ids of products."""

    risk: str = RiskTier.MODERATE
    specialties: Sequence[str] = ()
    products: Sequence[int] = ()


@dataclass(frozen=True)
class NewArticle:
    """An article as it is handed in. Without ``authors`` whoever creates it is its author.

    ``listed`` are keys of works that came with the texts, cited or not.
    """

    slug: str
    question: str
    texts: Sequence[Text] = ()
    classification: Classification = field(default_factory=Classification)
    authors: Sequence[User] = ()
    listed: Sequence[str] = ()


@transaction.atomic
def create(*, new: NewArticle, by: User, now: datetime) -> Version:
    """A new article with its first draft, which is returned.

    Writers create articles of their own, editors also for other authors (NotPermitted otherwise).
    Raises Conflict when the slug is taken, Unacceptable when the content does not do.
    """
    authors = list(new.authors) or [by]
    own = is_writer(by) and by in authors
    require(own or is_editor(by), "Only writers create articles, and only editors do so for others.")
    _refuse_non_writers(authors)
    article = Article(slug=new.slug, created_at=now, created_by=by)
    try:
        with transaction.atomic():
            _classify(article, new.classification, by=by, now=now)
    except IntegrityError as error:  # also when somebody else takes the slug at the same moment
        raise Conflict(f"There is an article “{new.slug}” already.", code="slug_taken") from error
    for position, author in enumerate(authors, start=1):
        Authorship(article=article, user=author, position=position).record(by=by, now=now, reason="created")
    particulars = {"slug": new.slug, "authors": [author.pk for author in authors], **_described(new.classification)}
    ledger.append(chain=article.chain, action="create", by=by, now=now, payload=particulars)
    return _draft(article, question=new.question, texts=new.texts, listed=new.listed, by=by, now=now)


def _refuse_non_writers(authors: Sequence[User]) -> None:
    strangers = [author.username for author in authors if not is_writer(author)]
    if strangers:
        fault = Fault("/authors", "not_a_writer", f"Not a writer: {', '.join(strangers)}.")
        raise Unacceptable("Authors have to be writers.", faults=(fault,))


@transaction.atomic
def classify(
    *,
    article_id: int,
    classification: Classification,
    by: User,
    now: datetime,
    reason: str = "",
    expected: Expectation | None = None,
) -> Article:
    """Set risk tier, specialties and products.

    Raises OutOfSight, NotPermitted (see ``may_classify``), PreconditionFailed when it was classified since
    ``expected``, and Unacceptable.
    """
    article = Article.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk=article_id).first()
    if article is None:
        raise OutOfSight("There is no such article.")
    require(may_classify(by, article), "After the first submission only editors classify an article.")
    if expected is not None:
        expected.check(article.classification_etag())
    _classify(article, classification, by=by, now=now, reason=reason)
    payload = {"reason": reason, **_described(classification)}
    ledger.append(chain=article.chain, action="classify", by=by, now=now, payload=payload)
    return article


def _described(classification: Classification) -> dict[str, object]:
    return {
        "risk": str(classification.risk),
        "specialties": list(classification.specialties),
        "products": list(classification.products),
    }


def _classify(
    article: Article, classification: Classification, *, by: User, now: datetime, reason: str = "created"
) -> None:
    _refuse_unknown(classification)
    article.risk, article.specialties = classification.risk, list(classification.specialties)
    article.record(by=by, now=now, reason=reason)
    wanted, present = set(classification.products), {row.product_id: row for row in article.article_products.all()}
    for product_id in present.keys() - wanted:
        present[product_id].remove(by=by, now=now, reason=reason)
    for product_id in sorted(wanted - present.keys()):
        ArticleProduct(article=article, product_id=product_id).record(by=by, now=now, reason=reason)


def _refuse_unknown(classification: Classification) -> None:
    known = set(Specialty.objects.filter(code__in=classification.specialties).values_list("code", flat=True))
    faults = [
        Fault(f"/specialties/{index}", "unknown_specialty", f"There is no specialty “{code}”.")
        for index, code in enumerate(classification.specialties)
        if code not in known
    ]
    products = set(Product.objects.filter(pk__in=classification.products).values_list("pk", flat=True))
    faults += [
        Fault(f"/products/{index}", "unknown_product", f"There is no product {product_id}.")
        for index, product_id in enumerate(classification.products)
        if product_id not in products
    ]
    if faults:
        raise Unacceptable("The classification does not do.", faults=tuple(faults))


@transaction.atomic
def edit(
    *,
    version_id: int,
    by: User,
    now: datetime,
    question: str | None = None,
    texts: Sequence[Text] | None = None,
    listed: Sequence[str] | None = None,
    expected: Expectation | None = None,
) -> Version:
    """Replace of a draft what is given: the question, all texts, the list of works that came with them.

    Saving what is there already writes nothing. A text may cite what the library does not have: pre-flight refuses
    that at submission. Raises PreconditionFailed when somebody else saved since ``expected``, and NotPermitted,
    InvalidTransition, Unacceptable.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Act.EDIT, version.article)
    allow(version.state, Act.EDIT)
    if expected is not None:
        expected.check(version.etag)
    asked = version.question if question is None else _question(question)
    works_listed = version.listed if listed is None else _listed(listed)
    changed = (asked, works_listed) != (version.question, version.listed)
    version.question, version.listed = asked, works_listed
    works = None if texts is None else look_up(texts)
    if works is not None and _handed_in(texts or ()) != _present(version):
        changed = True
        _write(version, texts or (), works, by=by, now=now)
    if changed:
        version.updated_at = now
        record(version, by=by, now=now, reason="edited")
    return version


def _question(text: str) -> str:
    """The question as it is stored; raises Unacceptable when it is too long."""
    asked = normalised(text)
    if len(asked) > MAX_QUESTION:
        fault = Fault("/question", "too_long", f"A question has at most {MAX_QUESTION} characters.")
        raise Unacceptable(fault.detail, faults=(fault,))
    return asked


def _listed(keys: Sequence[str]) -> list[str]:
    """The keys as they are stored; raises Unacceptable for keys that are not in the library."""
    if faults := tuple(listed_faults(keys)):
        raise Unacceptable("The list of works does not do.", faults=faults)
    return list(keys)


def _handed_in(texts: Sequence[Text]) -> set[Text]:
    return {text.normalised() for text in texts}


def _present(version: Version) -> set[Text]:
    rows = version.renditions.select_related("audience")
    return {Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows}


@transaction.atomic
def revise(*, version_id: int, by: User, now: datetime) -> Version:
    """A new draft with the text of this version, works merged since cited by the record that stands for them.

    The version itself stays as it is.

    Raises InvalidTransition for a draft or while the article has one, and NotPermitted.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Act.REVISE, version.article)
    allow(version.state, Act.REVISE)
    require_alone(version, Act.REVISE)
    texts = sorted(_present(version), key=lambda text: (not text.is_primary, text.audience))
    texts = _citing(texts, keys=_merged_since(version))
    return _draft(
        version.article, question=version.question, texts=texts, listed=version.listed, by=by, now=now, based_on=version
    )


def recite(version: Version, *, by: User, now: datetime, keys: Mapping[str, str] | None = None) -> None:
    """Let a draft cite works by other ``keys``, or else those merged since. The caller holds the article's lock."""
    keys = _merged_since(version) if keys is None else keys
    texts = _citing(list(_present(version)), keys=keys)
    _write(version, texts, look_up(texts), by=by, now=now)
    version.updated_at = now
    record(version, by=by, now=now, reason=", ".join(f"{old} is cited as {new}" for old, new in keys.items()))


def _citing(texts: Sequence[Text], *, keys: Mapping[str, str]) -> list[Text]:
    return [replace(text, body=recited(text.body, keys=keys)) for text in texts]


def _merged_since(version: Version) -> dict[str, str]:
    """Keys that ``version`` cites whose records were merged, each with the key that stands for it."""
    merged = Reference.objects.filter(citations__version=version, merged_into__isnull=False)
    return dict(merged.values_list("key", "merged_into__key"))


def _draft(
    article: Article,
    *,
    question: str,
    texts: Sequence[Text],
    listed: Sequence[str],
    by: User,
    now: datetime,
    based_on: Version | None = None,
) -> Version:
    highest = article.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = Version(
        article=article,
        number=highest + 1,
        question=_question(question),
        listed=_listed(listed),
        based_on=based_on,
        created_at=now,
        created_by=by,
        updated_at=now,
        state_changed_at=now,
    )
    works = look_up(texts)
    reason = f"revision of version {based_on.number}" if based_on else "created"
    record(version, by=by, now=now, reason=reason)
    _write(version, texts, works, by=by, now=now)
    tell(version, action="draft", by=by, now=now, based_on=based_on.number if based_on else None)
    return version


def _write(version: Version, texts: Sequence[Text], works: Works, *, by: User, now: datetime) -> None:
    """Replace renditions, one history row each, and number the citations anew."""
    present = {row.audience.code: row for row in version.renditions.select_related("audience")}
    for code in present.keys() - {text.audience for text in texts}:
        present.pop(code).remove(by=by, now=now, reason="removed")
    ordered = sorted((text.normalised() for text in texts), key=lambda text: text.is_primary)
    for text in ordered:  # the primary one last: the one before it has to step down first
        row = present.get(text.audience) or Rendition(version=version, audience=works.audiences[text.audience])
        if row.pk is None or (row.summary, row.body, row.is_primary) != (text.summary, text.body, text.is_primary):
            row.summary, row.body, row.is_primary = text.summary, text.body, text.is_primary
            row.record(by=by, now=now, reason="edited")
    number_citations(version, works)


def number_citations(version: Version, works: Works) -> None:
    """Number the works of a draft by first appearance, the primary text first, and copy each work's record.

    Keys that name no work get no number.
    """
    bodies = [row.body for row in Rendition.objects.filter(version=version).in_order()]
    known = [key for key in first_appearance(bodies) if key in works.references]
    version.citations.all().delete()
    Citation.objects.bulk_create(
        Citation(version=version, reference=works.references[key], number=number, csl=works.references[key].csl)
        for number, key in enumerate(known, start=1)
    )
