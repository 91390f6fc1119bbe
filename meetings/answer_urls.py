"""Where people answer and where the door list is kept."""

from django.urls import path, re_path

from meetings.views import answers, check_in, door, guests, own_answers

# What mail programs leave hanging after the address.
HANGING = r"[\s.,;:!?>)\]}'\"»”’*]*$"

urlpatterns = [
    re_path(r"^r/(?P<token>[^/]+)/colleague/$", answers.hand_over_by_link, name="hand_over_by_link"),
    re_path(r"^r/(?P<token>[^/]+)/meeting\.ics$", answers.entry_by_link, name="entry_by_link"),
    re_path(r"^r/(?P<token>[^/]+)/guests/$", guests.guests_by_link, name="guests_by_link"),
    re_path(r"^r/(?P<token>[^/]+)/diet/$", guests.diet_by_link, name="diet_by_link"),
    re_path(rf"^r/(?P<token>[^/]+)/{HANGING}", answers.answer_by_link, name="answer_by_link"),
    re_path(rf"^d/(?P<token>[^/]+)/{HANGING}", check_in.check_in, name="check_in"),
    path("meetings/<int:pk>/answer/", own_answers.answer, name="answer"),
    path("meetings/<int:pk>/colleague/", own_answers.send_colleague, name="send_colleague"),
    path(
        "meetings/<int:pk>/invitations/<int:invitation_pk>/answer/",
        own_answers.answer_on_behalf,
        name="answer_on_behalf",
    ),
    path("meetings/<int:pk>/guests/", guests.guests, name="guests"),
    path("meetings/<int:pk>/diet/", guests.diet, name="diet"),
    path("meetings/<int:pk>/kitchen/", guests.kitchen, name="kitchen"),
    path(
        "meetings/<int:pk>/invitations/<int:invitation_pk>/guests/",
        guests.guests_on_behalf,
        name="guests_on_behalf",
    ),
    path("meetings/<int:pk>/door/", door.door, name="door"),
    path("meetings/<int:pk>/door/sync/", door.sync, name="door_sync"),
    path("meetings/<int:pk>/door/paper/", door.paper, name="paper"),
    path("meetings/<int:pk>/door/code/", check_in.door_code, name="door_code"),
    path("meetings/<int:pk>/door/code/now/", check_in.door_code_now, name="door_code_now"),
    path("meetings/<int:pk>/door/visitor/", door.visitor, name="visitor"),
    path("meetings/<int:pk>/door/<int:invitation_pk>/", door.note, name="note_attendance"),
    path("meetings/<int:pk>/door/<int:invitation_pk>/gone/", door.visitor_gone, name="visitor_gone"),
]
