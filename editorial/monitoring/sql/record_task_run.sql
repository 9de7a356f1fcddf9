-- Record that a task ran.
-- One statement, so any number of workers may record at once.
-- %(task)s = 'editorial.tasks.sweep_notices'
-- %(now)s = now()
-- %(seconds)s = 0.1
-- %(failed)s = 0
INSERT INTO editorial_taskrun AS known (task, ended_at, seconds, total_seconds, runs, failures)
VALUES (%(task)s, %(now)s, %(seconds)s, %(seconds)s, 1, %(failed)s)
ON CONFLICT (task) DO UPDATE SET
    ended_at = greatest(known.ended_at, excluded.ended_at),
    seconds = excluded.seconds,
    total_seconds = known.total_seconds + excluded.seconds,
    runs = known.runs + 1,
    failures = known.failures + excluded.failures
