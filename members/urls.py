from django.urls import path

from members.views import colleagues, companies, invites, mine, people, welcome

app_name = "members"
urlpatterns = [
    path("companies/", companies.companies, name="companies"),
    path("companies/find/", welcome.find_company, name="find_company"),
    path("companies/find/ask/", welcome.ask_to_join, name="ask_to_join"),
    path("companies/new/", welcome.new_company, name="new_company"),
    path("companies/waiting/", welcome.waiting, name="waiting"),
    path("companies/waiting/<int:pk>/withdraw/", welcome.withdraw_request, name="withdraw_request"),
    path("companies/<slug:slug>/edit/", companies.company_edit, name="company_edit"),
    path("companies/<slug:slug>/domains/claim/", companies.claim_domain, name="claim_domain"),
    path("companies/<slug:slug>/people/", colleagues.company_people, name="company_people"),
    path("companies/<slug:slug>/people/add/", colleagues.add_colleague, name="add_colleague"),
    path("companies/<slug:slug>/people/invite/", invites.invite, name="invite"),
    path("companies/<slug:slug>/people/<int:pk>/approve/", colleagues.approve, name="approve"),
    path("companies/<slug:slug>/people/<int:pk>/decline/", colleagues.decline, name="decline"),
    path("companies/<slug:slug>/people/<int:pk>/end/", colleagues.end, name="end"),
    path("companies/<slug:slug>/people/<int:pk>/make-contact/", colleagues.make_contact, name="make_contact"),
    path("companies/<slug:slug>/people/<int:pk>/stand-down/", colleagues.stand_down, name="stand_down"),
    path("companies/<slug:slug>/people/<int:pk>/hand-on/", colleagues.hand_on, name="hand_on"),
    path("companies/<slug:slug>/invites/<int:pk>/revoke/", invites.revoke, name="revoke_invite"),
    path("invites/<str:token>/", invites.invitation, name="invitation"),
    path("invites/<str:token>/accept/", invites.accept, name="accept_invite"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("me/profile/", mine.profile, name="profile"),
    path("me/mail/", mine.mail, name="mail"),
    path("me/companies/<int:pk>/main/", mine.choose_main, name="choose_main"),
    path("me/companies/<int:pk>/leave/", mine.leave, name="leave"),
    path("unsubscribe/<str:token>/", mine.unsubscribe, name="unsubscribe"),
]
