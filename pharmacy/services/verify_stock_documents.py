"""Checks of stock documents: signed by two, differences as counted, nothing brought back issued."""

from pharmacy.services.verify_check import Query

STOCK_DOCUMENT_QUERIES = (
    Query(
        "signed_by_two",
        "SELECT count(*) FROM stock_document",
        """
        SELECT 'voucher ' || v.id AS row_name, v.kind, v.posted_by, d.second_staff_id AS second
        FROM voucher v LEFT JOIN stock_document d ON d.voucher_id = v.id
        WHERE v.kind IN ('write_off', 'recall_withdrawal', 'return_to_supplier',
                         'institution_issue', 'count_adjustment')
          AND (d.second_staff_id IS NULL OR d.second_staff_id = v.posted_by)
        ORDER BY v.id
        """,
    ),
    # A counted line moves its difference and nothing else; what it was compared with was there.
    Query(
        "counted",
        "SELECT count(*) FROM count_line",
        """
        SELECT 'count_line ' || c.voucher_id || ' ' || c.line_no AS row_name, c.expected, c.counted,
               m.quantity AS moved, COALESCE(b.quantity, 0) AS before
        FROM count_line c
        JOIN voucher v ON v.id = c.voucher_id
        LEFT JOIN stock_movement m ON m.voucher_id = c.voucher_id AND m.line_no = c.line_no
        LEFT JOIN (SELECT l.voucher_id, l.line_no, SUM(p.quantity) AS quantity
                   FROM count_line l
                   JOIN voucher o ON o.id = l.voucher_id
                   JOIN stock_movement p ON p.batch_id = l.batch_id
                   JOIN voucher e ON e.id = p.voucher_id AND e.sequence < o.sequence
                   GROUP BY l.voucher_id, l.line_no) b
               ON b.voucher_id = c.voucher_id AND b.line_no = c.line_no
        WHERE v.kind <> 'count_adjustment' OR c.expected <> COALESCE(b.quantity, 0)
           OR c.counted - c.expected <> COALESCE(m.quantity, 0)
           OR (m.id IS NOT NULL AND m.batch_id <> c.batch_id)
        UNION ALL
        SELECT 'stock_movement ' || m.id AS row_name, NULL, NULL, m.quantity, NULL
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id AND v.kind = 'count_adjustment'
        LEFT JOIN count_line c ON c.voucher_id = m.voucher_id AND c.line_no = m.line_no
        WHERE c.voucher_id IS NULL
        ORDER BY 1
        """,
    ),
    # A transfer arrives once, where it was sent, whole; its batches say where they came from.
    Query(
        "transferred",
        "SELECT count(*) FROM voucher WHERE kind IN ('transfer_out', 'transfer_in')",
        """
        SELECT 'voucher ' || v.id AS row_name, v.kind, d.to_site_id AS to_site, d.sent_id AS sent
        FROM voucher v LEFT JOIN stock_document d ON d.voucher_id = v.id
        LEFT JOIN voucher o ON o.id = d.sent_id
        LEFT JOIN stock_document s ON s.voucher_id = d.sent_id
        WHERE (v.kind = 'transfer_out' AND (d.to_site_id IS NULL OR d.to_site_id = v.site_id))
           OR (v.kind = 'transfer_in' AND (o.id IS NULL OR o.kind <> 'transfer_out'
               OR s.to_site_id IS NULL OR s.to_site_id <> v.site_id
               OR (SELECT COUNT(*) FROM stock_movement m WHERE m.voucher_id = v.id)
                  <> (SELECT COUNT(*) FROM stock_movement m WHERE m.voucher_id = o.id)))
        UNION ALL
        SELECT 'stock_movement ' || m.id AS row_name, NULL, NULL, d.sent_id
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id AND v.kind = 'transfer_in'
        JOIN stock_document d ON d.voucher_id = v.id
        JOIN batch b ON b.id = m.batch_id
        LEFT JOIN stock_movement o ON o.voucher_id = d.sent_id AND o.line_no = m.line_no
        LEFT JOIN batch f ON f.id = o.batch_id
        WHERE o.id IS NULL OR o.quantity <> -m.quantity OR o.value <> -m.value
           OR f.id <> b.origin_batch_id OR b.origin_batch_id IS NULL OR f.drug_id <> b.drug_id
           OR f.fund_id <> b.fund_id OR f.lot <> b.lot OR f.expiry <> b.expiry
           OR COALESCE(f.request_id, 0) <> COALESCE(b.request_id, 0)
        ORDER BY 1
        """,
    ),
    # What citizens brought back: no more than was given, worth nothing, never issued again.
    Query(
        "brought_back",
        "SELECT count(*) FROM citizen_return_line",
        """
        SELECT 'stock_movement ' || m.id AS row_name, b.status, m.value, l.quantity AS given
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id AND v.kind = 'return_from_citizen'
        JOIN batch b ON b.id = m.batch_id
        LEFT JOIN citizen_return_line r ON r.voucher_id = m.voucher_id AND r.line_no = m.line_no
        LEFT JOIN dispensing_line l ON l.id = r.dispensing_line_id
        WHERE l.id IS NULL OR l.drug_id <> b.drug_id OR l.lot <> b.lot OR l.fund_id <> b.fund_id
           OR m.value <> 0 OR b.status = 'available'
        UNION ALL
        SELECT 'dispensing_line ' || l.id AS row_name, NULL, r.quantity, l.quantity
        FROM (SELECT x.dispensing_line_id, SUM(m.quantity) AS quantity
              FROM citizen_return_line x
              JOIN stock_movement m ON m.voucher_id = x.voucher_id AND m.line_no = x.line_no
              LEFT JOIN stock_movement u ON u.reverses_id = m.id
              WHERE u.id IS NULL GROUP BY x.dispensing_line_id) r
        JOIN dispensing_line l ON l.id = r.dispensing_line_id
        LEFT JOIN dispensing_line w ON w.reverses_line_id = l.id
        WHERE r.quantity > l.quantity OR w.id IS NOT NULL
        UNION ALL
        SELECT 'stock_movement ' || m.id AS row_name, b.status, m.quantity, NULL
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id
        JOIN batch b ON b.id = m.batch_id
        JOIN voucher o ON o.id = b.voucher_id AND o.kind = 'return_from_citizen'
        WHERE v.kind NOT IN ('return_from_citizen', 'write_off', 'count_adjustment', 'reversal')
        ORDER BY 1
        """,
    ),
)
