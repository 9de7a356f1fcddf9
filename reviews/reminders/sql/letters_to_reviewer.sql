-- Owe a letter about a review to its reviewer.
-- Nobody is reminded of what they cannot do, as Review.objects.unable says. Escalations and consequences go on.
-- %(reminders)s = ARRAY(SELECT id FROM reviews_reminder ORDER BY id DESC LIMIT 5)
-- %(now)s = now()
-- %(today)s = current_date
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r
JOIN reviews_review s ON s.id = r.subject
JOIN editorial_boardmember m ON m.id = s.member_id
    AND m.term_from <= %(today)s AND (m.term_to IS NULL OR m.term_to >= %(today)s)
    AND m.licence_expires_on >= %(today)s AND NOT imprimatur_obstructed(s.id, %(today)s)
JOIN editorial_user u ON u.id = m.user_id
WHERE r.id = ANY (%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
