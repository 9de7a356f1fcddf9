"""The setting ``LOGGING``."""

from typing import Any


def logging_settings(*, formatter: str, level: str) -> dict[str, Any]:
    """Return the configuration of logging to standard error. ``formatter`` is ``line`` or ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "config.logs.LineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "config.logs.JsonFormatter"},
        },
        "filters": {"outages": {"()": "config.logs.OutageFilter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": formatter, "filters": ["outages"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # The report of an import shows what is wrong with its records.
            **{name: {"level": "CRITICAL"} for name in ("bibtexparser", "pylatexenc")},
            # Django's own handlers would bypass the formatter that removes secrets.
            **{name: {"handlers": []} for name in ("django", "django.server")},
        },
    }
