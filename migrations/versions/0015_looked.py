"""how far things were looked at, no longer among the leases"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looked",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_looked")),
    )
    # What these said is looked at once more instead, which does no harm.
    op.execute("delete from lease where name in ('hand over', 'sweep', 'days')")


def downgrade() -> None:
    op.drop_table("looked")
