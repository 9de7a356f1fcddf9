-- The cached history of an article.
-- It is returned only while it is true, as a document is.
-- %(slug)s = 'ivig-back-pain'
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
SELECT told FROM articles_past written
WHERE slug = %(slug)s
  AND ground = concat_ws(':',
      coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
      coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
      %(code)s::text)
  AND (lapses_at IS NULL OR lapses_at > %(at)s)
  AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = written.article_id)
