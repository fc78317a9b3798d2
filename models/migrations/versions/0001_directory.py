"""The directory: territories, taxonomy, networks, structures, activators, accounts.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "ACTIVATOR", "ACCOUNT", "REFERENCE", name="subject", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "subject IN ('ACTIVATOR', 'ACCOUNT', 'REFERENCE')", name=op.f("ck_change_subject_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_revision"), ["revision"], unique=False)

    op.create_table(
        "expertise_theme",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label_fr", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_expertise_theme")),
    )
    op.create_table(
        "network",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CHAMBER",
                "REGION",
                "STATE",
                "FUNDING",
                "ADVICE",
                "LABEL",
                name="networkkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('CHAMBER', 'REGION', 'STATE', 'FUNDING', 'ADVICE', 'LABEL')",
            name=op.f("ck_network_kind_known"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_network")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_revision_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_table(
        "sector",
        sa.Column("code", sa.String(length=1), nullable=False),
        sa.Column("label_fr", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector")),
    )
    op.create_table(
        "territory",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "REGION",
                "DEPARTMENT",
                "COMMUNE",
                name="territorylevel",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parent_code", sa.String(length=9), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum(
                "ADDRESS",
                "COMMUNE",
                "POSTAL_CODE",
                "INTERCOMMUNALITY",
                "DEPARTMENT",
                name="positionprecision",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "level IN ('REGION', 'DEPARTMENT', 'COMMUNE')", name=op.f("ck_territory_level_known")
        ),
        sa.CheckConstraint(
            "precision IN ('ADDRESS', 'COMMUNE', 'POSTAL_CODE', 'INTERCOMMUNALITY', 'DEPARTMENT')",
            name=op.f("ck_territory_precision_known"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (precision IS NULL)",
            name=op.f("ck_territory_position_whole"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90", name=op.f("ck_territory_latitude_in_range")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_territory_longitude_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["territory.code"], name=op.f("fk_territory_parent_code_territory")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_territory")),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_territory_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "expertise_field",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("theme_code", sa.String(length=64), nullable=False),
        sa.Column("label_fr", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_code"],
            ["expertise_theme.code"],
            name=op.f("fk_expertise_field_theme_code_expertise_theme"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_expertise_field")),
    )
    with op.batch_alter_table("expertise_field", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_expertise_field_theme_code"), ["theme_code"], unique=False
        )

    op.create_table(
        "structure",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_form", sa.String(length=100), nullable=True),
        sa.Column("address_line", sa.String(length=300), nullable=True),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("commune_code", sa.String(length=9), nullable=True),
        sa.CheckConstraint("length(siret) = 14", name=op.f("ck_structure_siret_whole")),
        sa.ForeignKeyConstraint(
            ["commune_code"], ["territory.code"], name=op.f("fk_structure_commune_code_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure")),
        sa.UniqueConstraint("siret", name=op.f("uq_structure_siret")),
    )
    with op.batch_alter_table("structure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_structure_commune_code"), ["commune_code"], unique=False
        )

    op.create_table(
        "territory_postal_code",
        sa.Column("territory_code", sa.String(length=9), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_code"],
            ["territory.code"],
            name=op.f("fk_territory_postal_code_territory_code_territory"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "territory_code", "postal_code", name=op.f("pk_territory_postal_code")
        ),
    )
    with op.batch_alter_table("territory_postal_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_territory_postal_code_postal_code"), ["postal_code"], unique=False
        )

    op.create_table(
        "activator",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ADVISER",
                "INSTITUTIONAL",
                "SOLUTION_PROVIDER",
                "FUNDING_ADVISER",
                "CHAMPION",
                name="activatorkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "ACTIVE",
                "SUSPENDED",
                "WITHDRAWN",
                name="activatorstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("publishes_coordinates", sa.Boolean(), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=True),
        sa.Column("presentation", sa.String(length=5000), nullable=True),
        sa.Column("structure_id", sa.BigInteger(), nullable=False),
        sa.Column("address_line", sa.String(length=300), nullable=True),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("commune_code", sa.String(length=9), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum(
                "ADDRESS",
                "COMMUNE",
                "POSTAL_CODE",
                "INTERCOMMUNALITY",
                "DEPARTMENT",
                name="positionprecision",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("website_url", sa.String(length=500), nullable=True),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("pricing", sa.String(length=2000), nullable=True),
        sa.Column(
            "languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "profile_references",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "videos", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('ADVISER', 'INSTITUTIONAL', 'SOLUTION_PROVIDER', 'FUNDING_ADVISER', 'CHAMPION')",
            name=op.f("ck_activator_kind_known"),
        ),
        sa.CheckConstraint(
            "precision IN ('ADDRESS', 'COMMUNE', 'POSTAL_CODE', 'INTERCOMMUNALITY', 'DEPARTMENT')",
            name=op.f("ck_activator_precision_known"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'ACTIVE', 'SUSPENDED', 'WITHDRAWN')",
            name=op.f("ck_activator_state_known"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (precision IS NULL)",
            name=op.f("ck_activator_position_whole"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90", name=op.f("ck_activator_latitude_in_range")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_activator_longitude_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["commune_code"], ["territory.code"], name=op.f("fk_activator_commune_code_territory")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_activator_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activator")),
    )
    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activator_commune_code"), ["commune_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activator_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column("structure_id", sa.BigInteger(), nullable=False),
        sa.Column("network_code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_code"], ["network.code"], name=op.f("fk_membership_network_code_network")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["structure.id"],
            name=op.f("fk_membership_structure_id_structure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("structure_id", "network_code", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_network_code"), ["network_code"], unique=False
        )

    op.create_table(
        "account_role",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
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
        sa.Column("activator_id", sa.BigInteger(), nullable=True),
        sa.Column("structure_id", sa.BigInteger(), nullable=True),
        sa.Column("network_code", sa.String(length=64), nullable=True),
        sa.Column("region_code", sa.String(length=9), nullable=True),
        sa.CheckConstraint(
            "(role = 'activator') = (activator_id IS NOT NULL) AND (role = 'structure-manager') = (structure_id IS NOT NULL) AND (role = 'network-manager') = (network_code IS NOT NULL) AND (role = 'institution' OR region_code IS NULL)",
            name=op.f("ck_account_role_role_about_one_thing"),
        ),
        sa.CheckConstraint(
            "role IN ('activator', 'structure-manager', 'network-manager', 'moderator', 'institution', 'administrator')",
            name=op.f("ck_account_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["activator_id"], ["activator.id"], name=op.f("fk_account_role_activator_id_activator")
        ),
        sa.ForeignKeyConstraint(
            ["network_code"], ["network.code"], name=op.f("fk_account_role_network_code_network")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["territory.code"], name=op.f("fk_account_role_region_code_territory")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_account_role_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint(
            "account_id", "activator_id", name=op.f("uq_account_role_account_id_activator_id")
        ),
        sa.UniqueConstraint(
            "account_id", "structure_id", name=op.f("uq_account_role_account_id_structure_id")
        ),
        sa.UniqueConstraint(
            "account_id", "network_code", name=op.f("uq_account_role_account_id_network_code")
        ),
        sa.UniqueConstraint(
            "account_id", "region_code", name=op.f("uq_account_role_account_id_region_code")
        ),
    )
    with op.batch_alter_table("account_role", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_role_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_role_activator_id"), ["activator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_role_network_code"), ["network_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_role_region_code"), ["region_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_role_structure_id"), ["structure_id"], unique=False
        )
        about_nothing = sa.text(
            "activator_id IS NULL AND structure_id IS NULL AND network_code IS NULL AND region_code IS NULL"
        )
        batch_op.create_index(
            "uq_account_role_about_nothing",
            ["account_id", "role"],
            unique=True,
            sqlite_where=about_nothing,
            postgresql_where=about_nothing,
        )

    op.create_table(
        "activator_expertise",
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("field_code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_activator_expertise_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["field_code"],
            ["expertise_field.code"],
            name=op.f("fk_activator_expertise_field_code_expertise_field"),
        ),
        sa.PrimaryKeyConstraint("activator_id", "field_code", name=op.f("pk_activator_expertise")),
    )
    with op.batch_alter_table("activator_expertise", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activator_expertise_field_code"), ["field_code"], unique=False
        )

    op.create_table(
        "activator_sector",
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("sector_code", sa.String(length=1), nullable=False),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_activator_sector_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_activator_sector_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("activator_id", "sector_code", name=op.f("pk_activator_sector")),
    )
    with op.batch_alter_table("activator_sector", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activator_sector_sector_code"), ["sector_code"], unique=False
        )

    op.create_table(
        "activator_territory",
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.Column("territory_code", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_activator_territory_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["territory_code"],
            ["territory.code"],
            name=op.f("fk_activator_territory_territory_code_territory"),
        ),
        sa.PrimaryKeyConstraint(
            "activator_id", "territory_code", name=op.f("pk_activator_territory")
        ),
    )
    with op.batch_alter_table("activator_territory", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activator_territory_territory_code"), ["territory_code"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column("network_code", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=False),
        sa.Column("activator_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activator_id"],
            ["activator.id"],
            name=op.f("fk_enrolment_activator_id_activator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["network_code"], ["network.code"], name=op.f("fk_enrolment_network_code_network")
        ),
        sa.PrimaryKeyConstraint("network_code", "external_id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolment_activator_id"), ["activator_id"], unique=False
        )

    op.execute("INSERT INTO revision (id, value) VALUES (1, 0)")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_activator_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("activator_territory", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activator_territory_territory_code"))

    op.drop_table("activator_territory")
    with op.batch_alter_table("activator_sector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activator_sector_sector_code"))

    op.drop_table("activator_sector")
    with op.batch_alter_table("activator_expertise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activator_expertise_field_code"))

    op.drop_table("activator_expertise")
    with op.batch_alter_table("account_role", schema=None) as batch_op:
        batch_op.drop_index("uq_account_role_about_nothing")
        batch_op.drop_index(batch_op.f("ix_account_role_structure_id"))
        batch_op.drop_index(batch_op.f("ix_account_role_region_code"))
        batch_op.drop_index(batch_op.f("ix_account_role_network_code"))
        batch_op.drop_index(batch_op.f("ix_account_role_activator_id"))
        batch_op.drop_index(batch_op.f("ix_account_role_account_id"))

    op.drop_table("account_role")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_network_code"))

    op.drop_table("membership")
    with op.batch_alter_table("activator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activator_structure_id"))
        batch_op.drop_index(batch_op.f("ix_activator_commune_code"))

    op.drop_table("activator")
    with op.batch_alter_table("territory_postal_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_territory_postal_code_postal_code"))

    op.drop_table("territory_postal_code")
    with op.batch_alter_table("structure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_structure_commune_code"))

    op.drop_table("structure")
    with op.batch_alter_table("expertise_field", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expertise_field_theme_code"))

    op.drop_table("expertise_field")
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_territory_parent_code"))

    op.drop_table("territory")
    op.drop_table("sector")
    op.drop_table("revision")
    op.drop_table("network")
    op.drop_table("expertise_theme")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_revision"))

    op.drop_table("change")
    op.drop_table("account")
