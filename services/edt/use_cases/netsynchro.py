"""NetSynchro: what replaces carrying files between the software and SIECLE (EDT-41 to EDT-43).

Source: guide 003 §5.1, §5.2. The DSI (the rectorat, REC-20) delivers the certificate.
"""

from __future__ import annotations

from typing import Any, Literal

from services.edt import models as m
from services.edt.use_cases import bases, exports
from services.edt.use_cases.import_siecle import ChoixDonnees, importer_siecle
from shared.contracts.echanges import CertificatNetsynchro, DemandeCertificat
from shared.contracts.refus import Refus
from shared.formats.siecle.exports import Export, nom_zip
from shared.persistence.unite import Unite

EtatCertificat = Literal["absent", "demande", "installe"]
JEU = (
    Export.ELEVES_SANS_ADRESSES,
    Export.RESPONSABLES_AVEC_ADRESSES,
    Export.STRUCTURES,
    Export.NOMENCLATURE,
    Export.COMMUNS,
    Export.GEOGRAPHIQUE,
)
"""The six files that a person would fetch from SIECLE (EDT-41)."""


def etat_certificat(u: Unite, base: m.BaseEdt) -> EtatCertificat:
    """Where the certificate of a base stands: the DSI delivers it after the request."""
    if base.certificat_demande_le is None:
        return "absent"
    return "demande" if base.certificat_recu_le is None else "installe"


def demander_certificat(u: Unite, uai: str, annee: int) -> EtatCertificat:
    """Ask the DSI for the certificate; asked again, nothing changes.

    Raises `Refus` BASE_COPIEE, NETSYNCHRO_NON_OUVERT.
    """
    base = bases.trouver_reelle(u, uai, annee, "La copie d'une base n'a pas de certificat NetSynchro.")
    _exiger_ouvert(u)
    if base.certificat_demande_le is None:
        base.certificat_demande_le = u.maintenant
        message = DemandeCertificat(uai=uai, annee=annee)
        u.envoyer("demande_certificat", "rectorat", message, uai=uai, annee=annee, nb=1, immediat=True)
        u.journaliser("netsynchro", "Certificat NetSynchro demandé à la DSI", uai=uai, annee=annee)
    return etat_certificat(u, base)


def recevoir_certificat(u: Unite, message: CertificatNetsynchro) -> dict[str, Any]:
    """`certificat_netsynchro`: the DSI delivers it. Raises `Inconnu` BASE_INCONNUE."""
    bases.trouver(u, message.uai, message.annee).certificat_recu_le = u.maintenant
    return {"nb": 1}


def recuperer(u: Unite, uai: str, annee: int, choix: ChoixDonnees | None = None) -> dict[str, Any]:
    """« Depuis NetSynchro »: the files of BEE, fetched and imported at once; as `importer_siecle`.

    Raises `Refus` NETSYNCHRO_NON_OUVERT, CERTIFICAT_ABSENT, and what BEE refuses.
    """
    _exiger(u, bases.trouver(u, uai, annee))
    racine = _base_bee(u, uai, annee)
    fichiers = [
        (nom_zip(e), u.clients["siecle_bee"].demander("POST", f"{racine}/exports-xml/{e.value.radical}").content)
        for e in JEU
    ]
    return importer_siecle(u, uai, annee, fichiers, choix)


def deposer_liens(u: Unite, uai: str, annee: int) -> dict[str, Any]:
    """Export the liens élèves/groupes and put them in BEE, treated there in the night (EDT-43, BEE-86).

    Raises `Refus` as `recuperer`, and what `exporter_liens` raises.
    """
    _exiger(u, bases.trouver(u, uai, annee))
    fichier = exports.exporter_liens(u, uai, annee)
    reponse = u.clients["siecle_bee"].demander(
        "POST",
        f"{_base_bee(u, uai, annee)}/importations/liens-eleve-groupe",
        files={"fichier": (fichier.nom, fichier.contenu, "application/zip")},
        data={"confirmation": "ok"},
    )
    u.journaliser("netsynchro", "Liens élèves/groupes déposés dans SIECLE", uai=uai, annee=annee, sens="sortie")
    depot: dict[str, Any] = reponse.json()
    return depot


def _base_bee(u: Unite, uai: str, annee: int) -> str:
    return f"/api/etablissements/{uai}/bases/{u.profil.millesime_de_l_annee(annee)}"


def _exiger_ouvert(u: Unite) -> None:
    if u.profil.netsynchro == "non":
        raise Refus(
            "L'académie n'a pas ouvert NetSynchro.",
            code="NETSYNCHRO_NON_OUVERT",
            statut=409,
            regle="EDT-41",
            remede="Portez les fichiers vous-même : exportez-les d'une application, importez-les dans l'autre.",
        )


def _exiger(u: Unite, base: m.BaseEdt) -> None:
    _exiger_ouvert(u)
    etat = etat_certificat(u, base)
    if etat == "installe":
        return
    raise Refus(
        "Aucun certificat NetSynchro n'est enregistré dans la base."
        if etat == "absent"
        else "Le certificat NetSynchro est demandé, la DSI ne l'a pas encore délivré.",
        code="CERTIFICAT_ABSENT",
        statut=409,
        regle="EDT-42",
        remede="PRONOTE, Fichier > SIECLE > Gestion du certificat NetSynchro : demandez-le à la DSI ; il est délivré "
        "dans la nuit.",
    )
