"""what reviews say of each outcome; case studies and the consent to them"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "asked",
                "published",
                "refused",
                "withdrawn",
                name="case_study_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("lasted", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"], ["specialism.code"], name=op.f("fk_case_study_code_specialism")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_case_study_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_case_study_partnership_id_partnership"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_study")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_case_study_engagement_id")),
    )
    with op.batch_alter_table("case_study") as table:
        table.create_index(table.f("ix_case_study_next_look_on"), ["next_look_on"], unique=False)
        table.create_index(
            table.f("ix_case_study_partnership_id_case_study_state"),
            ["partnership_id", "state"],
            unique=False,
        )

    op.create_table(
        "case_study_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_study_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "whose",
            sa.Enum(
                "head", "leader", name="whose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_study_id"],
            ["case_study.id"],
            name=op.f("fk_case_study_consent_case_study_id_case_study"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_study_consent_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_study_consent")),
        sa.UniqueConstraint(
            "case_study_id",
            "revision",
            "whose",
            name=op.f("uq_case_study_consent_case_study_id_revision_whose"),
        ),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "green",
                "amber",
                "red",
                "better",
                "still so",
                "slipped back",
                name="finding_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_finding_outcome_id_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_finding_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "review_id", "outcome_id", name=op.f("uq_finding_review_id_outcome_id")
        ),
    )
    with op.batch_alter_table("outcome") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("outcome") as table:
        table.alter_column("version", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outcome") as table:
        table.drop_column("version")

    op.drop_table("finding")
    op.drop_table("case_study_consent")
    with op.batch_alter_table("case_study") as table:
        table.drop_index(table.f("ix_case_study_partnership_id_case_study_state"))
        table.drop_index(table.f("ix_case_study_next_look_on"))

    op.drop_table("case_study")
