"""The periodic tasks that beat sends."""

TASKS: tuple[tuple[str, str, int], ...] = (
    ("take-rungs", "reviews.tasks.take_due_rungs", 5 * 60),
    ("apply-consequences", "reviews.tasks.apply_consequences", 5 * 60),
    ("compose-reminder-mails", "reviews.tasks.compose_mails", 5 * 60),
    ("deliver-owed-notices", "editorial.tasks.sweep_notices", 60),
    ("deliver-webhooks", "editorial.tasks.sweep_webhooks", 10),
    ("tell-of-lapses", "articles.tasks.tell_of_lapses", 60),
    ("tell-that-beat-lives", "editorial.tasks.heartbeat", 60),
    ("write-readings", "articles.tasks.write_documents", 60),
    ("verify-documents", "articles.tasks.verify_documents", 10 * 60),
    ("record-ended-terms", "editorial.tasks.record_ended_terms", 5 * 60),
    ("hand-on-reviews", "reviews.tasks.hand_on_reviews", 60),
    ("fill-seats", "reviews.tasks.fill_seats", 5 * 60),
    ("follow-empty-seats", "reviews.tasks.follow_empty_seats", 5 * 60),
    ("mark-approvals", "reviews.tasks.mark_approvals", 5 * 60),
    ("follow-conflicts", "reviews.tasks.follow_conflicts", 5 * 60),
    ("follow-retractions", "reviews.tasks.follow_retractions", 60 * 60),
    ("go-on-with-imports", "articles.tasks.sweep_imports", 5 * 60),
    ("mail-readers", "articles.tasks.sweep_reader_mail", 60),
    ("erase-readers-addresses", "articles.tasks.erase_addresses", 60 * 60),
    ("purge-old-answers", "editorial.tasks.purge_answers", 24 * 60 * 60),
    ("purge-old-typing", "editorial.tasks.purge_typed", 24 * 60 * 60),
    ("purge-expired-logins", "editorial.tasks.purge_logins", 24 * 60 * 60),
    ("purge-old-mail-log", "editorial.tasks.purge_mail_log", 24 * 60 * 60),
    ("purge-old-webhooks", "editorial.tasks.purge_webhooks", 24 * 60 * 60),
)
"""Name, task, and seconds between two runs."""

SCHEDULE = {
    name: {"task": task, "schedule": float(seconds), "options": {"expires": seconds}} for name, task, seconds in TASKS
}
"""A task that no worker has started when the next one is sent expires. One sweep catches up after any outage."""
