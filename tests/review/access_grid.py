"""Who may open what: the decisions, page by page and act by act, that the grid test walks.

A new page or a new act fails the test until it stands here.
"""

from review.cases.states import State

EVERYBODY = frozenset({"nobody"})
ALL_ROLES = frozenset(
    {"clerk", "confirmer", "supervisor", "entry", "contractor", "number", "auditor", "admin"}
)
WORK = frozenset({"clerk", "confirmer", "supervisor"})
CLERK = frozenset({"clerk"})
TWO = frozenset({"clerk", "confirmer"})
CHECK = frozenset({"confirmer", "supervisor"})
AUDITOR = frozenset({"auditor"})
ADMIN = frozenset({"admin"})
KEEPERS = frozenset({"confirmer", "admin"})

# The name of the address → the roles that get in; "nobody" stands for no role at all.
PAGES = {
    "healthz": ALL_ROLES | EVERYBODY,
    "login": ALL_ROLES | EVERYBODY,
    "login-code": ALL_ROLES | EVERYBODY,
    "login-key": ALL_ROLES | EVERYBODY,
    "keys": ALL_ROLES | EVERYBODY,
    "key-approve": ADMIN,
    "key-revoke": ADMIN,
    "logout": ALL_ROLES | EVERYBODY,
    "reason": ALL_ROLES | EVERYBODY,
    "password": ALL_ROLES | EVERYBODY,
    "today": ALL_ROLES | EVERYBODY,
    "queue": WORK,
    "case-search": WORK,
    "save-filter": WORK,
    "forget-filter": WORK,
    "bulk": WORK,
    "bulk-do": WORK,
    "paper": frozenset({"entry", "confirmer"}),
    "paper-new": frozenset({"entry"}),
    "paper-entry": frozenset({"entry", "confirmer"}),
    "paper-edit": frozenset({"entry"}),
    "paper-register": frozenset({"confirmer"}),
    "paper-turn-down": frozenset({"confirmer"}),
    "exports": WORK,
    "export-approve": CHECK,
    "export-take": WORK,
    "case": WORK,
    "case-addressee": CLERK,
    "case-number": frozenset({"number"}),
    "case-act": WORK,
    "case-paper": WORK,
    "case-paper-picture": WORK,
    "amendment": TWO,
    "people": WORK,
    "person": WORK,
    "person-register": CLERK,
    "person-contact": CLERK,
    "person-account": CLERK,
    "person-relate": CLERK,
    "same-persons": WORK,
    "same-confirm": frozenset({"confirmer"}),
    "residents": WORK,
    "businesses": WORK,
    "assessment": WORK,
    "assess": CLERK,
    "disagreements": WORK,
    "notices": WORK | {"number"},
    "notices-propose": frozenset({"clerk", "supervisor"}),
    "notices-decide": frozenset({"confirmer"}),
    "notice-file": WORK,
    "notice-numbers": frozenset({"number"}),
    "notices-again": frozenset({"clerk", "supervisor"}),
    "notices-handed": frozenset({"clerk", "supervisor"}),
    "employers": WORK,
    "employer": WORK,
    "returned-mail": WORK,
    "returned-end": CLERK,
    "levy": WORK,
    "levy-run": WORK,
    "levy-propose": frozenset({"clerk", "supervisor"}),
    "levy-decide": frozenset({"confirmer"}),
    "levy-close": frozenset({"supervisor"}),
    "correction-propose": CLERK,
    "correction-decide": frozenset({"confirmer"}),
    "document-issue": WORK,
    "document-reissue": WORK,
    "ruling-propose": CLERK,
    "ruling-confirm": frozenset({"confirmer"}),
    "ruling-send-back": frozenset({"confirmer"}),
    "sources": WORK,
    "source-receive": CLERK,
    "source": WORK,
    "source-act": CLERK,
    "source-errors": WORK,
    "unlinked": WORK,
    "propose-certain": CLERK,
    "source-entry": WORK,
    "source-propose": CLERK,
    "source-decide": frozenset({"confirmer"}),
    "audit": AUDITOR,
    "progress": WORK,
    "self-check": frozenset({"admin", "auditor", "supervisor"}),
    "audit-months": AUDITOR,
    "audit-month": AUDITOR,
    "staff": ADMIN,
    "staff-member": ADMIN,
    "grant-approve": ADMIN,
    "grant-revoke": ADMIN,
    "access-table": frozenset({"admin", "auditor", "supervisor"}),
    "transfer": ADMIN,
    "unlock": ADMIN,
    "retention": KEEPERS,
    "retention-propose": KEEPERS,
    "retention-hold": KEEPERS,
    "retention-end-hold": KEEPERS,
    "retention-run": KEEPERS,
    "retention-approve": KEEPERS,
    "retention-cancel": KEEPERS,
    "retention-certificate": KEEPERS,
    "retention-schedule": KEEPERS,
    "retention-schedule-propose": KEEPERS,
    "retention-schedule-decide": KEEPERS,
    "retention-disposals": KEEPERS,
    "retention-disposal-act": KEEPERS,
    "rights": KEEPERS,
    "rights-act": KEEPERS,
    "rights-take": KEEPERS,
}

OPEN = frozenset(State) - frozenset(
    {
        *(State.CLOSED, State.REJECTED, State.WITHDRAWN),
        *(State.INTAKE_ERROR, State.FORWARDED, State.SUPERSEDED),
    }
)
REVIEW = frozenset({State.IN_REVIEW})
# The act → in which states which roles may do it. The person who tries is in charge of the case,
# somebody else proposed, and the case has all that the database asks for.
ACTS = {
    "take": (frozenset({State.QUEUED}), CLERK),
    "take_over": (REVIEW, CLERK),
    "propose": (REVIEW, CLERK),
    "confirm": (frozenset({State.AWAITING_CONFIRMATION}), frozenset({"confirmer"})),
    "send_back": (
        frozenset({State.AWAITING_CONFIRMATION, State.AWAITING_REJECTION}),
        frozenset({"confirmer"}),
    ),
    "propose_rejection": (frozenset({State.IN_REVIEW, State.MATCHING}), CLERK),
    "confirm_rejection": (frozenset({State.AWAITING_REJECTION}), frozenset({"confirmer"})),
    "request_correction": (REVIEW, CLERK),
    "forward": (REVIEW, CLERK),
    "withdraw": (frozenset({State.IN_REVIEW, State.CORRECTION_REQUESTED}), CLERK),
    "put_back": (REVIEW, CLERK),
    "resume": (frozenset({State.CORRECTION_REQUESTED}), CLERK),
    "complete": (frozenset({State.IMPORTED}), CLERK),
    "amend": (REVIEW, CLERK),
    "hold": (REVIEW, CLERK),
    "release": (REVIEW, CLERK),
    "waive": (REVIEW, CLERK),
    "note": (OPEN, TWO),
}
