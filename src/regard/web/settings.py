"""Django's settings, derived from the installation's configuration."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from regard.connect.mail.mailbox_address import mailbox_address
from regard.connect.mail.provider_settings import backend_of, read_provider_settings
from regard.connect.mail.server import mail_server
from regard.core.config import config
from regard.core.secrets import installation_secret

_config = config()
_dsn = conninfo_to_dict(_config.database_url)
_public = urlsplit(_config.public_url)

REGARD_DSN = _config.database_url
LAKE_ENGINE = _config.lake_engine
LAKE_FOLDER = _config.data_folder / "lake"
SECRET_KEY = installation_secret(_config)
DEBUG = False
ALLOWED_HOSTS = (
    ["*"] if _public.hostname == "localhost" else [_public.hostname or "", "localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [_config.public_url]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = _config.proxies
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.forms",  # the templates of its widgets, beside ours
    "django_htmx",
    "heroicons",
    "ninja",  # the assets of the API's documentation
    "procrastinate.contrib.django",
    "regard.core",
    "regard.ui",
    "regard.capture",
    "regard.connect",
    "regard.profile",
    "regard.lake",
    "regard.listen",
    "regard.score",
    "regard.predict",
    "regard.measure",
    "regard.act",
    "regard.message",
    "regard.offer",
    "regard.task",
    "regard.review",
    "regard.survey",
    "regard.journey",
    "regard.desk",
    "regard.serve",
    "regard.grow",
    "regard.web",
]

MIDDLEWARE = [
    "regard.web.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # of pages; static files lie there packed
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "regard.web.middleware.ReaderLanguage",
    "regard.web.middleware.SignInRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "regard.web.urls"
WSGI_APPLICATION = "regard.web.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regard.web.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "regard.ui.templatetags.ui",
                "regard.ui.templatetags.figures",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _dsn.get("dbname", "regard"),
        "USER": _dsn.get("user", ""),
        "PASSWORD": _dsn.get("password", ""),
        "HOST": _dsn.get("host", ""),
        "PORT": _dsn.get("port", ""),
        "CONN_HEALTH_CHECKS": True,  # or each pooled connection fails one request after the database restarts
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Holds what slows down guessing and which codes of two-step sign-in were used: all processes must know the
# same, and nobody may push the others' counts out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Drawn charts, by what is drawn; each process that serves pages on this machine finds them.
    "charts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": _config.data_folder / "charts",
        "TIMEOUT": 7 * 86_400,
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "regard.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Accounts are made by an invitation, whose link has shown that the address is theirs.
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever types a stranger's address into a form sends them nothing
ACCOUNT_FORMS = {"reset_password": "regard.web.sign_in.ForgottenPassword"}
# A reset shows that somebody reads the mail, which is one step; the second stays, and is asked for as ever.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
MFA_FORMS = {
    "authenticate": "regard.web.sign_in.SignInCode",
    "reauthenticate": "regard.web.sign_in.RepeatedCode",
    "activate_totp": "regard.web.sign_in.FirstCode",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "regard.web.adapter.MfaAdapter"
MFA_TOTP_ISSUER = "Regard"
MFA_TOTP_TOLERANCE = 1  # codes of the neighbouring half minutes pass too: phones' clocks drift

FORM_RENDERER = "regard.ui.forms.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

if _config.returns_imap_url:
    mailbox_address(_config.returns_imap_url)  # which refuses one that cannot be used
DEFAULT_FROM_EMAIL = _config.mail_from
EMAIL_TIMEOUT = 10
if _config.mail_provider:
    ANYMAIL = read_provider_settings(_config.mail_provider, _config.mail_provider_settings)
    EMAIL_BACKEND = backend_of(_config.mail_provider)
elif _config.smtp_url:
    _mail = mail_server(_config.smtp_url)
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.tls, _mail.starttls
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = _config.data_folder / "outgoing-mail"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # in every room

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # that all of Regard's words are there in
FORMAT_MODULE_PATH = ["regard.web.formats"]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = _config.data_folder / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
