import pytest

from mail.checks import check_mail


@pytest.fixture
def good(settings):
    settings.DEFAULT_FROM_EMAIL = "Klyngen <post@klynge.example>"
    settings.SITE_URL = "https://portal.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 20
    settings.CELERY_BROKER_URL = "redis://localhost/0"
    settings.MAIL_LEASE_SECONDS = 120
    return settings


def test_nothing_to_say_when_all_is_set(good):
    assert check_mail(None) == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEFAULT_FROM_EMAIL", "webmaster@localhost", 1),
        ("DEFAULT_FROM_EMAIL", "Klyngen", 1),
        ("SITE_URL", "http://portal.example", 2),
        ("EMAIL_BACKEND", "mail.backends.FileBackend", 3),
        ("CELERY_BROKER_URL", "filesystem://", 4),
        ("MAIL_LEASE_SECONDS", 59, 5),
    ],
)
def test_what_would_keep_mail_from_leaving_is_said(good, name, value, number):
    setattr(good, name, value)
    assert [finding.id for finding in check_mail(None)] == [f"mail.W00{number}"]
