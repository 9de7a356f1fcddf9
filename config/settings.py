"""Settings, read from the environment; ``docs/running.md`` lists every variable.

The defaults are safe: without ``DEBUG=1`` the site requires a long secret key, allowed hosts and HTTPS, and
``config.checks`` refuses to start otherwise.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from config.celery_settings import celery_settings
from config.database_timeouts import session_options
from config.log_in_settings import log_in_settings, orcid_settings
from config.logging_settings import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Imprimatur")
# Other names under which the site publishes or published. Works under one of them are its own content, not evidence.
SITE_NAMES = env.list("SITE_NAMES", default=[])

INSTALLED_APPS = [
    "config.apps.ImprimaturAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "simple_history",
    "editorial",
    "articles",
    "reviews",
    "config",
]

MIDDLEWARE = [
    "config.monitoring.MonitoringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "editorial.http.request_validation.EdgeMiddleware",
    "articles.reader.fast_path_middleware.ForemostMiddleware",
    "editorial.http.cross_origin.CrossOriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "editorial.http.sessions.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "editorial.http.sessions_seen.SessionUseMiddleware",
    "editorial.http.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.admin.account_pages",
            ],
            "builtins": ["editorial.mail.text"],
        },
    },
]
# The review desk shows hundreds of claims and comments on one page, for which Django's own templates are too slow.
JINJA2 = {"environment": "reviews.admin.desk.jinja2.environment"}
TEMPLATES += [{"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True, "OPTIONS": JINJA2}]

# --- data ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = session_options(env)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)  # seconds; a request then gets 503
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")

# Spent codes and counts of wrong ones. In PostgreSQL, so that people log in while Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "editorial_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "editorial.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "editorial.http.log_in.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Sorted lines SHA-1:count, as Have I Been Pwned has them for download. Passwords in it are refused.
BREACHED_PASSWORDS_FILE = env.str("BREACHED_PASSWORDS_FILE", default="")
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)
WORK_OF_ACCOUNT = "config.personal_data.work_of_account"  # what an account did in articles and reviews
vars().update(log_in_settings(site_name=SITE_NAME, debug=DEBUG, breached_passwords=BREACHED_PASSWORDS_FILE))
vars().update(orcid_settings(env))

# --- language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
HOLIDAYS = env.str("HOLIDAYS", default="")
USE_I18N = True
USE_TZ = True

# --- static files -------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- limits and security of requests ------------------------------------------------------------------------------

MAX_REQUEST_BYTES = 4 * 1024 * 1024  # four texts of the largest allowed size; more is 413
MAX_UPLOAD_BYTES = 22 * 1024 * 1024  # a file of works of the largest allowed size, with the form around it
# Prefixes of the addresses to which MAX_UPLOAD_BYTES applies.
UPLOADS = ["/api/v1/references/imports/", "/admin/articles/libraryimport/add/", "/admin/editorial/boardmember/"]
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_REQUEST_BYTES

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=not DEBUG)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=not DEBUG)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
PROXIES = env.int("PROXIES", default=1 if BEHIND_PROXY else 0)  # how many append to X-Forwarded-For
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "editorial.http.error_handlers.csrf_failure"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the logo of the API page is a data: URL
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- REST API -----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # The first class decides between 401 and 403, so tokens come first.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "editorial.http.sessions.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "editorial.http.second_factor.IsAuthenticated",
        "editorial.http.scopes.HasScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["editorial.http.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "editorial.http.pagination.KeysetPagination",
    "PAGE_SIZE": 20,
    "DEFAULT_SCHEMA_CLASS": "editorial.http.schema.Schema",
    "EXCEPTION_HANDLER": "editorial.http.error_handlers.exception_handler",
    "DEFAULT_THROTTLE_RATES": {
        "token": env.str("THROTTLE_TOKEN", default="10/min"),
        "reader_post": env.str("THROTTLE_READER_POST", default="20/hour"),
        "search": env.str("THROTTLE_SEARCH", default="120/min"),
        "answer_link": "60/min",
        "account_link": "60/min",
        "password_strength": "120/min",
        "link_request": "20/hour",
        "link_to_address": "5/hour",
    },
    "DEFAULT_METADATA_CLASS": None,  # the schema describes the API, not OPTIONS
    "URL_FORMAT_OVERRIDE": None,  # one format, chosen by Accept
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

API_SCOPES = "config.api_scopes.SCOPES"  # the scope that each changing operation needs, by the name of its URL
KNOX_TOKEN_MODEL = "editorial.ApiToken"  # noqa: S105 - a model, not a secret
REST_KNOX = {"TOKEN_TTL": timedelta(hours=env.int("TOKEN_TTL_HOURS", default=24 * 30))}

QUESTION_LIKENESS = env.str("QUESTION_LIKENESS", default="")  # similarity in meaning, see docs/search.md

SPECTACULAR_SETTINGS = {
    "TITLE": "Imprimatur",
    "DESCRIPTION": "Clinical answers and the status of their review.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "editorial.http.schema.document_problems",
        "editorial.http.scopes.document_scopes",
    ],
    "ENUM_NAME_OVERRIDES": {
        "VersionState": "articles.lifecycle.State",
        "ReviewState": "reviews.lifecycle.State",
        "ReviewStep": "articles.published.review.ReviewStep",
        "RetractionStatus": "articles.models.references.RetractionStatus",
        "ClaimState": "reviews.desk.claims.ClaimState",
        "ClaimCheckRule": "editorial.models.policy.ClaimCheckRule",
        "WorkKind": "articles.models.references.WorkKind",
        "QuestionKind": "editorial.models.checklist.QuestionKind",
        "ObjectionKind": "reviews.desk.objections.ObjectionKind",
        "Scope": "editorial.models.api_tokens.Scope",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- mail and background work -------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds, for each answer of the mail server
MAILS_PER_MINUTE = env.int("MAILS_PER_MINUTE", default=0)  # 0: no limit
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <editors@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

vars().update(celery_settings(redis_url=REDIS_URL))
# Servers for metadata of works. Lookups are off without an address, and never run inside a request.
CROSSREF_URL = env.str("CROSSREF_URL", default="")
PUBMED_URL = env.str("PUBMED_URL", default="")

# By kind of notice, a function (notice, now) that returns the context at the time of sending; if empty, it is dropped.
NOTICES_LOOKED_AT_AGAIN = {
    "reminders": "reviews.reminders.current_lines",
    "account_invitation": "editorial.accounts.invitations.current_mail",
    "password_link": "editorial.accounts.password_links.current",
    "address_link": "editorial.accounts.addresses.current",
}

# The events that webhooks can send. WEBHOOKS_TO_LOOPBACK allows endpoints on this machine, without TLS: demo and tests.
WEBHOOK_EVENTS = "articles.published.webhook_events.WebhookEvent"
WEBHOOKS_TO_LOOPBACK = env.bool("WEBHOOKS_TO_LOOPBACK", default=False)
WEBHOOKS_KEPT_DAYS = env.int("WEBHOOKS_KEPT_DAYS", default=90)
MAIL_LOG_KEPT_DAYS = env.int("MAIL_LOG_KEPT_DAYS", default=365)
MAIL_AND_WEBHOOKS = env.bool("MAIL_AND_WEBHOOKS", default=True)  # off for copies of a site

# --- monitoring and logging ---------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LOGGING = logging_settings(formatter="line" if DEBUG else "json", level=env.str("LOG_LEVEL", default="INFO"))
