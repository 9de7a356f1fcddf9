-- Approved versions, by the date their approval lapses.
-- The columns: id, the date that rungs are counted from, since when it is so, when the rung (identity) was last taken,
-- and whether a later rung was taken for the same date. A subject whose rung was taken for this date is left out.
-- %(identity)s = NULL
-- %(later)s = '{}'
-- %(anchor)s = '-infinity'
-- %(id)s = 0
-- %(before)s = now()
-- %(subjects)s = NULL
-- %(limit)s = 500
SELECT s.id, anchor, since,
    (SELECT max(r.claimed_at) FROM reviews_reminder r WHERE r.subject = s.id AND r.identity = %(identity)s),
    EXISTS (SELECT FROM reviews_reminder r
            WHERE r.subject = s.id AND r.identity = ANY (%(later)s::uuid[]) AND r.anchor = counted.anchor)
FROM articles_version s, LATERAL (SELECT s.valid_until AS anchor, s.state_changed_at AS since) AS counted
WHERE s.state = 'approved'
  AND (anchor, s.id) > (%(anchor)s, %(id)s) AND anchor < %(before)s
  AND (%(subjects)s::bigint[] IS NULL OR s.id = ANY (%(subjects)s))
  AND NOT EXISTS (SELECT FROM reviews_reminder r
                  WHERE r.subject = s.id AND r.identity = %(identity)s AND r.anchor = counted.anchor)
ORDER BY anchor, s.id LIMIT %(limit)s
