"""the radar: what a coordinator wrote about support that is stuck, and what was left until a day"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None

SIGNS = (
    "amber twice",
    "no first contact",
    "silence",
    "days unused",
    "slipping dates",
    "missing log",
    "not begun",
    "paused long",
)


def upgrade() -> None:
    op.create_table(
        "radar_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column(
            "sign",
            sa.Enum(
                *SIGNS, name="radar_sign", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_radar_message_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_radar_message_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_radar_message_written_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radar_message")),
    )
    op.create_index(
        op.f("ix_radar_message_engagement_id_radar_message_sign"),
        "radar_message",
        ["engagement_id", "sign"],
    )
    op.create_table(
        "radar_rest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("signs", sa.String(length=200), nullable=False),
        sa.Column("left_by", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_radar_rest_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["left_by"], ["person.id"], name=op.f("fk_radar_rest_left_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radar_rest")),
    )
    op.create_index(
        op.f("ix_radar_rest_engagement_id_radar_rest_until"),
        "radar_rest",
        ["engagement_id", "until"],
    )


def downgrade() -> None:
    op.drop_table("radar_rest")
    op.drop_table("radar_message")
