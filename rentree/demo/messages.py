"""People of the population as the académie types them: agents, schools, dossiers of pupils."""

from __future__ import annotations

from typing import Any

from rentree.population import Agent, Eleve, Etablissement, Population
from shared import nomenclatures
from shared.contracts import echanges as msg


def etablissement(e: Etablissement, academie: nomenclatures.Academie) -> msg.EtablissementMsg:
    """A school, as the rectorat registers it."""
    return msg.EtablissementMsg(
        uai=e.uai,
        sigle=e.sigle,
        denomination=e.denomination,
        nom=e.complement,
        nature=e.nature,
        categorie=e.categorie,
        secteur="PR" if e.secteur == "PR" else "PU",
        adresse=e.adresse.ligne1,
        code_postal=e.adresse.code_postal,
        commune=e.adresse.libelle_postal,
        code_commune_insee=e.adresse.commune_insee,
        telephone=e.telephone,
        mel=e.mel,
        academie_code=academie.code,
        academie_nom=academie.nom,
    )


def agent(a: Agent, uai: str) -> msg.AgentMsg:
    """A dossier administratif of EPP, or a dossier of GI/GC."""
    return msg.AgentMsg(
        id=a.id,
        source="epp" if a.source == "EPP" else "gigc",
        sexe="2" if a.sexe == "2" else "1",
        civilite=a.civilite,
        nom_usage=a.nom_usage or a.nom,
        nom_patronymique=a.nom,
        prenom=a.prenom,
        date_naissance=a.date_naissance,
        grade=a.grade or "",
        mel=a.mel,
        affectations=(
            msg.AffectationAgentMsg(
                uai=uai,
                fonction=a.fonction,
                support=a.support or "",
                discipline=a.discipline or "",
                discipline_libelle=_libelle_discipline(a.discipline),
                heures=float(a.heures_dues),
            ),
        ),
    )


def _libelle_discipline(code: str | None) -> str:
    """The label of a discipline; that of a real file may be one that the simulator does not ship."""
    return next((d.libelle_court for d in nomenclatures.disciplines() if d.code == code), "")


def dossier(p: Population, e: Eleve, *, cle: str = "") -> msg.DossierEleveMsg:
    """A pupil's dossier, with her responsables. The keys of people join the same person across dossiers."""
    place = e.scolarite or e.scolarite_precedente
    avant = e.scolarite_precedente
    return msg.DossierEleveMsg(
        cle=cle or f"E{e.id}",
        ine=e.ine,
        nom=e.nom,
        nom_usage=e.nom_usage or "",
        prenoms=tuple(x for x in (e.prenom, e.prenom2, e.prenom3) if x),
        sexe="2" if e.sexe == "2" else "1",
        date_naissance=e.date_naissance,
        pays_naissance=e.pays_naissance,
        commune_naissance=e.commune_naissance or "",
        ville_naissance=e.ville_naissance or "",
        nationalite=e.nationalite,
        mef=place.mef,
        regime=e.regime,
        boursier=e.bourse != "0",
        redoublant=e.doublement,
        options=tuple(msg.OptionMsg(matiere=o.matiere, modalite=o.modalite, rang=o.rang) for o in place.options),
        adresse=_adresse(p, e.adresse_id),
        telephone_portable=e.tel_portable or "",
        mel=e.mel or "",
        uai_origine=avant.uai or "",
        division_origine=avant.division or "",
        mef_origine=avant.mef,
        responsables=tuple(_responsable(p, lien.responsable_id, e.id) for lien in p.liens_par_eleve.get(e.id, ())),
    )


def _adresse(p: Population, adresse_id: int | None) -> msg.AdresseMsg:
    if adresse_id is None:
        return msg.AdresseMsg()
    a = p.adresses_par_id[adresse_id]
    return msg.AdresseMsg(
        lignes=tuple(x for x in (a.ligne1, a.ligne2) if x),
        code_postal=a.code_postal,
        commune=a.libelle_postal,
        code_commune_insee=a.commune_insee,
        pays=a.pays,
    )


def _responsable(p: Population, responsable_id: int, eleve_id: int) -> msg.ResponsableDossierMsg:
    r = p.responsables_par_id[responsable_id]
    lien = next(x for x in p.liens_par_eleve[eleve_id] if x.responsable_id == responsable_id)
    niveaux: dict[str, Any] = {"1": "1", "2": "2", "3": "3"}
    return msg.ResponsableDossierMsg(
        cle=_cle_responsable(p, r.id),
        civilite=r.civilite,
        nom=r.nom,
        nom_usage=r.nom_usage or "",
        prenom=r.prenom,
        adresse=_adresse(p, r.adresse_id),
        telephone_personnel=r.tel_personnel or "",
        telephone_portable=r.tel_portable or "",
        telephone_professionnel=r.tel_professionnel or "",
        mel=r.mel or "",
        profession=r.pcs,
        parente=lien.parente,
        niveau=niveaux[lien.niveau],
        paie_frais=lien.paie_frais,
        percoit_aides=lien.percoit_aides,
        heberge=lien.heberge,
        prioritaire=lien.contact_prioritaire,
    )


def _cle_responsable(p: Population, responsable_id: int) -> str:
    """The key that joins a person across dossiers: BEE's own when the base knows him already, by another child."""
    enfants = p.enfants_par_responsable.get(responsable_id, ())
    connu = any(p.eleves_par_id[e].origine in {"base", None} for e in enfants)
    return f"personne:{responsable_id}" if connu else f"P{responsable_id}"


def nom_de_fichier(disposition: str, defaut: str) -> str:
    """The file's name in a Content-Disposition, or `defaut`."""
    for partie in disposition.split(";"):
        cle, _, valeur = partie.strip().partition("=")
        if cle.lower() == "filename" and valeur:
            return valeur.strip('"')
    return defaut
