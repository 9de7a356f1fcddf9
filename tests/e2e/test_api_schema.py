"""The API matches its OpenAPI schema: the schema is valid, and every response conforms to it for any request."""

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

import pytest
import schemathesis
from django.conf import settings as site
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Article, Claim, Reference, Report, Version
from config.wsgi import application
from editorial.models import ApiToken, Audience, BoardMember, EditorialPolicy, Product, User
from reviews.models import Comment, Review
from tests.e2e.test_api_roles import ROLES, people
from tests.support import factories
from tests.support.api import client

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CHECKS_OF_A_PART = [check for check in CHECKS if check is not response_schema_conformance]
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
"""Examples of each kind of data, for each operation. Each is sent by every role: three are over 2,000 requests."""

CASES_AT_LEAST = 700 * EXAMPLES
READER_CASES = int(os.environ.get("READER_CASES", "400"))
"""Minimum number of anonymous requests to the public endpoints; for example READER_CASES=5000."""

PARTS = 6  # of the operations, for tests that run in parallel


# --- the description ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    response = client().get("/api/v1/schema/")
    assert response["Content-Type"] == "application/json"
    return response.json()


def operations_of(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (operation for path in described["paths"].values() for operation in path.values())


def test_schema_is_valid_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")
    validate_schema(described)


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_description(described):
    operations = list(operations_of(described))
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation.get("summary") and operation.get("description") for operation in operations)


def test_every_error_is_described_as_a_problem(described):
    for operation in operations_of(described):
        errors = [answer for status, answer in operation["responses"].items() if status >= "400"]
        assert errors
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors)


def test_every_transition_takes_an_idempotency_key(described):
    public = {"tokens_create", "articles_ask", "articles_report"}
    for path in described["paths"].values():
        if "post" in path and path["post"]["operationId"] not in public:
            assert "Idempotency-Key" in {parameter["name"] for parameter in path["post"]["parameters"]}


# --- the promise ----------------------------------------------------------------------------------------------------


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Let requests share the connection and transaction of the test, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class Stage:
    """A site with data in many states, and the names and ids that a request can contain."""

    known: dict[str, list[Any]]

    def some(self, name: str) -> st.SearchStrategy[Any]:
        return st.sampled_from(self.known[name])


@pytest.fixture
def stage(db) -> Stage:
    """Six articles, with reviews in several states, comments and a signature."""
    factories.make_policy()
    factories.make_product()
    for number, state in enumerate((State.DRAFT, State.SUBMITTED, State.APPROVED, State.SUSPENDED, State.RETRACTED)):
        factories.make_version_at(state, f"article-{number}")
    review = factories.make_accepted(_submitted("in-review"), "ada")
    factories.sign(factories.make_accepted(review.version, "ben"))
    factories.reviews.comment(review_id=review.pk, text="Which dose?", by=review.member.user, now=factories.NOW)
    factories.make_invitation(Version.objects.get(article__slug="article-1"), "ada")
    version = Version.objects.get(article__slug="article-2")
    articles.report(article=version.article, version=version, text="Really?", email="", now=factories.NOW)
    return Stage(_known())


def _submitted(slug: str) -> Version:
    draft = factories.make_draft(slug)
    return articles.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=factories.NOW)


def _known() -> dict[str, list[Any]]:
    versions, reviews = list(Version.objects.order_by("pk")), list(Review.objects.select_related("version"))
    ids = {"version": versions, "review": reviews, "comment": Comment.objects.all(), "report": Report.objects.all()}
    return {
        **{f"{name}_id": [row.pk for row in found] for name, found in ids.items()},
        "slug": list(Article.objects.order_by("pk").values_list("slug", flat=True)),
        "key": list(Reference.objects.order_by("pk").values_list("key", flat=True)),
        "number": list(EditorialPolicy.objects.values_list("number", flat=True)),
        "member": list(BoardMember.objects.order_by("pk").values_list("pk", flat=True)),
        "claim": list(Claim.objects.order_by("pk").values_list("pk", flat=True)),
        "parent": [None, *Comment.objects.values_list("pk", flat=True)],
        "audience": list(Audience.objects.values_list("code", flat=True)),
        "products": [[], list(Product.objects.values_list("pk", flat=True))],
        "specialties": [[], ["immunology"]],
        "authors": [[], ["wanda"]],
        "digest": [version.digest for version in versions if version.digest],
        "csl": [factories.csl("new2020"), factories.csl("orbach2005", title="Another title")],
        "If-Match": ["*", *(row.etag for row in (*versions, *reviews))],
    }


def cases(operation: APIOperation, mode: GenerationMode, stage: Stage) -> st.SearchStrategy[schemathesis.Case]:
    """Return a strategy of valid or invalid requests for ``operation``, partly with names and ids that exist."""

    @st.composite
    def filled(draw: Callable) -> schemathesis.Case:
        case = draw(operation.as_strategy(generation_mode=mode))
        places = [case.path_parameters, case.headers, case.body, case.query]
        if mode == GenerationMode.NEGATIVE:
            places = draw(st.sampled_from([places[:1], places[:2], []]))
        for place in places:
            _fill(place, draw, stage)
        return case

    return filled()


