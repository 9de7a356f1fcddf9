-- Record that a rung was taken for subjects.
-- A rung is unique for its subject and date: what another worker took meanwhile is left out.
-- %(rung)s = (SELECT max(id) FROM editorial_rung)
-- %(identity)s = (SELECT identity FROM editorial_rung ORDER BY id DESC LIMIT 1)
-- %(moment)s = 'answer_due'
-- %(consequence)s = ''
-- %(subjects)s = '{1}'
-- %(anchors)s = '{2026-01-01}'
-- %(outcomes)s = '{called}'
-- %(now)s = now()
INSERT INTO reviews_reminder (rung_id, identity, moment, subject, anchor, outcome, claimed_at, consequence)
SELECT %(rung)s, %(identity)s, %(moment)s, due.subject, due.anchor, due.outcome, %(now)s,
    CASE due.outcome WHEN 'passed' THEN '' ELSE %(consequence)s END
FROM unnest(%(subjects)s::bigint[], %(anchors)s::timestamptz[], %(outcomes)s::text[]) AS due(subject, anchor, outcome)
ON CONFLICT DO NOTHING RETURNING id, outcome
