"""Writing: new articles, edits of drafts, and revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from articles.actions.classification import Classification, refuse_unknown, write_classification
from articles.lifecycle import Act, allow
from articles.models import Article, Authorship, Citation, Reference, Rendition, Version
from articles.models.versions import MAX_QUESTION
from articles.permissions import require_may
from articles.text.content import ResolvedNames, Text, listed_faults, resolve_names
from articles.text.rendering import first_appearance, replace_keys
from articles.transitions import lock_for, record, record_in_ledger, require_not_blocked
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.http.etags import Expectation
from editorial.models import User
from editorial.permissions import is_editor, is_writer, require
from editorial.record import ledger
from editorial.record.canonical_json import normalised


@dataclass(frozen=True)
class NewArticle:
    """An article as it is submitted for creation. Without ``authors``, its creator is the author.

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
    """Create an article with its first draft. Returns the draft.

    Writers create articles of their own, editors also for other authors (NotPermitted otherwise). Raises Conflict when
    the slug is taken, and Unacceptable for invalid content.
    """
    authors = list(new.authors) or [by]
    own = is_writer(by) and by in authors
    require(own or is_editor(by), "Only writers create articles, and only editors do so for others.")
    _refuse_non_writers(authors)
    refuse_unknown(new.classification)
    article = Article(slug=new.slug, created_at=now, created_by=by)
    try:
        with transaction.atomic():
            write_classification(article, new.classification, by=by, now=now, reason="created")
    except IntegrityError as error:  # also if a concurrent request takes the slug
        raise Conflict(f"There is an article “{new.slug}” already.", code="slug_taken") from error
    for position, author in enumerate(authors, start=1):
        Authorship(article=article, user=author, position=position).record(by=by, now=now, reason="created")
    payload = {"slug": new.slug, "authors": [author.pk for author in authors], **new.classification.as_json()}
    ledger.append(chain=article.chain, action="create", by=by, now=now, payload=payload)
    return _draft(article, question=new.question, texts=new.texts, listed=new.listed, by=by, now=now)


def _refuse_non_writers(authors: Sequence[User]) -> None:
    non_writers = [author.username for author in authors if not is_writer(author)]
    if non_writers:
        fault = Fault("/authors", "not_a_writer", f"Not a writer: {', '.join(non_writers)}.")
        raise Unacceptable("Authors have to be writers.", faults=(fault,))


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
    """Replace the given parts of a draft: the question, all texts, the list of works that came with them.

    Unchanged parts are not written. A text may cite works that the library does not have; pre-flight refuses them at
    submission.

    Raises PreconditionFailed when another person saved since ``expected``, and NotPermitted, InvalidTransition,
    Unacceptable.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Act.EDIT, version.article)
    allow(version.state, Act.EDIT)
    if expected is not None:
        expected.check(version.etag)
    new_question = version.question if question is None else _valid_question(question)
    new_listed = version.listed if listed is None else _valid_keys(listed)
    changed = (new_question, new_listed) != (version.question, version.listed)
    version.question, version.listed = new_question, new_listed
    works = None if texts is None else resolve_names(texts)
    if works is not None and {text.normalised() for text in texts or ()} != _stored_texts(version):
        changed = True
        _write(version, texts or (), works, by=by, now=now)
    if changed:
        version.updated_at = now
        record(version, by=by, now=now, reason="edited")
    return version


def _valid_question(text: str) -> str:
    """Return the question as it is stored. Raises Unacceptable if it is too long."""
    question = normalised(text)
    if len(question) > MAX_QUESTION:
        fault = Fault("/question", "too_long", f"A question has at most {MAX_QUESTION} characters.")
        raise Unacceptable(fault.detail, faults=(fault,))
    return question


def _valid_keys(keys: Sequence[str]) -> list[str]:
    """Return the keys as they are stored. Raises Unacceptable for keys that are not in the library."""
    if faults := tuple(listed_faults(keys)):
        raise Unacceptable("The list of works is invalid.", faults=faults)
    return list(keys)


def _stored_texts(version: Version) -> set[Text]:
    rows = version.renditions.select_related("audience")
    return {Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows}


@transaction.atomic
def revise(*, version_id: int, by: User, now: datetime) -> Version:
    """Create a new draft with the text of this version. The version itself does not change.

    Where the version cites a record that was merged since, the draft cites the record that replaced it.

    Raises InvalidTransition for a draft or while the article has one, and NotPermitted.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Act.REVISE, version.article)
    allow(version.state, Act.REVISE)
    require_not_blocked(version, Act.REVISE)
    texts = sorted(_stored_texts(version), key=lambda text: (not text.is_primary, text.audience))
    texts = _citing(texts, keys=_merged_since(version))
    return _draft(
        version.article, question=version.question, texts=texts, listed=version.listed, by=by, now=now, based_on=version
    )


def recite(version: Version, *, by: User, now: datetime, keys: Mapping[str, str] | None = None) -> None:
    """Replace the works that a draft cites by other ``keys``. By default, merged records are replaced.

    The caller holds the article's lock.
    """
    keys = _merged_since(version) if keys is None else keys
    texts = _citing(list(_stored_texts(version)), keys=keys)
    _write(version, texts, resolve_names(texts), by=by, now=now)
    version.updated_at = now
    record(version, by=by, now=now, reason=", ".join(f"{old} is cited as {new}" for old, new in keys.items()))


def _citing(texts: Sequence[Text], *, keys: Mapping[str, str]) -> list[Text]:
    return [replace(text, body=replace_keys(text.body, keys=keys)) for text in texts]


def _merged_since(version: Version) -> dict[str, str]:
    """Return the cited keys whose records were merged, each with the key of the record that replaced it."""
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
        question=_valid_question(question),
        listed=_valid_keys(listed),
        based_on=based_on,
        created_at=now,
        created_by=by,
        updated_at=now,
        state_changed_at=now,
    )
    works = resolve_names(texts)
    reason = f"revision of version {based_on.number}" if based_on else "created"
    record(version, by=by, now=now, reason=reason)
    _write(version, texts, works, by=by, now=now)
    record_in_ledger(version, action="draft", by=by, now=now, based_on=based_on.number if based_on else None)
    return version


def _write(version: Version, texts: Sequence[Text], works: ResolvedNames, *, by: User, now: datetime) -> None:
    """Replace the renditions, with a history row for each change, and renumber the citations."""
    present = {row.audience.code: row for row in version.renditions.select_related("audience")}
    for code in present.keys() - {text.audience for text in texts}:
        present.pop(code).remove(by=by, now=now, reason="removed")
    ordered = sorted((text.normalised() for text in texts), key=lambda text: text.is_primary)
    for text in ordered:  # the primary one last: a version has only one primary text at a time
        row = present.get(text.audience) or Rendition(version=version, audience=works.audiences[text.audience])
        if row.pk is None or (row.summary, row.body, row.is_primary) != (text.summary, text.body, text.is_primary):
            row.summary, row.body, row.is_primary = text.summary, text.body, text.is_primary
            row.record(by=by, now=now, reason="edited")
    number_citations(version, works)


def number_citations(version: Version, works: ResolvedNames) -> None:
    """Number the works of a draft by first appearance, the primary text first, and copy each work's record.

    Keys that match no work get no number.
    """
    bodies = [row.body for row in Rendition.objects.filter(version=version).in_order()]
    known = [key for key in first_appearance(bodies) if key in works.references]
    version.citations.all().delete()
    Citation.objects.bulk_create(
        Citation(version=version, reference=works.references[key], number=number, csl=works.references[key].csl)
        for number, key in enumerate(known, start=1)
    )
