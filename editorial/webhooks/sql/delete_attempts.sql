-- Delete the attempts of deleted dispatches.
-- %(dispatches)s = ARRAY(SELECT id FROM editorial_dispatch LIMIT 5)
DELETE FROM editorial_attempt WHERE dispatch_id = ANY (%(dispatches)s)
