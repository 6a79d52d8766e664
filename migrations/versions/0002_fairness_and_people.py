"""fairness and people: what a partnership sets about who is suggested, and declared conflicts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = (
    "family",
    "near rivals for pupils in the same phase",
    "a recent colleague",
    "a line manager",
    "please not this person",
    "something else",
)
OF_A_PARTNERSHIP = ("weights", "home_school_half_days", "buddy_rival_metres", "buddy_same_trust")
OF_A_NEED = ("phone_enough", "fragile")


def upgrade() -> None:
    for column in (
        sa.Column("weights", sa.JSON(), nullable=True),
        sa.Column("home_school_half_days", sa.Integer(), nullable=True),
        sa.Column("buddy_rival_metres", sa.Integer(), nullable=False, server_default="2000"),
        sa.Column("buddy_same_trust", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("partnership", column)
    # In plain SQL, since SQLite adds a column together with its CHECK, and never a CHECK alone.
    op.execute(
        "ALTER TABLE partnership ADD COLUMN same_trust VARCHAR(40) DEFAULT 'barred' NOT NULL"
        " CONSTRAINT ck_partnership_same_trust"
        " CHECK (same_trust IN ('barred', 'allowed', 'allowed and said'))"
    )
    for name in OF_A_NEED:
        no = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("need", no)
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("urn", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="conflict_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_conflict_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leader.id"], name=op.f("fk_conflict_leader_id_leader")
        ),
        sa.ForeignKeyConstraint(["urn"], ["school.urn"], name=op.f("fk_conflict_urn_school")),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["person.id"], name=op.f("fk_conflict_noted_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_conflict_ended_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index(op.f("ix_conflict_leader_id"), "conflict", ["leader_id"])
    op.create_index(op.f("ix_conflict_urn"), "conflict", ["urn"])
    op.create_index(
        op.f("ix_conflict_partnership_id_conflict_urn"), "conflict", ["partnership_id", "urn"]
    )
    op.create_index(
        "uq_conflict_partnership_id_leader_id_urn_kind_open",
        "conflict",
        ["partnership_id", "leader_id", "urn", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    op.drop_table("conflict")
    for table, names in (
        ("need", OF_A_NEED),
        ("partnership", ("same_trust", *OF_A_PARTNERSHIP)),
    ):
        for name in names:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
