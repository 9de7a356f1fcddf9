-- People with letters that are ready to be sent.
-- %(now)s = now()
SELECT DISTINCT recipient_id FROM reviews_letter
WHERE notice_id IS NULL AND dropped_at IS NULL AND not_before <= %(now)s
ORDER BY recipient_id
