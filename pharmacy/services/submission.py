"""Submissions: the same click or API call sent twice posts once and gives the first back."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pharmacy.errors import SubmissionConflict
from pharmacy.models import Voucher

_FIND_SUBMISSION = select(Voucher.id, Voucher.submission_digest).where(
    Voucher.submission_id == bindparam("submission")
)


def digest(content: object) -> str:
    """Return the fingerprint of what a form or an API call asked for."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def find_submission(session: Session, submission_id: str, submission_digest: str) -> int | None:
    """Return the voucher this submission already posted, if it did.

    Raises:
        SubmissionConflict: The same id came before with other content.
    """
    row = session.execute(_FIND_SUBMISSION, {"submission": submission_id}).first()
    return None if row is None else same_submission(submission_id, row, submission_digest)


def same_submission(submission_id: str, found: Sequence[object], submission_digest: str) -> int:
    """Return the first voucher of a submission sent again.

    Args:
        submission_id: The id both came with.
        found: (voucher id, digest) of the first.
        submission_digest: The digest of the second.

    Raises:
        SubmissionConflict: The second has other content.
    """
    voucher_id, first_digest = found
    if first_digest != submission_digest:
        raise SubmissionConflict(submission_id=submission_id)
    assert isinstance(voucher_id, int)
    return voucher_id
