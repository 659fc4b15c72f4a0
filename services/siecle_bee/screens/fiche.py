"""A fiche and its tabs: synthèse, élève, responsables, scolarité, historique, scolarité complexe.

Source: procedures BEE-16, BEE-21 to BEE-30.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from msgspec.structs import replace
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves, Eleve
from services.siecle_bee.rules.complexe import FAMILLES, GENRES
from services.siecle_bee.rules.structures import MODALITES, OPTIONS_MAXIMUM
from services.siecle_bee.screens.cadre import BASE, adresse_fr, chemin, page
from services.siecle_bee.screens.fiches import ORIGINES
from services.siecle_bee.screens.formulaires import Champs, Formulaire, date_lue
from services.siecle_bee.use_cases import (
    bases,
    complexe,
    fiche_complete,
    groupes,
    historique,
    modification,
    nomenclatures,
    sysca,
)
from services.siecle_bee.use_cases.fiche_complete import FicheComplete
from services.siecle_bee.use_cases.tableau import libelle_motif
from shared.contracts.echanges import AdresseMsg, OptionMsg
from shared.contracts.refus import Refus
from shared.http.acces import identite, peut
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur
from shared.nomenclatures import communes, liste, parentes
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Entree, Liste, Message
from shared.screens.liens import lien_vers
from shared.screens.pages import rediriger

routeur = Routeur()

NIVEAUX = {1: "Représentant légal", 2: "Personne en charge", 3: "Personne à contacter"}
COLONNES_RESPONSABLES = (
    Colonne("Civilité", "civilite", par=lambda x: x[1].civilite),
    Colonne("Nom", "nom", par=lambda x: (x[1].cle_tri,)),
    Colonne("Prénom", "prenom", par=lambda x: x[1].prenom),
    Colonne("Lien", "lien", par=lambda x: x[0].parente),
    Colonne("Niveau", "niveau", par=lambda x: x[0].niveau),
    Colonne("Héberge", "heberge", par=lambda x: x[0].heberge),
    Colonne("Frais", "paie_frais", par=lambda x: x[0].paie_frais),
    Colonne("Aides", "percoit_aides", par=lambda x: x[0].percoit_aides),
    Colonne("Priorité", "prioritaire", par=lambda x: x[0].prioritaire),
)
COLONNES_GROUPES = (
    Colonne("Groupe", "groupe", par=lambda g: g.groupe),
    Colonne("Du", "debut", par=lambda g: g.debut),
    Colonne("Au", "fin", par=lambda g: g.fin),
    Colonne("Origine", "origine", par=lambda g: g.depot_id is None),
)
COLONNES_SCOLARITES = (
    Colonne("Année scolaire", "annee", par=lambda x: x.millesime),
    Colonne("Établissement", "etablissement", par=lambda x: x.uai),
    Colonne("MEF", "mef", par=lambda x: x.mef),
    Colonne("Division", "division", par=lambda x: x.division),
    Colonne("Entrée le", "entree", par=lambda x: x.entree),
    Colonne("Sortie le", "sortie", par=lambda x: x.sortie),
    Colonne("Motif de sortie", "motif", par=lambda x: x.motif),
)
COLONNES_EVENEMENTS = (
    Colonne("Le", "instant", par=lambda x: (x.instant, x.id)),
    Colonne("Quoi", "quoi", par=lambda x: x.libelle),
    Colonne("Champs", "champs", par=lambda x: ", ".join(x.resume.get("champs", []))),
)
COLONNES_COMPLEXES = (
    Colonne("Type", "type", par=lambda x: GENRES[x.genre].libelle),
    Colonne("Compté dans", "famille", par=lambda x: FAMILLES[GENRES[x.genre].famille]),
    Colonne("Lieu", "lieu", par=lambda x: x.lieu),
    Colonne("Du", "debut", par=lambda x: x.debut),
    Colonne("Au", "fin", par=lambda x: x.fin),
)
ONGLETS = ("SYNTHÈSE", "ÉLÈVE", "RESPONSABLES", "SCOLARITÉ", "HISTORIQUE", "SCOLARITÉ COMPLEXE")
SLUGS = {
    "SYNTHÈSE": "synthese",
    "ÉLÈVE": "eleve",
    "RESPONSABLES": "responsables",
    "SCOLARITÉ": "scolarite",
    "HISTORIQUE": "historique",
    "SCOLARITÉ COMPLEXE": "complexe",
}


@routeur.get(BASE + "/eleves/{eleve_id:int}")
def fiche(request: Request, u: Lecture, uai: str, millesime: int, eleve_id: int) -> Response:
    """A fiche and its tabs."""
    return _page_fiche(request, u, bases.base(u, uai, millesime), eleve_id)


class _Saisie:
    """A fiche as it was being typed when it was refused: what was typed, over what is written."""

    def __init__(self, fiche: Eleve, saisi: Mapping[str, Any]) -> None:
        self._fiche, self._saisi = fiche, saisi

    def __getattr__(self, nom: str) -> Any:
        return self._saisi[nom] if nom in self._saisi else getattr(self._fiche, nom)


def _page_fiche(
    request: Request,
    u: Unite,
    b: BaseEleves,
    eleve_id: int,
    refus: Refus | None = None,
    saisi: Mapping[str, Any] = MappingProxyType({}),
    onglet: str = "",
) -> Response:
    f = fiche_complete.lire(u, b, eleve_id)
    e = f.jugee.lue.eleve
    choisi = onglet or request.query_params.get("onglet", "synthese")
    adresse = f"{request.state.base}{chemin(b, f'eleves/{eleve_id}')}"
    etat = "Scolarisé(e)" if f.jugee.lue.scolarise else "Non scolarisé(e)"
    matieres = nomenclatures.matieres_profilees(u, b)
    return page(
        request,
        u,
        b,
        "fiche.html",
        f"Fiche de {e.nom} {e.prenom} - {etat} - {e.division or 'sans division'} - INE: {e.ine or 'en attente'}",
        statut=refus.statut if refus else 200,
        f=replace(f, adresse=saisi.get("adresse", f.adresse), options=saisi.get("options", f.options)),
        e=_Saisie(e, saisi),
        onglet=choisi if choisi in SLUGS.values() else "synthese",
        onglets=[Entree(o, f"{adresse}?onglet={SLUGS[o]}", courant=SLUGS[o] == choisi) for o in ONGLETS],
        slugs=SLUGS,
        adresse_fiche=adresse,
        matieres=matieres,
        matieres_choix=[(code, f"{gestion} - {libelle}") for code, (gestion, libelle) in matieres.items()],
        modalites=list(MODALITES.items()),
        options_maximum=OPTIONS_MAXIMUM,
        mefs=bases.mefs_profiles(u, b),
        divisions=bases.divisions(u, b),
        groupes_connus=[g for g in bases.groupes(u, b) if e.mef in g.mefs],
        regimes=[(x.code, x.libelle_long) for x in liste("regimes")],
        motifs=[(x.code, x.libelle_long) for x in liste("motifs_sortie") if x.code],
        parentes={x.code: x.libelle_long for x in parentes()},
        origines=ORIGINES,
        genres=GENRES,
        familles=FAMILLES,
        niveaux=NIVEAUX,
        mots=_en_mots(f),
        sysca=_sysca(request, u, b, f) if choisi == "synthese" else None,
        listes=_listes(request, u, b, f, choisi),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


def _en_mots(f: FicheComplete) -> dict[str, str]:
    """What the synthesis says in words of what the fiche keeps in codes (BEE-29)."""
    e = f.jugee.lue.eleve
    pays = {x.code: x.libelle_long for x in liste("pays")}
    connues = {c.insee: c.libelle for c in communes()}
    adresse = adresse_fr(f.adresse)
    if not adresse and not any(m.code == "ADRESSE" for m in f.jugee.lue.manques):
        adresse = "celle du responsable légal"
    a_l_etranger = f"{e.ville_naissance} ({pays.get(e.pays_naissance, e.pays_naissance)})" if e.ville_naissance else ""
    return {
        "nationalite": pays.get(e.nationalite, e.nationalite),
        "lieu": connues.get(e.commune_naissance, e.commune_naissance) or a_l_etranger,
        "adresse": adresse,
        "motif": libelle_motif(e.motif_sortie),
    }


def _sysca(request: Request, u: Unite, b: BaseEleves, f: FicheComplete) -> dict[str, Any]:
    """Whether SYSCA, hence EduConnect, has the pupil; the académie's page, for who is not of a school."""
    e = f.jugee.lue.eleve
    page_du_rectorat = f"/educonnect?{urlencode({'uai': b.uai, 'millesime': b.millesime, 'q': e.nom})}"
    return {
        "present": e.eleve_id in sysca.derniere_remontee(u, b).eleves,
        "monte": sysca.monte(f.jugee),
        "lien": lien_vers(noyau(request).reglages.adresses, u.bac.nom, "rectorat", page_du_rectorat)
        if identite(request) is None
        else None,
    }


