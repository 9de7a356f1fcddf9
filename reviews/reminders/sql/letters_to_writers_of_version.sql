-- Owe letters about a version to its writers.
-- %(reminders)s = ARRAY(SELECT id FROM reviews_reminder ORDER BY id DESC LIMIT 5)
-- %(now)s = now()
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r
JOIN articles_version s ON s.id = r.subject
JOIN articles_authorship w ON w.article_id = s.article_id
JOIN editorial_user u ON u.id = w.user_id
WHERE r.id = ANY (%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
