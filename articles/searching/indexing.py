"""Writing the passages of a version, once its text is frozen."""

from collections.abc import Iterator

from django.db import connection, transaction

from articles.lifecycle import State
from articles.models import KnownWord, Passage, Rendition, Version
from articles.searching.plain import passages, words

MAX_WORD = 60

# What the question says counts for every passage below it, so that a search may name the subject and the detail.
WEIGH = """
UPDATE articles_passage p SET words =
    setweight(to_tsvector('imprimatur', p.text), 'A')
    || setweight(to_tsvector('imprimatur', v.question), 'B')
    || setweight(to_tsvector('imprimatur', p.heading), 'C')
FROM articles_version v WHERE v.id = p.version_id AND p.version_id = %s
"""


@transaction.atomic
def write_passages(version: Version) -> int:
    """Write what can be found of a submitted ``version``, whatever was written before; returns how many passages."""
    Passage.objects.filter(version=version).delete()
    found = list(_passages(version))
    Passage.objects.bulk_create(found)
    with connection.cursor() as cursor:
        cursor.execute(WEIGH, [version.pk])
    known = {word for text in [version.question, *(row.text for row in found)] for word in words(text)}
    rows = [KnownWord(word=word) for word in sorted(known) if len(word) <= MAX_WORD]
    KnownWord.objects.bulk_create(rows, ignore_conflicts=True)
    return len(found)


def _passages(version: Version) -> Iterator[Passage]:
    numbers = dict(version.citations.values_list("reference__key", "number"))
    for text in Rendition.objects.filter(version=version).in_order():
        rows = [("", text.summary), *((row.heading, row.text) for row in passages(text.body, numbers=numbers))]
        for position, (heading, words_of) in enumerate(rows):
            yield Passage(
                version=version,
                audience=text.audience.code,
                heading=heading,
                position=position,
                text=words_of,
                words="",
            )


def write_all() -> int:
    """Write the passages of all submitted versions anew, each in its own transaction; returns of how many."""
    submitted = Version.objects.exclude(state=State.DRAFT).order_by("pk").iterator(chunk_size=200)
    return sum(1 for version in submitted if write_passages(version) >= 0)
