"""Reviews, their moderation, declared engagements, the mark, and figures of consultation.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "consultation",
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "VIEW",
                "CONTACT_CLICK",
                "WEBSITE_CLICK",
                name="consultationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("portal", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer",
            sa.Enum(
                "VISITOR",
                "MEMBER",
                "INSTITUTION",
                "STAFF",
                name="viewerkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('VIEW', 'CONTACT_CLICK', 'WEBSITE_CLICK')",
            name=op.f("ck_consultation_kind_known"),
        ),
        sa.CheckConstraint(
            "viewer IN ('VISITOR', 'MEMBER', 'INSTITUTION', 'STAFF')",
            name=op.f("ck_consultation_viewer_known"),
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_consultation_count_positive")),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_consultation_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "activator_id", "day", "kind", "portal", "viewer", name=op.f("pk_consultation")
        ),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_day"), ["day"], unique=False)

    op.create_table(
        "declared_engagement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DECLARED",
                "DISPUTED",
                "CONFIRMED",
                "REFUSED",
                "WITHDRAWN",
                name="declarationstate",
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
        sa.Column("engaged_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("proof_hash", sa.String(length=64), nullable=True),
        sa.Column("idempotency_hash", sa.String(length=64), nullable=True),
        sa.Column("declared_hash", sa.String(length=64), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "language IN ('FR', 'EN')", name=op.f("ck_declared_engagement_language_known")
        ),
        sa.CheckConstraint(
            "state IN ('DECLARED', 'DISPUTED', 'CONFIRMED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_declared_engagement_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_declared_engagement_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_declared_engagement_activator_id_activator"),
        ),
        sa.ForeignKeyConstraint(
            ["network_code"],
            ["network.code"],
            name=op.f("fk_declared_engagement_network_code_network"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_engagement")),
        sa.UniqueConstraint(
            "idempotency_hash", name=op.f("uq_declared_engagement_idempotency_hash")
        ),
        sa.UniqueConstraint("link_hash", name=op.f("uq_declared_engagement_link_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_declared_engagement_reference")),
    )
    with op.batch_alter_table("declared_engagement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_activator_id_declared_at"),
            ["activator_id", "declared_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_email_hash_activator_id"),
            ["email_hash", "activator_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_network_code"), ["network_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_proof_hash"), ["proof_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_declared_engagement_state_due_at"), ["state", "due_at"], unique=False
        )

    op.create_table(
        "mark_licence",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "REQUESTED",
                "REFUSED",
                "GRANTED",
                "REVOKED",
                "EXPIRED",
                "SURRENDERED",
                name="licencestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "failing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("ground", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'REFUSED', 'GRANTED', 'REVOKED', 'EXPIRED', 'SURRENDERED')",
            name=op.f("ck_mark_licence_state_known"),
        ),
        sa.CheckConstraint(
            "(granted_at IS NULL) = (expires_at IS NULL)", name=op.f("ck_mark_licence_grant_whole")
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"], ["activator.id"], name=op.f("fk_mark_licence_activator_id_activator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_licence")),
        sa.UniqueConstraint("number", name=op.f("uq_mark_licence_number")),
    )
    with op.batch_alter_table("mark_licence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mark_licence_activator_id"), ["activator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mark_licence_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mark_licence_state_requested_at"),
            ["state", "requested_at"],
            unique=False,
        )

    op.create_table(
        "moderation_case",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "REVIEW",
                "REVIEW_CHANGE",
                "REVIEW_DOUBT",
                "ENGAGEMENT_DISPUTE",
                "PROFILE_REPORT",
                name="casekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "ACCEPTED", "REFUSED", "WITHDRAWN", name="verdict", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_minutes", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('REVIEW', 'REVIEW_CHANGE', 'REVIEW_DOUBT', 'ENGAGEMENT_DISPUTE', 'PROFILE_REPORT')",
            name=op.f("ck_moderation_case_kind_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('ACCEPTED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_moderation_case_verdict_known"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_moderation_case_decision_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_moderation_case_activator_id_activator"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"],
            ["account.id"],
            name=op.f("fk_moderation_case_claimed_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.id"],
            name=op.f("fk_moderation_case_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderation_case_activator_id"), ["activator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_case_claimed_by"), ["claimed_by"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_case_decided_at_opened_at_id"),
            ["decided_at", "opened_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_case_decided_by"), ["decided_by"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_case_kind_subject_id"), ["kind", "subject_id"], unique=False
        )

    op.create_table(
        "profile_report",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "FALSE_INFORMATION",
                "ADVERTISING",
                "OFFENSIVE",
                "IMPERSONATION",
                "UNLAWFUL",
                "OTHER",
                name="reportreason",
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
        sa.Column("reporter_hash", sa.String(length=64), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('FALSE_INFORMATION', 'ADVERTISING', 'OFFENSIVE', 'IMPERSONATION', 'UNLAWFUL', 'OTHER')",
            name=op.f("ck_profile_report_reason_known"),
        ),
        sa.CheckConstraint(
            "language IN ('FR', 'EN')", name=op.f("ck_profile_report_language_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_profile_report_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_profile_report_activator_id_activator"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_report")),
    )
    with op.batch_alter_table("profile_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_report_reported_at"), ["reported_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_report_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_report_activator_id"), ["activator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_report_reporter_hash"), ["reporter_hash"], unique=False
        )

    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("engagement_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "PUBLISHED",
                "UNDER_DOUBT",
                "REJECTED",
                "WITHDRAWN",
                "REMOVED",
                "ENDED",
                name="reviewstate",
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
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('FR', 'EN')", name=op.f("ck_review_language_known")),
        sa.CheckConstraint(
            "state IN ('PENDING', 'PUBLISHED', 'UNDER_DOUBT', 'REJECTED', 'WITHDRAWN', 'REMOVED', 'ENDED')",
            name=op.f("ck_review_state_known"),
        ),
        sa.CheckConstraint(
            "(request_id IS NULL) <> (engagement_id IS NULL)", name=op.f("ck_review_occasion_one")
        ),
        sa.CheckConstraint(
            "(stars IS NULL) = (published_at IS NULL)", name=op.f("ck_review_publication_whole")
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars_in_range")),
        sa.ForeignKeyConstraint(
            ["activator_id"], ["activator.id"], name=op.f("fk_review_activator_id_activator")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["declared_engagement.id"],
            name=op.f("fk_review_engagement_id_declared_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["contact_request.id"],
            name=op.f("fk_review_request_id_contact_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_review_engagement_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_review_request_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_activator_id_state_published_at"),
            ["activator_id", "state", "published_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_review_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_state_published_at"), ["state", "published_at"], unique=False
        )

    op.create_table(
        "sanction",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "FALSE_INFORMATION",
                "ADVERTISING",
                "OFFENSIVE",
                "IMPERSONATION",
                "UNLAWFUL",
                "OTHER",
                name="reportreason",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ground IN ('FALSE_INFORMATION', 'ADVERTISING', 'OFFENSIVE', 'IMPERSONATION', 'UNLAWFUL', 'OTHER')",
            name=op.f("ck_sanction_ground_known"),
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"], ["activator.id"], name=op.f("fk_sanction_activator_id_activator")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["profile_report.id"], name=op.f("fk_sanction_report_id_profile_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
    )
    with op.batch_alter_table("sanction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanction_lifted_at"), ["lifted_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sanction_activator_id"), ["activator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sanction_report_id"), ["report_id"], unique=False)

    op.create_table(
        "review_history",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "WRITE",
                "REWRITE",
                "CHANGE",
                "WITHDRAW",
                "APPROVE",
                "REFUSE",
                "APPROVE_CHANGE",
                "REFUSE_CHANGE",
                "PUBLISH_STARS",
                "REPLY",
                "REMOVE_REPLY",
                "DOUBT",
                "KEEP",
                "REMOVE",
                "END",
                name="reviewstep",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "PUBLISHED",
                "UNDER_DOUBT",
                "REJECTED",
                "WITHDRAWN",
                "REMOVED",
                "ENDED",
                name="reviewstate",
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
                "SERVICE",
                name="reviewauthor",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("text_number", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "author IN ('COMPANY', 'ACTIVATOR', 'MODERATOR', 'SERVICE')",
            name=op.f("ck_review_history_author_known"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'PUBLISHED', 'UNDER_DOUBT', 'REJECTED', 'WITHDRAWN', 'REMOVED', 'ENDED')",
            name=op.f("ck_review_history_state_known"),
        ),
        sa.CheckConstraint(
            "step IN ('WRITE', 'REWRITE', 'CHANGE', 'WITHDRAW', 'APPROVE', 'REFUSE', 'APPROVE_CHANGE', 'REFUSE_CHANGE', 'PUBLISH_STARS', 'REPLY', 'REMOVE_REPLY', 'DOUBT', 'KEEP', 'REMOVE', 'END')",
            name=op.f("ck_review_history_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_review_history_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name=op.f("fk_review_history_review_id_review"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_history")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_review_history_review_id_number")),
    )
    with op.batch_alter_table("review_history", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_history_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "review_text",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "SHOWN",
                "REFUSED",
                "REPLACED",
                name="textstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("experienced_on", sa.Date(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'SHOWN', 'REFUSED', 'REPLACED')",
            name=op.f("ck_review_text_state_known"),
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_text_stars_in_range")),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name=op.f("fk_review_text_review_id_review"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_text")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_review_text_review_id_number")),
    )
    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stars",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default=sa.text("'[]'"),
                nullable=False,
            )
        )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("review_invited_at", sa.DateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_column("review_invited_at")

    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.drop_column("stars")

    op.drop_table("review_text")
    op.drop_table("review_history")
    op.drop_table("sanction")
    op.drop_table("review")
    op.drop_table("profile_report")
    op.drop_table("moderation_case")
    op.drop_table("mark_licence")
    op.drop_table("declared_engagement")
    op.drop_table("consultation")
