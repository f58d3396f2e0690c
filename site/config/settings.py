"""Every setting of the installation, read from the environment, safe when the environment is silent."""

import os
import warnings
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.environment import choice, database, flag, grades, key_encryption_key, number, secret_key, words

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
VAR = Path(os.environ.get("VAR", ROOT / "var"))
VAR.mkdir(parents=True, exist_ok=True)

# Raised with every release; a back-up is restored by the version that made it.
VERSION = "0.1.0"

DEBUG = flag("DEBUG")
# A demo shows invented people who all share one printed password; production refuses to start with them (accounts.checks).
DEMO = flag("DEMO", default=DEBUG)
# Behind plain http (a trial on one machine) browsers drop secure cookies; a real site is served by https.
HTTPS = flag("HTTPS", default=not (DEBUG or DEMO))

SECRET_KEY = secret_key(VAR)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

# The area (辖区) whose calendar, office hours and rule set govern what this installation sends.
AREA = "yanan"

INSTALLED_APPS = [
    "reports",
    "circulars",
    "accounts",
    "cms",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "guardian",
    "axes",
    "django_q",
    "csp",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.requestlog.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.policy.PagePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.networks.NetworkMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.doorkeeper.DoorMiddleware",
    "config.lock.LockMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.frame.frame",
            ],
        },
    },
]

# Widgets of ours have their templates in site/templates, beside all others.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and sign-in ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: who is locked out is not even tried
    "accounts.signin.NamedPersonBackend",
    "accounts.signin.SlipBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
