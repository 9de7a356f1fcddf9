"""Laws that stand in Python and in PostgreSQL say the same in both.

Every function, trigger, check constraint and partial index of the live database is read. What it names of our states,
verdicts, decisions and outcomes is compared with the Python that it speaks for. All lists are closed: something new in
SQL fails here until ``tests.support.laws_in_python`` lists it with its Python half, or with the reason why it has none.
"""

import ast

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import PositiveBigIntegerField, PositiveIntegerField, PositiveSmallIntegerField

from articles import lifecycle as version
from articles.models.versions import EVER_APPROVED
from articles.transitions import STAMPS
from editorial.record.seals import tracked_models
from reviews.models import Verdict
from reviews.models.comments_and_verdicts import NEGATIVE
from tests.support.laws_in_python import (
    IN_CONDITIONS,
    IN_FUNCTIONS,
    IN_TRIGGERS,
    OF_HISTORY,
    TRIGGERS_ON,
    WITHOUT_VALUES,
)
from tests.support.laws_in_sql import CHECKS, FUNCTIONS, INDEXES, TRIGGERS, Said, definitions, differences, is_in, said
from tests.test_architecture import sources

pytestmark = pytest.mark.django_db

OF_SQL = {
    *("INSERT", "UPDATE", "DELETE", "UTC", "UTF8", "hex", "object", "array", "24 hours", ":", ">"),
    *(r"^([^+@]+)\+[^@]*@", r"\1@"),  # mailboxes
    "^[0-9a-f]{64}$",  # a digest, in the model too
    "articles_unwritten",  # the name of a lock
    "{seal,sealed_columns}",
    "SELECT seal FROM %I WHERE id = $1 AND history_id < $2 ORDER BY history_id DESC LIMIT 1",
}
"""Words that are no values of ours."""

INDEX_ALONE = {"editorial_user.accounts_by_mailbox"}
"""For imprimatur_accounts; it forbids nothing, so no model declares it."""

POSITIVE = (PositiveSmallIntegerField, PositiveIntegerField, PositiveBigIntegerField)
TABLES = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def compared(found: set[Said], *, but: set[str] = frozenset()) -> set[Said]:
    """Without the words that are no values of ours."""
    return {one for one in found if one.how != "word" or not one.values <= OF_SQL | but}


def in_functions() -> dict[str, set[Said]]:
    return {name: compared(said(sql)) for name, sql in definitions(FUNCTIONS).items()}


def in_triggers() -> dict[str, set[Said]]:
    """Those that say something. Arguments that are columns of the table are looked up here."""
    found = {}
    for name, sql in definitions(TRIGGERS).items():
        table = TABLES[name.partition(".")[0]]
        found[name] = compared(said(sql), but={field.column for field in table._meta.concrete_fields})
    return {name: one for name, one in found.items() if one}


def in_conditions() -> dict[str, set[Said]]:
    found = definitions(CHECKS) | definitions(INDEXES)
    return {name: one for name, sql in found.items() if (one := compared(said(sql)))}


def listed_triggers() -> set[str]:
    ours = {f"{table}.{name}" for name, tables in TRIGGERS_ON.items() for table in tables.split()}
    return ours | {f"{model.history.model._meta.db_table}.{name}" for model in tracked_models() for name in OF_HISTORY}


def declared_conditions() -> set[str]:
    """Check constraints and indexes by their models, and the check that Django gives a field of positive numbers."""
    named = {
        f"{table}.{one.name}"
        for table, model in TABLES.items()
        for one in (*model._meta.constraints, *model._meta.indexes)
    }
    positive = {
        f"{table}.{table}_{field.column}_check"
        for table, model in TABLES.items()
        for field in model._meta.concrete_fields
        if isinstance(field, POSITIVE)
    }
    return named | positive | INDEX_ALONE


# --- both say the same -----------------------------------------------------------------------------------------------


def test_functions_say_what_python_says():
    assert differences(in_functions(), IN_FUNCTIONS) == {}
    assert in_functions().keys() == IN_FUNCTIONS.keys() | WITHOUT_VALUES.keys()


def test_triggers_say_what_python_says():
    assert differences(in_triggers(), IN_TRIGGERS) == {}


def test_checks_and_partial_indexes_say_what_python_says():
    assert differences(in_conditions(), IN_CONDITIONS) == {}


def test_every_trigger_is_listed():
    assert definitions(TRIGGERS).keys() == listed_triggers()


def test_every_check_and_partial_index_is_declared_by_its_model():
    assert (definitions(CHECKS) | definitions(INDEXES)).keys() <= declared_conditions()


