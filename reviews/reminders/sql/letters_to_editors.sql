-- Owe letters to all editors.
-- %(reminders)s = ARRAY(SELECT id FROM reviews_reminder ORDER BY id DESC LIMIT 5)
-- %(now)s = now()
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r
JOIN editorial_user u ON u.is_editor
WHERE r.id = ANY (%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
