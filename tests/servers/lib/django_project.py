"""A Django project with django-scim2 in it, for the tests: one token, SQLite, nothing else."""

import os

from django.http import JsonResponse
from django.urls import include, path

_dir = os.environ["PROJECT_DIR"]
SECRET_KEY = "a key for one test run"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "project"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_scim", "people"]
AUTH_USER_MODEL = "people.Person"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{_dir}/db.sqlite"}}
MIDDLEWARE = ["project.one_token", "django_scim.middleware.SCIMAuthCheckMiddleware"]
SCIM_SERVICE_PROVIDER = {
    "NETLOC": f"127.0.0.1:{os.environ['PROJECT_PORT']}",
    "SCHEME": "http",
    "AUTHENTICATION_SCHEMES": [
        {"type": "oauthbearertoken", "name": "token", "description": "", "specUri": ""}
    ],
}


def one_token(get_response):
    """The bearer of the token is signed in, everybody else is not."""
    from django.contrib.auth.models import AnonymousUser
    from people.models import Person

    def middleware(request):
        known = request.headers.get("Authorization") == "Bearer django-token"
        request.user = Person(username="desk") if known else AnonymousUser()
        return get_response(request)

    return middleware


def check(request):
    """The tests' own: does this password sign the user in?"""
    from people.models import Person

    person = Person.objects.get(scim_id=request.GET["id"])
    return JsonResponse(person.check_password(request.GET["password"]), safe=False)


urlpatterns = [
    path("check", check),
    path("scim/v2/", include("django_scim.urls", namespace="scim")),
]
