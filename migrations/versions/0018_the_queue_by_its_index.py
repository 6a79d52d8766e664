"""the queue of needs in its order, from an index alone"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = "ix_need_partnership_id_need_state_need_queue_by"


def upgrade() -> None:
    op.drop_index(BEFORE, "need")
    order = ["partnership_id", "state", "urgency", "queue_by", "queue_since"]
    op.create_index("ix_need_queue", "need", order)


def downgrade() -> None:
    op.drop_index("ix_need_queue", "need")
    op.create_index(BEFORE, "need", ["partnership_id", "state", "queue_by"])
