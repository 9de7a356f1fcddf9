-- Owe letters to the chair of the board.
-- The editors get them when the board has no chair.
-- %(reminders)s = ARRAY(SELECT id FROM reviews_reminder ORDER BY id DESC LIMIT 5)
-- %(now)s = now()
-- %(today)s = current_date
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r
JOIN editorial_user u ON u.id IN (
        SELECT user_id FROM editorial_boardmember
        WHERE is_chair AND term_from <= %(today)s AND (term_to IS NULL OR term_to >= %(today)s))
    OR u.is_editor AND NOT EXISTS (SELECT FROM editorial_boardmember WHERE is_chair)
WHERE r.id = ANY (%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
