"""Responsables and their doublons."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Body

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import Corps, FusionCorps, ResponsableCorps
from services.siecle_bee.use_cases import bases, responsables
from services.siecle_bee.use_cases.dossier_eple import adresse_msg
from shared.contracts.echanges import ResponsableDossierMsg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class LienCorps(Corps):
    """What a person is to a pupil."""

    parente: str = ""
    niveau: Literal["1", "2", "3"] = "1"
    paie_frais: bool = False
    percoit_aides: bool = False
    heberge: bool = False
    prioritaire: bool = False


@routeur.get(BASE + "/responsables")
def chercher(u: Lecture, uai: str, millesime: int, nom: str) -> list[dict[str, Any]]:
    """The responsables whose name begins like that: look before creating."""
    return [
        {
            "personne_id": p.personne_id,
            "civilite": p.civilite,
            "nom": p.nom,
            "prenom": p.prenom,
            "adresse": adresse_msg(adresse).valeurs(),
        }
        for p, adresse in responsables.chercher(u, bases.base(u, uai, millesime), nom)
    ]


@routeur.post(BASE + "/responsables", status_code=201)
def creer(u: Ecriture, uai: str, millesime: int, corps: Annotated[ResponsableDossierMsg, Body()]) -> dict[str, int]:
    """« Créer un nouveau responsable »."""
    return {"personne_id": responsables.creer(u, bases.base(u, uai, millesime), corps)}


@routeur.patch(BASE + "/responsables/{personne_id}")
def modifier(u: Ecriture, uai: str, millesime: int, personne_id: int, corps: ResponsableCorps) -> dict[str, Any]:
    """« MAJ Responsable »."""
    changements = {n: getattr(corps, n) for n in corps.model_fields_set if getattr(corps, n) is not None}
    p = responsables.modifier(u, bases.base(u, uai, millesime), personne_id, changements)
    return {"personne_id": p.personne_id, "civilite": p.civilite, "nom": p.nom, "prenom": p.prenom}


@routeur.put(BASE + "/eleves/{eleve_id}/responsables/{personne_id}")
def rattacher(
    u: Ecriture, uai: str, millesime: int, eleve_id: int, personne_id: int, corps: LienCorps
) -> dict[str, int]:
    """Link an existing person to a pupil, or change what he is to her."""
    msg = ResponsableDossierMsg(cle="", nom="", prenom="", **corps.model_dump())
    responsables.rattacher(u, bases.base(u, uai, millesime), eleve_id, personne_id, msg)
    return {"eleve_id": eleve_id, "personne_id": personne_id}


@routeur.delete(BASE + "/eleves/{eleve_id}/responsables/{personne_id}", status_code=204)
def detacher(u: Ecriture, uai: str, millesime: int, eleve_id: int, personne_id: int) -> None:
    """Detach a person from a pupil."""
    responsables.detacher(u, bases.base(u, uai, millesime), eleve_id, personne_id)


@routeur.get(BASE + "/doublons-responsables")
def doublons(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Fiches élèves > Doublons responsables: same civilité, name and prénom."""
    return [
        {
            "civilite": groupe[0].personne.civilite,
            "nom": groupe[0].personne.nom,
            "prenom": groupe[0].personne.prenom,
            "responsables": [
                {
                    "personne_id": d.personne.personne_id,
                    "adresse": adresse_msg(d.adresse).valeurs(),
                    "eleves": d.eleves,
                    "bourse_colleges": d.boursiers,
                    "compte_ts": d.personne.compte_ts,
                }
                for d in groupe
            ],
        }
        for groupe in responsables.doublons(u, bases.base(u, uai, millesime))
    ]


@routeur.post(BASE + "/doublons-responsables")
def fusionner(u: Ecriture, uai: str, millesime: int, corps: FusionCorps) -> dict[str, Any]:
    """« MODIFIER »: the children of the person deleted pass to the other."""
    return responsables.fusionner(u, bases.base(u, uai, millesime), corps.supprimer, corps.remplacer)
