-- Every record of each of these works, itself included: records that were merged are one work.
-- %(works)s = ARRAY(SELECT id FROM articles_reference LIMIT 5)
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
)
SELECT * FROM related
