"""no promise of a visit's log, which nothing kept"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("partnership", "visit_log_days")


def downgrade() -> None:
    # The default stays: without it, SQLite would have to make the whole table anew.
    op.add_column(
        "partnership", sa.Column("visit_log_days", sa.Integer(), nullable=False, server_default="5")
    )
