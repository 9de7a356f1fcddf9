-- Delete old messages without a dispatch.
-- These are messages that nobody is owed any more, and those that nobody ever listened to.
-- %(before)s = now() - interval '90 days'
-- %(limit)s = 500
DELETE FROM editorial_message WHERE id = ANY (ARRAY(
    SELECT id FROM editorial_message told WHERE occurred_at < %(before)s AND NOT is_remembered
    AND NOT EXISTS (SELECT FROM editorial_dispatch WHERE message_id = told.id) LIMIT %(limit)s
))