# 19 MiB, two passes, one lane: a rush of five hundred sign-ins stays within two cores.
PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
# Which of two whole policies a password is held against (accounts.passwordrules); a demo's printed password has no age.
PASSWORD_PROFILE = choice("PASSWORD_PROFILE", "dengbao-3", "asvs")
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwordrules.Policy"}]
# Whose sign-in asks for more than the password: roles by their names in English (docs/permissions.md). A trial asks nobody.
SECOND_FACTOR_ROLES = words(
    "SECOND_FACTOR_ROLES", "" if DEMO or DEBUG else "system_admin,security_admin,audit_admin,network_office"
)
# The one address under which browsers accept passkeys; without it none are offered.
PASSKEY_ORIGIN = os.environ.get("PASSKEY_ORIGIN", "http://localhost:8000" if DEMO or DEBUG else "").rstrip("/")
PASSKEY_RP_ID = os.environ.get("PASSKEY_RP_ID", "") or urlsplit(PASSKEY_ORIGIN).hostname or ""
# Whether who seals shows the second factor once more before it: no, by passkey alone, or by any second factor.
SEAL_STEP_UP = choice("SEAL_STEP_UP", "", "passkey", "any")
# How long a one-time slip opens an account: one made for a forgotten password, one in the letter of a first account.
SLIP_HOURS = number("SLIP_HOURS", 72)
LETTER_HOURS = number("LETTER_HOURS", 14 * 24)
# Five wrong passwords lock this user name at this address for a while; at another address its owner still gets in.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=number("LOCKOUT_MINUTES", 30))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Trying on while locked does not lengthen the lock: who waits as the page says gets in.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_address"
AXES_USERNAME_CALLABLE = "accounts.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.refusal"
# What a form held is kept beside an attempt; of these fields only that they were there.
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "old_password",
    "new_password1",
    "new_password2",
    "token",
    "code",
    "answer",
]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # ours is cms.accesslog
GUARDIAN_RAISE_403 = False
GUARDIAN_GET_INIT_ANONYMOUS_USER = None
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=2).total_seconds())
# After so many minutes without anybody at it a desk locks; it never stands open for longer than a session lasts.
DESK_IDLE_MINUTES = number("DESK_IDLE_MINUTES", 30)
# After so many hours a session is over and the whole sign-in is asked for again, however often a locked desk was opened meanwhile.
SESSION_HOURS = number("SESSION_HOURS", 12)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# The sheets of a paper stand in a frame of the page around them, which DENY would forbid.
SILENCED_SYSTEM_CHECKS = ["security.W019"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# --- language, time ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [SITE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"

# --- files ---
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [SITE / "static"]
# Without a collected folder (a trial, the tests) files are served from where they lie in the project and its packages, and
# nobody need be warned that the folder is missing.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
warnings.filterwarnings("ignore", "No directory at", UserWarning)
WHITENOISE_AUTOREFRESH = DEBUG
# Attachments of circulars lie here by digest; no address on the site maps to this folder.
ATTACHMENTS_ROOT = VAR / "attachments"
# The proxy before the site hands files out once the site has decided (site/deploy/nginx).
X_ACCEL = flag("X_ACCEL")
ATTACHMENT_LIMIT = 100 * 1024 * 1024
# What may be in one (cms.filekinds): parts of a packed file, megabytes unpacked, of all and of one part, and how many times what they were; millions
# of points of a picture (an A3 sheet at 600 dpi has 70).
ATTACHMENT_PARTS = number("ATTACHMENT_PARTS", 5000)
ATTACHMENT_UNPACKED_MB = number("ATTACHMENT_UNPACKED_MB", 300)
ATTACHMENT_PART_MB = number("ATTACHMENT_PART_MB", 200)
ATTACHMENT_RATIO = number("ATTACHMENT_RATIO", 200)
ATTACHMENT_MEGAPIXELS = number("ATTACHMENT_MEGAPIXELS", 100)
ATTACHMENT_MACROS = flag("ATTACHMENT_MACROS")
# A scanner for viruses that speaks clamd's INSTREAM, as host:port or the path of its socket; empty where there is none.
CLAMD = os.environ.get("CLAMD", "").strip()
MEDIA_ROOT = VAR / "media"
# Faces for official papers: the free ones that come along, and the operator's own licensed files (fang, kai, hei, biao, song), which go first.
FONTS = SITE / "fonts"
OPERATOR_FONTS = Path(os.environ["OPERATOR_FONTS"]) if "OPERATOR_FONTS" in os.environ else None
MEDIA_URL = "/media-is-not-served/"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- keys and certificates (Article 10) ---
# Private keys in the database open only with this key, which is not in it. A trial makes one up; a real site gives its own and keeps it apart.
KEY_ENCRYPTION_KEY = key_encryption_key(VAR, is_trial=DEBUG or DEMO)
CA_FOLDER = Path(os.environ.get("CA_FOLDER", VAR / "ca"))
# Signed checkpoints of the ledger lie here as files: put it on another disk than the database.
CHECKPOINT_FOLDER = Path(os.environ.get("CHECKPOINT_FOLDER", VAR / "checkpoints"))
# The library of the maker of the tokens, for keys in hardware; without it there are none.
PKCS11_MODULE = os.environ.get("PKCS11_MODULE", "")

# Whom units that pay for their keys themselves turn to (Article 12); another city names its own.
SERVICE_CENTRE = os.environ.get("SERVICE_CENTRE", "市信息化综合服务中心（电话 0911-2167287）")

# --- the monthly ranking (Article 28): from which month on what a rate on time is called, from how many per cent on, the best first ---
# Another scale is added with the month from which it holds; the months before keep theirs.
RECEIPT_GRADES = grades("RECEIPT_GRADES", {"2017-08": {"优秀": 100, "良好": 95, "合格": 90, "待改进": 0}})

# --- text messages (Article 21): an HTTP gateway on the same network, or a folder carried across the gap; neither means telephone only ---
SMS = {
    "url": "" if DEMO else os.environ.get("SMS_GATEWAY_URL", ""),  # invented people have the numbers of real strangers
    "reports": os.environ.get("SMS_REPORTS_URL", ""),
    "token": os.environ.get("SMS_GATEWAY_TOKEN", ""),
    "folder": os.environ.get("SMS_DROP_FOLDER", ""),
}
# For gateways that never report a delivery: what they took over counts as told.
SMS_ACCEPTED_COUNTS = flag("SMS_ACCEPTED_COUNTS")

# --- isolation (Article 11): nothing is tried over the network but what is listed here, as host:port; empty for most ---
ISOLATION_PROBES = words("ISOLATION_PROBES")
# The default route of this machine was looked at and leads nowhere outside; the hourly look mentions it no more.
INNER_DEFAULT_ROUTE = flag("INNER_DEFAULT_ROUTE")

# --- background work: at least once; nothing legal lives only in the queue ---
Q_CLUSTER = {
    "name": "gongwen",
    "label": "后台任务",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 3,
    "catch_up": False,
    "save_limit": 100,
    "poll": 1,
    "has_replica": False,
}

# --- Wagtail ---
WAGTAIL_SITE_NAME = "电子公文传输系统"
WAGTAILADMIN_BASE_URL = "http://localhost:8000"
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_FRONTEND_LOGIN_URL = "/login/"
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "circulars.finish.finish"
# A circular's revision is what was handed over; background saving would rewrite it in place.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Nothing may reach out of the network (Article 11).
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict] = []
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# --- seeing it run (Article 7(2)) ---
# Whoever asks for /metrics brings it as "Authorization: Bearer …"; without one the address is there for nobody.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
# One JSON object a line for a collector, each request with its number; a person at a terminal reads plain lines and no requests.
LOG_JSON = flag("LOG_JSON", default=not (DEBUG or DEMO))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.PlainLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "config.logs.JSONLine"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_JSON else "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "WARNING"},
    "loggers": {
        "gongwen.requests": {"level": "INFO" if LOG_JSON else "WARNING"},
        # It warns at every seal that it may not go out to fetch anything, which is how it must be here (Article 11).
        "pyhanko": {"level": "ERROR"},
    },
}
