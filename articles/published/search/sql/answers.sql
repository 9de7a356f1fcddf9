-- Passages of validly approved articles that answer a question, the best article first.
-- Each comes with the cached document of its article for its audience.
--
-- units, kinds and words are the ways to say each unit of the question, as for a search. stress is how many times each
-- unit counts, beside being rare. versions and likeness come from QUESTION_LIKENESS. At most 1,000 passages are ranked,
-- and the 400 best of them are scored in full. docs/search.md describes how the weights were found.
-- %(at)s = now()
-- %(code)s = (SELECT split_part(ground, ':', 3) FROM articles_document LIMIT 1)
-- %(text)s = 'Can immunoglobulin cause back pain?'
-- %(units)s = '{0,1,2}'
-- %(kinds)s = '{plain,plain,plain}'
-- %(words)s = '{immunoglobulin,back,pain}'
-- %(stress)s = '{1,1,1}'
-- %(versions)s = '{}'
-- %(likeness)s = '{}'
-- %(good_enough)s = 0.28
-- %(offered)s = 3
WITH asked AS MATERIALIZED (
    -- A unit that is nothing but stop words stays, and nothing has it.
    SELECT unit AS place, stress, coalesce(query, '')::tsquery AS query
    FROM unnest(%(stress)s::float8[]) WITH ORDINALITY AS stressed(stress, number) JOIN (
        SELECT unit, string_agg('(' || way || ')', ' | ') FILTER (WHERE way <> '') AS query
        FROM (
            SELECT unit, CASE kind WHEN 'plain' THEN plainto_tsquery('imprimatur', words)
                ELSE phraseto_tsquery('imprimatur', words) END::text AS way
            FROM unnest(%(units)s::int[], %(kinds)s::text[], %(words)s::text[]) AS way(unit, kind, words)
        ) AS ways GROUP BY unit
    ) AS units ON unit = number - 1
), any_unit AS MATERIALIZED (
    SELECT string_agg('(' || query::text || ')', ' | ')::tsquery AS query FROM asked WHERE query::text <> ''
), sample AS MATERIALIZED (
    SELECT search FROM articles_passage WHERE id = ANY (ARRAY(
        SELECT first + (last - first) * place / 32 FROM generate_series(0, 32) AS place,
            (SELECT min(id) AS first, max(id) AS last FROM articles_passage) AS passages
    ))
), weighed AS MATERIALIZED (
    -- The fewer approved articles have a unit, the more it weighs; 1,000 are counted at most. As in a search, a unit in
    -- more than one of eight passages is found by a scan of up to 20,000 passages.
    SELECT place, query, stress * ln(1 + (articles + 1) / (found + 0.5)) AS weight
    FROM (SELECT count(*)::float8 AS articles FROM (
        SELECT FROM articles_version WHERE state = 'approved' AND valid_until > %(at)s LIMIT 1000) AS approved
    ) AS known, asked, LATERAL (
        SELECT (SELECT count(*) FILTER (WHERE search @@ query) * 8 > count(*) FROM sample) AS is_common OFFSET 0
    ) AS sampled, LATERAL (
        SELECT count(DISTINCT version_id)::float8 AS found FROM (
            SELECT version_id FROM articles_passage
            WHERE NOT is_common AND approved_until > %(at)s AND search @@ query
            UNION ALL
            SELECT version_id FROM (
                SELECT version_id, search FROM articles_passage WHERE approved_until > %(at)s LIMIT 20000
            ) AS first WHERE is_common AND search @@ query
            LIMIT 1000
        ) AS hit
    ) AS counted
), hits AS (
    -- Which units a passage has is kept as bits.
    SELECT id, version_id, rank,
        (SELECT bit_or(CASE WHEN p.search @@ query THEN 1::bigint << place ELSE 0 END) FROM asked) AS units
    FROM (
        SELECT p.id, p.version_id, p.search, ts_rank(p.search, (SELECT query FROM any_unit), 1) AS rank
        FROM (
            SELECT id FROM articles_passage
            WHERE NOT (SELECT count(*) FILTER (WHERE search @@ (SELECT query FROM any_unit)) * 8 > count(*) FROM sample)
              AND approved_until > %(at)s AND search @@ (SELECT query FROM any_unit)
            UNION ALL
            SELECT id FROM (
                SELECT id, search FROM articles_passage WHERE approved_until > %(at)s LIMIT 20000
            ) AS first
            WHERE (SELECT count(*) FILTER (WHERE search @@ (SELECT query FROM any_unit)) * 8 > count(*) FROM sample)
              AND search @@ (SELECT query FROM any_unit)
            LIMIT 1000
        ) AS candidate JOIN articles_passage p USING (id)
        ORDER BY rank DESC, p.id LIMIT 400
    ) AS p
), spoken AS (
    SELECT version_id, bit_or(units) AS units, max(share) AS share,
        (array_agg(id ORDER BY share DESC, rank DESC, id))[:2] AS best
    FROM hits, LATERAL (
        SELECT coalesce(sum(weight) FILTER (WHERE units >> place & 1 = 1), 0) / sum(weight) AS share FROM weighed
    ) AS speaks GROUP BY version_id
), compared AS (
    SELECT spoken.*, similarity(v.question, %(text)s) AS likeness,
        (SELECT bit_or(CASE WHEN to_tsvector('imprimatur', v.question) @@ query THEN 1::bigint << place ELSE 0 END)
         FROM asked) AS in_question
    FROM spoken JOIN articles_version v ON v.id = version_id
), alike AS (
    -- Where editors linked nearly the same question, with every unit of this one, to an article before.
    SELECT version_id, max(likeness) AS likeness FROM (
        SELECT v.id AS version_id, similarity(q.text, %(text)s) AS likeness FROM articles_question q
        JOIN articles_reply r ON r.question_id = q.id AND r.outcome = 'linked'
        JOIN articles_version v ON v.article_id = r.article_id
        WHERE q.text % %(text)s AND similarity(q.text, %(text)s) >= 0.6
            AND NOT EXISTS (SELECT FROM asked WHERE NOT to_tsvector('imprimatur', q.text) @@ query)
        UNION ALL SELECT * FROM unnest(%(versions)s::bigint[], %(likeness)s::float8[])
    ) AS likeness GROUP BY version_id
), fits AS (
    SELECT version_id, coalesce(best, ARRAY(
            SELECT p.id FROM articles_passage p JOIN articles_rendition r USING (version_id, audience_id)
            WHERE p.version_id = v.id AND p.position = 0 AND r.is_primary
        )) AS passages,
        greatest(alike.likeness, 0.25 * in_article + 0.35 * compared.share + 0.3 * in_question_share
            + 0.1 * compared.likeness) AS score
    FROM compared FULL JOIN alike USING (version_id) JOIN articles_version v ON v.id = version_id, LATERAL (
        SELECT coalesce(sum(weight) FILTER (WHERE units >> place & 1 = 1), 0) / sum(weight) AS in_article,
            coalesce(sum(weight) FILTER (WHERE in_question >> place & 1 = 1), 0) / sum(weight) AS in_question_share
        FROM weighed
    ) AS shares
    WHERE v.state = 'approved' AND v.valid_until > %(at)s
)
SELECT fit.score, p.version_id, a.slug, d.code, d.name, p.section, p.heading, p.numbers,
    -- The characters around a match are BEGIN and END in indexing.py.
    ts_headline('imprimatur', p.text, (SELECT coalesce(query, '') FROM any_unit),
        'HighlightAll=true, StartSel=' || chr(57344) || ', StopSel=' || chr(57345)),
    written.gzipped
FROM (SELECT * FROM fits WHERE score >= %(good_enough)s ORDER BY score DESC, version_id LIMIT %(offered)s) AS fit
CROSS JOIN LATERAL unnest(passages) AS quoted(id)
JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
JOIN articles_rendition r ON r.version_id = p.version_id AND r.audience_id = p.audience_id
LEFT JOIN LATERAL imprimatur_document(a.slug, d.code, '', %(at)s, %(code)s) AS written ON true
WHERE EXISTS (SELECT FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s)
ORDER BY fit.score DESC, p.version_id, r.is_primary DESC, p.audience_id, p.position
