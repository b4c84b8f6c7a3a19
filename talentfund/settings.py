"""Settings of the talent fund. Everything that differs between places comes from the environment.

A value that is missing or malformed stops the start: better not to run than to run wrongly.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

# Lets forms, admin classes and the like be subscripted with their model, for the type checker.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "core",
    "accounts",
    "programme",
    "applications",
    "assessment",
    "budget",
    "reporting",
    "talentfund",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.AuditOriginMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "talentfund.urls"
WSGI_APPLICATION = "talentfund.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.roles",
            ],
            "builtins": ["core.templatetags.tf"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "nlds"
CRISPY_TEMPLATE_PACK = "nlds"

# Data -------------------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database; libpq reads its own URLs, a unix socket's directory as host included."""
    told = conninfo_to_dict(url)
    # A page's statement is long and finds few rows: compiling it (jit) took two seconds, running it milliseconds.
    told.setdefault("options", "-c jit=off")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.pop("dbname"),
        "USER": told.pop("user", ""),
        "PASSWORD": told.pop("password", ""),
        "HOST": told.pop("host", ""),
        "PORT": told.pop("port", ""),
        "OPTIONS": {"application_name": "talentfund", **told},
    }


# The application's role reads and adds; the owner of the tables is another role, that only `migrate` uses.
DATABASES = {"default": database(env.str("DATABASE_URL"))}
DATABASE_OWNER = database(env.str("MIGRATION_DATABASE_URL", default=env.str("DATABASE_URL")))
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_MAX", default=8)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Uploads, letters and reports: outside the web root, served by a view through the door.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files"))
MEDIA_URL = ""

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/utrecht", NODE_MODULES / "@utrecht" / "component-library-css" / "dist"),
    ("vendor/source-sans-3", NODE_MODULES / "@fontsource-variable" / "source-sans-3"),
]
WHITENOISE_USE_FINDERS = DEBUG

# People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split(":", 1)[0]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# A second factor for everyone who works on the fund from the internet (BIO2). Off only for the demo.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEBUG)
# Sign-in by eHerkenning (partners) or the municipality's own identity provider (staff), as OpenID Connect brokers.
OPENID_CONNECT_PROVIDERS = env.json("OPENID_CONNECT_PROVIDERS", default=[])
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OPENID_CONNECT_PROVIDERS}}
SOCIALACCOUNT_ONLY = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# Background work --------------------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold up a page: the outbox row is safe, and beat sweeps it later.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
# Typesetting keeps a processor busy for seconds: a worker of its own does it, one at a time, so that pages and mail
# never wait for it.
CELERY_TASK_ROUTES = {"reporting.tasks.make_report": {"queue": "reports"}}
CELERY_BEAT_SCHEDULE = {
    "empty-the-outbox": {"task": "core.tasks.empty_outbox", "schedule": timedelta(seconds=20)},
    "sweep-renderings": {"task": "reporting.tasks.sweep_renderings", "schedule": timedelta(seconds=30)},
    "close-terms": {"task": "applications.tasks.close_terms", "schedule": crontab(hour=0, minute=5)},
    "warn-of-deadlines": {"task": "applications.tasks.warn_of_deadlines", "schedule": crontab(hour=6, minute=30)},
    "tidy-the-talent-panel": {"task": "assessment.tasks.tidy_panel", "schedule": crontab(hour=0, minute=20)},
    "sweep-attachments": {"task": "applications.tasks.sweep_attachments", "schedule": timedelta(minutes=30)},
    "prove-the-books": {"task": "budget.tasks.check_books", "schedule": crontab(hour=3, minute=30)},
    "let-conditions-lapse": {"task": "budget.tasks.let_conditions_lapse", "schedule": crontab(hour=3, minute=45)},
    "settle-small-grants": {"task": "budget.tasks.settle_firm_grants", "schedule": crontab(hour=4, minute=0)},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str("CELERY_BEAT_SCHEDULE_FILENAME", default=str(BASE_DIR / "var" / "beat"))

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Talentfonds Hengelo <talentfonds@hengelo.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Payments ---------------------------------------------------------------------------------------------------------

# The municipality's own account, from which orders to the bank pay. Without it no order is made.
SEPA_DEBTOR_NAME = env.str("SEPA_DEBTOR_NAME", default="Gemeente Hengelo (demo)" if DEBUG else "")
SEPA_DEBTOR_IBAN = env.str("SEPA_DEBTOR_IBAN", default="NL02ABNA0123456789" if DEBUG else "")
SEPA_DEBTOR_BIC = env.str("SEPA_DEBTOR_BIC", default="ABNANL2A" if DEBUG else "")

# Assessing: how many weeks somebody has for it, and how many open files at a time are usual. Not confirmed by Hengelo.
ASSESSMENT_TERM_WEEKS = env.int("ASSESSMENT_TERM_WEEKS", default=3)
ASSESSMENT_OPEN_FILES = env.int("ASSESSMENT_OPEN_FILES", default=8)

# Open data --------------------------------------------------------------------------------------------------------

# Who publishes the register. Without the KvK number the municipality is named by an identifier of our own; the prefix
# is registered with nobody, and says so, until 360Giving hands one out.
PUBLISHER_NAME = env.str("PUBLISHER_NAME", default="Gemeente Hengelo")
PUBLISHER_KVK = env.str("PUBLISHER_KVK", default="")
THREESIXTY_PREFIX = env.str("THREESIXTY_PREFIX", default="unregistered-talentfondshengelo")

# Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# Safety -----------------------------------------------------------------------------------------------------------

SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="security@hengelo.example")
SECURE_TLS = env.bool("SECURE_TLS", default=not DEBUG)
SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TLS else None
# Addresses and networks of the proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.1"])
SECURE_REDIRECT_EXEMPT = [r"^gezond/$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TLS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Whether browsers carry the site on their preload list is up to the owner of the whole domain.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
# Chromium holds the redirect after a form to the same rule: signing in leads to the identity provider.
_identity_providers = sorted(
    "{0.scheme}://{0.netloc}".format(urlsplit(provider["settings"]["server_url"]))
    for provider in OPENID_CONNECT_PROVIDERS
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF, *_identity_providers],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# No form takes a larger request; what is larger is not read into memory or onto disk at all.
UPLOAD_MOST_BYTES = 30 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["core.uploads.MemoryWithLimit"]
# The virus scanner (clamd), for example tcp://clamav:3310. Without one nothing is ever called clean.
CLAMD_URL = env.str("CLAMD_URL", default="")
CLAMD_TIMEOUT_SECONDS = env.int("CLAMD_TIMEOUT_SECONDS", default=60)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
