"""What somebody typed, as a query that PostgreSQL cannot misread: groups of quoted words that mean the same."""

from dataclasses import dataclass

from django.db import connection

from articles.searching.plain import words

MAX_QUERY = 300
"""Characters of a search."""

MAX_WORDS = 16
LIKE_ENOUGH = 0.4
SHORTEST_MISSPELT = 4

# Equal terms of which one may be meant, and, for words that no text has, those that look like them.
EXPAND = """
SELECT NULL AS typed, terms FROM articles_synonym
    WHERE EXISTS (SELECT FROM unnest(terms) term WHERE position(' ' || lower(unaccent(term)) || ' ' IN %(line)s) > 0)
UNION ALL
SELECT typed, ARRAY(
    SELECT word FROM articles_knownword WHERE word %% typed AND similarity(word, typed) >= %(like)s
    ORDER BY similarity(word, typed) DESC, word LIMIT 3)
FROM unnest(%(words)s::text[]) typed
WHERE length(typed) >= %(shortest)s AND NOT EXISTS (SELECT FROM articles_knownword WHERE word LIKE typed || '%%')
"""


@dataclass(frozen=True)
class Terms:
    """Each group holds spellings and equals of one thing that was asked for; ``last`` may be unfinished."""

    groups: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.groups)

    def tsquery(self, *, joint: str = "&") -> str:
        """For ``to_tsquery``: only letters and digits between quotes, so there is nothing to inject."""
        return f" {joint} ".join(f"({' | '.join(_quoted(term) for term in group)})" for group in self.groups)


def _quoted(term: str) -> str:
    """As a phrase; a single word also as the beginning of a longer one."""
    bare = words(term)
    return f"'{bare[0]}':*" if len(bare) == 1 else f"'{' '.join(bare)}'"


def terms(typed: str) -> Terms:
    """What ``typed`` asks for, with synonyms and corrected words. One query; none if there is no word in it."""
    asked = words(typed)[:MAX_WORDS]
    if not asked:
        return Terms(())
    sent = {"line": f" {' '.join(asked)} ", "words": asked, "like": LIKE_ENOUGH, "shortest": SHORTEST_MISSPELT}
    with connection.cursor() as cursor:
        cursor.execute(EXPAND, sent)
        rows = cursor.fetchall()
    corrected = {typed: alike for typed, alike in rows if typed}
    return Terms(tuple(_groups(asked, [equal for typed, equal in rows if not typed], corrected)))


def _groups(asked: list[str], equals: list[list[str]], corrected: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Longer terms first: "heart attack" is one thing, not two."""
    known = sorted(((words(term), same) for same in equals for term in same), key=lambda pair: -len(pair[0]))
    found, place = [], 0
    while place < len(asked):
        match = next(((bare, same) for bare, same in known if bare and asked[place : place + len(bare)] == bare), None)
        bare, same = match or ([asked[place]], [asked[place], *corrected.get(asked[place], ())])
        found.append(tuple(dict.fromkeys(term for term in same if words(term))))
        place += len(bare)
    return found
