"""What somebody with the whole database might do to counted drawers and decided claims."""

# What is done, and one check that must name one row; counts are vouchers 3 and 6, the claim is 7,
# and 9 undid the count 8. The claim 2 was rejected, which was undone, and rejected again.
CLAIM_TAMPERINGS = {
    "what was found in a drawer": (
        (
            "UPDATE cash_count SET counted = counted + 1, difference = difference + 1"
            " WHERE voucher_id = 3"
        ),
        "cash_counts",
        "cash_count 3",
    ),
    "a count taken away": (
        "DELETE FROM cash_count WHERE voucher_id = 6",
        "cash_counts",
        "cash_count 6",
    ),
    "a note slipped in": (
        "UPDATE cash_piece SET pieces = pieces + 1 WHERE voucher_id = 3",
        "seals",
        "voucher 3",
    ),
    "who received the money": (
        "UPDATE cash_count SET received_by = 1 WHERE voucher_id = 6",
        "seals",
        "voucher 6",
    ),
    "a share moved from the drawer to the state": (
        (
            "UPDATE posting SET account = 'cost_state' WHERE voucher_id = 5"
            " AND account = 'citizen_cash'"
        ),
        "drawers_emptied",
        "cash_count 6",
    ),
    "a count undone by less than it posted": (
        "UPDATE posting SET amount = amount - 5 WHERE voucher_id = 9 AND account = 'cash'",
        "reversed_whole",
        "voucher 8",
    ),
    "what was accepted of a claim": (
        "UPDATE claim_decision SET accepted = accepted + 1 WHERE claim_id = 1",
        "claims",
        "claim 1",
    ),
    "what is owed for a claim": (
        "UPDATE supplier_invoice SET amount = amount + 1",
        "claims",
        "claim 1",
    ),
    "the note of a decided line": (
        "UPDATE claim_line_decision SET note = 'x'",
        "seals",
        "voucher 7",
    ),
    "a decision taken away": ("DELETE FROM claim_decision", "claims_posted", "voucher 7"),
    "a decision whose undoing was taken away": (
        "DELETE FROM claim_reversal WHERE attempt = 1 AND claim_id = 2",
        "undone_decisions",
        "claim 2",
    ),
    "a line moved to another request": (
        "UPDATE claim_line SET request_id = 1",
        "claims_approved",
        "claim_line 1",
    ),
    "a claim paid by a fund its approval does not name": (
        (
            "INSERT INTO approval_fund (approval_id, fund_id) SELECT i.approval_id, 2"
            " FROM claim_line_decision x JOIN approval_item i ON i.id = x.approval_item_id"
        ),
        "named_funds",
        "claim_line 1",
    ),
    "more given elsewhere than was approved": (
        "UPDATE claim_line_decision SET quantity = quantity + 100",
        "within_approval",
        "approval_item 3",
    ),
}
