"""who stands for the two schools of an engagement, and who follows somebody who left"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = (
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
AFTER = (*BEFORE, "school goes on", "home school goes on")
SIDES = ("supported school", "home school", "leader")
WHO = {"head_id": "choose", "releaser_id": "release"}


def upgrade() -> None:
    with op.batch_alter_table("engagement") as engagement:
        for column in WHO:
            engagement.add_column(sa.Column(column, sa.Integer(), nullable=True))
            engagement.create_foreign_key(
                op.f(f"fk_engagement_{column}_person"), "person", [column], ["id"]
            )
        engagement.create_index(op.f("ix_engagement_releaser_id"), ["releaser_id"])
    for column, step in WHO.items():
        op.execute(
            f"update engagement set {column} = (select person_id from pairing_answer"
            " where pairing_answer.pairing_id = engagement.pairing_id"
            f" and step = '{step}' and yes and undone_at is null)"
        )
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(*SIDES, name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("talk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_succession_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["person.id"], name=op.f("fk_succession_before_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_succession_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    op.create_index(
        op.f("ix_succession_engagement_id_succession_side"), "succession", ["engagement_id", "side"]
    )
    op.create_index(op.f("ix_succession_person_id"), "succession", ["person_id"])
    _kinds(AFTER)


def downgrade() -> None:
    op.execute("delete from phone_note where kind in ('school goes on', 'home school goes on')")
    _kinds(BEFORE)
    op.drop_table("succession")
    with op.batch_alter_table("engagement") as engagement:
        engagement.drop_index(op.f("ix_engagement_releaser_id"))
        for column in WHO:
            engagement.drop_constraint(op.f(f"fk_engagement_{column}_person"), type_="foreignkey")
            engagement.drop_column(column)


def _kinds(kinds: tuple[str, ...]) -> None:
    """What a telephone note can be about; SQLite makes the table anew, without the old list."""
    with op.batch_alter_table("phone_note") as note:
        if op.get_bind().dialect.name == "postgresql":
            note.drop_constraint(op.f("ck_phone_note_note_kind"), type_="check")
        note.create_check_constraint("note_kind", sa.column("kind").in_(kinds))
