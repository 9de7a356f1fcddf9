-- Newest entries of the article list, from a position on.
-- No rows at all while a part of the list is stale: another policy, list of retractions or code, or a lapse.
-- Without a position, article is the greatest bigint.
-- The plan is kept for any page size, so the inner limit says how many rows it can be: MAX_PAGE_SIZE + 1. Where the
-- server does not know the number, it expects a tenth of the table.
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
-- %(limit)s = 21
-- %(article)s = 9223372036854775807
SELECT * FROM (
    SELECT article_id, version_id, told FROM articles_listentry
    WHERE told <> ''
      AND NOT EXISTS (SELECT FROM articles_unwritten)
      AND concat_ws(':',
          coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                    ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
          coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
          %(code)s::text
      ) = ALL (ARRAY[(SELECT min(ground) FROM articles_listentry), (SELECT max(ground) FROM articles_listentry)])
      AND coalesce((SELECT min(lapses_at) FROM articles_listentry WHERE lapses_at IS NOT NULL) > %(at)s, true)
      AND article_id < %(article)s
    ORDER BY article_id DESC LIMIT 101
) found LIMIT %(limit)s
