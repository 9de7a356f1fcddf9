-- Board members in office with a licence, by the date it expires.
-- zone is the time zone of the site.
-- The columns: id, the date that rungs are counted from, since when it is so, when the rung (identity) was last taken,
-- and whether a later rung was taken for the same date. A subject whose rung was taken for this date is left out.
-- %(identity)s = NULL
-- %(later)s = '{}'
-- %(anchor)s = '-infinity'
-- %(id)s = 0
-- %(before)s = now()
-- %(subjects)s = NULL
-- %(limit)s = 500
-- %(today)s = current_date
-- %(zone)s = 'UTC'
SELECT s.id, anchor, since,
    (SELECT max(r.claimed_at) FROM reviews_reminder r WHERE r.subject = s.id AND r.identity = %(identity)s),
    EXISTS (SELECT FROM reviews_reminder r
            WHERE r.subject = s.id AND r.identity = ANY (%(later)s::uuid[]) AND r.anchor = counted.anchor)
FROM editorial_boardmember s, LATERAL (
    SELECT s.licence_expires_on::timestamp AT TIME ZONE %(zone)s AS anchor,
        s.term_from::timestamp AT TIME ZONE %(zone)s AS since
) AS counted
WHERE s.licence_expires_on IS NOT NULL
  AND s.term_from <= %(today)s AND (s.term_to IS NULL OR s.term_to >= %(today)s)
  AND EXISTS (SELECT FROM editorial_user u WHERE u.id = s.user_id AND u.is_active)
  AND (anchor, s.id) > (%(anchor)s, %(id)s) AND anchor < %(before)s
  AND (%(subjects)s::bigint[] IS NULL OR s.id = ANY (%(subjects)s))
  AND NOT EXISTS (SELECT FROM reviews_reminder r
                  WHERE r.subject = s.id AND r.identity = %(identity)s AND r.anchor = counted.anchor)
ORDER BY anchor, s.id LIMIT %(limit)s
