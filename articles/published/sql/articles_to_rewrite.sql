-- Ids of articles whose cached documents are stale.
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
-- %(limit)s = 100
(SELECT article_id FROM articles_unwritten LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground < imprimatur_ground(%(at)s, %(code)s) LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground > imprimatur_ground(%(at)s, %(code)s) LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE lapses_at <= %(at)s LIMIT %(limit)s)
LIMIT %(limit)s
