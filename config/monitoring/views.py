"""``/livez``, ``/readyz`` and ``/metrics``."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from config.watching.checks import checks, verdict
from config.watching.metrics import exposition


class WatchMiddleware:
    """Answers before anything else is asked: probes come without TLS, and under any name or address of the machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door = DOORS.get(request.path_info) if request.method in ("GET", "HEAD") else None
        return (door and door(request)) or self.get_response(request)


def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 as long as the process answers. It touches nothing, so that nothing else gets it restarted."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 if the process can serve, 503 if not, with a line for each check."""
    found = checks(now=timezone.now())
    status = verdict(found)
    body = json.dumps({"status": status, "checks": {one.name: str(one) for one in found}}, indent=2)
    code = HTTPStatus.SERVICE_UNAVAILABLE if status == "not ready" else HTTPStatus.OK
    return HttpResponse(
        body + "\n", content_type="application/json", status=code, headers={"Cache-Control": "no-store"}
    )


def metrics(request: HttpRequest) -> HttpResponse | None:
    """For Prometheus, to who brings ``METRICS_TOKEN``; without such a setting, the address does not exist."""
    if not settings.METRICS_TOKEN:
        return None
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)


DOORS: dict[str, Callable[[HttpRequest], HttpResponse | None]] = {
    "/livez": livez,
    "/readyz": readyz,
    "/metrics": metrics,
}