def _fill(place: Any, draw: Callable, stage: Stage) -> None:
    """Replace generated names and ids in the request by existing ones, in nine of ten cases."""
    for member in place if isinstance(place, list) else [place]:
        for name in [name for name in stage.known if _has(member, name)]:
            if draw(st.integers(0, 9)):
                member[name] = draw(stage.some("key" if name == "reference" else name))
        for nested in _nested(member):
            _fill(nested, draw, stage)


def _has(member: Any, name: str) -> bool:
    return hasattr(member, "keys") and name in member


def _nested(member: Any) -> list[Any]:
    return [value for value in member.values() if isinstance(value, list)] if isinstance(member, dict) else []


def answered(case: schemathesis.Case, token: str | None) -> Response:
    """Return the response to ``case``, rolled back and uncompressed: the transport cannot read compressed ones."""
    known = {"Authorization": f"Token {token}"} if token else {}
    with transaction.atomic():
        response = case.call(headers={"Accept-Encoding": "identity", **known})
        transaction.set_rollback(True)
    return response


def hold_to_the_promise(
    operation: APIOperation, mode: GenerationMode, *, tokens: list[str | None], stage: Stage, examples: int = EXAMPLES
) -> list[int]:
    """Send cases of one kind as every role, check each response, and return the status codes."""
    statuses = []

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation, mode, stage))
    def once(case: schemathesis.Case) -> None:
        for token in tokens:
            response = answered(case, token)
            statuses.append(response.status_code)
            whole = not hold_part(case, response)
            case.validate_response(response, checks=CHECKS if whole else CHECKS_OF_A_PART)
            if response.status_code >= 400:
                assert response.headers["content-type"] == ["application/problem+json"]
                assert response.json()["status"] == response.status_code

    once()
    return statuses


def hold_part(case: schemathesis.Case, response: Any) -> bool:
    """Return whether the request selected fields. If so, check that the response has exactly these."""
    is_part = response.status_code == 200 and "fields" in (case.query or {})
    if is_part and response.headers["content-type"] == ["application/json"]:
        told = response.json()
        assert all(set(one) == set(case.query["fields"].split(",")) for one in told.get("results", [told]))
    return is_part


def modes(operation: APIOperation) -> list[GenerationMode]:
    """Return the modes of generation: valid data, and invalid data unless the only input is a name in the path."""
    sent = operation.definition.raw
    names = [parameter["schema"] == {"type": "string"} for parameter in sent.get("parameters", [])]
    return [GenerationMode.POSITIVE, *([] if all(names) and "requestBody" not in sent else [GenerationMode.NEGATIVE])]


@cache
def schema() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


def lift_throttles(monkeypatch: pytest.MonkeyPatch) -> None:
    for scope in site.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "100000/min")


@pytest.mark.parametrize("part", range(PARTS))
def test_api_keeps_its_promise_to_everybody(part, stage, one_connection, monkeypatch):
    lift_throttles(monkeypatch)
    tokens = [ApiToken.objects.create(user)[1] if user else None for user in people().values()]
    assert len(tokens) == len(ROLES)
    statuses: list[int] = []
    for result in itertools.islice(schema().get_all_operations(), part, None, PARTS):
        for mode in modes(result.ok()):
            statuses += hold_to_the_promise(result.ok(), mode, tokens=tokens, stage=stage)
    assert len(statuses) >= CASES_AT_LEAST / PARTS
    assert {*statuses} - {401, 403, 404}, "nothing got past the doors"


def is_for_readers(operation: APIOperation) -> bool:
    """Return whether the operation needs no authentication and has input."""
    sent = operation.definition.raw
    takes = bool(sent.get("parameters")) or "requestBody" in sent
    return sent.get("security") == [{}] and sent["operationId"] != "tokens_create" and takes


@pytest.mark.parametrize("is_written", [False, True])
def test_reading_side_keeps_its_promise_to_strangers(is_written, stage, one_connection, monkeypatch, record_property):
    """The document comes from the record or from the cache."""
    lift_throttles(monkeypatch)
    if is_written:
        articles.write_documents(by=User.objects.system(), now=timezone.now(), limit=100)
    found = [result.ok() for result in schema().get_all_operations()]
    kinds = [(operation, mode) for operation in found if is_for_readers(operation) for mode in modes(operation)]
    examples = ceil(READER_CASES / 2 / len(kinds))
    answers: Counter[str] = Counter()
    for operation, mode in kinds:
        statuses = hold_to_the_promise(operation, mode, tokens=[None], stage=stage, examples=examples)
        answers.update(f"{operation.definition.raw['operationId']} {status}" for status in statuses)
    assert answers.total() >= READER_CASES / 2
    by_status = Counter(answer.rpartition(" ")[2] for answer in answers.elements())
    assert {"200", "404", "410", "422"} <= set(by_status), by_status
    record_property("answered", dict(sorted(answers.items())))
