"""Which right each address of the ENT wants: pages by school for the school, projects for who runs them.

Inferred, but for the administrator of guide 003 section 4. Source: procedure ACC-10.
"""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="ent.consulter",
    ecriture="ent.administrer",
    adresses=(
        Adresse(r"^/(mon-ent/role|educonnect/[^/]+/personne)$", "simulation"),
        Adresse(r"^/(activation$|mon-ent(/|$))", None, porte="soi", libre=True),  # the ENT account itself is the right
        Adresse(  # forms that a connector's own site sends, by the browser of its user: none acts by a cookie
            r"^/(saml/(sso|slo)|auth/saml/post/sso/|cas/idp/profile/SAML2/POST/S[SL]O|educonnect/[^/]+/sso"
            r"|oidc/(authorize|logout)|auth/(oauth2/auth|logout)|cas/oidc/oidc(Authorize|Logout))$",
            None,
            "ecriture",
            porte="soi",
            libre=True,
            ailleurs=True,
        ),
        Adresse(r"^/cas/", None, porte="soi", libre=True),  # so is it for connectors, whose ticket is the secret
        Adresse(r"^/(oidc|auth|saml|sso|educonnect|\.well-known)/", None, porte="soi", libre=True),  # or whose token is
        Adresse(
            r"^/(ims/oneroster|scim/v2)/", None, porte="soi", libre=True
        ),  # the token of the connector is the right
        Adresse(r"^/gar/", None, porte="soi", libre=True),  # the secret of the connector is
        Adresse(r"^/(api/)?connecteurs(/|$)", "ent.projet"),  # a connector is of a whole project
        Adresse(r"^/$", "ent.consulter", porte="soi"),
        Adresse(r"^/(api/)?projets(/|$)", "ent.projet"),
        Adresse(r"^/[^/]+/[0-9]+/imports(/|$)", "ent.projet"),  # a feed is of a whole project
        Adresse(r"^/api/depots-edt/", None, porte="soi", libre=True),  # the address itself is the secret (ENT-38)
    ),
)
