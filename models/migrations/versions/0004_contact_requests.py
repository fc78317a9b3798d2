"""Contact requests: what companies ask, what becomes of it, and who is away.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ABSENCE = "away_until IS NULL OR (away_from IS NOT NULL AND away_from <= away_until)"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contact_request",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("structure_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "HELD",
                "SUBMITTED",
                "ACKNOWLEDGED",
                "ANSWERED",
                "IN_PROGRESS",
                "COMPLETED",
                "DECLINED",
                "REDIRECTED",
                "CANCELLED",
                "EXPIRED",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("FR", "EN", name="language", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("network_code", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "size",
            sa.Enum(
                "NONE",
                "MICRO",
                "SMALL",
                "MEDIUM",
                "LARGE",
                name="companysize",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sector_code", sa.String(length=1), nullable=True),
        sa.Column("department_code", sa.String(length=9), nullable=True),
        sa.Column(
            "expertise", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("idempotency_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_hash", sa.String(length=64), nullable=True),
        sa.Column("may_redirect", sa.Boolean(), nullable=False),
        sa.Column(
            "held_for", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("previous_id", sa.BigInteger(), nullable=True),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_minutes", sa.Integer(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "language IN ('FR', 'EN')", name=op.f("ck_contact_request_language_known")
        ),
        sa.CheckConstraint(
            "size IN ('NONE', 'MICRO', 'SMALL', 'MEDIUM', 'LARGE')",
            name=op.f("ck_contact_request_size_known"),
        ),
        sa.CheckConstraint(
            "state IN ('HELD', 'SUBMITTED', 'ACKNOWLEDGED', 'ANSWERED', 'IN_PROGRESS', 'COMPLETED', 'DECLINED', 'REDIRECTED', 'CANCELLED', 'EXPIRED')",
            name=op.f("ck_contact_request_state_known"),
        ),
        sa.CheckConstraint(
            "(hops = 0) = (previous_id IS NULL)", name=op.f("ck_contact_request_chain_whole")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_contact_request_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_contact_request_activator_id_activator"),
        ),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["territory.code"],
            name=op.f("fk_contact_request_department_code_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["network_code"], ["network.code"], name=op.f("fk_contact_request_network_code_network")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["contact_request.id"],
            name=op.f("fk_contact_request_previous_id_contact_request"),
        ),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["contact_request.id"],
            name=op.f("fk_contact_request_root_id_contact_request"),
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_contact_request_sector_code_sector")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["structure.id"],
            name=op.f("fk_contact_request_structure_id_structure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
        sa.UniqueConstraint("idempotency_hash", name=op.f("uq_contact_request_idempotency_hash")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_contact_request_previous_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_contact_request_reference")),
    )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_request_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_activator_id_created_at"),
            ["activator_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_closed_at"), ["closed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_created_at_id"), ["created_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_department_code"), ["department_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_email_hash_activator_id"),
            ["email_hash", "activator_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_network_code"), ["network_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contact_request_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contact_request_sector_code"), ["sector_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_state_created_at"), ["state", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_structure_id"), ["structure_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_text_hash"), ["text_hash"], unique=False
        )

    op.create_table(
        "contact_message",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "author",
            sa.Enum(
                "COMPANY",
                "ACTIVATOR",
                "MODERATOR",
                "ADMINISTRATOR",
                "SERVICE",
                name="author",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "author IN ('COMPANY', 'ACTIVATOR')", name=op.f("ck_contact_message_author_is_party")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_contact_message_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_message")),
        sa.UniqueConstraint(
            "request_id", "number", name=op.f("uq_contact_message_request_id_number")
        ),
    )

    op.create_table(
        "contact_request_link",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_contact_request_link_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_contact_request_link_token_hash")),
    )
    with op.batch_alter_table("contact_request_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_request_link_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "contact_request_step",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "ASK",
                "RELEASE",
                "DISMISS",
                "ACKNOWLEDGE",
                "ANSWER",
                "REPLY",
                "DIAGNOSE",
                "START",
                "COMPLETE",
                "DECLINE",
                "PROPOSE",
                "REDIRECT",
                "CANCEL",
                "REMIND",
                "ESCALATE",
                "EXPIRE",
                "REVEAL",
                name="step",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "HELD",
                "SUBMITTED",
                "ACKNOWLEDGED",
                "ANSWERED",
                "IN_PROGRESS",
                "COMPLETED",
                "DECLINED",
                "REDIRECTED",
                "CANCELLED",
                "EXPIRED",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "author",
            sa.Enum(
                "COMPANY",
                "ACTIVATOR",
                "MODERATOR",
                "ADMINISTRATOR",
                "SERVICE",
                name="author",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "author IN ('COMPANY', 'ACTIVATOR', 'MODERATOR', 'ADMINISTRATOR', 'SERVICE')",
            name=op.f("ck_contact_request_step_author_known"),
        ),
        sa.CheckConstraint(
            "state IN ('HELD', 'SUBMITTED', 'ACKNOWLEDGED', 'ANSWERED', 'IN_PROGRESS', 'COMPLETED', 'DECLINED', 'REDIRECTED', 'CANCELLED', 'EXPIRED')",
            name=op.f("ck_contact_request_step_state_known"),
        ),
        sa.CheckConstraint(
            "step IN ('ASK', 'RELEASE', 'DISMISS', 'ACKNOWLEDGE', 'ANSWER', 'REPLY', 'DIAGNOSE', 'START', 'COMPLETE', 'DECLINE', 'PROPOSE', 'REDIRECT', 'CANCEL', 'REMIND', 'ESCALATE', 'EXPIRE', 'REVEAL')",
            name=op.f("ck_contact_request_step_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_contact_request_step_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_contact_request_step_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request_step")),
        sa.UniqueConstraint(
            "request_id", "number", name=op.f("uq_contact_request_step_request_id_number")
        ),
    )
    with op.batch_alter_table("contact_request_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_request_step_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "diagnosis",
        sa.Column("request_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "expertise", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_diagnosis_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_diagnosis")),
    )
    op.create_table(
        "engagement",
        sa.Column("request_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ADVICE",
                "TRAINING",
                "FUNDING",
                "IMPLEMENTATION",
                "SHARED_EXPERIENCE",
                name="supportkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "expertise", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "SUCCESSFUL",
                "PARTLY_SUCCESSFUL",
                "UNSUCCESSFUL",
                name="outcome",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('ADVICE', 'TRAINING', 'FUNDING', 'IMPLEMENTATION', 'SHARED_EXPERIENCE')",
            name=op.f("ck_engagement_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('SUCCESSFUL', 'PARTLY_SUCCESSFUL', 'UNSUCCESSFUL')",
            name=op.f("ck_engagement_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (completed_at IS NULL)", name=op.f("ck_engagement_outcome_whole")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_engagement_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_engagement")),
    )
    op.create_table(
        "redirection_offer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "author",
            sa.Enum(
                "COMPANY",
                "ACTIVATOR",
                "MODERATOR",
                "ADMINISTRATOR",
                "SERVICE",
                name="author",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "author IN ('ACTIVATOR', 'SERVICE')", name=op.f("ck_redirection_offer_author_proposes")
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_redirection_offer_activator_id_activator"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_redirection_offer_request_id_contact_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirection_offer")),
        sa.UniqueConstraint(
            "request_id", "activator_id", name=op.f("uq_redirection_offer_request_id_activator_id")
        ),
    )
    with op.batch_alter_table("redirection_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_redirection_offer_activator_id"), ["activator_id"], unique=False
        )

    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_activator_absence_whole"), ABSENCE)
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_change_subject_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_change_subject_known"),
            "subject IN ('ACTIVATOR', 'ACCOUNT', 'REFERENCE', 'CONTACT_REQUEST')",
        )


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM change WHERE subject = 'CONTACT_REQUEST'")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_change_subject_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_change_subject_known"),
            "subject IN ('ACTIVATOR', 'ACCOUNT', 'REFERENCE')",
        )
    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_activator_absence_whole"), type_="check")
        batch_op.drop_column("away_until")
        batch_op.drop_column("away_from")

    with op.batch_alter_table("redirection_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redirection_offer_activator_id"))

    op.drop_table("redirection_offer")
    op.drop_table("engagement")
    op.drop_table("diagnosis")
    with op.batch_alter_table("contact_request_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_request_step_account_id"))

    op.drop_table("contact_request_step")
    with op.batch_alter_table("contact_request_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_request_link_request_id"))

    op.drop_table("contact_request_link")
    op.drop_table("contact_message")
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_request_text_hash"))
        batch_op.drop_index(batch_op.f("ix_contact_request_structure_id"))
        batch_op.drop_index(batch_op.f("ix_contact_request_state_created_at"))
        batch_op.drop_index(batch_op.f("ix_contact_request_sector_code"))
        batch_op.drop_index(batch_op.f("ix_contact_request_root_id"))
        batch_op.drop_index(batch_op.f("ix_contact_request_network_code"))
        batch_op.drop_index(batch_op.f("ix_contact_request_email_hash_activator_id"))
        batch_op.drop_index(batch_op.f("ix_contact_request_department_code"))
        batch_op.drop_index(batch_op.f("ix_contact_request_closed_at"))
        batch_op.drop_index(batch_op.f("ix_contact_request_activator_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_contact_request_account_id"))

    op.drop_table("contact_request")
