"""The shape of the house, held by its own source and by the migrated database."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import CheckConstraint, Model, Q

from articles import actions as article_actions
from editorial import actions as editorial_actions
from editorial.models import TrackedModel
from reviews import actions as review_actions

pytestmark = pytest.mark.no_cover

ROOT = Path(settings.BASE_DIR)
APPS = ["editorial", "articles", "reviews", "config"]
"""From the ground up: an app imports itself and those before it."""

LAYERS = [
    {"exceptions", "roles", "lifecycle"},
    {"models"},
    {"permissions"},
    {"actions", "reminders"},
    {"http", "verbs"},
    {"api", "admin", "reader", "tasks", "management", "templatetags"},
]
DOMAIN = 3
"""Rooms with a name of their own (``text``, ``library``, ``desk``) are asked as actions are: nothing above."""

MOST_AT_A_ROOT = 8

ACTIONS = [editorial_actions, article_actions, review_actions]
APPEND_ONLY = {
    "articles_documentfinding",
    "articles_reply",
    "articles_retractionlist",
    "articles_triage",
    "editorial_disclosurestatement",
    "editorial_endedterm",
    "editorial_ledgerentry",
    "reviews_approvalmark",
    "reviews_carriedcheck",
    "reviews_ruling",
    "reviews_signature",
    "reviews_signaturesetaside",
    "reviews_signaturewithdrawal",
}
NEEDS_NO_ACTOR = {"ask", "report"}
"""Readers have no account."""


@cache
def texts() -> dict[str, str]:
    files = [file for app in APPS for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts]
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file.read_text()
        for file in files
    }


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of ours but migrations, by its dotted name."""
    return {name: ast.parse(text) for name, text in texts().items()}


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What of ours a tree imports: dotted module names with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            paths = [f"{node.module}.{alias.name}" for alias in node.names]
            named = [path if path in sources() else node.module or "" for path in paths]
        else:
            continue
        yield from ((name, node.lineno) for name in named if name.partition(".")[0] in APPS)


def layer(module: str) -> int:
    part = module.split(".")[1] if "." in module else ""
    return next((rank for rank, names in enumerate(LAYERS) if part in names), DOMAIN)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
            yield node


def root_name(node: ast.AST) -> str:
    """The name that a chain of attributes and calls begins with."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def tracked() -> list[type[Model]]:
    return [model for model in apps.get_models() if hasattr(model, "history")]


# --- what the source says -------------------------------------------------------------------------------------------


def test_imports_between_apps_never_go_up():
    up = [
        f"{module}:{line} imports {name}"
        for module, tree in sources().items()
        for name, line in imports(tree)
        if APPS.index(name.partition(".")[0]) > APPS.index(module.partition(".")[0])
    ]
    assert up == []


def test_imports_inside_an_app_never_go_up_a_layer():
    up = [
        f"{module}:{line} imports {name}"
        for module, tree in sources().items()
        for name, line in imports(tree)
        if name.partition(".")[0] == module.partition(".")[0] != "config" and layer(name) > layer(module)
    ]
    assert up == []


def test_imports_have_no_circle():
    graph = {module: {name for name, _line in imports(tree)} - {module} for module, tree in sources().items()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)


def test_functions_import_nothing():
    inside = [
        f"{module}:{node.lineno}"
        for module, tree in sources().items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def module_words() -> set[str]:
    """The words of every name of a module or room, ours and the tests'."""
    paths = [path.relative_to(ROOT) for app in [*APPS, "tests"] for path in (ROOT / app).rglob("*.py")]
    names = {part for path in paths if "migrations" not in path.parts for part in path.with_suffix("").parts}
    return {word for name in names for word in name.removeprefix("test_").strip("_").split("_")}


def glossary_words() -> set[str]:
    terms = " ".join(re.findall(r"^\| ([^|]*) \|", (ROOT / "docs" / "glossary.md").read_text().lower(), re.MULTILINE))
    singular = set(re.findall(r"[a-z]+", terms))
    return singular | {plural for word in singular for plural in (f"{word}s", f"{word.removesuffix('y')}ies")}


def listed_words() -> set[str]:
    lines = (ROOT / "tests" / "support" / "module_words.txt").read_text().splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def test_names_of_modules_are_terms_of_the_glossary_or_usual_ones():
    assert module_words() - glossary_words() - listed_words() == set(), "see tests/support/module_words.txt"


def test_list_of_usual_words_in_names_of_modules_has_no_other():
    assert listed_words() - (module_words() - glossary_words()) == set()


@pytest.mark.parametrize("app", ["editorial", "articles", "reviews"])
def test_root_of_an_app_has_few_modules_beside_its_rooms(app):
    at_root = {file.stem for file in (ROOT / app).glob("*.py")} - {"__init__"}
    assert len(at_root) <= MOST_AT_A_ROOT, sorted(at_root)


def test_no_signal_receivers_of_ours():
    found = [
        f"{module}:{call.lineno}"
        for module, tree in sources().items()
        for call in calls(tree, "connect", "receiver")
        if root_name(call.func) != "psycopg"
    ]
    assert found == []


