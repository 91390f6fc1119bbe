"""Addresses of groups, their input, and the board's desk."""

from django.urls import URLPattern, URLResolver, include, path

from groups.views import asking, doors, inputs, joining, reading, wall

app_name = "groups"
urlpatterns: list[URLPattern | URLResolver] = [
    # A group's own pages
    path("groups/<slug:slug>/join/", joining.join, name="join"),
    path("groups/<slug:slug>/leave/", joining.leave, name="leave"),
    path("groups/<slug:slug>/interest/", joining.interest, name="interest"),
    path("groups/<slug:slug>/interest/withdraw/", joining.no_interest, name="no_interest"),
    path("groups/<slug:slug>/edit/", joining.edit, name="edit"),
    path("groups/<slug:slug>/members/", joining.members, name="members"),
    path("groups/<slug:slug>/members/<int:pk>/approve/", joining.approve, name="approve"),
    path("groups/<slug:slug>/members/<int:pk>/decline/", joining.decline, name="decline"),
    path("groups/<slug:slug>/desk/", include("groups.desk_urls")),
    # Input
    path("groups/<slug:slug>/input/", reading.inputs, name="inputs"),
    path("groups/<slug:slug>/input/confirm/", reading.confirm, name="confirm"),
    path("groups/<slug:slug>/input/ask/", asking.ask, name="ask"),
    path("groups/<slug:slug>/input/new/", inputs.input_new, name="input_new"),
    path("groups/<slug:slug>/input/new/similar/", inputs.input_similar, name="input_similar"),
    path("groups/<slug:slug>/input/new/support/", inputs.input_support, name="input_support"),
    path("groups/<slug:slug>/wall/", wall.wall, name="wall"),
    path("groups/<slug:slug>/wall/live/", wall.wall_live, name="wall_live"),
    path("groups/<slug:slug>/wall/start/", wall.start, name="wall_start"),
    path("groups/<slug:slug>/wall/stop/", wall.stop, name="wall_stop"),
    path("input/<uuid:pk>/edit/", inputs.input_edit, name="input_edit"),
    path("input/<uuid:pk>/withdraw/", inputs.input_withdraw, name="input_withdraw"),
    path("input/<uuid:pk>/support/", inputs.support, name="support"),
    path("input/<uuid:pk>/support/withdraw/", inputs.unsupport, name="unsupport"),
    path("receipt/", doors.receipt, name="receipt"),
    path("receipt/edit/", doors.receipt_edit, name="receipt_edit"),
    path("receipt/withdraw/", doors.receipt_withdraw, name="receipt_withdraw"),
    path("c/", doors.room_code, name="room_code"),
]
