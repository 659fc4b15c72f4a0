"""The profiles of the invented accounts, their rights, and the entries of the portal.

Source: procedures ACC-02 (entries of BEE), ACC-05, ACC-06, ACC-08, ACC-09, ACC-10; guide 001 section 3 (screen). Which
profile holds which right beyond what these rows say is inferred.
"""

from __future__ import annotations

from msgspec import Struct

from shared.contracts.refus import Inconnu

ENTREES_BEE: dict[str, tuple[str, tuple[str, ...]]] = {
    "mise-a-jour": (
        "Mise à jour",
        ("bee.consulter", "bee.exporter", "bee.mettre_a_jour", "bee.nomenclatures", "bee.communs", "bee.teleservices"),
    ),
    "consultation": ("Consultation", ("bee.consulter",)),
    "consultation-export": ("Consultation et export", ("bee.consulter", "bee.exporter")),
    "commun": ("Commun", ("bee.communs",)),
    "nomenclatures": ("Nomenclatures", ("bee.nomenclatures",)),
    "teleservices": ("Administration Téléservices", ("bee.teleservices",)),
}
"""Entry of « Base élèves établissement (BEE) » → its words, and the rights of the visit that it opens."""


CONSULTATION = ("sts.consulter", "edt.consulter", "ent.consulter", "aaf.consulter")


class Profil(Struct, frozen=True):
    """A kind of account: its words, its rights outside BEE, its entries into BEE, whether it belongs to one school."""

    code: str
    libelle: str
    droits: tuple[str, ...]
    entrees: tuple[str, ...] = ()
    d_etablissement: bool = True


PROFILS: dict[str, Profil] = {
    p.code: p
    for p in (
        Profil(
            "chef",
            "Chef d'établissement",
            (*CONSULTATION, "sts.saisir", "ent.administrer", "affelnet", "assistance"),
            tuple(ENTREES_BEE),
        ),
        Profil(
            "secretariat",
            "Secrétariat",
            (*CONSULTATION, "affelnet", "assistance"),
            ("mise-a-jour", "consultation", "consultation-export", "commun", "nomenclatures"),
        ),
        Profil(
            "adjoint",
            "Personnel de direction adjoint, référent ENT",
            (*CONSULTATION, "sts.saisir", "edt.modifier", "edt.spr", "ent.administrer", "assistance"),
            ("mise-a-jour", "consultation", "consultation-export"),
        ),
        Profil(
            "superviseur",
            "Superviseur (SPR)",
            ("edt.consulter", "edt.modifier", "edt.spr", "ent.consulter"),
        ),
        Profil(
            "vie-scolaire",
            "Vie scolaire",
            ("edt.consulter", "ent.consulter"),
            ("consultation", "consultation-export"),
        ),
        Profil(
            "gestionnaire",
            "Gestionnaire académique",
            ("rectorat", "affelnet", "assistance", "aaf.consulter", "aaf.gerer", "ent.consulter", "ent.projet"),
            d_etablissement=False,
        ),
    )
}
"""The profiles of guide 000, 001 and 003, by code. ACC-08: only « adjoint » can carry links from EDT to BEE alone."""


def profil(code: str) -> Profil:
    """A profile. Raises `Inconnu` PROFIL_DE_COMPTE_INCONNU."""
    try:
        return PROFILS[code]
    except KeyError:
        raise Inconnu(
            f"Le profil de compte « {code[:40]} » n'existe pas.",
            code="PROFIL_DE_COMPTE_INCONNU",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(PROFILS)}.",
        ) from None


def droits(code: str, entrees: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The rights of a profile, with those of the entries of BEE that it took, sorted. Raises as `profil`, and
    `Inconnu` ENTREE_HORS_PROFIL for an entry that the profile has not.
    """
    le = profil(code)
    for entree in entrees:
        if entree not in le.entrees:
            raise Inconnu(
                f"Le profil « {le.libelle} » n'a pas l'entrée « {entree[:40]} » dans la base élèves.",
                code="ENTREE_HORS_PROFIL",
                statut=403,
                remede="Choisissez une entrée de la liste du portail.",
                regle="ACC-01",
            )
    return tuple(sorted({*le.droits, *(d for e in entrees for d in ENTREES_BEE[e][1])}))
