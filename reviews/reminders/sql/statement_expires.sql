-- Board members in office who disclosed interests, by the date their newest statement expires.
-- statements_last is for how many days a statement counts.
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
-- %(statements_last)s = 365
SELECT s.id, anchor, since,
    (SELECT max(r.claimed_at) FROM reviews_reminder r WHERE r.subject = s.id AND r.identity = %(identity)s),
    EXISTS (SELECT FROM reviews_reminder r
            WHERE r.subject = s.id AND r.identity = ANY (%(later)s::uuid[]) AND r.anchor = counted.anchor)
FROM editorial_boardmember s, LATERAL (
    SELECT max(stated_at) + make_interval(days => %(statements_last)s) AS anchor, max(stated_at) AS since
    FROM editorial_disclosurestatement WHERE member_id = s.id
) AS counted
WHERE s.term_from <= %(today)s AND (s.term_to IS NULL OR s.term_to >= %(today)s)
  AND EXISTS (SELECT FROM editorial_user u WHERE u.id = s.user_id AND u.is_active)
  AND (anchor, s.id) > (%(anchor)s, %(id)s) AND anchor < %(before)s
  AND (%(subjects)s::bigint[] IS NULL OR s.id = ANY (%(subjects)s))
  AND NOT EXISTS (SELECT FROM reviews_reminder r
                  WHERE r.subject = s.id AND r.identity = %(identity)s AND r.anchor = counted.anchor)
ORDER BY anchor, s.id LIMIT %(limit)s
