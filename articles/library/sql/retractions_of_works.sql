-- What the list of retractions says about works, and about the DOIs and PMIDs in names.
-- One JSON object: the day of the newest list, the records of these works, and what the list says about any of them.
-- %(works)s = ARRAY(SELECT id FROM articles_reference LIMIT 5)
-- %(names)s = '{10.1385/criai:29:3:173}'
WITH RECURSIVE up (work, id, next) AS (
    -- From each work up to the record that stands for it, then down to all that were merged into that one.
    -- UNION and not UNION ALL: a circle would end.
    SELECT id, id, merged_into_id FROM articles_reference WHERE id IN (SELECT unnest(%(works)s::bigint[]))
    UNION SELECT up.work, r.id, r.merged_into_id FROM up JOIN articles_reference r ON r.id = up.next
), down (work, id) AS (
    SELECT work, id FROM up WHERE next IS NULL
    UNION SELECT down.work, r.id FROM down JOIN articles_reference r ON r.merged_into_id = down.id
), related AS (
    SELECT down.work, r.id, r.doi, r.pmid FROM down JOIN articles_reference r ON r.id = down.id
), named (name) AS (
    SELECT lower(doi) FROM related UNION SELECT pmid FROM related UNION SELECT unnest(%(names)s::text[])
), listed (id) AS (
    SELECT id FROM articles_retractionrecord JOIN named ON doi = name
    UNION SELECT id FROM articles_retractionrecord JOIN named ON pmid = name
)
SELECT jsonb_build_object(
    'as_of', (SELECT as_of FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1),
    'related', (SELECT json_agg(json_build_array(work, id, doi, pmid)) FROM related),
    'records', (SELECT json_agg(record) FROM articles_retractionrecord record JOIN listed USING (id)))