def test_state_is_assigned_in_transitions_only():
    assigned = set()
    for module, tree in sources().items():
        stores = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
        setters = [call for call in calls(tree, "setattr") if ast.unparse(call.args[1]) in ("'state'", '"state"')]
        if setters or any(node.attr == "state" for node in stores):
            assigned.add(module)
    assert assigned == {"articles.transitions", "reviews.transitions"}


def test_tracked_models_are_never_written_in_bulk():
    names = {model.__name__ for model in tracked()}
    bulk = [
        f"{module}:{call.lineno}"
        for module, tree in sources().items()
        for call in calls(tree, "update", "bulk_update", "bulk_create", "update_or_create")
        if root_name(call.func) in names - {"User"} or "User.objects" in ast.unparse(call.func)
    ]
    assert bulk == []


@pytest.mark.parametrize("package", ACTIONS, ids=lambda package: package.__name__)
def test_actions_take_actor_and_clock_by_keyword(package: ModuleType):
    public = [
        function
        for name, function in inspect.getmembers(package, inspect.isfunction)
        if not name.startswith("_") and function.__module__.startswith(package.__name__)
    ]
    assert public
    for function in public:
        parameters = inspect.signature(function).parameters
        for name in {"now"} | (set() if function.__name__ in NEEDS_NO_ACTOR else {"by"}):
            assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY, f"{function.__name__}: {name}"
            assert parameters[name].default is inspect.Parameter.empty, f"{function.__name__}: {name}"


def test_actions_and_domain_read_no_clock():
    clocks = [
        f"{module}:{call.lineno}"
        for module, tree in sources().items()
        if layer(module) <= DOMAIN and not module.startswith("config")
        for call in calls(tree, "now", "utcnow", "today", "localdate")
    ]
    assert clocks == []


def test_modules_and_functions_stay_small():
    long = [
        f"{module}: {function.name} has {function.end_lineno - function.lineno + 1} lines"
        for module, tree in sources().items()
        for function in functions(tree)
        if function.end_lineno - function.lineno >= 50
    ]
    long += [module for module, text in texts().items() if len(text.splitlines()) > 300]
    assert long == []


# --- what the database says -----------------------------------------------------------------------------------------


def triggers(table: str) -> dict[str, str]:
    """Name and definition of the enabled triggers of ``table``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
            [table],
        )
        return dict(cursor.fetchall())


def test_every_noun_of_ours_that_people_edit_is_tracked():
    untracked = {
        model.__name__
        for label in ("editorial", "articles", "reviews")
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "history") and not model.__name__.startswith("Historical")
    }
    written_by_the_house = {"LedgerChain", "LedgerEntry", "Notice", "StoredAnswer", "Citation", "Claim"}
    written_by_the_house |= {
        "AccountSession",
        "AnswerLink",
        "ApiToken",
        "Recusal",
        "SignatureSetAside",
        "AccountInvitation",
        "CalendarFeed",
        "MemberPhoto",
        "CacheEntry",
        "Letter",
        "Reminder",
        "Unsent",
        "LibraryImport",
        "ImportedRecord",
        "RetractionList",
        "RetractionRecord",
        "CarriedCheck",
        "DeliveryEvent",
        "MailServer",
        "TaskRun",
        "Document",
        "DocumentWalk",
        "ListEntry",
        "Past",
        "Unwritten",
        "Dispatch",
        "EndpointHealth",
        "EndpointSecret",
        "Passage",
        "ReaderMail",
        "SweepFailure",
        "Word",
    }
    written_once = {
        "DisclosureStatement",
        "Signature",
        "SignatureWithdrawal",
        "SignatureConfirmation",
        "Lowering",
        "ApprovalMark",
        "DocumentFinding",
        "Ruling",
        "AcceptedChange",
        "PastFinding",
        "HandedOn",
        "EndedTerm",
        "Question",
        "Reply",
        "Report",
        "Triage",
    }
    written_once |= {"Message", "Attempt"}
    assert untracked - written_by_the_house == written_once


def test_every_history_table_is_sealed_and_append_only(db):
    for model in tracked():
        held = triggers(model.history.model._meta.db_table)
        assert held.keys() >= {"seal", "append_only", "never_truncated"}, model
        assert "BEFORE DELETE OR UPDATE" in held["append_only"]


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_every_append_only_table_has_its_triggers(db, table):
    held = triggers(table)
    assert "BEFORE DELETE OR UPDATE" in held["append_only"]
    assert "BEFORE TRUNCATE" in held["never_truncated"]


def fields_of(condition: Q) -> set[str]:
    return {
        name
        for child in condition.children
        for name in (fields_of(child) if isinstance(child, Q) else {child[0].removesuffix("__isnull")})
    }


def test_when_and_who_are_recorded_together(db):
    loose = []
    for model in [model for model in apps.get_models() if issubclass(model, TrackedModel)]:
        fields = {field.name: field for field in model._meta.concrete_fields}
        tied = [fields_of(check.condition) for check in model._meta.constraints if isinstance(check, CheckConstraint)]
        pairs = [(name, f"{name[:-3]}_by") for name in fields if name.endswith("_at") and f"{name[:-3]}_by" in fields]
        for at, by in [*pairs, *[("in_force_from", "published_by")][: "in_force_from" in fields]]:
            required = not fields[at].null and not fields[by].null
            if not required and not any({at, by} <= names for names in tied):
                loose.append(f"{model.__name__}: {at} and {by}")
    assert loose == []
