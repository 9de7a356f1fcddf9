-- Articles that have the words of a search, one page of them, the best first.
--
-- units, kinds and words are the matches of each unit of the query: the number of the unit, 'plain' or 'phrase', and
-- the words; exact: whether they were typed. A NULL filter is not applied. A step is '', 'approved', 'submitted' or
-- 'under_review'. direction is 1 for the page after score and version (NULL: the first page), -1 for the page before.
--
-- At most 200 passages are ranked of each of four parts, so a common word costs little more than a rare one. The parts:
-- approved passages with every word, approved ones with any, others with every word, others with any. A passage with
-- any word counts only where its part and the better ones have none with every word, and not if one unit is looked for.
-- Where 200 approved passages match, others are left out: what is approved is never displaced by what is not.
--
-- The words are never part of the statement. So the server keeps its plan, and does not estimate how many passages have
-- a word: common finds by a sample of 33 passages whether more than one in eight has it.
-- %(at)s = now()
-- %(units)s = '{0,1}'
-- %(kinds)s = '{plain,plain}'
-- %(words)s = '{back,pain}'
-- %(exact)s = '{true,true}'
-- %(is_corrected)s = false
-- %(is_one)s = false
-- %(step)s = ''
-- %(show_pending)s = true
-- %(audience)s = NULL
-- %(specialty)s = NULL
-- %(score)s = NULL
-- %(version)s = NULL
-- %(direction)s = 1
-- %(limit)s = 21
WITH given AS MATERIALIZED (
    SELECT %(step)s::text AS step, %(show_pending)s::boolean AS show_pending, %(specialty)s::text AS specialty,
        %(audience)s::text AS audience, (SELECT id FROM editorial_audience WHERE code = %(audience)s) AS audience_id,
        %(is_corrected)s::boolean AS is_corrected
), asked AS MATERIALIZED (
    SELECT string_agg(unit, ' & ')::tsquery AS each_unit, string_agg(unit, ' | ')::tsquery AS any_unit,
        coalesce(string_agg(typed, ' | '), '')::tsquery AS typed
    FROM (
        SELECT '(' || string_agg(DISTINCT way, ' | ') || ')' AS unit,
            string_agg(DISTINCT way, ' | ') FILTER (WHERE is_exact) AS typed
        FROM (
            SELECT unit, CASE kind WHEN 'plain' THEN plainto_tsquery('imprimatur', words)
                ELSE phraseto_tsquery('imprimatur', words) END::text AS way, is_exact
            FROM unnest(%(units)s::int[], %(kinds)s::text[], %(words)s::text[], %(exact)s::boolean[])
                AS way(unit, kind, words, is_exact)
        ) AS ways WHERE way <> '' GROUP BY ways.unit
    ) AS units
), sample AS MATERIALIZED (
    SELECT search FROM articles_passage WHERE id = ANY (ARRAY(
        SELECT first + (last - first) * place / 32 FROM generate_series(0, 32) AS place,
            (SELECT min(id) AS first, max(id) AS last FROM articles_passage) AS passages
    ))
), common AS MATERIALIZED (
    -- The passages of one specialty may not be among the first 20,000: there the index finds everything.
    SELECT count(*) FILTER (WHERE search @@ each_unit) * 8 > count(*) AND bool_and(specialty IS NULL) AS each_unit,
        count(*) FILTER (WHERE search @@ any_unit) * 8 > count(*) AND bool_and(specialty IS NULL) AS any_unit
    FROM sample, asked, given
), approved_each AS MATERIALIZED (
    -- A rare word is found by an index, first in questions and summaries: an article about it comes before those that
    -- mention it. A common word is found by a scan of up to 20,000 passages: to read all its rows from an index takes
    -- longer.
    SELECT p.id, p.version_id, p.audience_id, p.position, p.search FROM (
        SELECT * FROM articles_passage
        WHERE NOT (SELECT each_unit FROM common) AND approved_until IS NOT NULL AND position = 0
          AND search @@ (SELECT each_unit FROM asked)
        UNION ALL
        SELECT * FROM articles_passage
        WHERE NOT (SELECT each_unit FROM common) AND approved_until IS NOT NULL
          AND search @@ (SELECT each_unit FROM asked)
        UNION ALL
        SELECT * FROM (SELECT * FROM articles_passage WHERE approved_until > %(at)s LIMIT 20000) AS first
        WHERE (SELECT each_unit FROM common) AND search @@ (SELECT each_unit FROM asked)
    ) AS p
    WHERE (SELECT step FROM given) IN ('', 'approved') AND p.approved_until > %(at)s
      AND ((SELECT audience FROM given) IS NULL OR p.audience_id = (SELECT audience_id FROM given))
      AND ((SELECT specialty FROM given) IS NULL OR EXISTS (
          SELECT FROM articles_version v JOIN articles_article a ON a.id = v.article_id
          WHERE v.id = p.version_id
            AND a.specialties @> ARRAY[(SELECT specialty FROM given)]::varchar[] OFFSET 0
      ))
    LIMIT 200
), other_each AS MATERIALIZED (
    -- Not approved, or lapsed recently; where an approval lapsed earlier, approved_until is NULL.
    -- PostgreSQL estimates that a third of all times are before another one, and that few are between two.
    SELECT p.id, p.version_id, p.audience_id, p.position, p.search FROM (
        SELECT * FROM articles_passage
        WHERE NOT (SELECT each_unit FROM common) AND approved_until IS NULL AND position = 0
          AND search @@ (SELECT each_unit FROM asked)
        UNION ALL
        SELECT * FROM articles_passage
        WHERE NOT (SELECT each_unit FROM common) AND approved_until IS NULL
          AND search @@ (SELECT each_unit FROM asked)
        UNION ALL
        SELECT * FROM (
            SELECT * FROM articles_passage WHERE approved_until IS NULL ORDER BY id DESC LIMIT 20000
        ) AS newest WHERE (SELECT each_unit FROM common) AND search @@ (SELECT each_unit FROM asked)
        UNION ALL
        SELECT * FROM (
            SELECT * FROM articles_passage WHERE approved_until BETWEEN '-infinity' AND %(at)s LIMIT 20000
        ) AS lapsed WHERE search @@ (SELECT each_unit FROM asked)
    ) AS p, LATERAL (
        SELECT FROM articles_version v
        WHERE v.id = p.version_id AND v.state <> 'retracted'
          AND NOT (v.state = 'approved' AND v.valid_until > %(at)s)
          AND CASE (SELECT step FROM given) WHEN 'submitted' THEN v.state = 'submitted'
              WHEN 'under_review' THEN v.state <> 'submitted' ELSE true END
          AND v.id = (
              SELECT s.id FROM articles_version s
              WHERE s.article_id = v.article_id
                AND s.state IN ('approved', 'suspended', 'retracted',
                    'changes_requested', 'under_review', 'submitted')
                AND (s.state NOT IN ('changes_requested', 'under_review', 'submitted')
                    OR (SELECT show_pending FROM given))
              ORDER BY CASE s.state WHEN 'approved' THEN 1 WHEN 'suspended' THEN 2
                  WHEN 'retracted' THEN 2 ELSE 3 END, s.number DESC LIMIT 1
          ) OFFSET 0
    ) AS shown
    WHERE (SELECT step FROM given) <> 'approved'
      AND ((SELECT audience FROM given) IS NULL OR p.audience_id = (SELECT audience_id FROM given))
      AND ((SELECT specialty FROM given) IS NULL OR EXISTS (
          SELECT FROM articles_version v JOIN articles_article a ON a.id = v.article_id
          WHERE v.id = p.version_id
            AND a.specialties @> ARRAY[(SELECT specialty FROM given)]::varchar[] OFFSET 0
      ))
    LIMIT 200
), hits AS MATERIALIZED (
    -- Weights of the question, a caption (none), the heading and the words of a passage; shorter passages count more.
    -- With a lower weight of the question, a short mention would come before the article about it. A match of a
    -- correction counts half as much as a match of a typed word.
    SELECT id, version_id, audience_id, position, (times * CASE WHEN (SELECT is_corrected FROM given)
        THEN (1000000 * ts_rank('{1.0, 0.5, 0.7, 1.0}', search, (SELECT any_unit FROM asked), 1 | 32)
            + 1000000 * ts_rank('{1.0, 0.5, 0.7, 1.0}', search, (SELECT typed FROM asked), 1 | 32)) / 2
        ELSE 1000000 * ts_rank('{1.0, 0.5, 0.7, 1.0}', search, (SELECT any_unit FROM asked), 1 | 32)
        END)::integer AS score
    FROM (
        SELECT *, 2 AS times FROM approved_each
        UNION ALL
        SELECT *, 2 AS times FROM (
            SELECT p.id, p.version_id, p.audience_id, p.position, p.search FROM (
                SELECT * FROM articles_passage
                WHERE NOT (SELECT any_unit FROM common) AND approved_until IS NOT NULL AND position = 0
                  AND search @@ (SELECT any_unit FROM asked)
                UNION ALL
                SELECT * FROM articles_passage
                WHERE NOT (SELECT any_unit FROM common) AND approved_until IS NOT NULL
                  AND search @@ (SELECT any_unit FROM asked)
                UNION ALL
                SELECT * FROM (SELECT * FROM articles_passage WHERE approved_until > %(at)s LIMIT 20000) AS first
                WHERE (SELECT any_unit FROM common) AND search @@ (SELECT any_unit FROM asked)
            ) AS p
            WHERE (SELECT step FROM given) IN ('', 'approved') AND p.approved_until > %(at)s
              AND ((SELECT audience FROM given) IS NULL OR p.audience_id = (SELECT audience_id FROM given))
              AND ((SELECT specialty FROM given) IS NULL OR EXISTS (
                  SELECT FROM articles_version v JOIN articles_article a ON a.id = v.article_id
                  WHERE v.id = p.version_id
                    AND a.specialties @> ARRAY[(SELECT specialty FROM given)]::varchar[] OFFSET 0
              ))
            LIMIT 200
        ) AS part WHERE NOT %(is_one)s AND NOT EXISTS (SELECT FROM approved_each)
        UNION ALL
        SELECT *, 1 AS times FROM other_each WHERE (SELECT count(*) < 200 FROM approved_each)
        UNION ALL
        SELECT *, 1 AS times FROM (
            SELECT p.id, p.version_id, p.audience_id, p.position, p.search FROM (
                SELECT * FROM articles_passage
                WHERE NOT (SELECT any_unit FROM common) AND approved_until IS NULL AND position = 0
                  AND search @@ (SELECT any_unit FROM asked)
                UNION ALL
                SELECT * FROM articles_passage
                WHERE NOT (SELECT any_unit FROM common) AND approved_until IS NULL
                  AND search @@ (SELECT any_unit FROM asked)
                UNION ALL
                SELECT * FROM (
                    SELECT * FROM articles_passage WHERE approved_until IS NULL ORDER BY id DESC LIMIT 20000
                ) AS newest WHERE (SELECT any_unit FROM common) AND search @@ (SELECT any_unit FROM asked)
                UNION ALL
                SELECT * FROM (
                    SELECT * FROM articles_passage WHERE approved_until BETWEEN '-infinity' AND %(at)s LIMIT 20000
                ) AS lapsed WHERE search @@ (SELECT any_unit FROM asked)
            ) AS p, LATERAL (
                SELECT FROM articles_version v
                WHERE v.id = p.version_id AND v.state <> 'retracted'
                  AND NOT (v.state = 'approved' AND v.valid_until > %(at)s)
                  AND CASE (SELECT step FROM given) WHEN 'submitted' THEN v.state = 'submitted'
                      WHEN 'under_review' THEN v.state <> 'submitted' ELSE true END
                  AND v.id = (
                      SELECT s.id FROM articles_version s
                      WHERE s.article_id = v.article_id
                        AND s.state IN ('approved', 'suspended', 'retracted',
                            'changes_requested', 'under_review', 'submitted')
                        AND (s.state NOT IN ('changes_requested', 'under_review', 'submitted')
                            OR (SELECT show_pending FROM given))
                      ORDER BY CASE s.state WHEN 'approved' THEN 1 WHEN 'suspended' THEN 2
                          WHEN 'retracted' THEN 2 ELSE 3 END, s.number DESC LIMIT 1
                  ) OFFSET 0
            ) AS shown
            WHERE (SELECT step FROM given) <> 'approved'
              AND ((SELECT audience FROM given) IS NULL OR p.audience_id = (SELECT audience_id FROM given))
              AND ((SELECT specialty FROM given) IS NULL OR EXISTS (
                  SELECT FROM articles_version v JOIN articles_article a ON a.id = v.article_id
                  WHERE v.id = p.version_id
                    AND a.specialties @> ARRAY[(SELECT specialty FROM given)]::varchar[] OFFSET 0
              ))
            LIMIT 200
        ) AS part WHERE NOT %(is_one)s AND NOT EXISTS (SELECT FROM approved_each)
            AND NOT EXISTS (SELECT FROM other_each)
    ) AS p
), page AS (
    SELECT version_id, score FROM (SELECT version_id, max(score) AS score FROM hits GROUP BY version_id) AS found
    WHERE %(score)s::int IS NULL OR (score * %(direction)s::int, version_id * %(direction)s::int)
        < (%(score)s::int * %(direction)s::int, %(version)s::bigint * %(direction)s::int)
    ORDER BY score * %(direction)s::int DESC, version_id * %(direction)s::int DESC LIMIT %(limit)s
), best AS (
    SELECT DISTINCT ON (version_id) hits.id, score
    FROM page JOIN hits USING (version_id, score) JOIN articles_rendition r USING (version_id, audience_id)
    ORDER BY version_id, is_primary DESC, position
)
SELECT v.id, v.state, v.question, v.updated_at, v.submitted_at, v.under_review_at, v.approved_at, v.valid_until,
    v.state_changed_at, v.state_reason, a.slug, a.specialties, d.code, d.name, p.section, p.heading, p.numbers,
    -- The characters around a match are BEGIN and END in indexing.py.
    ts_headline('imprimatur', p.text, (SELECT any_unit FROM asked),
        'HighlightAll=true, StartSel=' || chr(57344) || ', StopSel=' || chr(57345)),
    best.score
FROM best JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
ORDER BY best.score * %(direction)s::int DESC, v.id * %(direction)s::int DESC LIMIT 101
