"""Checks of dispensings: one request, one person, approved before, within what was approved."""

from pharmacy.services.verify_check import Query

_DISPENSINGS = "SELECT count(*) FROM voucher WHERE kind = 'dispensing'"
_OWINGS = "SELECT count(*) FROM owing"

DISPENSING_QUERIES = (
    Query(
        "one_request",
        _DISPENSINGS,
        """
        SELECT 'voucher ' || v.id AS row_name, v.request_id AS request, d.request_id AS of_head,
               d.beneficiary_id AS beneficiary, r.beneficiary_id AS of_request
        FROM voucher v
        LEFT JOIN dispensing d ON d.voucher_id = v.id
        LEFT JOIN citizen_request r ON r.id = v.request_id
        WHERE (v.kind = 'dispensing' AND (d.voucher_id IS NULL OR r.id IS NULL
                OR d.request_id <> v.request_id OR r.beneficiary_id IS NULL
                OR d.beneficiary_id <> r.beneficiary_id
                OR NOT EXISTS (SELECT 1 FROM dispensing_line l WHERE l.voucher_id = v.id)))
           OR (v.kind <> 'dispensing' AND d.voucher_id IS NOT NULL)
        ORDER BY v.id
        """,
    ),
    # A reopened request keeps what its earlier approvals gave, so each counts for its own time.
    Query(
        "approved_before",
        _DISPENSINGS,
        """
        SELECT 'voucher ' || v.id AS row_name, d.approval_id AS approval, a.decided_at, v.posted_at,
               a.valid_from, a.valid_until, v.business_date AS issued_on
        FROM dispensing d
        JOIN voucher v ON v.id = d.voucher_id
        LEFT JOIN approval a ON a.id = d.approval_id
        WHERE a.id IS NULL OR a.request_id <> d.request_id OR a.decided_at > v.posted_at
           OR v.business_date < a.valid_from OR v.business_date > a.valid_until
           OR a.decided_by = v.posted_by
        ORDER BY v.id
        """,
    ),
    # An approval that names funds draws on no other, at the counter and by contract pharmacies.
    Query(
        "named_funds",
        "SELECT count(DISTINCT approval_id) FROM approval_fund",
        """
        SELECT x.row_name, x.fund_id AS fund
        FROM (SELECT 'dispensing_line ' || l.id AS row_name, d.approval_id, l.fund_id
              FROM dispensing_line l
              JOIN dispensing d ON d.voucher_id = l.dispensing_id
              UNION ALL
              SELECT 'claim_line ' || y.claim_line_id, i.approval_id, c.fund_id
              FROM claim_line_decision y
              JOIN approval_item i ON i.id = y.approval_item_id
              JOIN claim c ON c.id = y.claim_id
              WHERE y.quantity > 0) x
        WHERE x.approval_id IN (SELECT approval_id FROM approval_fund)
          AND NOT EXISTS (SELECT 1 FROM approval_fund n
                          WHERE n.approval_id = x.approval_id AND n.fund_id = x.fund_id)
        ORDER BY x.row_name
        """,
    ),
    Query(
        "covered",
        "SELECT count(*) FROM dispensing_line",
        """
        SELECT 'dispensing_line ' || l.id AS row_name, l.approval_item_id AS approval_item,
               l.drug_id AS drug, i.drug_id AS approved_drug
        FROM dispensing_line l
        LEFT JOIN dispensing d ON d.voucher_id = l.dispensing_id
        LEFT JOIN approval_item i ON i.id = l.approval_item_id
        LEFT JOIN dispensing_line f ON f.id = l.reverses_line_id
        LEFT JOIN substitution s ON s.voucher_id = COALESCE(f.voucher_id, l.voucher_id)
                                AND s.line_no = COALESCE(f.line_no, l.line_no)
        WHERE d.voucher_id IS NULL OR i.id IS NULL OR i.approval_id <> d.approval_id
           OR i.drug_id <> COALESCE(s.approved_drug_id, l.drug_id)
           OR COALESCE(s.given_drug_id, l.drug_id) <> l.drug_id
           OR l.beneficiary_id <> d.beneficiary_id
        ORDER BY l.id
        """,
    ),
    Query(
        "within_approval",
        "SELECT count(*) FROM approval_item",
        """
        SELECT 'approval_item ' || i.id AS row_name, i.quantity_per_issue * i.issues AS approved,
               l.quantity AS given
        FROM approval_item i
        JOIN (SELECT approval_item_id, SUM(quantity) AS quantity
              FROM (SELECT approval_item_id, quantity FROM dispensing_line
                    UNION ALL
                    SELECT x.approval_item_id, x.quantity
                    FROM claim_line_decision x
                    LEFT JOIN claim_reversal r
                           ON r.claim_id = x.claim_id AND r.attempt = x.attempt
                    WHERE x.quantity > 0 AND r.claim_id IS NULL) given
              GROUP BY approval_item_id) l ON l.approval_item_id = i.id
        WHERE l.quantity > i.quantity_per_issue * i.issues OR l.quantity < 0
        ORDER BY i.id
        """,
    ),
    Query(
        "owings",
        _OWINGS,
        """
        SELECT 'owing ' || o.id AS row_name, o.quantity AS owed, COALESCE(l.quantity, 0) AS settled
        FROM owing o
        JOIN dispensing d ON d.voucher_id = o.voucher_id
        LEFT JOIN (SELECT owing_id, SUM(quantity) AS quantity, MIN(approval_item_id) AS lowest,
                          MAX(approval_item_id) AS highest
                   FROM dispensing_line WHERE owing_id IS NOT NULL GROUP BY owing_id) l
               ON l.owing_id = o.id
        WHERE COALESCE(l.quantity, 0) NOT BETWEEN 0 AND o.quantity
           OR COALESCE(l.lowest, o.approval_item_id) <> o.approval_item_id
           OR COALESCE(l.highest, o.approval_item_id) <> o.approval_item_id
           OR o.beneficiary_id <> d.beneficiary_id
        ORDER BY o.id
        """,
    ),
    Query(
        "undone_owes_nothing",
        _OWINGS,
        """
        SELECT 'owing ' || o.id AS row_name, o.voucher_id AS voucher
        FROM owing o
        LEFT JOIN owing_closure c ON c.owing_id = o.id
        WHERE c.owing_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM dispensing_line l
            WHERE l.voucher_id = o.voucher_id
              AND NOT EXISTS (SELECT 1 FROM dispensing_line u WHERE u.reverses_line_id = l.id))
        ORDER BY o.id
        """,
    ),
    Query(
        "blocks_have_reasons",
        "SELECT count(*) FROM notice_override",
        """
        SELECT 'notice_override ' || id AS row_name, code, severity FROM notice_override
        WHERE severity = 'stop' OR (severity = 'block' AND TRIM(reason) = '')
        ORDER BY id
        """,
    ),
    # What was undone later keeps its draft: the draft did become this voucher.
    Query(
        "drafts_once",
        "SELECT count(*) FROM counter_draft WHERE state = 'dispensed'",
        """
        SELECT 'counter_draft ' || c.id AS row_name, c.voucher_id AS voucher,
               v.submission_id AS submission, d.beneficiary_id AS beneficiary
        FROM counter_draft c
        LEFT JOIN voucher v ON v.id = c.voucher_id AND v.kind = 'dispensing'
        LEFT JOIN dispensing d ON d.voucher_id = v.id
        WHERE (c.state = 'dispensed' OR c.voucher_id IS NOT NULL)
          AND (d.voucher_id IS NULL OR c.state <> 'dispensed'
               OR v.submission_id <> c.submission_id OR v.site_id <> c.site_id
               OR d.beneficiary_id <> c.beneficiary_id)
        ORDER BY c.id
        """,
    ),
    Query(
        "request_state",
        "SELECT count(*) FROM citizen_request",
        """
        SELECT 'citizen_request ' || r.id AS row_name, r.state, e.to_state AS last_event
        FROM (SELECT request_id, MAX(id) AS last FROM request_event GROUP BY request_id) l
        JOIN request_event e ON e.id = l.last
        JOIN citizen_request r ON r.id = l.request_id
        WHERE r.state <> e.to_state
        UNION ALL
        SELECT 'citizen_request ' || r.id AS row_name, r.state, NULL AS last_event
        FROM citizen_request r
        WHERE r.state = 'approved'
          AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.request_id = r.id)
        ORDER BY 1
        """,
    ),
)
