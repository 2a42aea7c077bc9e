"""What somebody with the whole database might do to budgets, promises, invoices and closings."""

# The invoices are those of the fixture `indebted`, records 1 to 15; then come the budget's entries
# 1 and 2, approval 1 that went beyond it, and the closings of February and March.
RECORD_TAMPERINGS = {
    "a year's budget doubled": (
        "UPDATE budget_entry SET amount = amount * 2",
        "record_seals",
        "budget_entry 1",
    ),
    "why a budget was changed": (
        "UPDATE budget_entry SET reason = 'x' WHERE id = 2",
        "record_seals",
        "budget_entry 2",
    ),
    "who granted a budget": (
        "UPDATE budget_entry SET recorded_by = 1 WHERE id = 1",
        "record_seals",
        "budget_entry 1",
    ),
    "a cut of a budget taken out": (
        "DELETE FROM budget_entry WHERE id = 2",
        "record_seals",
        "budget_entry 2",
    ),
    "a cut of a budget taken out with its seal": (
        (
            "DELETE FROM budget_entry WHERE id = 2;"
            " DELETE FROM sealed_record WHERE noun = 'budget_entry' AND key = '2'"
        ),
        "record_seals",
        "sealed_record 17",
    ),
    "a budget slipped in": (
        (
            "INSERT INTO budget_entry (id, fund_id, fiscal_year, amount, reason, submission_id,"
            " recorded_at, recorded_by) SELECT 77, fund_id, fiscal_year, amount, reason, 'x',"
            " recorded_at, recorded_by FROM budget_entry WHERE id = 1"
        ),
        "records_sealed",
        "budget_entry 77",
    ),
    "a budget slipped in under a seal of another": (
        (
            "INSERT INTO budget_entry (id, fund_id, fiscal_year, amount, reason, submission_id,"
            " recorded_at, recorded_by) SELECT 77, fund_id, fiscal_year, amount, reason, 'x',"
            " recorded_at, recorded_by FROM budget_entry WHERE id = 1;"
            " UPDATE sealed_record SET key = '77' WHERE noun = 'budget_entry' AND key = '1'"
        ),
        "record_seals",
        "budget_entry 77",
    ),
    "promises forgotten": ("UPDATE commitment SET amount = 0", "record_seals", "commitment 1"),
    "a promise of another year": (
        "UPDATE commitment SET fiscal_year = fiscal_year + 1",
        "record_seals",
        "commitment 1",
    ),
    "how far an approval went beyond": (
        "UPDATE budget_override SET amount = 1",
        "record_seals",
        "budget_override 1",
    ),
    "who let an approval pass": (
        "UPDATE budget_override SET staff_id = 1",
        "record_seals",
        "budget_override 1",
    ),
    "a signature beyond a budget taken out": (
        "DELETE FROM budget_override",
        "record_seals",
        "budget_override 1",
    ),
    "an invoice's number": (
        "UPDATE supplier_invoice SET number = 'X' WHERE id = 1",
        "record_seals",
        "supplier_invoice 1",
    ),
    "the day an invoice is due": (
        "UPDATE supplier_invoice SET due_on = '2030-01-01' WHERE id = 2",
        "record_seals",
        "supplier_invoice 2",
    ),
    "goods moved between invoices": (
        "UPDATE invoice_receipt SET invoice_id = 5 WHERE voucher_id = 1",
        "record_seals",
        "invoice_receipt 1 1",
    ),
    "a payment shared in another way": (
        (
            "UPDATE invoice_payment SET amount = amount + 1 WHERE invoice_id = 1;"
            " UPDATE invoice_payment SET amount = amount - 1 WHERE invoice_id = 2"
        ),
        "record_seals",
        "invoice_payment 6 1",
    ),
    "why an invoice was undone": (
        "UPDATE invoice_reversal SET note = 'x' WHERE invoice_id = 4",
        "record_seals",
        "invoice_reversal 4",
    ),
    "who closed a month": (
        "UPDATE closed_period SET closed_by = 1 WHERE month = '2026-02'",
        "record_seals",
        "closed_period 2026-02",
    ),
    "when a month was closed": (
        "UPDATE closed_period SET closed_at = '2026-04-02T00:00:00.000000Z'",
        "record_seals",
        "closed_period 2026-03",
    ),
    "what was looked at before a closing": (
        "UPDATE closed_period SET checklist = '[]'",
        "record_seals",
        "closed_period 2026-02",
    ),
    "a closing taken out": (
        "DELETE FROM closed_period WHERE month = '2026-02'",
        "record_seals",
        "closed_period 2026-02",
    ),
    "the latest closing taken out with all that speaks of it, the chain put back": (
        (
            "DELETE FROM closed_period WHERE month = '2026-03';"
            " DELETE FROM sealed_record WHERE noun = 'closed_period' AND key = '2026-03';"
            " DELETE FROM audit_event WHERE noun = 'period' AND noun_id = '2026-03';"
            " UPDATE record_chain SET sequence = sequence - 1,"
            " seal = (SELECT seal FROM sealed_record ORDER BY sequence DESC LIMIT 1)"
        ),
        "record_seals",
        "record_chain 1",
    ),
    "every record taken out, the chain begun anew": (
        (
            "DELETE FROM sealed_record; DELETE FROM budget_override; DELETE FROM commitment;"
            " DELETE FROM budget_entry; UPDATE record_chain SET sequence = 0, seal ="
            " '0000000000000000000000000000000000000000000000000000000000000000'"
        ),
        "record_seals",
        "record_chain 1",
    ),
    "the chain itself taken out": ("DELETE FROM record_chain", "record_seals", "record_chain 1"),
}
