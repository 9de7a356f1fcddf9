-- Delete dispatches that were delivered or abandoned long ago.
-- %(before)s = now() - interval '90 days'
-- %(limit)s = 500
DELETE FROM editorial_dispatch WHERE id = ANY (ARRAY(
    SELECT id FROM editorial_dispatch WHERE delivered_at < %(before)s OR abandoned_at < %(before)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)) RETURNING id
