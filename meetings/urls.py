"""Addresses of meetings."""

from django.urls import URLPattern, path

from meetings.answer_urls import urlpatterns as answer_urls
from meetings.views import feeds, invitations, meetings, minutes, organising, plan, review

app_name = "meetings"
urlpatterns: list[URLPattern] = [
    path("me/calendar/", feeds.calendar, name="calendar"),
    path("me/calendar/renew/", feeds.renew, name="feed_renew"),
    path("me/calendar/choose/", feeds.choose, name="feed_choose"),
    path("me/calendar/off/", feeds.switch_off, name="feed_off"),
    path("feed/<str:token>.ics", feeds.personal, name="feed"),
    path("groups/<slug:slug>/meetings.ics", feeds.of_group, name="group_feed"),
    path("meetings/", meetings.meeting_list, name="list"),
    path("meetings/choose/", meetings.choose, name="choose"),
    path("meetings/new/", organising.new_meeting, name="new"),
    path("meetings/review/", review.review, name="review"),
    path("meetings/review/<int:pk>/answer/", review.review_answer, name="review_answer"),
    path("meetings/review/<int:pk>/decline/", review.review_decline, name="review_decline"),
    path("meetings/review/<int:pk>/aside/", review.review_aside, name="review_aside"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="detail"),
    path("meetings/<int:pk>/meeting.ics", meetings.meeting_ics, name="ics"),
    path("meetings/<int:pk>/edit/", organising.edit_draft, name="edit"),
    path("meetings/<int:pk>/remove/", organising.remove, name="remove"),
    path("meetings/<int:pk>/preview/", organising.preview, name="preview"),
    path("meetings/<int:pk>/preview/<str:language>/", invitations.preview_mail, name="preview_mail"),
    path("meetings/<int:pk>/call/", organising.call, name="call"),
    path("meetings/<int:pk>/move/", organising.move, name="move"),
    path("meetings/<int:pk>/change/", organising.change, name="change"),
    path("meetings/<int:pk>/cancel/", organising.cancel, name="cancel"),
    path("meetings/<int:pk>/hold/", organising.hold, name="hold"),
    path("meetings/<int:pk>/plan/", plan.plan, name="plan"),
    path("meetings/<int:pk>/plan/<str:step>/move/", plan.plan_move, name="plan_move"),
    path("meetings/<int:pk>/plan/<str:step>/switch/", plan.plan_switch, name="plan_switch"),
    path("meetings/<int:pk>/plan/<str:step>/words/", plan.plan_words, name="plan_words"),
    path("meetings/<int:pk>/plan/<str:step>/send/", plan.plan_send, name="plan_send"),
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:pk>/minutes.pdf", minutes.minutes_file, name="minutes_file"),
    path("meetings/<int:pk>/minutes/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("meetings/<int:pk>/minutes/publish/", minutes.minutes_publish, name="minutes_publish"),
    path("meetings/<int:pk>/actions/add/", minutes.action_add, name="action_add"),
    path("meetings/<int:pk>/actions/<int:action_pk>/done/", minutes.action_done, name="action_done"),
    path("meetings/<int:pk>/actions/<int:action_pk>/remove/", minutes.action_remove, name="action_remove"),
    path("meetings/<int:pk>/people/", invitations.people, name="people"),
    path("meetings/<int:pk>/people/pick/", invitations.pick, name="pick"),
    path("meetings/<int:pk>/people/unpick/", invitations.unpick, name="unpick"),
    path("meetings/<int:pk>/invitations/", invitations.invitations, name="invitations"),
    path("meetings/<int:pk>/invitations/add/", invitations.add_addresses, name="add_addresses"),
    path("meetings/<int:pk>/invitations/<int:invitation_pk>/", invitations.invitation, name="invitation"),
    path("meetings/<int:pk>/invitations/<int:invitation_pk>/withdraw/", invitations.withdraw, name="withdraw"),
    *answer_urls,
]
