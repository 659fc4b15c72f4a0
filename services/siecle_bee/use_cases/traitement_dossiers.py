"""The night's treatment of a deposit of dossiers: persons, pupils, what binds them, and the report.

Source: SIECLE reference, section 10; procedure BEE-38. Every file carries all pupils: those of the base who are not
in it are listed and left as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select

from services.siecle_bee.models import BaseEleves, DepotDossiers, Eleve, LigneDossiers
from services.siecle_bee.rules.liens import Annuaire, EleveDeLaBase
from services.siecle_bee.use_cases import bases, ecriture_dossiers, fiches, nomenclatures
from services.siecle_bee.use_cases import jugement_dossiers as regles
from services.siecle_bee.use_cases.ecriture_dossiers import PersonneRetenue
from services.siecle_bee.use_cases.ine import demander_ines
from services.siecle_bee.use_cases.masse import copier, lignes_de
from services.siecle_bee.use_cases.relecture import relire
from shared.formats.elegroupe.depot import ContexteDepot
from shared.formats.elegroupe.dossiers import DocumentDossiers, EleveDossier, Nature
from shared.formats.elegroupe.dossiers_lecture import verifier_depot_dossiers
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

_COLONNES = tuple(nom for nom in EleveDeLaBase.__struct_fields__ if nom != "id_prv")


def deposants(u: Unite) -> Sequence[tuple[str, int]]:
    """The schools that have a deposit of dossiers waiting, with the deposit, in order."""
    requete = select(DepotDossiers.uai, DepotDossiers.id).where(DepotDossiers.etat == "attente")
    return [(uai, depot_id) for uai, depot_id in u.session.execute(requete.order_by(DepotDossiers.uai))]


@dataclass(slots=True)
class _Rapport:
    """The lines of the report, in the order in which they were met."""

    lignes: list[dict[str, Any]] = field(default_factory=list)

    def noter(self, section: str, identifiant: int, id_prv: int, nom: str, *anomalies: regles.Anomalie) -> None:
        for regle, phrase in anomalies or (("", ""),):
            self.lignes.append(
                {
                    "section": section,
                    "identifiant": identifiant,
                    "id_prv": id_prv,
                    "nom": nom,
                    "cle_tri": cle_tri(nom),
                    "regle": regle,
                    "phrase": phrase,
                }
            )

    def nommer(self, ids: dict[int, int]) -> None:
        """Give the lines of new pupils their ELEVE_ID, by private number."""
        for ligne in self.lignes:
            if ligne["section"] in ("ELE_ANO", "ELE_MOD"):
                ligne["identifiant"] = ligne["identifiant"] or ids.get(ligne["id_prv"], 0)

    def compter(self, section: str) -> int:
        """How many persons or pupils a section names."""
        return len({(li["identifiant"], li["id_prv"]) for li in self.lignes if li["section"] == section})


def _verifier(depot: DepotDossiers, nom: str, contenu: bytes, contexte: ContexteDepot) -> DocumentDossiers:
    return verifier_depot_dossiers(nom, contenu, contexte, depot.logiciel).document


def traiter(u: Unite, depot_id: int) -> dict[str, Any]:
    """Treat a waiting deposit of dossiers and write its report; its counts.

    A file that has become unreadable, or whose base is gone, fails as a whole: the base stays as it was.
    """
    relu = relire(u, DepotDossiers, depot_id, _verifier)
    if isinstance(relu, dict):
        return relu
    depot, b, document = relu.depot, relu.base, relu.document
    rapport = _Rapport()
    crees = _importer(u, b, document, rapport)
    u.session.execute(delete(LigneDossiers).where(LigneDossiers.depot_id == depot.id))
    copier(u, LigneDossiers, [{"depot_id": depot.id, "rang": r, **li} for r, li in enumerate(rapport.lignes, 1)])
    depot.etat = "traite"
    sections = {section.lower(): rapport.compter(section) for section in regles.SECTIONS}
    depot.resume = {**depot.resume, "crees": crees, **sections}
    resume = {"nb": len(document.eleves), "nb_refus": sections["ele_rej"], "depot": depot.id, **depot.resume}
    u.journaliser(
        "bee_dossiers",
        "Import des dossiers depuis un logiciel privé",
        sens="lot",
        uai=b.uai,
        annee=b.millesime,
        nb=len(document.eleves),
        nb_refus=sections["ele_rej"],
        resume=resume,
    )
    return resume


def _importer(u: Unite, b: BaseEleves, document: DocumentDossiers, rapport: _Rapport) -> int:
    """Judge and write everything; how many fiches were created."""
    avant = {e.eleve_id: e for e in lignes_de(u, Eleve, fiches.de_la_base(b), ordre=(Eleve.eleve_id,))}
    personnes = ecriture_dossiers.personnes_connues(u, b)
    citees = {lien.id_prv_per for e in document.eleves for lien in e.responsables}
    retenues: dict[int, PersonneRetenue] = {}
    for p in document.personnes:
        nom = f"{p.nom_de_famille.upper()}, {p.prenom}"
        connue = personnes.trouver(p)
        if p.id_prv_per not in citees or (p.id_siecle_per is not None and connue is None):
            raison = (
                "La personne n'est rattachée à aucun élève du fichier."
                if p.id_prv_per not in citees
                else f"L'identifiant SIECLE {p.id_siecle_per} n'est pas celui d'une personne de la base."
            )
            rapport.noter("PER_REJ", connue or 0, p.id_prv_per, nom, ("PAREN", raison))
            continue
        juge = regles.juger_personne(p)
        retenues[p.id_prv_per] = PersonneRetenue(connue, juge.valeurs, regles.adresse_msg(p.adresse))
        if juge.anomalies:
            rapport.noter("PER_ANO", connue or 0, p.id_prv_per, nom, *juge.anomalies)
    ecrit = ecriture_dossiers.Ecriture(u, b, retenues, avant)
    _eleves(u, b, document.eleves, ecrit, rapport)
    ids = ecrit.ecrire()
    rapport.nommer({prv: eleve_id for eleve_id, prv in ids.items()})
    _signaler_a_completer(u, b, ids, rapport)
    for eleve_id in sorted(set(avant) - set(ids)):
        e = avant[eleve_id]
        if eleve_id not in ecrit.sortis:
            rapport.noter("ELE_ABS", eleve_id, e.id_prv_ele or 0, f"{e.nom}, {e.prenom}")
    demander_ines(u, b, list(ids))
    return len(ecrit.nouveaux)


def _eleves(
    u: Unite,
    b: BaseEleves,
    eleves: Sequence[EleveDossier],
    ecrit: ecriture_dossiers.Ecriture,
    rapport: _Rapport,
) -> None:
    annuaire = Annuaire(
        [
            EleveDeLaBase(id_prv=e.id_prv_ele, **{nom: getattr(e, nom) for nom in _COLONNES})
            for e in ecrit.avant.values()
        ]
    )
    connues = bases.scolarites(u, b)
    contexte = regles.Contexte(
        connues.mefs, connues.divisions, nomenclatures.matieres_profilees(u, b), b.rentree_eleves, b.sortie_eleves
    )
    vus: set[int] = set()
    for e in eleves:
        nom = f"{e.nom_de_famille.upper()}, {e.prenom}"
        eleve_id, refus = _trouver(annuaire, e, vus)
        legaux = [li for li in e.responsables if li.nature is Nature.LEGAL and li.id_prv_per in ecrit.personnes]
        if refus is None and not e.sorti and not legaux:
            refus = ("PAREN", "Aucun responsable légal de l'élève n'a été accepté : l'élève n'est pas importé.")
        if refus is not None:
            rapport.noter("ELE_REJ", eleve_id or 0, e.id_prv_ele, nom, refus)
            if eleve_id is not None:
                ecrit.sortis.add(eleve_id)  # she is in the file: not to be listed as absent
            continue
        if eleve_id is not None:
            vus.add(eleve_id)
        if e.sorti and eleve_id is not None:
            juge = regles.juger_sortie(e, contexte)
            changes = ecrit.sortir(eleve_id, juge)
        else:
            fiche = ecrit.avant.get(eleve_id or 0)
            juge = regles.juger_eleve(e, contexte, None if fiche is None else ecriture_dossiers.colonnes(fiche))
            changes = ecrit.retenir(eleve_id, e, juge)
        if juge.anomalies:
            rapport.noter("ELE_ANO", eleve_id or 0, e.id_prv_ele, nom, *juge.anomalies)
        if changes:
            rapport.noter("ELE_MOD", eleve_id or 0, e.id_prv_ele, nom, ("", f"Modifié : {', '.join(changes)}."))


def _trouver(annuaire: Annuaire, e: EleveDossier, vus: set[int]) -> tuple[int | None, regles.Anomalie | None]:
    """The fiche of a pupil of the file (None: to be made), and why she cannot be taken."""
    if e.id_siecle_ele is not None and e.id_siecle_ele not in annuaire.par_id:
        return None, ("CREAT", f"L'identifiant SIECLE {e.id_siecle_ele} n'est pas celui d'un élève de la base.")
    fiche = (
        annuaire.par_id.get(e.id_siecle_ele or 0)
        or annuaire.par_ine.get(e.id_national or "")
        or annuaire.par_prv.get(e.id_prv_ele)
    )
    if fiche is None:
        memes = annuaire.par_etat_civil(e)
        if len(memes) > 1:
            return None, ("CREAT", "Plusieurs fiches de la base ont cet état civil.")
        fiche = memes[0] if memes else None
    if fiche is None:
        absent = ("SORTI", "L'élève est sorti et n'a pas de fiche dans la base.")
        return None, absent if e.sorti else None
    if fiche.eleve_id in vus:
        return fiche.eleve_id, ("CREAT", "Un autre élève du fichier désigne déjà cette fiche.")
    return fiche.eleve_id, None


def _signaler_a_completer(u: Unite, b: BaseEleves, ids: dict[int, int], rapport: _Rapport) -> None:
    """ACOMPL: the fiches of the file that still lack something."""
    for lue in fiches.toutes(u, b):
        e = lue.eleve
        if lue.manques and e.eleve_id in ids:
            phrase = "La fiche est à compléter : " + " ".join(m.phrase for m in lue.manques)
            rapport.noter("ELE_ANO", e.eleve_id, ids[e.eleve_id], f"{e.nom}, {e.prenom}", ("ACOMPL", phrase))
