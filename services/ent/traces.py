"""What the ENT knows of someone, of a class or of a group: since when, in what state, with whom.

What it does not hold it says nothing of: pilotage concludes. Source: DIAG-01, DIAG-13 to DIAG-18.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text

from services.ent import models, rules, traces_imports
from services.ent.models import Compte, Ensemble, Structure
from services.ent.use_cases import consultation, cycle, gar_ressources, import_edt, projets
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.horloge.nuits import horaire
from shared.identifiers import cle_tri
from shared.persistence.recherche import code_cherche
from shared.persistence.unite import Unite

LIMITE = 20
REFUS_DE_FICHE = ("FICHE_SANS_NOM", "FICHE_ILLISIBLE", "MODIFICATION_INCONNUE")
OBJETS: dict[str, ObjetTrace] = {
    "eleve": "eleve",
    "responsable": "responsable",
    "enseignant": "enseignant",
    "autre": "agent",
    rules.INVITE: "agent",
}
FICHE_ELEVE = "SIECLE > Fiches élèves > Recherche et MAJ"
MENUS_AMONT = {
    "eleve": FICHE_ELEVE,
    "responsable": FICHE_ELEVE,
    "enseignant": "STS-Web > Ressources",
    "autre": "Rectorat > Agents",
    rules.INVITE: "",
}
"""Where somebody whom the AAF no longer gives is looked for, by profile."""
MENUS_ECOLES = {"eleve": "ONDE", "responsable": "ONDE", "enseignant": "AGAPE", "autre": "AGAPE", rules.INVITE: ""}
"""The same for those of écoles: these applications are not simulated."""
PROFESSEURS = ("enseignant", "autre", rules.INVITE)
FAITS = {
    "cree": "Compte créé dans l'ENT",
    "renomme": "Nom affiché corrigé (l'identifiant de connexion ne change pas)",
    "modifie": "Compte mis à jour par l'alimentation",
    "retrait_annonce": "Retrait annoncé par l'AAF : appliqué au prochain import complet",
    "absent": "Absent de l'alimentation complète : le compte reste ouvert jusqu'à la fin du délai du projet",
    "desactive": "Compte désactivé : absent de l'alimentation",
    "fusionne": "Fusionné avec un autre compte du même INE",
    "reactive": "Compte réactivé : présent à nouveau dans l'alimentation",
    "active": "Compte activé par son titulaire",
    "purge": "Compte supprimé",
}


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """People by name, INE, `ine`, `aaf_id`, `eleve_id`, `compte`; classes and groups by `division`, `groupe`, code."""
    trouvees = [*_personnes(u, q, cles), *_ensembles(u, q, cles)]
    return trouvees or traces_imports.inconnus(u, cles)


# --- people --------------------------------------------------------------------------------------------------------


def _personnes(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    critere = _critere(q, cles)
    if critere is None:
        return []
    requete = select(Compte).where(critere).order_by(Compte.cle_tri, Compte.projet, Compte.aaf_id).limit(LIMITE)
    trouves = u.session.scalars(requete).all()
    par_projet: dict[str, list[Compte]] = {}
    for c in trouves:
        par_projet.setdefault(c.projet, []).append(c)
    traces = []
    for code, comptes in par_projet.items():
        projet = projets.projet(u, code)
        decrits = consultation.decrire(u, code, comptes)
        traces += [_personne(u, projet, compte, vu) for compte, vu in zip(comptes, decrits, strict=True)]
    return traces or _refusees(u, _nombre(cles, "aaf_id"))


def _refusees(u: Unite, aaf_id: int | None) -> list[Trace]:
    """Someone who came in a feed without being taken in: the last refusal of her record."""
    ligne = models.ImportLigne
    trouvee = u.session.execute(
        select(ligne, models.Import.instant)
        .join(models.Import, (models.Import.id == ligne.import_id) & (models.Import.projet == ligne.projet))
        .where(ligne.aaf_id == aaf_id, ligne.code.in_(REFUS_DE_FICHE))
        .order_by(models.Import.instant.desc(), ligne.id.desc())
        .limit(1)
    ).first()
    if trouvee is None:
        return []
    refus, instant = trouvee
    phrase, remede = rules.LIGNES[refus.code]
    return [
        Trace(
            service="ent",
            objet=OBJETS[rules.PROFILS_DE_CATEGORIE[refus.categorie][0]],
            libelle=f"Fiche n° {aaf_id}",
            cles={"aaf_id": str(aaf_id)},
            etat="bloque",
            etapes=[Etape(instant=instant, libelle="Fiche reçue de l'AAF et laissée de côté")],
            blocages=[Blocage(code=refus.code, raison=phrase, remede=remede, menu="Administration > Imports AAF")],
        )
    ]


def _critere(q: str, cles: Mapping[str, str]) -> ColumnElement[bool] | None:
    if q:
        conditions = [Compte.ine == q.upper(), Compte.login == q.lower()]
        if cle_tri(q):
            conditions.append(Compte.cle_tri.contains(cle_tri(q), autoescape=True))
        return or_(*conditions)
    if _nombre(cles, "aaf_id") is not None:
        return Compte.aaf_id == _nombre(cles, "aaf_id")
    if "compte" in cles:
        return Compte.login == cles["compte"]
    if "ine" in cles:
        return and_(Compte.ine == cles["ine"], Compte.ine != "")
    if _nombre(cles, "eleve_id") is not None:
        return Compte.eleve_id == _nombre(cles, "eleve_id")
    return None


def _nombre(cles: Mapping[str, str], nom: str) -> int | None:
    texte = cles.get(nom, "")
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 19 else None


def _personne(u: Unite, projet: models.Projet, compte: Compte, vu: dict[str, Any]) -> Trace:
    uai = vu["etablissements"][0]["uai"] if vu["etablissements"] else ""
    cles = {"aaf_id": str(compte.aaf_id), "compte": compte.login or "", "ine": compte.ine, "uai": uai}
    if compte.eleve_id is not None:
        cles["eleve_id"] = str(compte.eleve_id)
    trace = Trace(
        service="ent",
        objet=OBJETS[compte.profil],
        libelle=f"{compte.nom} {compte.prenom}".strip() or f"Compte supprimé n° {compte.aaf_id}",
        cles={nom: valeur for nom, valeur in cles.items() if valeur},
        details={
            "état": rules.LIBELLES_ETAT[compte.etat],
            "présent depuis": f"{compte.cree_le.astimezone(u.horloge.fuseau):%d/%m/%Y}",
            "classes": ", ".join(vu["classes"]) or "aucune",
            "groupes": ", ".join(vu["groupes"]) or "aucun",
        },
        etapes=[
            Etape(instant=e.instant, libelle=FAITS[e.genre])
            for e in consultation.historique(u, projet.code, compte.aaf_id)
        ],
        lien=f"/{uai}/{projet.annee}/comptes/{compte.aaf_id}" if uai else "/",
    )
    if compte.etat in ("desactive", "purge"):
        trace.etat = "absent"
    if compte.etat == "desactive" and compte.desactive_le is not None:
        _fin_de_vie(u, projet, compte.profil, compte.desactive_le, trace)
    if compte.etat == "purge":
        trace.blocages.append(
            Blocage(
                code="COMPTE_SUPPRIME",
                raison="Le compte désactivé a été supprimé à l'échéance du projet d'ENT.",
                regle="ENT-13, ENT-14",
                remede="Rien à faire si la fiche était un doublon ; sinon, corriger SIECLE ou STS-Web.",
                interlocuteur="L'administrateur de l'ENT",
            )
        )
    if compte.fusion_id is not None:
        trace.details["fusionné avec le compte"] = str(compte.fusion_id)
    if compte.etat in rules.VIVANTS:
        _signaler_manques(u, projet, compte, trace)
    if compte.profil in PROFESSEURS and uai:
        trace.remarques += _non_rapproche(u, uai, compte)
    if gar := gar_ressources.connu(u, compte):
        trace.details["GAR"] = gar
    autres = consultation.homonymes(u, projet.code, compte.aaf_id)
    if autres:
        trace.details["autres comptes du même nom"] = str(autres)
    return trace


def _non_rapproche(u: Unite, uai: str, compte: Compte) -> list[Blocage]:
    """The last timetable could not be given to this teacher (DIAG-22)."""
    fait = import_edt.dernier(u, uai)
    if fait is None:
        return []
    return [
        Blocage(
            code="NON_RAPPROCHE",
            raison=f"Le dernier import de l'emploi du temps (n° {fait.numero}) n'a pas trouvé son compte. "
            + e["phrase"],
            regle="ENT-27, DIAG-22",
            remede=e["remede"],
            menu="Pédagogie > Gestion emploi du temps",
            interlocuteur="L'administrateur de l'ENT",
        )
        for e in import_edt.ecarts(u, fait)
        if e["genre"] == "professeur" and cle_tri(e["nom"]) == compte.cle_tri
    ][:1]


def _amont(projet: models.Projet) -> tuple[str, dict[str, str]]:
    """The applications that people come from, and where each profile is looked for."""
    if projet.degre == rules.PREMIER_DEGRE:
        return "ONDE ou AGAPE", MENUS_ECOLES
    return "SIECLE ou STS-Web", MENUS_AMONT


def _fin_de_vie(u: Unite, projet: models.Projet, profil: str, desactive_le: datetime, trace: Trace) -> None:
    """A deactivated account: why, and when it goes."""
    jours = cycle.delai_purge(u, projet)
    jour = rules.jour_purge(desactive_le, jours, u.horloge.fuseau)
    veille = datetime.combine(jour, datetime.min.time(), u.horloge.fuseau)
    suppression = horaire(u.profil).prochain("ent_alimentation", max(veille, u.maintenant), u.horloge.fuseau)
    trace.etapes.append(Etape(instant=suppression, libelle="Suppression du compte", prevu=True))
    sources, menus = _amont(projet)
    trace.blocages.append(
        Blocage(
            code="COMPTE_DESACTIVE",
            raison="La personne n'est plus dans l'alimentation complète : son compte est désactivé. Tant qu'il existe, "
            "le rapprochement des identifiants de PRONOTE est impossible pour cette personne.",
            regle="ENT-12, ENT-16",
            remede=f"S'il s'agit d'un doublon fusionné, attendre la suppression du {jour:%d/%m/%Y} ; sinon, "
            f"vérifier la fiche dans {sources}.",
            menu=menus[profil],
        )
    )


def _signaler_manques(u: Unite, projet: models.Projet, compte: Compte, trace: Trace) -> None:
    """What the feed says of her and the ENT does not hold: the group is not declared."""
    sources, menus = _amont(projet)
    if compte.retrait_annonce_le is not None:
        trace.blocages.append(
            Blocage(
                code="RETRAIT_ANNONCE",
                raison="L'AAF ne transmet plus cette personne : le prochain import complet désactivera son compte.",
                regle="AAF-11, ENT-12",
                remede=f"Vérifier sa fiche dans {sources}.",
                menu=menus[compte.profil],
            )
        )
    if compte.absent_le is not None:
        attente = projet.desactivation_jours
        jour = rules.jour_purge(compte.absent_le, attente, u.horloge.fuseau)
        trace.blocages.append(
            Blocage(
                code="ABSENT_DE_LA_COMPLETE",
                raison="La dernière alimentation complète ne contient plus cette personne : son compte, encore ouvert, "
                f"sera désactivé le {jour:%d/%m/%Y}, {attente} jours après.",
                regle="ENT-12",
                remede=f"Vérifier sa fiche dans {sources}.",
                menu=menus[compte.profil],
            )
        )
    refus = traces_imports.dernier_refus(u, projet.code)
    if refus is not None:
        trace.blocages.append(traces_imports.blocage(refus))
    for genre, nom in u.session.execute(text(_NON_DECLARES), {"projet": projet.code, "aaf_id": compte.aaf_id}):
        groupe = genre == "groupe"
        trace.blocages.append(
            Blocage(
                code="GROUPE_NON_DECLARE" if groupe else "CLASSE_NON_DECLAREE",
                raison=f"{'Le groupe' if groupe else 'La classe'} « {nom} » n'est pas dans la structure que l'AAF "
                "transmet : le compte existe, sans cette appartenance.",
                regle="DIAG-14",
                remede="Vérifier la structure dans STS-Web, puis faire Exports > Structure.",
                menu="STS-Web > Exports > Structure",
            )
        )


_NON_DECLARES = """
    SELECT DISTINCT m.genre, m.nom FROM membre m JOIN projet t ON t.code = m.projet
    WHERE m.projet = :projet AND m.aaf_id = :aaf_id AND NOT EXISTS (
        SELECT 1 FROM ensemble e WHERE e.projet = m.projet AND e.structure_id = m.structure_id
        AND e.annee = t.annee AND e.genre = m.genre AND e.nom = m.nom)
    ORDER BY m.genre, m.nom
