-- Whether no transaction is about to commit a change of what several articles say.
-- Such a transaction holds this lock until its marks are visible: see migration 0013_marks_are_not_missed.
SELECT CASE WHEN pg_try_advisory_lock(hashtext('articles_unwritten'), 0)
    THEN pg_advisory_unlock(hashtext('articles_unwritten'), 0) ELSE false END
