"""The statements by which ``articles.reading.written`` looks up what holds at a moment, each in one query."""

from editorial.http.pagination import MAX_PAGE_SIZE

GROUND = """concat_ws(':',
    coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
              ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
    coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
    %(code)s::text)"""
"""What documents are made of besides their article: the same as ``imprimatur_ground``, which costs more to call."""

HOLDS = f"""
slug = %(slug)s AND ground = {GROUND} AND (lapses_at IS NULL OR lapses_at > %(at)s)
AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = written.article_id)
"""
"""Of what was written of one article."""

READ = """
SELECT audience::text, etag::text, last_modified,
    CASE WHEN missed IS NULL AND strpos(%(known)s, etag) > 0 THEN NULL ELSE gzipped END, missed
FROM (SELECT *, {missed} AS missed FROM articles_document written WHERE {holds} AND {wanted}) found
"""
"""The bytes of what is known already are not read. ``missed`` is the name of an audience without a text of its own: the
document has to say so, and is sent in other words than it was written in."""

PRIMARY = READ.format(missed="NULL::text", holds=HOLDS, wanted="is_primary")
FITTING = READ.format(
    missed="""CASE WHEN audience <> %(audience)s
        THEN (SELECT name::text FROM editorial_audience WHERE code = %(audience)s) END""",
    holds=HOLDS,
    wanted="""(audience = %(audience)s OR is_primary OR %(audience)s = ANY (stands_in_for))
        ORDER BY audience = %(audience)s DESC, %(audience)s = ANY (stands_in_for) DESC LIMIT 1""",
)
WITH_CHOICE = """
SELECT
    ARRAY(SELECT json_build_object('code', code, 'name', name) FROM editorial_audience ORDER BY position, code), found.*
FROM (SELECT) always LEFT JOIN ({read}) found ON true
"""
"""One row, whether or not there is a document: all that readers can say they are, and then what was read."""

PAST = "SELECT told FROM articles_past written WHERE {holds}"
HISTORY = PAST.format(holds=HOLDS)

LIST = "SELECT article_id, version_id, told FROM articles_listentry"
WRITTEN = """
NOT EXISTS (SELECT FROM articles_unwritten)
AND {ground} = ALL (ARRAY[(SELECT min(ground) FROM articles_listentry), (SELECT max(ground) FROM articles_listentry)])
AND coalesce((SELECT min(lapses_at) FROM articles_listentry WHERE lapses_at IS NOT NULL) > %(at)s, true)
"""
PAGE = "SELECT * FROM ({found}) found LIMIT %(limit)s"
MOST = MAX_PAGE_SIZE + 1
"""Told to the server while it plans: where it does not know the number, it expects a tenth of all there is."""

COMPLETE = WRITTEN.format(ground=GROUND)
"""Whether all that readers may find in the list is written as it is at a moment."""

SHOWN = "told <> ''"
AFTER, BEFORE = "article_id < %(article)s", "article_id > %(article)s"
FILTERS = {
    "specialty": "specialties @> ARRAY[%(specialty)s]::varchar[]",
    "audience": "audiences @> ARRAY[%(audience)s]::varchar[]",
    "step": "status = %(step)s",
    "cites": "works @> ARRAY[%(cites)s]::text[]",
    "product": "products @> ARRAY[%(product)s]::text[]",
    "reviewed_since": "last_reviewed >= %(reviewed_since)s",
}
LOWER = {"cites", "product"}
"""Filters whose case does not matter."""

IS_STEADY = """
SELECT CASE WHEN pg_try_advisory_lock(hashtext('articles_unwritten'), 0)
    THEN pg_advisory_unlock(hashtext('articles_unwritten'), 0) ELSE false END
"""
"""Whether nobody is about to commit a change of what several articles tell: see ``0013_marks_are_not_missed``."""

BEHIND = """
(SELECT article_id FROM articles_unwritten LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground < imprimatur_ground(%(at)s, %(code)s) LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground > imprimatur_ground(%(at)s, %(code)s) LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE lapses_at <= %(at)s LIMIT %(limit)s)
LIMIT %(limit)s
"""