def _listes(request: Request, u: Unite, b: BaseEleves, f: FicheComplete, onglet: str) -> dict[str, Liste[Any]]:
    """The lists of a tab, each sorted as the address asks."""
    q, e = request.query_params, f.jugee.lue.eleve
    action = ("Action",) if peut(request, "bee.mettre_a_jour") else ()
    if onglet == "responsables":
        return {"responsables": Liste.depuis(q, (*COLONNES_RESPONSABLES, *action), f.responsables, "niveau")}
    if onglet == "scolarite":
        return {"groupes": Liste.depuis(q, (*COLONNES_GROUPES, *action), f.groupes, "groupe")}
    if onglet == "historique":
        annees, faits = historique.scolarites(u, b, e), historique.evenements(u, b, e.eleve_id)
        return {
            "scolarites": Liste.depuis(q, COLONNES_SCOLARITES, annees, "annee", descendant=True),
            "evenements": Liste.depuis(q, COLONNES_EVENEMENTS, faits, "instant", descendant=True, nom="evenements"),
        }
    if onglet == "complexe":
        complexes = complexe.lister(u, b, e.eleve_id)
        return {"complexes": Liste.depuis(q, (*COLONNES_COMPLEXES, *action), complexes, "debut")}
    return {}


@routeur.post(BASE + "/eleves/{eleve_id:int}")
def completer(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire) -> Response:
    """« Compléter »: what the form of a tab holds."""
    b = bases.base(u, uai, millesime)
    changements: dict[str, Any] = {}
    try:
        changements = _changements(form)
        modification.modifier(u, b, eleve_id, changements)
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus, changements, form.get("onglet"))
    onglet = form.get("onglet", "synthese")
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet={onglet}"), "La fiche a été mise à jour.")


