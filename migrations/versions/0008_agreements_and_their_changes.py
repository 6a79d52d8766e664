"""a partnership's own sentences in agreements; changes, each put to those it touches; who is named"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_agreement_template_partnership_id_partnership"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_template")),
        sa.UniqueConstraint("partnership_id", name=op.f("uq_agreement_template_partnership_id")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "more days",
                "fewer days",
                "other dates",
                "another price",
                "a pause",
                "going on after a pause",
                "stopping early",
                "another leader",
                name="change_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "withdrawn",
                name="change_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column(
            "asked_as",
            sa.Enum(
                "releaser",
                "head",
                "leader",
                "coordinator",
                name="asked_as",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stuck", sa.String(length=300), nullable=False),
        sa.Column("agreement_number", sa.Integer(), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_change_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_change_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_change_partnership_id_partnership"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change") as table:
        table.create_index(
            table.f("ix_change_engagement_id_change_state"),
            ["engagement_id", "state"],
            unique=False,
        )
        table.create_index(table.f("ix_change_next_look_on"), ["next_look_on"], unique=False)
        table.create_index(table.f("ix_change_partnership_id"), ["partnership_id"], unique=False)
        table.create_index(
            "uq_change_engagement_id_open",
            ["engagement_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "change_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column(
            "asked",
            sa.Enum(
                "releaser",
                "head",
                "leader",
                "coordinator",
                name="asked",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change.id"], name=op.f("fk_change_answer_change_id_change")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_change_answer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_answer")),
    )
    with op.batch_alter_table("change_answer") as table:
        table.create_index(table.f("ix_change_answer_change_id"), ["change_id"], unique=False)
        table.create_index(
            "uq_change_answer_change_id_asked",
            ["change_id", "asked"],
            unique=True,
            sqlite_where=sa.text("undone_at is null"),
            postgresql_where=sa.text("undone_at is null"),
        )

    with op.batch_alter_table("engagement") as table:
        table.add_column(
            sa.Column("accountable", sa.String(length=200), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("site_contact", sa.String(length=200), nullable=False, server_default="")
        )
        table.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("goes_on_from", sa.Integer(), nullable=True))
        table.create_index(table.f("ix_engagement_goes_on_from"), ["goes_on_from"], unique=False)
        table.create_foreign_key(
            table.f("fk_engagement_goes_on_from_engagement"),
            "engagement",
            ["goes_on_from"],
            ["id"],
        )
    with op.batch_alter_table("engagement") as table:
        table.alter_column("accountable", server_default=None)
        table.alter_column("site_contact", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("engagement") as table:
        table.drop_constraint(table.f("fk_engagement_goes_on_from_engagement"), type_="foreignkey")
        table.drop_index(table.f("ix_engagement_goes_on_from"))
        table.drop_column("goes_on_from")
        table.drop_column("paused_until")
        table.drop_column("site_contact")
        table.drop_column("accountable")

    with op.batch_alter_table("change_answer") as table:
        table.drop_index(
            "uq_change_answer_change_id_asked",
            sqlite_where=sa.text("undone_at is null"),
            postgresql_where=sa.text("undone_at is null"),
        )
        table.drop_index(table.f("ix_change_answer_change_id"))

    op.drop_table("change_answer")
    with op.batch_alter_table("change") as table:
        table.drop_index(
            "uq_change_engagement_id_open",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        table.drop_index(table.f("ix_change_partnership_id"))
        table.drop_index(table.f("ix_change_next_look_on"))
        table.drop_index(table.f("ix_change_engagement_id_change_state"))

    op.drop_table("change")
    op.drop_table("agreement_template")
