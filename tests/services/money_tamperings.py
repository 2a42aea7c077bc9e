"""What somebody with the whole database might do to money, invoices and their payment."""

MONEY_TAMPERINGS = {
    "the amount on a receipt of money": (
        "UPDATE money_voucher SET amount = amount - 1 WHERE voucher_id = 4",
        "money_posted",
        "voucher 4",
    ),
    "the paper of a payment taken out": (
        "DELETE FROM money_voucher WHERE voucher_id = 6",
        "money_posted",
        "voucher 6",
    ),
    "an invoice's amount": (
        "UPDATE supplier_invoice SET amount = amount + 1 WHERE id = 1",
        "invoice_difference",
        "supplier_invoice 1",
    ),
    "an invoice's difference": (
        "UPDATE supplier_invoice SET difference = 5, amount = amount + 3 WHERE id = 2",
        "invoice_difference",
        "supplier_invoice 2",
    ),
    "a receipt taken off an invoice": (
        "DELETE FROM invoice_receipt WHERE voucher_id = 1",
        "invoice_difference",
        "supplier_invoice 1",
    ),
    "an invoice taken out": (
        "DELETE FROM supplier_invoice WHERE id = 2",
        "invoice_voucher",
        "voucher 5",
    ),
    "what a payment paid": (
        "UPDATE invoice_payment SET amount = amount - 1 WHERE invoice_id = 1",
        "invoice_payments",
        "voucher 6",
    ),
    "an invoice paid beyond its amount": (
        (
            "UPDATE invoice_payment SET amount = amount + 100000 WHERE invoice_id = 1;"
            " UPDATE money_voucher SET amount = amount + 100000 WHERE voucher_id = 6"
        ),
        "invoice_paid",
        "supplier_invoice 1",
    ),
    "an undoing taken away": (
        "DELETE FROM invoice_reversal WHERE invoice_id = 3",
        "undone_invoices",
        "supplier_invoice 3",
    ),
    "an undoing that names no voucher": (
        "UPDATE invoice_reversal SET voucher_id = NULL WHERE invoice_id = 3",
        "undone_invoices",
        "supplier_invoice 3",
    ),
    "an invoice undone while it is paid": (
        "UPDATE invoice_reversal SET invoice_id = 1, voucher_id = NULL WHERE invoice_id = 4",
        "undone_invoices",
        "supplier_invoice 1",
    ),
    "goods on two invoices": (
        "DELETE FROM invoice_reversal WHERE invoice_id = 4",
        "matched_once",
        "voucher 7",
    ),
    "a number that stands twice": (
        "DELETE FROM invoice_reversal WHERE invoice_id = 4",
        "numbered_once",
        "supplier_invoice 5",
    ),
    "a difference taken back by less": (
        "UPDATE posting SET amount = amount - 1 WHERE voucher_id = 9 AND account = 'payables'",
        "reversed_whole",
        "voucher 8",
    ),
    "a debt moved to another supplier": (
        "UPDATE supplier_invoice SET supplier_id = 2 WHERE id = 2",
        "payables",
        "supplier 2",
    ),
}
