"""a second reminder, the weekly digest, and what somebody would rather be asked later"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DESK, LAPSE = 3, 4  # as they were, before there was a second reminder


def upgrade() -> None:
    op.create_table(
        "digest_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("calendar_urn", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_urn"], ["school.urn"], name=op.f("fk_digest_item_calendar_urn_school")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_digest_item_follow_up_id_follow_up")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_digest_item_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_digest_item_recipient_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_item")),
        sa.UniqueConstraint("follow_up_id", name=op.f("uq_digest_item_follow_up_id")),
    )
    op.create_index(op.f("ix_digest_item_recipient_id"), "digest_item", ["recipient_id"])
    op.create_table(
        "put_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number between 1 and 2", name=op.f("ck_put_off_twice_at_most")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_put_off_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_put_off")),
        sa.UniqueConstraint(
            "subject",
            "subject_id",
            "kind",
            "since",
            "number",
            name=op.f("uq_put_off_subject_subject_id_kind_since_number"),
        ),
    )
    op.drop_index(op.f("ix_follow_up_partnership_id"), "follow_up")
    op.create_index(
        op.f("ix_follow_up_partnership_id_follow_up_round"), "follow_up", ["partnership_id", "round"]
    )
    # The last rung first, so that no two stand on one for a moment.
    for round in (LAPSE, DESK):
        op.execute(f"update follow_up set round = {round + 1} where round = {round}")


def downgrade() -> None:
    op.drop_table("put_off")
    op.drop_table("digest_item")
    op.drop_index(op.f("ix_follow_up_partnership_id_follow_up_round"), "follow_up")
    op.create_index(op.f("ix_follow_up_partnership_id"), "follow_up", ["partnership_id"])
    op.execute(f"delete from follow_up where round = {DESK}")  # second reminders
    for round in (DESK, LAPSE):
        op.execute(f"update follow_up set round = {round} where round = {round + 1}")