def _changements(form: Champs) -> dict[str, Any]:
    """The fields that the form sent, as the use case wants them."""
    valeurs = {nom: form.get(nom) for nom in form}
    changements: dict[str, Any] = {
        nom: valeur
        for nom, valeur in valeurs.items()
        if nom in modification.CHAMPS_SIMPLES or nom in ("mef", "division", "motif_sortie")
    }
    for nom in ("date_naissance", "date_entree"):
        if nom in changements:
            lue = date_lue(form, nom, nom.replace("_", " "))
            if lue is None:
                del changements[nom]
            else:
                changements[nom] = lue
    if "ligne1" in valeurs:
        changements["adresse"] = AdresseMsg(
            lignes=(valeurs["ligne1"], valeurs.get("ligne2", "")),
            code_postal=valeurs.get("code_postal", ""),
            commune=valeurs.get("commune", ""),
        )
    if "date_sortie" in valeurs:
        changements["date_sortie"] = date_lue(form, "date_sortie", "date de sortie")
    if "option_1" in valeurs:
        changements["options"] = _options(form)
    if "scolarite" in valeurs:
        for nom in ("redoublant", "boursier", "transport"):
            changements[nom] = nom in valeurs
    return changements


def _options(form: Champs) -> list[OptionMsg]:
    """The options chosen, numbered in the order of the form."""
    saisies = [
        (matiere, form.get(f"modalite_{rang}", "O"))
        for rang in range(1, OPTIONS_MAXIMUM + 1)
        if (matiere := form.get(f"option_{rang}"))
    ]
    return [OptionMsg(matiere=m, modalite=modalite, rang=rang) for rang, (m, modalite) in enumerate(saisies, 1)]


@routeur.post(BASE + "/eleves/{eleve_id:int}/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int) -> Response:
    """Delete a fiche that should not be there."""
    b = bases.base(u, uai, millesime)
    modification.supprimer(u, b, eleve_id)
    return rediriger(request, chemin(b, "eleves"), "La fiche a été supprimée.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/groupes")
def groupe(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire) -> Response:
    """Put a pupil in a group, or take her out, by hand."""
    b = bases.base(u, uai, millesime)
    agir = groupes.desinscrire if form.get("acte") == "retirer" else groupes.inscrire
    try:
        agir(u, b, eleve_id, form.get("groupe"))
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus)
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet=scolarite"), "Les groupes ont été mis à jour.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/complexe")
def ajouter_complexe(
    request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire
) -> Response:
    """A scolarité complexe."""
    b = bases.base(u, uai, millesime)
    try:
        debut, fin = date_lue(form, "debut", "date de début"), date_lue(form, "fin", "date de fin")
        complexe.ajouter(u, b, eleve_id, form.get("genre"), form.get("lieu"), debut, fin)
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus)
    suite = chemin(b, f"eleves/{eleve_id}?onglet=complexe")
    return rediriger(request, suite, "La scolarité complexe a été ajoutée.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/complexe/{rang:int}/suppression")
def supprimer_complexe(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, rang: int) -> Response:
    """Take a scolarité complexe away."""
    b = bases.base(u, uai, millesime)
    complexe.supprimer(u, b, eleve_id, rang)
    suite = chemin(b, f"eleves/{eleve_id}?onglet=complexe")
    return rediriger(request, suite, "La scolarité complexe a été supprimée.")
