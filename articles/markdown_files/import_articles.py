"""Import articles from files, each completely or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import TextChoices

from articles import actions
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.lifecycle import State
from articles.markdown_files.add_references import KeptWork, keep_work
from articles.markdown_files.bundles import Bundle
from articles.models import Article, Reference, Version
from articles.text.content import Text
from articles.text.rendering import first_appearance
from editorial.exceptions import Refusal
from editorial.models import Audience, Specialty, User
from editorial.record.canonical_json import normalised


class Result(TextChoices):
    CREATED = "created"
    EDITED = "edited"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """The outcome for one article: the version with its text and remarks, or the faults for which it was refused."""

    slug: str
    result: Result
    version: Version | None = None
    remarks: tuple[str, ...] = ()
    faults: tuple[FileFault, ...] = ()


def import_article(bundle: Bundle, *, by: User | None, now: datetime) -> Outcome:
    """Create the article, or update its draft or a new revision from the files, completely or not at all.

    Acts as ``by``, or as the article's first author. Texts for audiences without a file do not change.
    """
    try:
        with transaction.atomic():
            bundle.check()
            return _import(bundle, by=by, now=now)
    except Unreadable as error:
        return Outcome(bundle.slug, Result.REFUSED, faults=error.faults)
    except Refusal as refusal:
        return Outcome(bundle.slug, Result.REFUSED, faults=tuple(_refused(refusal, bundle)))


def _refused(refusal: Refusal, bundle: Bundle) -> Iterator[FileFault]:
    """Yield the faults of a refused action, with the file of the text that each names, or else the primary file."""
    if not refusal.faults:
        yield FileFault(str(bundle.primary.path), 0, "", refusal.detail)
    for fault in refusal.faults:
        name, _, rest = fault.pointer.strip("/").partition("/")
        index, _, field = rest.partition("/")
        if name == "renditions" and index and int(index) < len(bundle.sheets):
            sheet = bundle.sheets[int(index)]
            yield FileFault(str(sheet.path), sheet.body_line, field, fault.detail)
        else:
            yield bundle.primary.fault(name, fault.detail)


def _import(bundle: Bundle, *, by: User | None, now: datetime) -> Outcome:
    article = Article.objects.filter(slug=bundle.slug).first()
    authors = _authors(bundle, article)
    _refuse_unknown(bundle)
    by = by or next(iter(authors or _authors_of(article)), None)
    if by is None:
        raise Unreadable(bundle.primary.fault("authors", "is missing; or say whose article it is with --by"))
    bundle = _cited_by_key(bundle)
    _refuse_missing_references(bundle)
    kept = [keep_work(work, by=by, now=now) for work in bundle.primary.works]
    bundle = bundle.with_keys({one.work.key: one.key for one in kept})
    remarks = [*_remarks(kept), *map(str, _citation_remarks(bundle))]
    if article is None:
        version = _create(bundle, authors=authors, by=by, now=now)
        return Outcome(bundle.slug, Result.CREATED, version, tuple(remarks))
    result, version = _update(article, bundle, by=by, now=now)
    return Outcome(bundle.slug, result, version, tuple(remarks))


def _remarks(kept: Sequence[KeptWork]) -> Iterator[str]:
    """Yield what was left out of each work when it was read, and how it was kept."""
    for one in kept:
        yield from (str(one.work.fault("", words)) for words in one.work.remarks)
        if one.remark:
            yield one.remark


def _authors_of(article: Article | None) -> list[User]:
    return list(article.authors.order_by("authorships__position")) if article else []


def _authors(bundle: Bundle, article: Article | None) -> list[User]:
    """Return the authors that the files name.

    Raises Unreadable for names without an account, and if the article has other authors.
    """
    names = bundle.primary.values.get("authors", ())
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    faults = [bundle.primary.fault("authors", f"there is no account “{name}”") for name in names if name not in found]
    present = [author.username for author in _authors_of(article)]
    if article and names and list(names) != present:
        faults.append(bundle.primary.fault("authors", f"the article's authors are {', '.join(present)}"))
    if faults:
        raise Unreadable(*faults)
    return [found[name] for name in names]


def _refuse_unknown(bundle: Bundle) -> None:
    audiences = set(Audience.objects.values_list("code", flat=True))
    specialties = set(Specialty.objects.values_list("code", flat=True))
    faults = [
        sheet.fault("audience", f"there is no audience “{sheet.text.audience}”")
        for sheet in bundle.sheets
        if sheet.text.audience not in audiences
    ]
    faults += [
        bundle.primary.fault("specialties", f"there is no specialty “{code}”")
        for code in bundle.primary.values.get("specialties", ())
        if code not in specialties
    ]
    if faults:
        raise Unreadable(*faults)


def _cited_by_key(bundle: Bundle) -> Bundle:
    """Return the bundle with numbered markers replaced by citations of the primary file's works.

    Raises Unreadable if a number without a work is the key of another work in the library, which it would cite.
    """
    sheets = [sheet.cites_by_key(bundle.primary.works) for sheet in bundle.sheets]
    mentions = [(sheet, *found) for sheet in sheets if "markers" in sheet.values for found in sheet.citations()]
    own = {work.key for work in bundle.primary.works}
    strange = {key for _, key, _ in mentions if key.isdecimal()} - own
    taken = set(Reference.objects.filter(key__in=strange).values_list("key", flat=True))
    faults = [
        FileFault(str(sheet.path), line, "body", f"[{key}] has no work, and the library has another one as “{key}”")
        for sheet, key, line in mentions
        if key in taken
    ]
    if faults:
        raise Unreadable(*faults)
    return replace(bundle, sheets=sheets)


def _refuse_missing_references(bundle: Bundle) -> None:
    """Raise Unreadable if the files name no references, but cite keys that the library does not have."""
    cited = {key for sheet in bundle.sheets for key, _ in sheet.citations()}
    unknown = sorted(cited - set(Reference.objects.filter(key__in=cited).values_list("key", flat=True)))
    if unknown and "references" not in bundle.primary.values:
        raise Unreadable(bundle.primary.fault("references", f"is missing, and the library has no {', '.join(unknown)}"))


def _citation_remarks(bundle: Bundle) -> Iterator[FileFault]:
    """Yield remarks about citations without a work, about the texts, and about works without a citation.

    The article is imported anyway, because pre-flight refuses or names these.
    """
    mentions = [(sheet, key, line) for sheet in bundle.sheets for key, line in sheet.citations()]
    cited = {key for _, key, _ in mentions}
    known = set(Reference.objects.filter(key__in=cited).values_list("key", flat=True))
    for sheet, key, line in mentions:
        if key not in known:
            detail = f"cites “{key}”, which is neither in the references nor in the library"
            yield FileFault(str(sheet.path), line, "body", detail)
    yield from (remark for sheet in bundle.sheets for remark in sheet.remarks)
    for work in bundle.primary.works:
        if work.key not in cited:
            yield work.fault("", "is cited nowhere")


def _listed(bundle: Bundle, texts: Sequence[Text]) -> list[str]:
    """Return the keys of the imported works that none of ``texts`` cites."""
    cited = set(first_appearance([text.body for text in texts]))
    return list(dict.fromkeys(work.key for work in bundle.primary.works if work.key not in cited))


def _create(bundle: Bundle, *, authors: Sequence[User], by: User, now: datetime) -> Version:
    texts = [sheet.text for sheet in bundle.sheets]
    new = actions.NewArticle(
        slug=bundle.slug,
        question=bundle.primary.values["question"],
        texts=texts,
        listed=_listed(bundle, texts),
        classification=_classification(bundle, actions.Classification(), by=by, now=now),
        authors=authors,
    )
    return actions.create(new=new, by=by, now=now)


def _classification(
    bundle: Bundle, present: actions.Classification, *, by: User, now: datetime
) -> actions.Classification:
    """Return the classification from the files, with the values of ``present`` for missing fields."""
    values = bundle.primary.values
    products = [
        actions.keep_product(name=name, manufacturer=manufacturer, by=by, now=now).pk
        for name, manufacturer in values.get("products", ())
    ]
    return actions.Classification(
        risk=values.get("risk", present.risk),
        specialties=list(values.get("specialties", present.specialties)),
        products=sorted(set(products)) if "products" in values else present.products,
    )


def _update(article: Article, bundle: Bundle, *, by: User, now: datetime) -> tuple[Result, Version]:
    newest = article.versions.newest_first()[0]
    reclassified = _reclassify(article, bundle, by=by, now=now)
    question, handed_in = bundle.primary.values["question"], [sheet.text for sheet in bundle.sheets]
    rows, codes = newest.renditions.in_order(), {text.audience for text in handed_in}
    present = [Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows]
    texts = handed_in + [replace(text, is_primary=False) for text in present if text.audience not in codes]
    listed = _listed(bundle, texts)
    same = (normalised(question), set(texts), listed) == (newest.question, set(present), newest.listed)
    if same:
        return Result.EDITED if reclassified else Result.UNCHANGED, newest
    result = Result.EDITED if newest.state == State.DRAFT else Result.REVISED
    draft = newest if newest.state == State.DRAFT else actions.revise(version_id=newest.pk, by=by, now=now)
    return result, actions.edit(version_id=draft.pk, question=question, texts=texts, listed=listed, by=by, now=now)


def _reclassify(article: Article, bundle: Bundle, *, by: User, now: datetime) -> bool:
    products = sorted(article.article_products.values_list("product", flat=True))
    present = actions.Classification(article.risk, article.specialties, products)
    wanted = _classification(bundle, present, by=by, now=now)
    if wanted == present:
        return False
    actions.classify(article_id=article.pk, classification=wanted, by=by, now=now, reason="imported")
    return True
