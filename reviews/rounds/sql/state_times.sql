-- For each state, how long versions stayed in it.
-- A stay begins with the first history row that has the state and ends with the next state's first row. It counts when
-- it ended since a moment, however long ago it began. The columns: state, stays that ended, versions there now, median
-- days.
-- %(since)s = now() - interval '365 days'
WITH spells AS (
    SELECT state, state_changed_at AS began,
        lead(state_changed_at) OVER (PARTITION BY id ORDER BY state_changed_at, first_row) AS ended
    FROM (
        SELECT id, state, state_changed_at, min(history_id) AS first_row FROM articles_historicalversion
        GROUP BY id, state, state_changed_at
    ) AS states
)
SELECT state, count(ended), count(*) FILTER (WHERE ended IS NULL),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended - began) / 86400.0)
FROM spells WHERE state <> 'superseded' AND (ended IS NULL OR ended >= %(since)s) GROUP BY state
