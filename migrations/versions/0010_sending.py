"""whether messages go out at all; messages that are set aside"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "stop",
            sa.Enum(
                "paused",
                "burst",
                "restored",
                name="stop",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Integer(), nullable=True),
        sa.Column("stopped_name", sa.String(length=200), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=True),
        sa.Column("raised_to", sa.Integer(), nullable=True),
        sa.Column("guard_on", sa.Date(), nullable=True),
        sa.Column("guard", sa.Integer(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("server_fault", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
    )
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
        message.add_column(sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
        message.create_index(message.f("ix_message_begun_at"), ["begun_at"])
    with op.batch_alter_table("message") as message:
        message.alter_column("deaths", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.drop_index(message.f("ix_message_begun_at"))
        message.drop_column("set_aside_at")
        message.drop_column("deaths")
    op.drop_table("sending")