"""


# --- classes and groups --------------------------------------------------------------------------------------------


def _ensembles(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    condition: ColumnElement[bool]
    if q:
        condition = code_cherche(Ensemble.nom, q)
    elif "groupe" in cles:
        condition = and_(Ensemble.genre == "groupe", Ensemble.nom == cles["groupe"])
    elif "division" in cles:
        condition = and_(Ensemble.genre == "division", Ensemble.nom == cles["division"])
    else:
        return []
    requete = (
        select(Ensemble, Structure.uai)
        .join(Structure, (Structure.projet == Ensemble.projet) & (Structure.id == Ensemble.structure_id))
        .join(models.Projet, (models.Projet.code == Ensemble.projet) & (models.Projet.annee == Ensemble.annee))
        .where(condition)
        .order_by(Structure.uai, Ensemble.projet, Ensemble.genre, Ensemble.nom)
        .limit(LIMITE)
    )
    if not q and "uai" in cles:
        requete = requete.where(Structure.uai == cles["uai"])
    return [_ensemble(u, e, uai) for e, uai in u.session.execute(requete)]


def _ensemble(u: Unite, e: Ensemble, uai: str) -> Trace:
    groupe = e.genre == "groupe"
    quoi = "Le groupe" if groupe else "La classe"
    ecole = projets.projet(u, e.projet).degre == rules.PREMIER_DEGRE
    dedans = consultation.membres(u, e.projet, e.genre, uai, e.nom)
    ranges = consultation.ranger(dedans.get((uai, e.nom), []))
    page = "groupes" if groupe else "classes"
    trace = Trace(
        service="ent",
        objet="groupe" if groupe else "division",
        libelle=f"{'Groupe' if groupe else 'Classe'} {e.nom}",
        cles={"uai": uai, "groupe" if groupe else "division": e.nom},
        details={
            "élèves": str(len(ranges["eleves"])),
            "enseignants": str(len(ranges["enseignants"])),
            "présent depuis": f"{e.cree_le.astimezone(u.horloge.fuseau):%d/%m/%Y}",
        },
        etapes=[Etape(instant=e.cree_le, libelle=f"{'Groupe créé' if groupe else 'Classe créée'} dans l'ENT")],
        lien=f"/{uai}/{e.annee}/{page}",
    )
    if e.retire_le is not None:
        trace.etapes.append(Etape(instant=e.retire_le, libelle="N'est plus dans la structure transmise par l'AAF"))
        trace.blocages.append(_ancien_nom(quoi, ecole=ecole))
    elif not ranges["eleves"]:
        trace.blocages.append(
            Blocage(
                code="GROUPE_SANS_ELEVE" if groupe else "CLASSE_SANS_ELEVE",
                raison=f"{quoi} est présent dans l'ENT sans aucun élève : sa liste de diffusion est vide.",
                regle="ENT-19, DIAG-13",
                remede="Déposer les liens élève-groupe dans SIECLE." if groupe else "Affecter les élèves dans SIECLE.",
                menu="SIECLE > Importations > Liens élève-groupe depuis logiciel privé"
                if groupe
                else "SIECLE > Saisie en masse",
            )
        )
    if groupe and ranges["eleves"] and not ranges["enseignants"] and not ecole:
        trace.blocages.append(
            Blocage(
                code="GROUPE_SANS_ENSEIGNANT",
                raison="Le groupe a des élèves et aucun enseignant.",
                regle="ENT-21",
                remede="Rattacher le service dans STS-Web, puis faire Exports > Services.",
                menu="STS-Web > Exports > Services",
            )
        )
    return trace


def _ancien_nom(quoi: str, *, ecole: bool) -> Blocage:
    """Why the ENT holds a class or a group that is no more."""
    if ecole:
        return Blocage(
            code="ANCIEN_NOM",
            raison=f"{quoi} n'a plus aucun élève dans l'alimentation (renommage ou fermeture en cours d'année) : l'ENT "
            "l'a gardé, à côté du nouveau.",
            regle="ENT-24, DIAG-15",
            remede="Rien à faire si la classe a été renommée ou fermée ; sinon, y affecter les élèves dans ONDE.",
            menu="ONDE",
        )
    return Blocage(
        code="ANCIEN_NOM",
        raison=f"{quoi} n'est plus dans STS-Web (renommage ou suppression en cours d'année) : l'ENT l'a gardé, "
        "à côté du nouveau.",
        regle="ENT-24, DIAG-15",
        remede="Ne pas renommer en cours d'année ; retirer l'ancien dans STS-Web puis exporter.",
        menu="STS-Web > Exports > Structure",
    )
