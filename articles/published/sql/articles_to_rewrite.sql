-- Ids of articles whose cached documents are stale.
-- Those written by newer code are left to it.
-- %(at)s = now()
-- %(stale)s = '{}'
-- %(newer)s = '{}'
-- %(limit)s = 100
(SELECT article_id FROM articles_unwritten mark
 WHERE NOT EXISTS (SELECT FROM articles_listentry entry
                   WHERE entry.article_id = mark.article_id AND entry.ground = ANY (%(newer)s::text[]))
 LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground = ANY (%(stale)s::text[]) LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry
       WHERE lapses_at <= %(at)s AND ground <> ALL (%(newer)s::text[]) LIMIT %(limit)s)
LIMIT %(limit)s
