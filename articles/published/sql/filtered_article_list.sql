-- Newest entries of the filtered article list, from a position on.
-- No rows at all while a part of the list is stale: another policy, list of retractions or code, or a lapse.
-- Without a position, article is the greatest bigint.
-- A filter that is NULL is not applied. Values are sent as part of the statement, so the server leaves it out of the
-- plan.
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
-- %(limit)s = 21
-- %(article)s = 9223372036854775807
-- %(specialty)s = 'rheumatology'
-- %(audience)s = NULL
-- %(step)s = NULL
-- %(cites)s = NULL
-- %(product)s = NULL
-- %(reviewed_since)s = NULL
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
  AND (%(specialty)s::text IS NULL OR specialties @> ARRAY[%(specialty)s]::varchar[])
  AND (%(audience)s::text IS NULL OR audiences @> ARRAY[%(audience)s]::varchar[])
  AND (%(step)s::text IS NULL OR status = %(step)s)
  AND (%(cites)s::text IS NULL OR works @> ARRAY[%(cites)s]::text[])
  AND (%(product)s::text IS NULL OR products @> ARRAY[%(product)s]::text[])
  AND (%(reviewed_since)s::timestamptz IS NULL OR last_reviewed >= %(reviewed_since)s)
ORDER BY article_id DESC LIMIT %(limit)s
