"""The regular expressions of the code, and texts on which a search with one of them could take quadratic time."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from re import _constants as names  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any

from tests.support.paths import ROOT

APPS = ("articles", "config", "editorial", "reviews")
NO_CODE = {"migrations", "management"}
FUNCTIONS = {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
REPEATS = {names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT}
MANY = 100
"""A repetition that allows so many is treated as unlimited."""

OTHERS = " a7-.,;[(@#*_`~<>&\"'/\\=:|\n\u2003"
ENDS = ("\x00", "\n\x00", "a\x00", " \x00")


@dataclass(frozen=True)
class Expression:
    """A regular expression with its place, as ``module:line``.

    ``is_anchored`` is whether it is only matched at the beginning of texts, not searched for.
    """

    place: str
    pattern: re.Pattern[str]
    is_anchored: bool

    def seconds(self, text: str) -> float:
        """Return the CPU time of one look at ``text``."""
        look = self.pattern.fullmatch if self.is_anchored else self.pattern.search
        began = process_time()
        look(text)
        return process_time() - began


def expressions() -> Iterator[Expression]:
    """Yield the expressions that are written out in calls of ``re``, or assembled from names of their module."""
    paths = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if not NO_CODE & set(path.parts))
    trees = {path: ast.parse(path.read_text()) for path in paths}
    methods: dict[str, set[str]] = defaultdict(set)
    for node in chain.from_iterable(map(ast.walk, trees.values())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            methods[node.value.id].add(node.attr)
    for path, tree in trees.items():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield from _expressions_of(module, tree, methods)


def _expressions_of(module: str, tree: ast.Module, methods: Mapping[str, set[str]]) -> Iterator[Expression]:
    names_of = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for call in filter(_calls_re, ast.walk(tree)):
        pattern = _compiled(call, vars(import_module(module)))
        if pattern and isinstance(pattern.pattern, str):
            used = {call.func.attr} - {"compile"} or methods.get(names_of.get(id(call), ""), set())  # type: ignore[attr-defined]
            is_anchored = bool(used) and used <= {"match", "fullmatch"}
            yield Expression(f"{module}:{call.lineno}", pattern, is_anchored)  # type: ignore[attr-defined]


def _calls_re(node: ast.AST) -> bool:
    function = getattr(node, "func", None)
    owner = getattr(function, "value", None)
    return getattr(owner, "id", "") == "re" and getattr(function, "attr", "") in FUNCTIONS


def _compiled(call: Any, namespace: dict[str, Any]) -> re.Pattern[Any] | None:
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    flags += call.args[1:2] if call.func.attr == "compile" else []
    try:
        pattern, *chosen = (_value(node, namespace) for node in (call.args[0], *flags))
    except NameError:  # from local variables
        return None
    return re.compile(pattern, *chosen)


def _value(node: ast.expr, namespace: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<expression>", "eval"), namespace)


def hostile_texts(pattern: re.Pattern[str], *, size: int) -> Iterator[str]:
    """Yield texts of about ``size`` characters that repeat what the expression repeats, and end otherwise."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    for before, unit in dict.fromkeys(_repeated(parsed, "")):
        if unit:
            for end in ENDS:
                yield before + (unit * size)[:size] + end


def _repeated(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each long repetition, and what it repeats; both as one example."""
    for operation, argument in parsed:
        if operation in REPEATS and argument[1] >= MANY:
            unit = _example(argument[2])
            yield from ((before, unit), ("", unit), ("", before + unit))
        for inner in _inside(operation, argument):
            yield from _repeated(inner, before)
        before += _example([(operation, argument)])


def _inside(operation: Any, argument: Any) -> Sequence[Any]:
    """Return the expressions inside an operation."""
    if operation in REPEATS:
        return [argument[2]]
    if operation == names.ATOMIC_GROUP:
        return [argument]
    if operation == names.BRANCH:
        return argument[1]
    is_group = operation in (names.SUBPATTERN, names.ASSERT, names.ASSERT_NOT)
    return [argument[-1]] if is_group else []


def _example(parsed: Any) -> str:
    """Return a short text that matches, or nearly."""
    return "".join(_example_of(operation, argument) for operation, argument in parsed)


def _example_of(operation: Any, argument: Any) -> str:
    if operation == names.LITERAL:
        return chr(argument)
    if operation == names.IN:
        return _member(argument)
    if operation == names.NOT_LITERAL:
        return next(char for char in OTHERS if ord(char) != argument)
    if operation == names.ANY:
        return "a"
    if operation in REPEATS:
        return _example(argument[2]) * max(argument[0], 1)
    if operation == names.SUBPATTERN:
        return _example(argument[-1])
    if operation == names.ATOMIC_GROUP:
        return _example(argument)
    return _example(argument[1][0]) if operation == names.BRANCH else ""


def _member(members: Any) -> str:
    """Return a character of the class, preferably the first of ``OTHERS``."""
    if allowed := [char for char in OTHERS if _is_in(char, members)]:
        return allowed[0]
    listed = (argument for operation, argument in members if operation in (names.LITERAL, names.RANGE))
    first = next(listed, ord("a"))
    return chr(first if isinstance(first, int) else first[0])


def _is_in(char: str, members: Any) -> bool:
    negated = members[0][0] == names.NEGATE
    hit = any(_fits(char, operation, argument) for operation, argument in members)
    return hit != negated


def _fits(char: str, operation: Any, argument: Any) -> bool:
    if operation == names.LITERAL:
        return ord(char) == argument
    if operation == names.RANGE:
        return argument[0] <= ord(char) <= argument[1]
    if operation == names.CATEGORY:
        name = str(argument)
        is_in = {"SPACE": char.isspace(), "DIGIT": char.isdigit(), "WORD": char.isalnum() or char == "_"}
        kind = name.rsplit("_", 1)[1]
        return is_in[kind] != ("_NOT_" in name)
    return False
