"""SQL statements in files: what a file says, and what a cursor gets."""

from pathlib import Path

import pytest

from editorial.sql_files import parsed, statement, statements

TEXT = """-- Words like another one. See
-- the manual.
--
-- %(word)s = 'pain'
-- %(limit)s = 20
SELECT word FROM articles_word  -- any
WHERE word % %(word)s LIMIT %(limit)s
"""


def test_comment_on_top_describes_a_statement_and_gives_examples():
    found = parsed("similar", TEXT)
    assert (found.name, found.summary) == ("similar", "Words like another one.")
    assert found.description.split() == ["Words", "like", "another", "one.", "See", "the", "manual."]
    assert found.examples == {"word": "'pain'", "limit": "20"}
    assert found.text == "SELECT word FROM articles_word  -- any\nWHERE word % %(word)s LIMIT %(limit)s"
    assert found.with_examples().endswith("WHERE word % 'pain' LIMIT 20")


def test_cursor_gets_an_operator_as_two_percent_signs():
    assert "word %% typed.word" in statement("articles.published.search", "typed_words")


def test_parameter_without_an_example_is_an_error():
    with pytest.raises(KeyError):
        parsed("bare", "SELECT %(word)s").with_examples()


def test_statement_that_does_not_exist_is_an_error():
    with pytest.raises(FileNotFoundError):
        statement("editorial.webhooks", "nothing")


def test_statements_are_found_below_a_directory():
    found = [one.name for one in statements(Path("editorial/webhooks"))]
    assert found == ["delete_attempts", "delete_dispatches", "delete_messages", "owe_message"]
