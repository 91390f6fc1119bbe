"""What Django and Celery themselves cost: a task builds and sends a batch of mails on one connection, and notes nothing.

Two templates for each mail, in bokmål, a calendar written by hand, EmailMultiAlternatives; no database. The size of a mail
follows ANCHOR_LINES.
"""

import os

from celery import Celery
from django.conf import settings

settings.configure(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=int(os.environ["ANCHOR_PORT"]),
    USE_I18N=True,
    LANGUAGE_CODE="nb",
    LANGUAGES=[("nb", "Bokmål")],
    LOCALE_PATHS=[os.environ["ANCHOR_LOCALE"]],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {
                                    "mail.txt": """{% load i18n %}{% translate "Hi" %} {{ name }},

{% blocktranslate %}Will you come?{% endblocktranslate %} {{ when|date:"j. F Y H.i" }}
{% for line in lines %}{{ line.at }} {{ line.title }}
{% endfor %}{% translate "Yes" %}: {{ url }}yes
{% translate "No" %}: {{ url }}no
""",
                                    "mail.html": """{% load i18n %}<!doctype html><html lang="nb"><body>
<p>{% translate "Hi" %} {{ name }},</p>
<h1>{{ title }}</h1><p>{{ when|date:"j. F Y H.i" }}</p>
<table>{% for line in lines %}<tr><td style="padding:4px 8px">{{ line.at }}</td><td>{{ line.title }}</td></tr>
{% endfor %}</table><a href="{{ url }}yes">{% translate "Yes" %}</a> <a href="{{ url }}no">{% translate "No" %}</a>
</body></html>
""",
                                },
                            )
                        ],
                    )
                ]
            },
        }
    ],
)

import django  # noqa: E402

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

app = Celery("anchor", broker=os.environ["ANCHOR_BROKER"])
app.conf.update(task_ignore_result=True, task_default_queue="anchor")

CALENDAR = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:0\r\n\
DTSTART:20270112T090000Z\r\nDTEND:20270112T110000Z\r\nSUMMARY:{title}\r\nATTENDEE:mailto:{to}\r\nDESCRIPTION:{words}\r\n\
END:VEVENT\r\nEND:VCALENDAR\r\n"""


def build(number, count, connection=None):
    """One mail; ``count`` lines of programme."""
    to = f"p{number}@example.org"
    context = {
        "name": f"Kari {number}",
        "title": "Oppstartsmøte",
        "when": timezone.now(),
        "url": f"https://portal.example/r/{number}/",
        "lines": [
            {"at": f"{n % 24:02}.00", "title": f"Hva bremser oss i produksjonen, sak {n}?"} for n in range(count)
        ],
    }
    mail = EmailMultiAlternatives(
        "Innkalling", render_to_string("mail.txt", context), "post@portal.example", [to], connection=connection
    )
    mail.attach_alternative(render_to_string("mail.html", context), "text/html")
    words = "\\n".join(line["title"] for line in context["lines"])
    calendar = CALENDAR.format(uid=number, title=context["title"], to=to, words=words)
    mail.attach_alternative(calendar, "text/calendar; method=REQUEST")
    return mail


@app.task(name="anchor.send")
def send(numbers, count):
    translation.activate("nb")
    with get_connection() as connection:
        for number in numbers:
            build(number, count, connection).send()
