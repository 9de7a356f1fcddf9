-- The cached document of an article in its primary text.
-- A document is returned only while it is true: written by this code under the policy and the list of retractions in
-- force, not lapsed, and not marked as stale. The ground is the same as of imprimatur_ground, which costs more to call.
-- Documents that the reader has already (known) come without their bytes.
-- %(slug)s = 'ivig-back-pain'
-- %(known)s = ''
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
SELECT audience::text, etag::text, last_modified,
    CASE WHEN strpos(%(known)s, etag) > 0 THEN NULL ELSE gzipped END, NULL::text AS missed
FROM articles_document written
WHERE slug = %(slug)s AND is_primary
  AND ground = concat_ws(':',
      coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
      coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
      %(code)s::text)
  AND (lapses_at IS NULL OR lapses_at > %(at)s)
  AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = written.article_id)
