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

from config.monitoring.checks import checks, overall_status
from config.monitoring.metrics import exposition


class MonitoringMiddleware:
    """Serves the monitoring endpoints before all other middleware, because probes use no TLS and any host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        endpoint = ENDPOINTS.get(request.path_info) if request.method in ("GET", "HEAD") else None
        return (endpoint and endpoint(request)) or self.get_response(request)


def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return 200 as long as the process runs. No other service is checked, so no outage elsewhere restarts it."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return 200 if the process can serve requests, 503 if not, with the result of each check."""
    results = checks(now=timezone.now())
    status = overall_status(results)
    body = json.dumps({"status": status, "checks": {check.name: str(check) for check in results}}, indent=2)
    code = HTTPStatus.SERVICE_UNAVAILABLE if status == "not ready" else HTTPStatus.OK
    return HttpResponse(
        body + "\n", content_type="application/json", status=code, headers={"Cache-Control": "no-store"}
    )


def metrics(request: HttpRequest) -> HttpResponse | None:
    """Return the metrics to a client that sends ``METRICS_TOKEN``, else 401; None, so a 404, without that setting."""
    if not settings.METRICS_TOKEN:
        return None
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)


ENDPOINTS: dict[str, Callable[[HttpRequest], HttpResponse | None]] = {
    "/livez": livez,
    "/readyz": readyz,
    "/metrics": metrics,
}
