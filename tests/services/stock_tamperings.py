"""What somebody with the whole database might do to the stock documents of the tests.

Voucher 3 is a citizen's return that opened batch 2, 4 a write-off, 5 a count with a surplus, 6 a
transfer and 7 its arrival.
"""

STOCK_TAMPERINGS = {
    "a second signature": (
        "UPDATE stock_document SET second_staff_id = NULL WHERE voucher_id = 4",
        "signed_by_two",
        "voucher 4",
    ),
    "a witness": (
        "UPDATE stock_document SET committee = 'س' WHERE voucher_id = 4",
        "seals",
        "voucher 4",
    ),
    "what was counted": (
        "UPDATE count_line SET counted = counted + 1 WHERE voucher_id = 5",
        "counted",
        "count_line 5 1",
    ),
    "a counted line taken out": (
        "DELETE FROM count_line WHERE voucher_id = 5",
        "counted",
        "stock_movement 5",
    ),
    "a batch brought back, set free": (
        "UPDATE batch SET status = 'available' WHERE id = 2",
        "brought_back",
        "stock_movement 3",
    ),
    "whose return it is": (
        "DELETE FROM citizen_return_line WHERE voucher_id = 3",
        "brought_back",
        "stock_movement 3",
    ),
    "where a transfer went": (
        "UPDATE stock_document SET to_site_id = 1 WHERE voucher_id = 6",
        "transferred",
        "voucher 7",
    ),
    "where a batch came from": (
        "UPDATE batch SET origin_batch_id = 2 WHERE voucher_id = 7",
        "transferred",
        "stock_movement 7",
    ),
}
