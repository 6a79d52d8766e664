"""what is undone: notes of telephone calls in engagements; a leader proposed again after the end"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = "state in ('suggested','proposed','released','chosen','accepted','confirmed')"
AFTER = "state in ('suggested','proposed','released','chosen','accepted')"
KINDS = (
    "first contact",
    "visit",
    "no visit",
    "log agreed",
    "log disputed",
    "mid-point",
    "evaluation",
    "leader's comment",
    "look-back at 3 months",
    "look-back at 6 months",
)


def upgrade() -> None:
    _open_pairings(AFTER)
    op.create_table(
        "phone_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="note_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_phone_note_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_phone_note_visit_id_visit")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_phone_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_note")),
    )
    op.create_index(op.f("ix_phone_note_engagement_id"), "phone_note", ["engagement_id"])


def downgrade() -> None:
    op.drop_table("phone_note")
    _open_pairings(BEFORE)


def _open_pairings(where: str) -> None:
    op.drop_index("uq_pairing_need_id_leader_id_open", table_name="pairing")
    op.create_index(
        "uq_pairing_need_id_leader_id_open",
        "pairing",
        ["need_id", "leader_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
