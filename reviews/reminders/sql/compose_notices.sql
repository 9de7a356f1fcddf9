-- Put all letters of each person that are ready into one notice.
-- %(now)s = now()
-- %(people)s = ARRAY(SELECT recipient_id FROM reviews_letter LIMIT 5)
WITH ready AS (
    SELECT id, recipient_id FROM reviews_letter
    WHERE notice_id IS NULL AND dropped_at IS NULL AND not_before <= %(now)s AND recipient_id = ANY (%(people)s)
), owed AS (
    INSERT INTO editorial_notice (key, kind, recipient_id, subject, context, owed_at, not_before, attempts, last_error)
    SELECT 'reminders:' || recipient_id || ':' || min(id), 'reminders', recipient_id, 'user:' || recipient_id,
        '{}', %(now)s, %(now)s, 0, ''
    FROM ready GROUP BY recipient_id RETURNING id, recipient_id
)
UPDATE reviews_letter SET notice_id = owed.id
FROM ready JOIN owed ON owed.recipient_id = ready.recipient_id WHERE reviews_letter.id = ready.id
