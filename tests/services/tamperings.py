"""What somebody with the whole database might do to the busy ledger of the tests."""

# What is done, and one check that must name one row; others may see it too.
TAMPERINGS = {
    "a voucher's reason": (
        "UPDATE voucher SET reason = 'wrong_entry' WHERE id = 9",
        "seals",
        "voucher 9",
    ),
    "a voucher's day": (
        "UPDATE voucher SET business_date = '2026-03-11' WHERE id = 5",
        "seals",
        "voucher 5",
    ),
    "who posted": ("UPDATE voucher SET posted_by = 1 WHERE id = 7", "seals", "voucher 7"),
    "a supplier's invoice": (
        "UPDATE voucher SET document_reference = 'INV-2' WHERE id = 2",
        "seals",
        "voucher 2",
    ),
    "a voucher's number": ("UPDATE voucher SET number = 9 WHERE id = 8", "numbers", "voucher 8"),
    "a voucher's place in order": (
        "UPDATE voucher SET sequence = 99 WHERE id = 10",
        "sequence",
        "voucher 10",
    ),
    "a voucher taken out of the middle": (
        "DELETE FROM voucher WHERE id = 7",
        "sequence",
        "voucher 8",
    ),
    "the last voucher taken off": (
        "DELETE FROM voucher WHERE id = 10",
        "chain_head",
        "site_chain 1",
    ),
    "the last voucher taken off, the chain put back": (
        (
            "DELETE FROM voucher WHERE id = 10; UPDATE site_chain SET sequence = 9,"
            " seal = (SELECT seal FROM voucher WHERE id = 9)"
        ),
        "series",
        "voucher_series 1 reversal 2025",
    ),
    "the link between two seals": (
        "UPDATE voucher SET previous_seal = seal WHERE id = 4",
        "seals",
        "voucher 4",
    ),
    "a movement's value": (
        "UPDATE stock_movement SET value = value - 1 WHERE voucher_id = 5 AND line_no = 1",
        "line_movement",
        "dispensing_line 1",
    ),
    "a movement's quantity": (
        "UPDATE stock_movement SET quantity = quantity - 1 WHERE voucher_id = 5 AND line_no = 1",
        "on_hand",
        "batch 1",
    ),
    "a movement taken out": (
        "DELETE FROM stock_movement WHERE voucher_id = 5 AND line_no = 1",
        "line_movement",
        "dispensing_line 1",
    ),
    "a movement moved to another batch": (
        "UPDATE stock_movement SET batch_id = 1 WHERE voucher_id = 7",
        "running",
        "stock_movement 9",
    ),
    "an opening line": (
        "UPDATE stock_movement SET quantity = quantity + 1 WHERE voucher_id = 3",
        "received",
        "batch 3",
    ),
    "a posting's amount": (
        "UPDATE posting SET amount = amount + 1 WHERE id = 1",
        "balanced",
        "voucher 1",
    ),
    "a cost moved from a donor to the state": (
        "UPDATE posting SET account = 'cost_state' WHERE voucher_id = 7 AND account = 'cost_donor'",
        "cost",
        "voucher 7",
    ),
    "a pair of postings moved to another fund": (
        "UPDATE posting SET fund_id = 2 WHERE voucher_id = 1",
        "stock_account",
        "fund 2",
    ),
    "a pair of postings taken out": (
        "DELETE FROM posting WHERE voucher_id = 1",
        "stock_posted",
        "voucher 1",
    ),
    "the person of a dispensing": (
        "UPDATE dispensing SET beneficiary_id = 2 WHERE voucher_id = 5",
        "one_request",
        "voucher 5",
    ),
    "the name on a dispensing": (
        "UPDATE dispensing SET patient_name = 'س' WHERE voucher_id = 5",
        "seals",
        "voucher 5",
    ),
    "the channel of a dispensing": (
        "UPDATE dispensing SET channel = 'portal' WHERE voucher_id = 5",
        "seals",
        "voucher 5",
    ),
    "the head of a dispensing taken out": (
        "DELETE FROM dispensing WHERE voucher_id = 5",
        "one_request",
        "voucher 5",
    ),
    "a line's cost": (
        "UPDATE dispensing_line SET cost = cost + 1, state_share = state_share + 1 WHERE id = 1",
        "cost",
        "voucher 5",
    ),
    "a line's shares": (
        (
            "UPDATE dispensing_line SET state_share = state_share - 1,"
            " citizen_share = citizen_share + 1 WHERE id = 1"
        ),
        "cost",
        "voucher 5",
    ),
    "a line's quantity": (
        "UPDATE dispensing_line SET quantity = quantity + 1 WHERE id = 1",
        "line_movement",
        "dispensing_line 1",
    ),
    "a line's printed words": (
        "UPDATE dispensing_line SET directions_ar = 'قرصان' WHERE id = 1",
        "seals",
        "voucher 5",
    ),
    "the item a line was given on": (
        "UPDATE dispensing_line SET approval_item_id = 3 WHERE id = 1",
        "covered",
        "dispensing_line 1",
    ),
    "a line taken out": (
        "DELETE FROM dispensing_line WHERE id = 1",
        "movement_line",
        "stock_movement 5",
    ),
    "a reversal's line": (
        "UPDATE dispensing_line SET quantity = quantity - 1 WHERE voucher_id = 9",
        "reversed_line",
        "dispensing_line 7",
    ),
    "a reversal's movement and batch": (
        (
            "UPDATE stock_movement SET quantity = quantity + 1 WHERE voucher_id = 9;"
            " UPDATE batch SET on_hand = on_hand + 1 WHERE id = 1"
        ),
        "reversed_movement",
        "stock_movement 11",
    ),
    "a reversal's posting": (
        "UPDATE posting SET fund_id = 2 WHERE voucher_id = 9",
        "reversed_posting",
        "posting 27",
    ),
    "what a reversal undoes": (
        "UPDATE voucher SET reverses_id = 9 WHERE id = 10",
        "reversal",
        "voucher 10",
    ),
    "an owing": ("UPDATE owing SET quantity = 500 WHERE id = 1", "seals", "voucher 5"),
    "an owing made smaller than what settled it": (
        "UPDATE dispensing_line SET owing_id = 1, quantity = 6 WHERE id = 2",
        "owings",
        "owing 1",
    ),
    "an owing taken out": ("DELETE FROM owing WHERE id = 1", "seals", "voucher 5"),
    "the closure of an owing": ("DELETE FROM owing_closure", "undone_owes_nothing", "owing 2"),
    "the reason of an override": (
        "UPDATE notice_override SET reason = 'x' WHERE voucher_id = 6",
        "seals",
        "voucher 6",
    ),
    "an override taken out": ("DELETE FROM notice_override", "seals", "voucher 6"),
    "an override without a reason": (
        "UPDATE notice_override SET reason = '' WHERE voucher_id = 6",
        "blocks_have_reasons",
        "notice_override 1",
    ),
    "what is on hand": (
        "UPDATE batch SET on_hand = on_hand + 1 WHERE id = 2",
        "on_hand",
        "batch 2",
    ),
    "the value of what is on hand": (
        "UPDATE batch SET value_on_hand = value_on_hand - 1 WHERE id = 2",
        "on_hand",
        "batch 2",
    ),
    "what came in": (
        "UPDATE batch SET received_value = received_value + 1 WHERE id = 2",
        "received",
        "batch 2",
    ),
    "a batch that lives longer": (
        "UPDATE batch SET expiry = '2029-01-01' WHERE id = 4",
        "seals",
        "voucher 4",
    ),
    "a batch that had expired": (
        "UPDATE batch SET expiry = '2026-03-09' WHERE id = 1",
        "not_after_expiry",
        "stock_movement 5",
    ),
    "a batch of another lot": ("UPDATE batch SET lot = 'X' WHERE id = 4", "seals", "voucher 4"),
    "a batch of another fund": (
        "UPDATE batch SET fund_id = 2 WHERE id = 4",
        "stock_account",
        "fund 2",
    ),
    "a batch kept for somebody": (
        "UPDATE batch SET request_id = 1 WHERE id = 4",
        "seals",
        "voucher 4",
    ),
    "a recalled batch set free": (
        "UPDATE batch SET status = 'available' WHERE id = 4",
        "batch_status",
        "batch 4",
    ),
    "the recall itself": ("DELETE FROM batch_event", "batch_status", "batch 4"),
    "a series": (
        "UPDATE voucher_series SET last_number = 9 WHERE kind = 'dispensing'",
        "series",
        "voucher_series 1 dispensing 2025",
    ),
    "a series taken out": (
        "DELETE FROM voucher_series WHERE kind = 'reversal'",
        "series",
        "voucher_series 1 reversal 2025",
    ),
    "the end of the chain": (
        "UPDATE site_chain SET seal = 'x'",
        "chain_head",
        "site_chain 1",
    ),
    "a closed month's digest": (
        "UPDATE closed_period SET digest = 'x' WHERE month = '2026-03'",
        "closed_periods",
        "closed_period 2026-03",
    ),
    "a closed month opened": (
        "DELETE FROM closed_period WHERE month = '2026-02'",
        "closing_recorded",
        "closed_period 2026-02",
    ),
    "a voucher moved into a closed month": (
        "UPDATE voucher SET business_date = '2026-03-30' WHERE id = 10",
        "closed_periods",
        "closed_period 2026-03",
    ),
    "a closed month's cost": (
        "UPDATE period_cost SET cost = cost + 1 WHERE month = '2026-03' AND dimension = 'all'",
        "closed_cost",
        "period_cost 2026-03 all  site 1 fund 1",
    ),
    "a closed month's balance": (
        "UPDATE period_balance SET debit = debit + 1 WHERE month = '2026-02' AND debit > 0",
        "closed_balances",
        "period_balance 2026-02 stock fund 1 site 1",
    ),
    "a closed month's movement taken out": (
        "DELETE FROM period_movement WHERE month = '2026-02' AND drug_id = 1",
        "closed_movements",
        "period_movement 2026-02 goods_receipt 0 drug 1 site 1 fund 1",
    ),
    "what was on hand when a month closed": (
        "UPDATE period_on_hand SET value = value + 1 WHERE month = '2026-02'",
        "closed_on_hand",
        "period_on_hand 2026-02 drug 1 site 1 fund 1",
    ),
    "totals and facts changed alike": (
        "UPDATE period_cost SET lines = lines - 1, reversed_lines = reversed_lines + 1",
        "closed_totals",
        "closed_period 2026-03",
    ),
    "a closed month's totals disowned": (
        (
            "UPDATE closed_period SET totals_digest = '' WHERE month = '2026-03';"
            "DELETE FROM period_cost WHERE month = '2026-03';"
            "DELETE FROM period_balance WHERE month = '2026-03';"
            "DELETE FROM period_movement WHERE month = '2026-03';"
            "DELETE FROM period_on_hand WHERE month = '2026-03'"
        ),
        "closed_totals",
        "closed_period 2026-03",
    ),
    "the voucher a draft became": (
        "UPDATE counter_draft SET voucher_id = 5 WHERE id = 1",
        "drafts_once",
        "counter_draft 1",
    ),
    "a request's state": (
        "UPDATE citizen_request SET state = 'closed' WHERE id = 1",
        "request_state",
        "citizen_request 1",
    ),
    "a step in a request's life": (
        (
            "DELETE FROM request_event WHERE id = (SELECT MAX(id) FROM request_event"
            " WHERE request_id = 1)"
        ),
        "request_state",
        "citizen_request 1",
    ),
    "a request given to somebody else": (
        "UPDATE citizen_request SET beneficiary_id = 2 WHERE id = 1",
        "one_request",
        "voucher 5",
    ),
    "a decision made later": (
        "UPDATE approval SET decided_at = '2026-03-12T00:00:00.000000Z' WHERE id = 1",
        "approved_before",
        "voucher 5",
    ),
    "a decision by the one who handed out": (
        (
            "UPDATE approval SET decided_by = (SELECT posted_by FROM voucher WHERE id = 7)"
            " WHERE id = 2"
        ),
        "approved_before",
        "voucher 7",
    ),
    "an approval's end": (
        "UPDATE approval SET valid_until = '2026-03-09' WHERE id = 2",
        "approved_before",
        "voucher 7",
    ),
    "an approval kept to another fund": (
        "INSERT INTO approval_fund (approval_id, fund_id) VALUES (2, 1)",
        "named_funds",
        "dispensing_line 5",
    ),
    "an approval's ceiling": (
        "UPDATE approval SET case_ceiling = 1 WHERE id = 2",
        "seals",
        "voucher 7",
    ),
    "an approved item lowered": (
        "UPDATE approval_item SET quantity_per_issue = 1, issues = 1 WHERE id = 3",
        "within_approval",
        "approval_item 3",
    ),
    "an approved item raised": (
        "UPDATE approval_item SET issues = 100 WHERE id = 3",
        "seals",
        "voucher 7",
    ),
}

# The embedded engine can be told to let these pass; on the server a constraint is dropped first.
BEYOND_THE_SCHEMA = {
    "empty_is_worthless": ("UPDATE batch SET on_hand = 0 WHERE id = 2", "batch 2"),
    "not_negative": ("UPDATE batch SET on_hand = -1 WHERE id = 2", "batch 2"),
    "conservation": ("UPDATE batch SET on_hand = on_hand + 1 WHERE id = 2", "batch *"),
    "same_site": ("UPDATE batch SET site_id = 2 WHERE id = 2", "stock_movement 2"),
}
