"""Membership: the charter, registrations, invitations, true profiles, links, rate limits.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "charter_version",
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "texts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "commitments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_charter_version")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("arrival", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_limit_arrival"), ["arrival"], unique=False)

    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "language",
            sa.Enum("FR", "EN", name="language", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "asked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('FR', 'EN')", name=op.f("ck_registration_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_email"), ["email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_registration_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "charter_acceptance",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["charter_version.version"],
            name=op.f("fk_charter_acceptance_version_charter_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_acceptance")),
        sa.UniqueConstraint(
            "activator_id", "version", name=op.f("uq_charter_acceptance_activator_id_version")
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("structure_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "activator",
                "structure-manager",
                "network-manager",
                "moderator",
                "institution",
                "administrator",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "language",
            sa.Enum("FR", "EN", name="language", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('FR', 'EN')", name=op.f("ck_invitation_language_known")),
        sa.CheckConstraint(
            "role IN ('activator', 'structure-manager')",
            name=op.f("ck_invitation_role_of_structure"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["account.id"],
            name=op.f("fk_invitation_invited_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_invitation_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_invited_by"), ["invited_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invitation_structure_id"), ["structure_id"], unique=False
        )

    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "edited",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default=sa.text("'{}'"),
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("state_reason", sa.String(length=1000), nullable=True))
        batch_op.add_column(
            sa.Column("state_changed_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("next_structure_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("employed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_activator_email"), ["email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activator_next_structure_id"), ["next_structure_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activator_next_structure_id_structure"),
            "structure",
            ["next_structure_id"],
            ["id"],
        )
    # addresses are looked for as accounts are known by theirs
    op.execute("UPDATE activator SET email = lower(email) WHERE email <> lower(email)")
    # nobody knows when these left: the time until they are erased begins today
    op.execute(
        "UPDATE activator SET state_changed_at = CURRENT_TIMESTAMP WHERE state = 'WITHDRAWN'"
    )

    op.create_table(
        "link_check",
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_link_check_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("activator_id", "url", name=op.f("pk_link_check")),
    )
    with op.batch_alter_table("link_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_check_url"), ["url"], unique=False)

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "source",
                sa.Enum(
                    "ROSTER", "REGISTRATION", name="enrolmentsource", native_enum=False, length=32
                ),
                server_default="ROSTER",
                nullable=False,
            )
        )
        batch_op.create_check_constraint("source_known", "source IN ('ROSTER', 'REGISTRATION')")

    with op.batch_alter_table("network", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "admission",
                sa.Enum(
                    "BY_STAFF", "BY_NETWORK", name="admissionpolicy", native_enum=False, length=32
                ),
                server_default="BY_STAFF",
                nullable=False,
            )
        )
        batch_op.create_check_constraint(
            "admission_known", "admission IN ('BY_STAFF', 'BY_NETWORK')"
        )

    with op.batch_alter_table("structure", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "awaits_confirmation", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
        batch_op.create_index(
            batch_op.f("ix_structure_awaits_confirmation"), ["awaits_confirmation"], unique=False
        )
        batch_op.add_column(
            sa.Column("employment_asked_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refresh_token_used_at"), ["used_at"], unique=False)

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_state_finished_at"), ["state", "finished_at"], unique=False
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_finished_at"))

    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refresh_token_used_at"))

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_expires_at"))
        batch_op.drop_index(batch_op.f("ix_session_ended_at"))

    with op.batch_alter_table("structure", schema=None) as batch_op:
        batch_op.drop_column("employment_asked_at")
        batch_op.drop_column("edited")
        batch_op.drop_index(batch_op.f("ix_structure_awaits_confirmation"))
        batch_op.drop_column("awaits_confirmation")

    with op.batch_alter_table("network", schema=None) as batch_op:
        batch_op.drop_constraint("admission_known", type_="check")
        batch_op.drop_column("admission")

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_constraint("source_known", type_="check")
        batch_op.drop_column("source")

    with op.batch_alter_table("link_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_check_url"))

    op.drop_table("link_check")
    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_activator_next_structure_id_structure"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_activator_next_structure_id"))
        batch_op.drop_index(batch_op.f("ix_activator_email"))
        batch_op.drop_column("erased_at")
        batch_op.drop_column("employed_at")
        batch_op.drop_column("next_structure_id")
        batch_op.drop_column("left_at")
        batch_op.drop_column("lapsed_at")
        batch_op.drop_column("noticed_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("state_changed_at")
        batch_op.drop_column("state_reason")
        batch_op.drop_column("edited")

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_structure_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_invited_by"))
        batch_op.drop_index(batch_op.f("ix_invitation_expires_at"))
        batch_op.drop_index(batch_op.f("ix_invitation_email"))

    op.drop_table("invitation")
    op.drop_table("charter_acceptance")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_expires_at"))
        batch_op.drop_index(batch_op.f("ix_registration_email"))

    op.drop_table("registration")
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_limit_arrival"))

    op.drop_table("rate_limit")
    op.drop_table("charter_version")
