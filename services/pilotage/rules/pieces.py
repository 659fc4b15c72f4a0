"""What the exchanges of the chain are made of: where their lines are read, and the kinds that recur.

Source: AAF-03 to AAF-06 (remontées), STS-62 and STS-63 (what is typed goes out when a person exports it).
"""

from __future__ import annotations

from services.pilotage.rules.chaine import Attente, Echange, Source


def recu(service: str, genre: str) -> Source:
    """What `service` received of that kind."""
    return Source(service, genre, "recu")


def acte(service: str, *genres: str) -> tuple[Source, ...]:
    """What somebody did in `service`."""
    return tuple(Source(service, genre, "action") for genre in genres)


def du_lot(nom: str) -> Source:
    """A batch of the nights, in the journal of pilotage."""
    return Source("pilotage", nom, "lot")


def nomenclatures(vers: str) -> Echange:
    """The codes that the académie loaded, which go out at 19:00."""
    return Echange(
        f"nomenclatures_{vers}",
        "Nomenclatures",
        "lot",
        (recu(vers, "nomenclatures"),),
        lot="rectorat_diffusion",
        envois=("nomenclatures",),
        attentes=(
            Attente(acte("rectorat", "nomenclatures"), ("jeu de codes", "jeux de codes"), lot="rectorat_diffusion"),
        ),
    )


def remontee(lot: str, libelle: str, attentes: tuple[Attente, ...], fiche_2013: str = "") -> Echange:
    """A remontée of 23:30; what came up then waits for the integration (AAF-03 to AAF-06)."""
    return Echange(
        lot,
        libelle,
        "lot",
        (du_lot(lot),),
        lot=lot,
        envois=(lot,),
        attentes=(
            *attentes,
            Attente((du_lot(lot),), ("fiche à intégrer", "fiches à intégrer"), lot="aaf_integration", par_ligne=False),
        ),
        fiche_2013=fiche_2013,
    )


def message(vers: str, genre: str, libelle: str) -> Echange:
    """A message that leaves with the act that asks for it."""
    return Echange(genre, libelle, "service_web", (recu(vers, genre),), envois=(genre,))


# What is typed or imported in STS-Web, and goes out when a person exports it (STS-62, STS-63).
STRUCTURE_SAISIE = acte(
    "sts_web",
    "bascule",
    "creation_divisions",
    "creation_groupes",
    "import_emploi_du_temps",
    "modification_division",
    "modification_groupe",
    "suppression_division",
    "suppression_groupe",
)
SERVICES_SAISIS = acte(
    "sts_web",
    "changement_support",
    "import_emploi_du_temps",
    "rattachement_suppleants",
    "saisie_services",
    "suppression_service",
)
MODIFICATION = ("modification", "modifications")
BASE_MODIFIEE = (
    recu("siecle_bee", "structure_sts"),
    recu("siecle_bee", "services_sts"),
    recu("siecle_bee", "ines_attribues"),
    Source("siecle_bee", "bee_depots", "lot"),
    *acte(
        "siecle_bee",
        "creation_fiche",
        "creation_responsable",
        "fusion_doublon",
        "importation_affectation",
        "importation_eple",
        "modification_fiche",
        "modification_responsable",
        "saisie_en_masse",
        "suppression_fiche",
    ),
)
