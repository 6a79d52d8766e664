"""visits in people's own calendars; the first contact, as both sides say it"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (
    ("engagement", sa.Column("contact_by", sa.Date())),
    ("engagement", sa.Column("school_spoke", sa.Boolean())),
    ("message", sa.Column("calendar", sa.Text())),
    (
        "partnership",
        sa.Column("first_contact_days", sa.Integer(), nullable=False, server_default="5"),
    ),
    ("visit", sa.Column("changed_at", sa.DateTime(timezone=True))),
)


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_read_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    op.create_index(op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"])
    for table, column in COLUMNS:
        op.add_column(table, column)


def downgrade() -> None:
    # In plain SQL, since SQLite would else make each table anew, beneath the rows that refer to it.
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")
    op.drop_index(op.f("ix_calendar_feed_person_id"), table_name="calendar_feed")
    op.drop_table("calendar_feed")
