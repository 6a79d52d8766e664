"""Terms and closed days of partnerships and schools."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("urn", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "INSET day",
                "shut",
                "no visits",
                name="day_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "(partnership_id is null) <> (urn is null)", name=op.f("ck_closed_days_one_owner")
        ),
        sa.CheckConstraint("first <= last", name=op.f("ck_closed_days_in_order")),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_closed_days_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(["urn"], ["school.urn"], name=op.f("fk_closed_days_urn_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
    )
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_closed_days_partnership_id"), ["partnership_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_closed_days_urn"), ["urn"], unique=False)

    op.create_table(
        "school_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("urn", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "season",
            sa.Enum(
                "autumn",
                "spring",
                "summer",
                name="season",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("half_term_first", sa.Date(), nullable=True),
        sa.Column("half_term_last", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(partnership_id is null) <> (urn is null)", name=op.f("ck_school_term_one_owner")
        ),
        sa.CheckConstraint("first < last", name=op.f("ck_school_term_in_order")),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_school_term_partnership_id_partnership"),
        ),
        sa.ForeignKeyConstraint(["urn"], ["school.urn"], name=op.f("fk_school_term_urn_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_term")),
        sa.UniqueConstraint(
            "partnership_id",
            "year",
            "season",
            name=op.f("uq_school_term_partnership_id_year_season"),
        ),
        sa.UniqueConstraint("urn", "year", "season", name=op.f("uq_school_term_urn_year_season")),
    )


def downgrade() -> None:
    op.drop_table("school_term")
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closed_days_urn"))
        batch_op.drop_index(batch_op.f("ix_closed_days_partnership_id"))

    op.drop_table("closed_days")
