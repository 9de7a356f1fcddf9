-- Record a message for front-ends, and owe it to every endpoint that listens to its event.
-- A message is recorded once: with a known key or identity, nothing happens. Returns how many messages and how many
-- dispatches were made.
-- %(key)s = 'article.published:article:1:1'
-- %(identity)s = 'msg_1'
-- %(event)s = 'article.published'
-- %(subject)s = 'article:1'
-- %(body)s = '{}'
-- %(occurred_at)s = now()
-- %(is_remembered)s = false
-- %(now)s = now()
WITH told AS (
    INSERT INTO editorial_message (key, identity, event, subject, body, occurred_at, is_remembered)
    VALUES (%(key)s, %(identity)s, %(event)s, %(subject)s, %(body)s, %(occurred_at)s, %(is_remembered)s)
    ON CONFLICT DO NOTHING RETURNING id
), owed AS (
    INSERT INTO editorial_dispatch (message_id, endpoint_id, owed_at, not_before, attempts)
    SELECT told.id, endpoint.id, %(now)s, %(now)s, 0 FROM told, editorial_endpoint endpoint
    WHERE endpoint.is_active AND %(event)s = ANY (endpoint.events) ORDER BY endpoint.id RETURNING id
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM owed)
