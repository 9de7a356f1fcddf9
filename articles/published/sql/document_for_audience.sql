-- The cached document of an article for an audience, or the text that stands in for it.
-- A document is returned only while it is true: written by this code under the policy and the list of retractions in
-- force, not lapsed, and not marked as stale. The ground is the same as of imprimatur_ground, which costs more to call.
-- Documents that the reader has already (known) come without their bytes.
-- missed is the name of an audience without a text of its own: the document has to say so, and its bytes are always
-- needed.
-- %(slug)s = 'ivig-back-pain'
-- %(known)s = ''
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
-- %(audience)s = 'patient'
SELECT audience::text, etag::text, last_modified,
    CASE WHEN missed IS NULL AND strpos(%(known)s, etag) > 0 THEN NULL ELSE gzipped END, missed
FROM (
    SELECT *, CASE WHEN audience <> %(audience)s
        THEN (SELECT name::text FROM editorial_audience WHERE code = %(audience)s) END AS missed
    FROM articles_document written
    WHERE slug = %(slug)s AND (audience = %(audience)s OR is_primary OR %(audience)s = ANY (stands_in_for))
      AND ground = concat_ws(':',
          coalesce((SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                    ORDER BY in_force_from DESC, number DESC LIMIT 1), 0),
          coalesce((SELECT id FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1), 0),
          %(code)s::text)
      AND (lapses_at IS NULL OR lapses_at > %(at)s)
      AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = written.article_id)
    ORDER BY audience = %(audience)s DESC, %(audience)s = ANY (stands_in_for) DESC LIMIT 1
) found
