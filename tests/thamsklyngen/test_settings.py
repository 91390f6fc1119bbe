"""What production demands, what a room of people may do, and what the middlewares promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories.members import UserFactory
from thamsklyngen.middleware import without_plain_norwegian

ROOT = Path(settings.BASE_DIR)
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:word@127.0.0.1",
    "DEFAULT_FROM_EMAIL": "Portal <post@portal.example>",
}


def production(code, **changes):
    """A fresh process with production's variables; None takes one away."""
    wanted = {**PRODUCTION, **changes}
    environ = {name: value for name, value in wanted.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", f"from thamsklyngen.env import refuse_bad_settings\nrefuse_bad_settings()\n{code}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "thamsklyngen.settings", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_refuses_to_start_without_a_variable_and_says_which_in_one_line(name):
    ended = production("", **{name: None})
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith(f"thamsklyngen: Set {name}: ")


def test_production_refuses_an_address_without_encryption():
    ended = production("", SITE_URL="http://portal.example")
    assert ended.returncode == 1
    assert ended.stderr == "thamsklyngen: SITE_URL must begin with https:// in production.\n"


def test_production_is_strict():
    code = (
        "from django.conf import settings as s\n"
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0,"
        " not s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.STAFF_NEED_SECOND_FACTOR, not s.DEBUG,"
        " 'Manifest' in s.STORAGES['staticfiles']['BACKEND'])"
    )
    ended = production(code)
    assert ended.stdout.split() == ["True"] * 8, ended.stderr


def test_sqlite_locks_at_the_beginning_of_a_transaction():
    code = "from django.conf import settings as s\nprint(s.DATABASES['default']['OPTIONS']['transaction_mode'])"
    assert production(code, DATABASE_URL="sqlite:////tmp/x.sqlite3").stdout == "IMMEDIATE\n"


# People


@pytest.mark.django_db
def test_sixty_people_behind_one_address_sign_up_within_minutes():
    answers = set()
    for number in range(60):
        data = {"name": "Kari Nordmann", "email": f"person{number}@room.example", "password1": ""}
        answers.add(Client().post(reverse("account_signup"), data).status_code)
    assert answers == {302}


@pytest.mark.django_db
def test_one_account_is_guessed_at_five_times_only():
    user = UserFactory(email="target@room.example")
    user.set_password("et langt passord her")
    user.save(update_fields=["password"])
    for number in range(5):
        Client().post(reverse("account_login"), {"login": user.email, "password": f"guess {number}"})
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": "et langt passord her"})
    assert "_auth_user_id" not in client.session


# Language


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("no", "nb"),
        ("no-NO,no;q=0.9,en;q=0.8", "nb-NO,nb;q=0.9,en;q=0.8"),
        ("en-US, NO;q=0.5", "en-US, nb;q=0.5"),
        ("nn-NO,nb;q=0.9", "nn-NO,nb;q=0.9"),
        ("nov,x-no", "nov,x-no"),
    ],
)
def test_plain_norwegian_means_bokmaal(sent, meant):
    assert without_plain_norwegian(sent) == meant


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "language"),
    [("no", "nb"), ("no-NO", "nb"), ("nn", "nn"), ("en-GB,en", "en"), ("de", "nb"), ("", "nb"), (";;,q=;", "nb")],
)
def test_the_browsers_languages_choose_the_pages(client, accept, language):
    response = client.get(reverse("account_login"), HTTP_ACCEPT_LANGUAGE=accept)
    assert response.headers["Content-Language"] == language


@pytest.mark.django_db
def test_the_persons_own_language_wins_over_the_browsers(client):
    client.force_login(UserFactory(language="nn"))
    response = client.get(reverse("account_email"), HTTP_ACCEPT_LANGUAGE="en")
    assert response.headers["Content-Language"] == "nn"


# Second factor


@pytest.mark.django_db
def test_staff_without_a_second_factor_reach_only_the_pages_to_set_it_up(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = True
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")
    assert client.get("/healthz").status_code != 302
    assert client.get(reverse("account_logout")).status_code == 200


@pytest.mark.django_db
def test_staff_with_a_second_factor_come_in(client, settings):
    from allauth.mfa.models import Authenticator

    settings.STAFF_NEED_SECOND_FACTOR = True
    user = UserFactory(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    client.force_login(user)
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_members_need_no_second_factor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = True
    client.force_login(UserFactory())
    assert client.get(reverse("account_email")).status_code == 200


# Browser's orders


@pytest.mark.django_db
def test_pages_forbid_foreign_and_inline_code_and_frames(client):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert parts["default-src"] == "'self'"
    assert parts["frame-ancestors"] == parts["object-src"] == "'none'"
    assert parts["form-action"] == parts["base-uri"] == "'self'"
    assert "unsafe" not in policy
    assert "script-src" not in parts
