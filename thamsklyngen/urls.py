"""Every address of the portal. Each app keeps its own under its name; pages that join apps are added here."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from meetings.answer_urls import HANGING
from meetings.doors import door
from thamsklyngen import errors, frame, health
from thamsklyngen.pages import companies, front, groups, importing, legal, me, search, staff, thread

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    # Each app
    path("", include("mail.urls")),
    path("", include("members.urls")),
    path("", include("groups.urls")),
    path("", include("meetings.urls")),
    path("", include("projects.urls")),
    # Pages that join apps; after the apps, so that no company or group can be named like one of their pages
    path("", front.front, name="front"),
    path("me/", me.me, name="me"),
    path("me/inputs/", thread.my_inputs, name="my_inputs"),
    re_path(r"^c/(?P<token>[^/]+)/(?P<verb>[a-z_]+)/$", door, name="door_verb"),
    re_path(rf"^c/(?P<token>[^/]+)/{HANGING}", door, name="door"),
    path("search/", search.search, name="search"),
    path("outcomes/", thread.outcomes, name="outcomes"),
    path("input/<uuid:pk>/", thread.thread, name="input"),
    path("groups/", groups.group_list, name="groups"),
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("companies/<slug:slug>/", companies.company, name="company"),
    path("staff/", staff.dashboard, name="staff"),
    path("staff/test-mail/", staff.test_mail, name="test_mail"),
    path("staff/import/", importing.upload, name="import"),
    path("staff/import/template.xlsx", importing.template, name="import_template"),
    path("staff/import/<int:pk>/undo/", importing.undo, name="import_undo"),
    path("staff/import/<str:ticket>/", importing.preview, name="import_preview"),
    path("staff/import/<str:ticket>/confirm/", importing.confirm, name="import_confirm"),
    path("privacy/", legal.privacy, name="privacy"),
    path("accessibility/", legal.accessibility, name="accessibility"),
    path(".well-known/security.txt", legal.security_txt, name="security_txt"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("language/", frame.choose_language, name="language"),
    path("theme/", frame.choose_theme, name="theme"),
    path("manifest.webmanifest", frame.manifest, name="manifest"),
    path("cluster.css", frame.cluster_css, name="cluster_css"),
    path("cluster-logo", frame.cluster_logo, name="cluster_logo"),
    path("robots.txt", frame.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
]
if settings.INBOUND.road == "webhook":  # where a mail service posts what comes in
    urlpatterns.append(path("hooks/", include("anymail.urls")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error
