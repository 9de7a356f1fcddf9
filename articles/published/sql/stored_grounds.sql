-- Every ground by which list entries were written, each once.
-- There are few of them among many entries, so each is looked up in the index after the one before it.
WITH RECURSIVE known (ground) AS (
    SELECT min(ground) FROM articles_listentry
    UNION ALL
    SELECT (SELECT min(ground) FROM articles_listentry later WHERE later.ground > known.ground)
        FROM known WHERE known.ground IS NOT NULL
)
SELECT ground::text FROM known WHERE ground IS NOT NULL
