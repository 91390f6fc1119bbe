from django.urls import path

from mail import views

app_name = "mail"
urlpatterns = [
    path("dev/mail/", views.mail_list, name="list"),
    path("dev/mail/<str:name>/", views.mail_page, name="mail"),
    path("dev/mail/<str:name>/html/", views.mail_html, name="html"),
]
