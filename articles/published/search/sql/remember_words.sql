-- Store the words of a text or synonym as possible corrections of misspelt words.
-- Of each word a few texts are stored (witnesses); a word of a synonym always is.
-- %(version)s = (SELECT max(version_id) FROM articles_passage)
-- %(synonym)s = NULL
-- %(words)s = '{back,pain}'
-- %(witnesses)s = 5
INSERT INTO articles_word (version_id, synonym_id, word)
SELECT %(version)s, %(synonym)s, known.word FROM unnest(%(words)s::text[]) AS known(word)
WHERE %(synonym)s::bigint IS NOT NULL
    OR (SELECT count(version_id) FROM articles_word kept WHERE kept.word = known.word) < %(witnesses)s
ON CONFLICT DO NOTHING
