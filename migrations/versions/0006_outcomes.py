"""outcomes of an engagement, each by itself; how often a visit was moved"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_outcome_engagement_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint(
            "engagement_id", "number", name=op.f("uq_outcome_engagement_id_number")
        ),
    )
    with op.batch_alter_table("visit") as visit:
        visit.add_column(sa.Column("moves", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("visit") as visit:
        visit.alter_column("moves", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("visit") as visit:
        visit.drop_column("moves")
    op.drop_table("outcome")
