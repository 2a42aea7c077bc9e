"""A line of a claim may be refused because the claim's fund may not pay for it."""

from pharmacy.migrations.facts import known_words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = "'no_approval', 'not_in_force', 'beyond_approval', 'price', 'duplicate', 'no_prescription', 'other'"
AFTER = "'no_approval', 'not_in_force', 'fund', 'beyond_approval', 'price', 'duplicate', 'no_prescription', 'other'"


def upgrade() -> None:
    known_words("claim_line_decision", "reason", BEFORE, AFTER)


def downgrade() -> None:
    known_words("claim_line_decision", "reason", AFTER, BEFORE, shrinks=True)
