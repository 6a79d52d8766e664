"""runs of the plan: asked for, carried out, compared, used; suggestions that are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVE = sa.text("state in ('asked','running')")


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "plan_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("kind", one_of("run_kind", "plan", "look again"), nullable=False),
        sa.Column(
            "state",
            one_of("run_state", "asked", "running", "done", "failed", "overtaken"),
            nullable=False,
        ),
        sa.Column("level", one_of("level", "instant", "standard", "thorough"), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("same_trust", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("says", sa.String(length=300), nullable=False),
        sa.Column("made_from", sa.JSON(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("certificate", sa.JSON(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_plan_run_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_plan_run_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["person.id"], name=op.f("fk_plan_run_used_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_index(
        op.f("ix_plan_run_partnership_id_plan_run_state"), "plan_run", ["partnership_id", "state"]
    )
    op.create_index(
        "uq_plan_run_partnership_id_live",
        "plan_run",
        ["partnership_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.add_column("pairing", sa.Column("run_id", sa.Integer(), nullable=True))
    op.add_column("pairing", sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_pairing_run_id"), "pairing", ["run_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_pairing_run_id"), "pairing")
    op.drop_column("pairing", "kept_at")
    op.drop_column("pairing", "run_id")
    op.drop_index("uq_plan_run_partnership_id_live", "plan_run")
    op.drop_index(op.f("ix_plan_run_partnership_id_plan_run_state"), "plan_run")
    op.drop_table("plan_run")