def test_words_that_are_not_compared_are_no_values_of_ours():
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields if field.choices)
    values = {str(value) for field in fields for value, _ in field.flatchoices}
    assert values.isdisjoint(OF_SQL)


def test_ever_approved_are_the_states_from_an_approval_on():
    reached = {version.State.APPROVED}
    for _ in version.State:
        reached |= {after for (state, _), after in version.TRANSITIONS.items() if state in reached}
    assert set(EVER_APPROVED) == reached


def test_moments_that_a_move_stamps_are_written_once():
    sql = definitions(TRIGGERS)["articles_version.write_once"]
    assert {word for one in said(sql) for word in one.values} >= {*STAMPS.values(), "approved_at"}


def values_by_column() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.choices:
                found.setdefault(field.column, set()).update(str(value) for value, _ in field.flatchoices)
    return found


def test_sql_in_python_modules_names_values_that_exist():
    known, strange = values_by_column(), []
    for module, tree in sources().items():
        texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        for one in (one for text in texts if isinstance(text, str) and "'" in text for one in said(text)):
            column = one.what.rpartition(".")[2]
            if column in known and one.how != "has" and not one.values <= known[column]:
                strange.append(f"{module}: {one}")
    assert strange == []


# --- the comparison can fail -----------------------------------------------------------------------------------------

ANOTHER_FUNCTION = "CREATE FUNCTION imprimatur_new() RETURNS boolean LANGUAGE sql AS 'SELECT true'"
ANOTHER_TRIGGER = """CREATE TRIGGER hold_more BEFORE UPDATE ON reviews_review
    FOR EACH ROW WHEN (NEW.state = 'lapsed') EXECUTE FUNCTION imprimatur_refuse()"""
ANOTHER_CHECK = "ALTER TABLE reviews_review ADD CONSTRAINT not_lapsed CHECK (state <> 'lapsed')"


@pytest.fixture
def _changed(request, db):
    with connection.cursor() as cursor:
        cursor.execute(request.param)


def test_value_that_python_adds_is_noticed():
    altered = {**IN_FUNCTIONS, "imprimatur_is_negative": {is_in("verdict", NEGATIVE | {Verdict.PARTLY})}}
    (told,) = differences(in_functions(), altered).values()
    assert "SQL alone: verdict is contradicts, does_not_support." in told
    assert "Python alone: verdict is contradicts, does_not_support, partly." in told


@pytest.mark.parametrize("name", sorted(name for name, one in IN_FUNCTIONS.items() if one))
def test_value_that_a_function_adds_is_noticed(name):
    sql = definitions(FUNCTIONS)[name]
    for one in in_functions()[name]:
        word = min(one.values)
        with connection.cursor() as cursor:
            cursor.execute(sql.replace(f"'{word}'", f"'{word}_2'"))
        assert name in differences(in_functions(), IN_FUNCTIONS), one


@pytest.mark.parametrize("_changed", [ANOTHER_FUNCTION], indirect=True)
def test_function_that_is_not_listed_is_noticed(_changed):
    assert in_functions().keys() - IN_FUNCTIONS.keys() - WITHOUT_VALUES.keys() == {"imprimatur_new"}


@pytest.mark.parametrize("_changed", [ANOTHER_TRIGGER], indirect=True)
def test_trigger_that_is_not_listed_is_noticed(_changed):
    assert definitions(TRIGGERS).keys() - listed_triggers() == {"reviews_review.hold_more"}
    assert differences(in_triggers(), IN_TRIGGERS).keys() == {"reviews_review.hold_more"}


@pytest.mark.parametrize("_changed", [ANOTHER_CHECK], indirect=True)
def test_check_that_is_not_declared_is_noticed(_changed):
    assert (definitions(CHECKS) | definitions(INDEXES)).keys() - declared_conditions() == {"reviews_review.not_lapsed"}
    assert differences(in_conditions(), IN_CONDITIONS).keys() == {"reviews_review.not_lapsed"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a.state NOT IN ('x', 'y')", {("a.state", "is not", "x y")}),
        (
            "((state)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
            {("state", "is", "x y")},
        ),
        ("OLD.state <> 'x' -- not 'y'", {("old.state", "is not", "x")}),
        ("RAISE EXCEPTION 'no' USING ERRCODE = 'z'; state = 'x'", {("state", "is", "x")}),
        ("f(a ->> 'k', a ->> 'l')", {("a", "has", "k l")}),
        ("CASE kind WHEN 'x' THEN 1 END", {("", "word", "x")}),
        ("state = '' AND tiers = '{}'", set()),
    ],
)
def test_literals_are_read_with_what_they_are_compared_with(sql, expected):
    assert {(what, how, " ".join(sorted(values))) for what, how, values in said(sql)} == expected
