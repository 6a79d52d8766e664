"""funding pots; where days go; what leaders are asked about their days"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0012"
branch_labels = None
depends_on = None

MOVEMENTS = ("pledged", "held", "freed", "agreed", "used", "given back")
KINDS = ("days for next year", "still so many days")
# Where days went that were moved before: by each cause, the partnership and the school.
SUPPORT = {
    "pairing": "pairing join need on need.id = pairing.need_id where pairing.id",
    "engagement": "engagement as pairing join need on need.id = pairing.need_id where pairing.id",
    "visit": "visit join engagement as pairing on pairing.id = visit.engagement_id"
    " join need on need.id = pairing.need_id where visit.id",
}


def upgrade() -> None:
    op.create_table(
        "pot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("half_days", sa.Integer(), nullable=True),
        sa.Column("pence", sa.Integer(), nullable=True),
        *(
            sa.Column(f"{name}{unit}", sa.Integer(), nullable=False)
            for unit in ("", "_money")
            for name in ("held", "agreed", "used")
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "half_days is not null or pence is not null", name=op.f("ck_pot_limited")
        ),
        sa.CheckConstraint(
            "held >= 0 and agreed >= 0 and used >= 0", name=op.f("ck_pot_not_negative")
        ),
        sa.CheckConstraint(
            "held_money >= 0 and agreed_money >= 0 and used_money >= 0",
            name=op.f("ck_pot_money_not_negative"),
        ),
        sa.CheckConstraint(
            "half_days is null or held + agreed + used <= half_days",
            name=op.f("ck_pot_not_overdrawn"),
        ),
        sa.CheckConstraint(
            "pence is null or held_money + agreed_money + used_money <= 2 * pence",
            name=op.f("ck_pot_money_not_overdrawn"),
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_pot_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot")),
        sa.UniqueConstraint(
            "partnership_id", "year", "name", name=op.f("uq_pot_partnership_id_year_name")
        ),
    )
    op.create_table(
        "pot_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *MOVEMENTS,
                name="pot_movement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("half_days", sa.Integer(), nullable=False),
        sa.Column("money", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["pot_id"], ["pot.id"], name=op.f("fk_pot_movement_pot_id_pot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot_movement")),
    )
    op.create_index(op.f("ix_pot_movement_pot_id"), "pot_movement", ["pot_id"])
    op.create_table(
        "days_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS,
                name="question_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("season", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("half_days", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leader.id"], name=op.f("fk_days_question_leader_id_leader")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_days_question_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_days_question_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_question")),
        sa.UniqueConstraint(
            "leader_id",
            "kind",
            "year",
            "season",
            name=op.f("uq_days_question_leader_id_kind_year_season"),
        ),
    )
    for column in ("partnership_id", "next_look_on"):
        op.create_index(op.f(f"ix_days_question_{column}"), "days_question", [column])
    # In plain SQL, since SQLite adds a column together with its key, and never a key alone.
    op.execute(
        "ALTER TABLE pairing ADD COLUMN pot_id INTEGER"
        " CONSTRAINT fk_pairing_pot_id_pot REFERENCES pot (id)"
    )
    op.add_column("days_movement", sa.Column("partnership_id", sa.Integer(), nullable=True))
    op.add_column("days_movement", sa.Column("urn", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_days_movement_urn"), "days_movement", ["urn"])
    for cause, support in SUPPORT.items():
        went = f"{support} = days_movement.cause_id"
        op.execute(
            "UPDATE days_movement SET"
            f" partnership_id = (select pairing.partnership_id from {went}),"
            f" urn = (select need.urn from {went}) WHERE cause = '{cause}'"  # noqa: S608 - ours
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_days_movement_urn"), "days_movement")
    op.drop_column("days_movement", "urn")
    op.drop_column("days_movement", "partnership_id")
    op.execute("ALTER TABLE pairing DROP COLUMN pot_id")
    op.drop_table("days_question")
    op.drop_table("pot_movement")
    op.drop_table("pot")
