"""Addresses of the residents' site."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from portal.views import (
    about,
    account,
    agents,
    amending,
    card_login,
    copies,
    filings,
    finish,
    hub,
    interview,
    language,
    messages,
    papers,
    public,
    settings,
    start,
)

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler429 = "portal.views.errors.too_many"
handler500 = "portal.views.errors.server_error"

pages = [
    path("", public.landing, name="landing"),
    path("check/", public.check_duty, name="check-duty"),
    path("search/", about.search, name="search"),
    path("help/", about.help_page, name="help"),
    path("glossary/", about.glossary_page, name="glossary"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("privacy/", about.privacy, name="privacy"),
    path("settings/", settings.settings, name="settings"),
    path("settings/my-data.json", settings.export, name="export"),
    path("settings/records/", settings.records, name="records"),
    path("settings/erase/<uuid:pk>/", settings.erase, name="erase"),
    path("settings/close/", settings.close, name="close-account"),
    path("messages/", messages.messages, name="messages"),
    path("session/alive/", settings.alive, name="session-alive"),
    path("return/", start.home, name="home"),
    path("return/start/", start.start, name="start"),
    path("return/for/", agents.start, name="start-for"),
    path("return/<slug:place>/", hub.hub, name="hub"),
    path("return/<slug:place>/whom/", agents.correct, name="correct-principal"),
    path("return/<slug:place>/card/", start.card, name="card"),
    path("return/<slug:place>/estimate/", interview.breakdown, name="breakdown"),
    path("return/<slug:place>/check/", finish.check, name="check"),
    path("return/<slug:place>/give-up/", amending.give_up, name="amend-give-up"),
    path("return/<slug:place>/sign/", finish.sign, name="sign"),
    path("return/<slug:place>/sign/prepare/", finish.sign_prepare, name="sign-prepare"),
    path("return/<slug:place>/sign/wrong-pin/", finish.sign_wrong_pin, name="sign-wrong-pin"),
    path("return/<slug:place>/sign/submit/", finish.sign_submit, name="sign-submit"),
    path("return/<slug:place>/papers/", papers.papers, name="papers"),
    path("return/<slug:place>/papers/<uuid:pk>/", papers.paper, name="paper"),
    path("return/<slug:place>/papers/<uuid:pk>/turn/", papers.turn, name="paper-turn"),
    path("return/<slug:place>/papers/<uuid:pk>/remove/", papers.remove, name="paper-remove"),
    path("return/<slug:place>/papers/<uuid:pk>/small.jpg", papers.small, name="paper-small"),
    path("return/<slug:place>/papers/<uuid:pk>/<int:number>.jpg", papers.page, name="paper-page"),
    path("return/<slug:place>/restore/", interview.restore, name="item-restore"),
    path("return/<slug:place>/<slug:section>/", interview.section, name="section"),
    path("return/<slug:place>/<slug:section>/<slug:page>/", interview.page, name="page"),
    path(
        "return/<slug:place>/<slug:section>/<slug:item>/remove/",
        interview.remove,
        name="item-remove",
    ),
    path(
        "return/<slug:place>/<slug:section>/<slug:item>/<slug:page>/",
        interview.page,
        name="item-page",
    ),
    path("filings/", filings.filings, name="filings"),
    path("filings/<uuid:pk>/", filings.filing, name="filing"),
    path("filings/<uuid:pk>/amend/", amending.begin, name="amend"),
    path("filings/<uuid:pk>/withdraw/", amending.withdraw, name="withdraw"),
    path("filings/<uuid:pk>/receipt/", filings.receipt, name="receipt"),
    path("filings/<uuid:pk>/copy/", filings.copy, name="copy"),
    path("filings/<uuid:pk>/copy.pdf", copies.copy_pdf, name="copy-pdf"),
    path("filings/<uuid:pk>/copy.xml", copies.copy_xml, name="copy-xml"),
    path("filings/<uuid:pk>/calendar.ics", copies.calendar, name="calendar"),
]

# allauth's pages, one by one: those of its links in mails and its codes answer to nobody here.
account_pages = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/set/", account.set_password, name="account_set_password"),
    path("email/", account.address, name="account_email"),
    path("email/<str:token>/", account.confirm_address, name="confirm-address"),
    path("card/", card_login.card, name="account-card"),
    path("card/remove/", card_login.remove, name="account-card-remove"),
]

urlpatterns = [
    path("healthz", public.healthz),
    path("language/", language.choose, name="set_language"),
    path("account/app/", include("portal.identity.urls")),
    path("account/", include(account_pages)),
    path("", include((pages, "portal"))),
]
