"""The staff site: what there is, and who may open it stands at each view."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from review import exchange_views, jobs_views, pages
from review.addressees import register_views as register
from review.addressees import views as addressees
from review.assessment import views as assessment
from review.attachments import views as attachments
from review.audit import maintenance_views as maintenance
from review.audit import month_views as audit_months
from review.audit import selfcheck_views as selfcheck
from review.audit import views as audit
from review.cases.views import bulk, case, exports, lists, progress, reveal, search
from review.euc import views as euc
from review.forwarding import views as forwarding
from review.images import views as images
from review.incidents import views as incidents
from review.letters import views as letters
from review.levy import basics_views as basics
from review.levy import views as levy
from review.mailing import views as mailing
from review.notices import employer_views as employers
from review.notices import order_views as orders
from review.notices import views as notices
from review.paper import views as paper
from review.recipients import views as recipients
from review.retention import disposal_views as disposals
from review.retention import place_views as places
from review.retention import schedule_views as schedule
from review.retention import views as retention
from review.rights import views as requests
from review.sources import link_views as links
from review.sources import views as sources
from review.staff import key_views as keys
from review.staff import rights_views as rights
from review.staff import views as staff
from review.taxfiles import views as taxfiles
from review.transfers import look_views as looks
from review.transfers import views as transfers


class TaxYearConverter(StringConverter):
    """課税年度 as it stands in addresses: R9."""

    regex = "R[1-9][0-9]?"


class DecisionConverter(StringConverter):
    """What a second person does with a proposal: confirm or drop it."""

    regex = "confirm|drop"


register_converter(TaxYearConverter, "tax_year")
register_converter(DecisionConverter, "decision_code")

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("login/", staff.login, name="login"),
    path("login/code/", staff.login_code, name="login-code"),
    path("login/key/", keys.login_key, name="login-key"),
    path("keys/", keys.own_keys, name="keys"),
    path("staff/keys/<int:key_id>/approve/", keys.approve, name="key-approve"),
    path("staff/keys/<int:key_id>/revoke/", keys.revoke, name="key-revoke"),
    path("logout/", staff.logout, name="logout"),
    path("reason/", staff.reason, name="reason"),
    path("", lists.today, name="today"),
    path("cases/", lists.queue, name="queue"),
    path("cases/search/", search.search, name="case-search"),
    path("cases/filters/", lists.save_filter, name="save-filter"),
    path("cases/filters/<int:filter_id>/forget/", lists.forget_filter, name="forget-filter"),
    path("cases/bulk/", bulk.preview, name="bulk"),
    path("cases/bulk/do/", bulk.carry_out, name="bulk-do"),
    path("paper/", paper.entries, name="paper"),
    path("paper/new/<tax_year:tax_year>/", paper.new, name="paper-new"),
    path("paper/<uuid:entry_id>/", paper.entry, name="paper-entry"),
    path("paper/<uuid:entry_id>/edit/", paper.edit, name="paper-edit"),
    path("paper/<uuid:entry_id>/register/", paper.register, name="paper-register"),
    path("paper/<uuid:entry_id>/<slug:code>/", paper.turn_down, name="paper-turn-down"),
    path("exports/", exports.exports_page, name="exports"),
    path("exports/euc/<slug:code>/", euc.extract, name="euc"),
    path("exports/<int:export_id>/approve/", exports.approve, name="export-approve"),
    path("exports/<int:export_id>/take/", exports.take, name="export-take"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/addressee/", case.choose, name="case-addressee"),
    path("cases/<uuid:case_id>/number/", reveal.number, name="case-number"),
    path("cases/<uuid:case_id>/papers/<int:number>/", attachments.viewer, name="case-paper"),
    path(
        "cases/<uuid:case_id>/papers/<int:number>/page.jpg",
        attachments.picture,
        name="case-paper-picture",
    ),
    path("cases/<uuid:case_id>/do/<slug:code>/", case.act, name="case-act"),
    path("amendments/<int:amendment_id>/<slug:code>/", case.amendment, name="amendment"),
    path("people/", addressees.people, name="people"),
    path("people/new/", register.register, name="person-register"),
    path("people/same/", register.same_persons, name="same-persons"),
    path("people/same/<int:relation_id>/", register.confirm_same, name="same-confirm"),
    path("people/residents/", register.resident_runs, name="residents"),
    path("people/businesses/", register.businesses, name="businesses"),
    path("people/businesses/search/", register.business_search, name="business-search"),
    path("people/businesses/<uuid:business_id>/", register.business, name="business"),
    path("people/<uuid:person_id>/", addressees.person, name="person"),
    path("people/<uuid:person_id>/contact/", register.contact, name="person-contact"),
    path("people/<uuid:person_id>/account/", register.account, name="person-account"),
    path("people/<uuid:person_id>/same/", register.relate, name="person-relate"),
    path("people/<uuid:person_id>/<tax_year:tax_year>/", assessment.assessment, name="assessment"),
    path("people/<uuid:person_id>/<tax_year:tax_year>/assess/", assessment.assess, name="assess"),
    path(
        "people/<uuid:person_id>/<tax_year:tax_year>/correct/",
        levy.propose_correction,
        name="correction-propose",
    ),
    path(
        "people/<uuid:person_id>/<tax_year:tax_year>/basics/", basics.person_basics, name="basics"
    ),
    path(
        "people/<uuid:person_id>/<tax_year:tax_year>/basics/propose/",
        basics.propose_basics,
        name="basics-propose",
    ),
    path(
        "people/<uuid:person_id>/<tax_year:tax_year>/dependants/propose/",
        basics.propose_dependant,
        name="dependant-propose",
    ),
    path(
        "basics/<int:change_id>/<decision_code:code>/", basics.decide_basics, name="basics-decide"
    ),
    path(
        "dependants/<int:act_id>/<decision_code:code>/",
        basics.decide_dependant,
        name="dependant-decide",
    ),
    path(
        "decisions/<int:decision_id>/<decision_code:code>/",
        levy.decide_correction,
        name="correction-decide",
    ),
    path("decisions/<int:decision_id>/issue/<slug:kind>/", notices.issue, name="document-issue"),
    path("documents/<int:number>/reissue/", notices.reissue, name="document-reissue"),
    path("notices/", orders.notices, name="notices"),
    path("notices/propose/", orders.propose, name="notices-propose"),
    path(
        "notices/orders/<int:order_id>/<decision_code:code>/", orders.decide, name="notices-decide"
    ),
    path("notices/files/<uuid:file_id>/take/", orders.take, name="notice-file"),
    path("notices/files/<uuid:file_id>/numbers/", orders.take_numbers, name="notice-numbers"),
    path("notices/files/<uuid:file_id>/again/", orders.propose_reissue, name="notices-again"),
    path("notices/files/<uuid:file_id>/handed/", orders.hand_over, name="notices-handed"),
    path("notices/employers/<tax_year:tax_year>/", employers.employers, name="employers"),
    path(
        "notices/employers/<tax_year:tax_year>/<int:collection_id>/",
        employers.employer,
        name="employer",
    ),
    path("notices/returned/", employers.returned, name="returned-mail"),
    path("notices/returned/<int:mail_id>/end/", employers.end_return, name="returned-end"),
    path("mailing/", mailing.mailing, name="mailing"),
    path("mailing/propose/", mailing.propose, name="mailing-propose"),
    path("mailing/<int:order_id>/", mailing.mailing_list, name="mailing-list"),
    path("mailing/targets/<int:target_id>/out/", mailing.leave_out, name="mailing-out"),
    path("mailing/targets/<int:target_id>/preview/", mailing.preview, name="mailing-preview"),
    path("levy/", levy.runs, name="levy"),
    path("levy/propose/", levy.propose_run, name="levy-propose"),
    path("levy/close/", levy.close_month, name="levy-close"),
    path("levy/<uuid:run_id>/", levy.run, name="levy-run"),
    path("levy/<uuid:run_id>/<decision_code:code>/", levy.decide_run, name="levy-decide"),
    path("disagreements/", assessment.disagreements, name="disagreements"),
    path("sources/", sources.arrivals, name="sources"),
    path("sources/new/", sources.receive, name="source-receive"),
    path("sources/unlinked/", links.unlinked, name="unlinked"),
    path("sources/unlinked/propose/", links.propose_certain, name="propose-certain"),
    path("sources/rows/<int:entry_id>/", links.entry, name="source-entry"),
    path("sources/rows/<int:entry_id>/propose/", links.propose, name="source-propose"),
    path("sources/links/<int:proposal_id>/<slug:code>/", links.decide, name="source-decide"),
    path("sources/<uuid:arrival_id>/", sources.arrival, name="source"),
    path("sources/<uuid:arrival_id>/do/<slug:code>/", sources.act, name="source-act"),
    path("sources/<uuid:arrival_id>/errors/<slug:form>/", sources.errors, name="source-errors"),
    path("images/", images.images, name="images"),
    path("images/<uuid:document_id>/", images.image, name="image"),
    path("images/<uuid:document_id>/picture.jpg", images.picture, name="image-picture"),
    path("images/<uuid:document_id>/note/", images.add_note, name="image-note-add"),
    path("images/notes/<int:note_id>/remove/", images.remove_note, name="image-note-remove"),
    path("letters/", letters.letters, name="letters"),
    path("letters/make/", letters.make, name="letters-make"),
    path("letters/<int:number>/", letters.letter, name="letter"),
    path("letters/<int:number>/confirm/", letters.confirm, name="letter-confirm"),
    path("letters/<int:number>/drop/", letters.drop, name="letter-drop"),
    path("letters/<int:number>/take/", letters.take, name="letter-take"),
    path("letters/homes/<tax_year:tax_year>/", letters.domiciles, name="domiciles"),
    path(
        "letters/homes/<tax_year:tax_year>/propose/",
        letters.propose_domicile,
        name="domicile-propose",
    ),
    path(
        "letters/homes/<int:domicile_id>/<decision_code:code>/",
        letters.decide_domicile,
        name="domicile-decide",
    ),
    path("recipients/", recipients.recipients, name="recipients"),
    path("recipients/key/", recipients.own_key, name="recipient-own-key"),
    path(
        "recipients/<int:recipient_id>/<decision_code:code>/",
        recipients.decide,
        name="recipient-decide",
    ),
    path("recipients/<int:recipient_id>/end/", recipients.end, name="recipient-end"),
    path("forwarding/", forwarding.overview, name="forwardings"),
    path("forwarding/make/", forwarding.make, name="forwarding-make"),
    path(
        "forwarding/make/<uuid:arrival_id>/",
        forwarding.make_of_file,
        name="forwarding-make-of-file",
    ),
    path("forwarding/rows/<int:entry_id>/", forwarding.propose_entry, name="forwarding-propose"),
    path(
        "forwarding/decisions/<int:decision_id>/<slug:code>/",
        forwarding.decide,
        name="forwarding-decide",
    ),
    path("forwarding/<int:number>/", forwarding.forwarding, name="forwarding"),
    path("forwarding/<int:number>/confirm/", forwarding.confirm, name="forwarding-confirm"),
    path("forwarding/<int:number>/drop/", forwarding.drop, name="forwarding-drop"),
    path("forwarding/<int:number>/send/", forwarding.send, name="forwarding-send"),
    path("tax-files/", taxfiles.overview, name="tax-files"),
    path("tax-files/make/", taxfiles.make, name="tax-file-make"),
    path("tax-files/results/", taxfiles.read_results, name="tax-file-results"),
    path("tax-files/results/<int:result_id>/", taxfiles.result_file, name="tax-file-result"),
    path("tax-files/faults/<int:fault_id>/settle/", taxfiles.settle, name="fault-settle"),
    path("tax-files/<int:number>/", taxfiles.tax_file, name="tax-file"),
    path("tax-files/<int:number>/approve/", taxfiles.approve, name="tax-file-approve"),
    path("tax-files/<int:number>/drop/", taxfiles.drop, name="tax-file-drop"),
    path("tax-files/<int:number>/take/", taxfiles.take, name="tax-file-take"),
    path("disagreements/<int:entry_id>/propose/", assessment.propose, name="ruling-propose"),
    path("disagreements/<int:entry_id>/confirm/", assessment.confirm, name="ruling-confirm"),
    path("disagreements/<int:entry_id>/back/", assessment.send_back, name="ruling-send-back"),
    path("exchange/", exchange_views.exchange, name="exchange"),
    path("exchange/resend/", exchange_views.resend, name="resend"),
    path("exchange/compare/", exchange_views.compare, name="compare"),
    path("retention/", retention.retention, name="retention"),
    path("retention/propose/", retention.propose, name="retention-propose"),
    path("retention/holds/", retention.hold, name="retention-hold"),
    path("retention/holds/<uuid:hold_id>/end/", retention.end_hold, name="retention-end-hold"),
    path("retention/runs/<int:number>/", retention.run, name="retention-run"),
    path("retention/runs/<int:number>/approve/", retention.approve, name="retention-approve"),
    path("retention/runs/<int:number>/cancel/", retention.cancel, name="retention-cancel"),
    path(
        "retention/certificates/<int:number>/", retention.certificate, name="retention-certificate"
    ),
    path("retention/schedule/", schedule.schedule, name="retention-schedule"),
    path("retention/schedule/propose/", schedule.propose, name="retention-schedule-propose"),
    path(
        "retention/schedule/<int:number>/<slug:code>/",
        schedule.decide,
        name="retention-schedule-decide",
    ),
    path("retention/disposals/", disposals.disposals, name="retention-disposals"),
    path(
        "retention/disposals/<int:number>/<slug:code>/",
        disposals.act,
        name="retention-disposal-act",
    ),
    path("retention/places/", places.places, name="retention-places"),
    path(
        "retention/places/<int:attestation_id>/<slug:code>/",
        places.act,
        name="retention-place-act",
    ),
    path("rights/", requests.requests, name="rights"),
    path("rights/<int:number>/<slug:code>/", requests.act, name="rights-act"),
    path("rights/<int:number>/file/take/", requests.take, name="rights-take"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/look/", looks.look, name="transfer-look"),
    path("transfers/report/", transfers.report, name="transfer-report"),
    path("transfers/intermediary/", looks.intermediary_page, name="intermediary"),
    path("transfers/hand-overs/", looks.hand_over_list, name="hand-overs"),
    path("transfers/hand-overs/<int:number>/end/", looks.finish_hand_over, name="hand-over-end"),
    path("transfers/requests/<int:number>/sheet/", transfers.hand_out, name="transfer-hand-out"),
    path("transfers/requests/<int:number>/<slug:code>/", transfers.decide, name="transfer-decide"),
    path("transfers/files/<uuid:file_id>/receipt/", transfers.receipt, name="link-file-receipt"),
    path("transfers/to/<slug:target_id>/", transfers.target, name="transfer-target"),
    path("transfers/to/<slug:target_id>/ask/", transfers.ask, name="transfer-ask"),
    path("transfers/to/<slug:target_id>/order/", transfers.order, name="link-file-order"),
    path("audit/", audit.audit, name="audit"),
    path("password/", staff.password, name="password"),
    path("progress/", progress.progress, name="progress"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<int:number>/", incidents.incident, name="incident"),
    path("incidents/<int:number>/close/", incidents.close, name="incident-close"),
    path("jobs/", jobs_views.jobs, name="jobs"),
    path("self-check/", selfcheck.self_check, name="self-check"),
    path("audit/maintenance/", maintenance.maintenance, name="maintenance"),
    path("audit/months/", audit_months.months, name="audit-months"),
    path("audit/months/<int:year>/<int:number>/", audit_months.month, name="audit-month"),
    path("staff/", rights.users, name="staff"),
    path("staff/table/", rights.table, name="access-table"),
    path("staff/grants/<int:grant_id>/approve/", rights.approve, name="grant-approve"),
    path("staff/grants/<int:grant_id>/revoke/", rights.revoke, name="grant-revoke"),
    path("staff/<slug:number>/", rights.member, name="staff-member"),
    path("staff/<slug:number>/transfer/", rights.transfer, name="transfer"),
    path("staff/<slug:number>/unlock/", staff.unlock, name="unlock"),
]

handler400 = "review.pages.bad_request"
handler403 = "review.pages.permission_denied"
handler404 = "review.pages.page_not_found"
handler500 = "review.pages.server_error"
