"""Addresses of projects."""

from django.urls import URLPattern, path

from projects import views

app_name = "projects"
urlpatterns: list[URLPattern] = [
    path("projects/", views.project_list, name="list"),
    path("projects/start/", views.start, name="start"),
    path("projects/<slug:slug>/", views.project_detail, name="detail"),
    path("projects/<slug:slug>/edit/", views.edit, name="edit"),
    path("projects/<slug:slug>/state/", views.advance, name="advance"),
    path("projects/<slug:slug>/join/", views.join, name="join"),
    path("projects/<slug:slug>/leave/", views.leave, name="leave"),
]
