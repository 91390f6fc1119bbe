"""Addresses of meetings."""

from django.urls import URLPattern

from meetings.answer_urls import urlpatterns as answer_urls

app_name = "meetings"
urlpatterns: list[URLPattern] = [*answer_urls]
