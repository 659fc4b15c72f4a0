"""A Django site with django-cas-ng, as its documentation says: `python appli_django.py <CAS root> <port> <folder>`."""

from __future__ import annotations

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

RACINE, PORT, DOSSIER = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])

settings.configure(
    DEBUG=True,
    SECRET_KEY="essai",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DOSSIER / "appli.sqlite3"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django_cas_ng",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_cas_ng.middleware.CASMiddleware",
    ],
    AUTHENTICATION_BACKENDS=["django_cas_ng.backends.CASBackend"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    CAS_SERVER_URL=RACINE,
    LOGIN_URL="cas_ng_login",
    CAS_VERSION="3",
    CAS_APPLY_ATTRIBUTES_TO_USER=True,
    CAS_RENAME_ATTRIBUTES={"sn": "last_name", "givenName": "first_name"},
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django_cas_ng import views  # noqa: E402


def qui(request: HttpRequest) -> HttpResponse:
    """Who is signed in."""
    u = request.user
    return HttpResponse(f"{u.username}|{u.first_name}|{u.last_name}" if u.is_authenticated else "personne")


urlpatterns = [
    path("", qui),
    path("prive", login_required(qui)),
    path("accounts/login", views.LoginView.as_view(), name="cas_ng_login"),
    path("accounts/logout", views.LogoutView.as_view(), name="cas_ng_logout"),
]


class Muet(WSGIRequestHandler):
    """No log."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    with make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Muet) as serveur:
        print(f"http://127.0.0.1:{serveur.server_port}", flush=True)
        serveur.serve_forever()
