-- Owe a letter about a board member to that member.
-- %(reminders)s = ARRAY(SELECT id FROM reviews_reminder ORDER BY id DESC LIMIT 5)
-- %(now)s = now()
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r
JOIN editorial_boardmember m ON m.id = r.subject
JOIN editorial_user u ON u.id = m.user_id
WHERE r.id = ANY (%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
