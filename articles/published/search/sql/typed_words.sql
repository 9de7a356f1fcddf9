-- Corrections and synonyms of typed words, and the policy and filters that exist.
--
-- Returns one row: for each word, in order, [word, whether it says nothing, whether no text that readers see has it,
-- similar words that they see, how similar these are]; synonyms of any of these; products named by an unknown word;
-- words that begin as the last one; the policy in force; whether the specialty and the audience exist.
--
-- The array of words is wrapped in a SELECT, so the planner does not guess its length and one plan serves every search.
-- OFFSET 0 makes PostgreSQL look up one word after the other, and not all known words first.
-- %(at)s = now()
-- %(typed)s = '{imunoglobulin,back,pain}'
-- %(heeded)s = '{true,true,true}'
-- %(begun)s = NULL
-- %(specialty)s = ''
-- %(audience)s = 'patient'
WITH known AS NOT MATERIALIZED (
    -- Words of synonyms, and of texts that readers see.
    SELECT w.word FROM articles_word w LEFT JOIN articles_version v ON v.id = w.version_id
    WHERE w.synonym_id IS NOT NULL OR (NOT (v.state = 'retracted' AND v.state IS NOT NULL) AND w.version_id = (
        SELECT s.id FROM articles_version s
        WHERE s.article_id = v.article_id
          AND s.state IN ('approved', 'suspended', 'retracted', 'changes_requested', 'under_review', 'submitted')
          AND (s.state NOT IN ('changes_requested', 'under_review', 'submitted') OR (
                  SELECT show_pending FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                  ORDER BY in_force_from DESC, number DESC LIMIT 1))
        ORDER BY CASE s.state WHEN 'approved' THEN 1 WHEN 'suspended' THEN 2 WHEN 'retracted' THEN 2 ELSE 3 END,
            s.number DESC LIMIT 1
    ))
), shown AS NOT MATERIALIZED (
    -- Passages of texts that readers see.
    SELECT p.search, p.approved_until FROM articles_passage p JOIN articles_version v ON v.id = p.version_id
    WHERE v.state <> 'retracted' AND p.version_id = (
        SELECT s.id FROM articles_version s
        WHERE s.article_id = v.article_id
          AND s.state IN ('approved', 'suspended', 'retracted', 'changes_requested', 'under_review', 'submitted')
          AND (s.state NOT IN ('changes_requested', 'under_review', 'submitted') OR (
                  SELECT show_pending FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
                  ORDER BY in_force_from DESC, number DESC LIMIT 1))
        ORDER BY CASE s.state WHEN 'approved' THEN 1 WHEN 'suspended' THEN 2 WHEN 'retracted' THEN 2 ELSE 3 END,
            s.number DESC LIMIT 1
    )
), typed AS (
    SELECT word, place, query = '' AS is_empty, coalesce(NOT is_form, false) AS is_unknown, near, likeness
    FROM (
        -- Six unknown words are compared with others: that takes longer than all the rest.
        SELECT *, is_unknown AND row_number() OVER (PARTITION BY is_unknown ORDER BY place) <= 6 AS is_read
        FROM (
            SELECT word, place, query, is_heeded AND length(word) > 3 AND query <> ''
                AND NOT EXISTS (SELECT FROM known WHERE known.word = typed.word OFFSET 0)
                AND NOT EXISTS (SELECT FROM shown WHERE approved_until IS NOT NULL AND search @@ query::tsquery)
                AND NOT EXISTS (SELECT FROM shown WHERE approved_until IS NULL AND search @@ query::tsquery)
                AS is_unknown
            FROM unnest((SELECT %(typed)s::text[]), (SELECT %(heeded)s::boolean[]))
                WITH ORDINALITY AS typed(word, is_heeded, place),
                LATERAL (SELECT plainto_tsquery('imprimatur', word)::text AS query) AS stemmed
        ) AS typed
    ) AS typed LEFT JOIN LATERAL (
        -- The twenty most similar words with a trigram similarity of at least 0.36, see docs/search.md, as far as
        -- readers see them.
        SELECT coalesce(array_agg(word ORDER BY likeness DESC, word), '{}') AS near,
            array_agg(likeness ORDER BY likeness DESC, word) AS likeness,
            coalesce(bool_or(plainto_tsquery('imprimatur', word)::text = typed.query), false) AS is_form
        FROM (
            SELECT DISTINCT word, similarity(word, typed.word) AS likeness FROM articles_word
            WHERE word % typed.word AND similarity(word, typed.word) >= 0.36
            ORDER BY likeness DESC, word LIMIT 20
        ) AS close WHERE EXISTS (SELECT FROM known WHERE known.word = close.word OFFSET 0)
    ) AS close ON is_read
)
SELECT
    (SELECT json_agg(json_build_array(word, is_empty, is_unknown, near, likeness) ORDER BY place) FROM typed),
    (SELECT json_agg(terms ORDER BY id) FROM articles_synonym WHERE is_used AND stems && (
        SELECT array_agg(CASE WHEN length(form) > 3 THEN regexp_replace(form, 's$', '') ELSE form END::varchar)
        FROM typed, unnest(near || word) AS form)),
    ARRAY(SELECT name FROM editorial_product WHERE to_tsvector('simple', coalesce(name, '')) @@ (
        SELECT to_tsquery('simple', string_agg(form, ' | ')) FROM typed, unnest(near || word) AS form
        WHERE is_unknown)),
    -- The twenty shortest words that begin so.
    ARRAY(SELECT word FROM (
        SELECT DISTINCT word, length(word) FROM articles_word WHERE word LIKE %(begun)s
        ORDER BY length(word), word LIMIT 20
    ) AS begun WHERE EXISTS (SELECT FROM known WHERE known.word = begun.word OFFSET 0)),
    (SELECT to_json(policy) FROM (
        SELECT id, caution, show_pending FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
        ORDER BY in_force_from DESC, number DESC LIMIT 1
    ) AS policy),
    EXISTS (SELECT FROM editorial_specialty WHERE code = %(specialty)s),
    EXISTS (SELECT FROM editorial_audience WHERE code = %(audience)s)
