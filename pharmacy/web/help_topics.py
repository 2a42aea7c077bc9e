"""Which help belongs to which screen, and all the help there is."""

from collections.abc import Mapping

from pharmacy.web.help_citizen import CITIZEN
from pharmacy.web.help_claims import CLAIMS
from pharmacy.web.help_counter import COUNTER
from pharmacy.web.help_funds import FUNDS
from pharmacy.web.help_ledger import LEDGER
from pharmacy.web.help_office import OFFICE
from pharmacy.web.help_records import RECORDS
from pharmacy.web.help_requests import REQUESTS
from pharmacy.web.help_stock import STOCK
from pharmacy.web.help_topic import Topic
from pharmacy.web.language import N_

TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        *COUNTER,
        *RECORDS,
        *REQUESTS,
        *CITIZEN,
        *FUNDS,
        *LEDGER,
        *STOCK,
        *OFFICE,
        *CLAIMS,
    )
}

PLACES: Mapping[str, str] = {
    "home": "start",
    "dashboard": "reports",
    "login": "account",
    "pin": "account",
    "badge": "staff",
    "lock": "lock",
    "counter": "counter",
    "counter_lines": "counter",
    "counter_scan": "counter",
    "dispensing": "dispensing",
    "drawer": "drawer",
    "claim": "claims",
    "unmet": "owed",
    "waiting": "owed",
    "scanner_test": "scanner-setup",
    "beneficiary": "beneficiary-file",
    "beneficiary.index": "beneficiaries",
    "beneficiary.new": "beneficiaries",
    "request": "requests",
    "importing": "importing",
    "request_decision": "decision",
    "request_step": "request-steps",
    "request_study": "request-steps",
    "sitting": "committee",
    "renewal": "renewals",
    "agenda": "committee",
    "authority": "decision",
    "attachment": "attachments",
    "meeting": "intake",
    "message": "intake",
    "reply": "citizens",
    "feedback": "citizens",
    "track": "citizens",
    "formulary": "formulary",
    "stock": "stock",
    "batch": "stock",
    "receiving": "receiving",
    "stock_document": "stock-documents",
    "stock_count": "stock-documents",
    "citizen_return": "stock-documents",
    "voucher": "vouchers",
    "fund": "funds",
    "fund_money": "funds",
    "party": "funds",
    "invoice": "invoices",
    "ledger": "ledger",
    "reporting": "reports",
    "report": "reports",
    "monthly_pack": "reports",
    "pattern": "reports",
    "care": "reports",
    "stock_movement": "reports",
    "period": "months",
    "safety_reports": "reports",
    "request_reports": "reports",
    "statement": "reports",
    "staff": "staff",
    "token": "programs",
    "api_document": "programs",
    "audit": "audit",
    "settings": "settings",
    "outbox": "outbox",
    "webhook": "outbox",
    "calendar": "calendar",
    "components": "settings",
}
"""Where one stands, as an endpoint or its blueprint, and the topic that speaks of it."""

SCANS: tuple[tuple[str, str], ...] = (
    (N_("Beneficiary card"), N_("Opens the person with what is due")),
    (N_("Old receipt"), N_("Opens the person it was for")),
    (N_("Request slip"), N_("Opens the person with that request")),
    (N_("Medicine pack, any code"), N_("Matches its line, or adds it")),
    (N_("Our batch label"), N_("The same as the pack")),
    (N_("Your own badge"), N_("Locks the counter")),
    (N_("A colleague's badge"), N_("Switches the counter; the PIN is asked for")),
    (N_("Command sheet"), N_("The same as the key")),
)
"""What may be scanned at the counter, and what it does."""

COMMANDS: tuple[tuple[int, str, str], ...] = (
    (1, N_("Dispense"), "F9"),
    (2, N_("Put aside, take up again"), "F4"),
    (3, N_("Undo"), "Ctrl+Z"),
    (4, N_("Clear the counter"), ""),
    (5, N_("Lock"), ""),
)
"""The commands that are scanned: body of the in-store code 29, its name, the key that does it."""

DOSES: tuple[tuple[str, str], ...] = (
    ("1*2*30", N_("one, twice a day, thirty days: 60 units")),
    ("1*3*7", N_("one, three times a day, seven days: 21 units")),
    ("60", N_("a bare figure is a quantity in units of issue")),
)
"""Examples of what is typed for a dose."""


def topic_at(endpoint: str | None) -> Topic | None:
    """Return the topic of the page at hand, None where nothing but the list of topics fits."""
    if endpoint is None:
        return None
    name = PLACES.get(endpoint) or PLACES.get(endpoint.partition(".")[0])
    return TOPICS[name] if name else None
