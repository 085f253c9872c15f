"""Addresses of the residents' site."""

from django.urls import include, path

from portal.views import (
    about,
    account,
    agents,
    amending,
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

urlpatterns = [
    path("healthz", public.healthz),
    path("language/", language.choose, name="set_language"),
    path("account/app/", include("portal.identity.urls")),
    # Ours in the place of allauth's.
    path("account/email/", account.address, name="account_email"),
    path("account/email/<str:token>/", account.confirm_address, name="confirm-address"),
    path("account/password/set/", account.set_password, name="account_set_password"),
    path("account/", include("allauth.account.urls")),
    path("", include((pages, "portal"))),
]
