"""The resources of SCIM as scim2-models writes them: imported when SCIM is first asked for, not before.

Source: connectors reference §6.3; RFC 7643.
"""

from __future__ import annotations

from typing import Any

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Group,
    Patch,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

from services.ent.rules.scim import EXTENSION

MAXIMUM = 1000
"""Resources of a page, at most."""


class Etablissement(ComplexAttribute):
    """The school of a group."""

    identifier: str | None = None
    """Its UAI."""


class Education(Extension):
    """What the extension says of an account."""

    __schema__ = URN(f"{EXTENSION}:User")

    education_user_type: str | None = None


class EducationGroupe(Extension):
    """What it says of a group: `establishment` or `class`."""

    __schema__ = URN(f"{EXTENSION}:Group")

    education_group_type: str | None = None
    establishment: Etablissement | None = None


Compte = User[Education]
Groupe: Any = Group[EducationGroupe]  # type: ignore[misc]
FOURNISSEUR = ScimProvider(
    models=[User, Group, Education, EducationGroupe],
    resource_types=[ResourceType.from_resource(Compte), ResourceType.from_resource(Groupe)],
    config=ServiceProviderConfig(
        documentation_uri=None,
        patch=Patch(supported=False),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MAXIMUM),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer",
                description="Le secret du connecteur.",
            )
        ],
    ),
)
"""What this server publishes of itself."""
