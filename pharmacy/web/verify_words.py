"""What each check of the ledger promises, and what a row is, in a reader's words."""

from collections.abc import Iterator, Mapping

from pharmacy.rules.money import format_egp
from pharmacy.services.verify import Check, Finding
from pharmacy.web.language import N_, gettext

CHECKS: Mapping[str, str] = {
    "on_hand": N_("What is on hand in each batch is the sum of its movements, units and value"),
    "running": N_("No batch was ever below zero at any step"),
    "not_negative": N_("No quantity and no value is negative"),
    "empty_is_worthless": N_("An empty batch is worth nothing"),
    "received": N_("What each batch received is on hand or went out, to the piastre"),
    "same_site": N_("Goods move only at their own site, after they came in"),
    "not_after_expiry": N_("Nothing was handed out after its expiry date"),
    "batch_status": N_("Each batch is held or released as its history says"),
    "signed_by_two": N_("Goods left without a request only by the signature of two"),
    "counted": N_("A count moved what differed from the books, and nothing else"),
    "transferred": N_("What one site sent arrived at the other whole, once"),
    "brought_back": N_("What citizens brought back was given before and is not issued again"),
    "balanced": N_("The entries of every document sum to zero"),
    "stock_account": N_("The stock account of each fund equals the value on the shelf"),
    "stock_posted": N_("Every document posts to stock exactly what it moved"),
    "cost": N_("The cost of a dispensing is the same in its lines, movements and entries"),
    "line_movement": N_("Every dispensing line has its own movement of stock"),
    "movement_line": N_("Every dispensing movement has its own line"),
    "money_posted": N_("Money that came or went is posted as its document says"),
    "invoice_difference": N_("What an invoice differs by from its receipts is what was posted"),
    "invoice_voucher": N_("Every posted difference belongs to an invoice"),
    "invoice_payments": N_("A payment of invoices is the sum of what it pays"),
    "invoice_paid": N_("No invoice was paid beyond its amount"),
    "undone_invoices": N_("An invoice is undone with all it posted, and never while it is paid"),
    "undone_decisions": N_("A claim is decided anew only after the decision before was undone"),
    "matched_once": N_("Goods stand on one invoice and no more"),
    "numbered_once": N_("A supplier's number stands for one invoice"),
    "payables": N_("What each supplier is owed is what the documents come to"),
    "numbers": N_("Documents are numbered without gaps"),
    "series": N_("Each series ends with the highest number given"),
    "sequence": N_("The documents of a site stand in one order without gaps"),
    "chain_head": N_("Each site's chain of seals ends with its last document"),
    "reversal": N_("A reversal names one earlier document of the same site"),
    "reversed_movement": N_("A reversal gives back exactly what was taken"),
    "reversed_posting": N_("A reversal turns exactly the entries of the first document"),
    "reversed_whole": N_("What was undone whole comes to nothing, account by account"),
    "reversed_line": N_("A reversal turns exactly the lines of the first dispensing"),
    "reversed_once": N_("Nothing is reversed twice"),
    "closing_recorded": N_("Every closing of a month is on record"),
    "one_request": N_("Every dispensing has one citizen request of the same person"),
    "approved_before": N_("Every dispensing was approved before, by somebody else, for its day"),
    "named_funds": N_("An approval that names funds drew on no other"),
    "covered": N_("Every line was given on an item that its approval holds"),
    "within_approval": N_("Nothing beyond the approved quantity was given"),
    "owings": N_("No owing slip was settled beyond what it owed"),
    "undone_owes_nothing": N_("A dispensing that was undone owes nothing"),
    "blocks_have_reasons": N_("Every overridden warning has a reason"),
    "drafts_once": N_("Every list dispensed at the counter became one dispensing of its person"),
    "request_state": N_("Each request stands where its history says"),
    "cash_counts": N_("Every counted drawer posted what was found, expected and different"),
    "drawers_emptied": N_("Every count of a drawer takes all that citizens had paid until then"),
    "claims": N_("Each claim's lines, decision, document and invoice say the same money"),
    "claims_posted": N_("Every document of a claim has its decision"),
    "claims_approved": N_("Nothing is owed on a claim that was not approved for its day"),
    "conservation": N_("What was received is on hand, dispensed, written off or sent on"),
    "seals": N_("Every document's seal is unbroken"),
    "records_sealed": N_("Every budget, promise, invoice and closing of a month has its seal"),
    "record_seals": N_("Budgets, promises, invoices and closings are as they were sealed"),
    "closed_periods": N_("Closed months are unchanged"),
    "closed_cost": N_("The cost kept of each closed month is the sum of its lines"),
    "closed_balances": N_("The balances kept of each closed month are the sums of its entries"),
    "closed_movements": N_("The movements kept of each closed month are the sums of its movements"),
    "closed_on_hand": N_("What was on hand when a month closed is all that had moved by then"),
    "closed_totals": N_("The seals over the totals of closed months are unbroken"),
}
TABLES: Mapping[str, str] = {
    "approval_item": N_("approved item"),
    "batch": N_("batch"),
    "budget_entry": N_("budget entry"),
    "budget_override": N_("approval beyond its budget"),
    "cash_count": N_("count of a drawer"),
    "citizen_request": N_("citizen request"),
    "claim": N_("claim"),
    "claim_line": N_("line of a claim"),
    "closed_period": N_("closed month"),
    "commitment": N_("promise of a budget"),
    "count_line": N_("counted line"),
    "counter_draft": N_("list at the counter"),
    "dispensing_line": N_("dispensing line"),
    "fund": N_("fund"),
    "invoice_payment": N_("payment of an invoice"),
    "invoice_receipt": N_("goods on an invoice"),
    "invoice_reversal": N_("undoing of an invoice"),
    "notice_override": N_("overridden warning"),
    "owing": N_("owing slip"),
    "period_balance": N_("balance of a closed month"),
    "period_cost": N_("cost of a closed month"),
    "period_movement": N_("movement of a closed month"),
    "period_on_hand": N_("stock at the end of a closed month"),
    "posting": N_("entry"),
    "record_chain": N_("chain of sealed records"),
    "sealed_record": N_("sealed record"),
    "site_chain": N_("chain of seals"),
    "stock_movement": N_("stock movement"),
    "supplier": N_("supplier"),
    "supplier_invoice": N_("invoice"),
    "voucher": N_("document"),
    "voucher_series": N_("series of numbers"),
}
FIGURES: Mapping[str, str] = {
    "received": N_("Received"),
    "counted": N_("Differences of stock counts"),
    "dispensed": N_("Issued to beneficiaries"),
    "institutions": N_("Issued to institutions"),
    "written_off": N_("Written off"),
    "transferred": N_("On the way between sites"),
    "returned": N_("Returned to suppliers"),
    "on_hand": N_("On hand"),
}


def finding_words(finding: Finding) -> str:
    """Return the row at fault and what was found there: `batch 3: on_hand=5, moved=4`."""
    table, _, key = finding.row.partition(" ")
    facts = ", ".join(f"{name}={value}" for name, value in finding.facts.items())
    return f"{gettext(TABLES[table])} {key}: {facts}"


def figures_words(check: Check) -> Iterator[str]:
    """Give the sums of a check, a line each, in units and pounds."""
    for name, words in FIGURES.items():
        units = check.figures.get(f"{name}_units")
        piastres = check.figures.get(f"{name}_piastres")
        if units is not None and piastres is not None:
            yield f"{units:>14,}  {format_egp(piastres, brackets=True):>18}  {gettext(words)}"
