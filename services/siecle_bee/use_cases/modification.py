"""Changing fiches: Compléter, saisie en masse, suppression, déscolarisation.

Source: procedures BEE-16, BEE-21 to BEE-27, BEE-30, BEE-62; NOM-06.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Text, column, delete, func, literal, select, update

from services.siecle_bee.models import BaseEleves, Eleve, OptionEleve
from services.siecle_bee.rules import peignes
from services.siecle_bee.rules.structures import verifier_groupe, verifier_options, verifier_scolarite
from services.siecle_bee.use_cases import bases, nomenclatures
from services.siecle_bee.use_cases.creation import Creation, creer_fiches, ecrire_adresse
from services.siecle_bee.use_cases.dossier_eple import options_de
from services.siecle_bee.use_cases.dossiers import sortir
from services.siecle_bee.use_cases.fiches import de_la_base, eleve
from services.siecle_bee.use_cases.groupes import ecrire_liens
from services.siecle_bee.use_cases.ine import demander_ines
from services.siecle_bee.use_cases.masse import copier
from shared.contracts.echanges import AdresseMsg, DossierEleveMsg, OptionMsg
from shared.contracts.refus import Refus
from shared.identifiers import cle_tri
from shared.nomenclatures import liste
from shared.persistence.unite import Unite

# What a fiche lets change, as columns; the rest has its own rule below.
CHAMPS_SIMPLES = frozenset(
    {
        "nom",
        "nom_usage",
        "prenom",
        "prenom2",
        "prenom3",
        "sexe",
        "date_naissance",
        "pays_naissance",
        "commune_naissance",
        "ville_naissance",
        "nationalite",
        "regime",
        "statut",
        "redoublant",
        "boursier",
        "transport",
        "telephone_personnel",
        "telephone_portable",
        "telephone_professionnel",
        "accepte_sms",
        "mel",
        "date_entree",
    }
)


CREATION = (
    "nom",
    "nom_usage",
    "date_naissance",
    "pays_naissance",
    "commune_naissance",
    "ville_naissance",
    "nationalite",
    "adresse",
)
"""What of a dossier typed in full goes through the masks, beside the first name."""


def verifier_regime(regime: str) -> None:
    """Refuse a régime that is not in the nomenclature (REGIME_INCONNU); "" is none."""
    if regime and regime not in {e.code for e in liste("regimes")}:
        raise Refus(
            f"Le régime « {regime} » n'est pas dans la nomenclature.",
            code="REGIME_INCONNU",
            remede="Choisissez un régime de la liste (0 externe libre, 2 demi-pensionnaire, 3 interne…).",
        )


def creer(u: Unite, b: BaseEleves, dossier: DossierEleveMsg) -> Creation:
    """Création: a fiche typed in full, for a pupil from elsewhere (BEE-19). Its INE is asked for if it lacks.

    Raises `Refus` (PEIGNE_DE_SAISIE, or ELEVE_DEJA_PRESENT when her INE is already in this base).
    """
    verifier_regime(dossier.regime)
    saisi = {nom: getattr(dossier, nom) for nom in CREATION} | {"prenom": dossier.prenoms[0] if dossier.prenoms else ""}
    peignes.verifier(saisi, jour=u.horloge.aujourd_hui())
    creation = creer_fiches(u, b, [dossier], "creation")
    if creation.deja:
        raise Refus(
            "Un élève de cette base a déjà cet INE.",
            code="ELEVE_DEJA_PRESENT",
            remede="Ouvrez la fiche existante ; si l'élève revient, supprimez sa date de sortie.",
            statut=409,
            details={"eleve_id": next(iter(creation.deja.values()))},
        )
    resume = {"eleve_id": next(iter(creation.crees.values()))}
    u.journaliser("creation_fiche", "Fiche élève créée", uai=b.uai, annee=b.millesime, nb=1, resume=resume)
    return creation


def modifier(u: Unite, b: BaseEleves, eleve_id: int, changements: dict[str, Any]) -> Eleve:
    """« Compléter » or MAJ of a fiche.

    Arguments: `changements`, by name: the columns of `CHAMPS_SIMPLES`, `mef`, `division`, `options` (OptionMsg),
    `adresse` (AdresseMsg), `date_sortie` with `motif_sortie` (None: the pupil comes back).
    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (MEF_NON_PROFILE, DIVISION_NON_ENVOYEE, DIVISION_HORS_MEF,
    OPTION_INCONNUE, those of `verifier_options`, PEIGNE_DE_SAISIE, REGIME_INCONNU, MOTIF_SORTIE_INCONNU,
    DATE_SORTIE_INVALIDE).
    """
    fiche = eleve(u, b, eleve_id)
    peignes.verifier(changements, jour=u.horloge.aujourd_hui())
    options: Sequence[OptionMsg] | None = changements.get("options")
    if {"mef", "division", "options"} & set(changements):
        connues = bases.scolarites(u, b)
        verifier_scolarite(
            changements.get("mef", fiche.mef) if "mef" in changements or changements.get("division") else "",
            changements.get("division", fiche.division) if "division" in changements else "",
            [o.matiere for o in options or ()],
            profiles=connues.mefs,
            divisions=connues.divisions,
            matieres_profilees=nomenclatures.matieres_profilees(u, b) if options else {},
        )
    verifier_options(options or ())
    if "regime" in changements:
        verifier_regime(changements["regime"])
    for nom in sorted(set(changements) & CHAMPS_SIMPLES):
        setattr(fiche, nom, changements[nom])
    fiche.cle_tri = cle_tri(f"{fiche.nom} {fiche.prenom}")
    fiche.cle_usage = cle_tri(fiche.nom_usage)
    if "mef" in changements:
        fiche.mef = changements["mef"]
        fiche.mef_propose = ""
    if "division" in changements:
        fiche.division = changements["division"]
    if "adresse" in changements:
        fiche.adresse_id = ecrire_adresse(u, b, changements["adresse"] or AdresseMsg())
    fiche.modifie_le = u.maintenant
    u.session.flush()
    if options is not None:
        _remplacer_options(u, b, {eleve_id: options})
    if "date_sortie" in changements:
        _changer_sortie(u, b, fiche, changements["date_sortie"], changements.get("motif_sortie") or "")
    demander_ines(u, b, [eleve_id])
    u.journaliser(
        "modification_fiche",
        "Fiche élève modifiée",
        uai=b.uai,
        annee=b.millesime,
        nb=1,
        resume={"champs": sorted(changements), "eleve_id": eleve_id},
    )
    return fiche


def _changer_sortie(u: Unite, b: BaseEleves, fiche: Eleve, sortie: date | None, motif: str) -> None:
    if sortie is None:
        fiche.date_sortie = None
        fiche.motif_sortie = ""
    else:
        sortir(u, b, [fiche.eleve_id], sortie, motif)


def _remplacer_options(u: Unite, b: BaseEleves, options: dict[int, Sequence[OptionMsg]]) -> None:
    u.session.execute(
        delete(OptionEleve).where(
            OptionEleve.uai == b.uai, OptionEleve.millesime == b.millesime, OptionEleve.eleve_id.in_(options)
        )
    )
    lignes = {
        (eleve_id, o.rang): {
            "uai": b.uai,
            "millesime": b.millesime,
            "eleve_id": eleve_id,
            "rang": o.rang,
            "matiere": o.matiere,
            "modalite": o.modalite,
        }
        for eleve_id, choisies in options.items()
        for o in choisies
    }
    copier(u, OptionEleve, list(lignes.values()))


class LigneSaisie(Struct, frozen=True):
    """One line of Saisie en masse; None leaves as it is. `groupe`: one more group to put the pupil in."""

    eleve_id: int
    mef: str | None = None
    division: str | None = None
    options: Sequence[OptionMsg] | None = None
    regime: str | None = None
    groupe: str | None = None


def options_augmentees(u: Unite, b: BaseEleves, ids: Sequence[int], ajout: OptionMsg) -> dict[int, list[OptionMsg]]:
    """The options of pupils with one more, or in another modality for those who have it: by ELEVE_ID."""
    connues = options_de(u, b, ids)
    augmentees: dict[int, list[OptionMsg]] = {}
    for eleve_id in ids:
        siennes = [
            OptionMsg(matiere=o.matiere, modalite=o.modalite, rang=o.rang)
            for o in connues.get(eleve_id, [])
            if o.matiere != ajout.matiere
        ]
        libre = next(rang for rang in count(1) if rang not in {o.rang for o in siennes})
        augmentees[eleve_id] = [*siennes, ajout.avec(rang=libre)]
    return augmentees


def saisir_en_masse(u: Unite, b: BaseEleves, lignes: Sequence[LigneSaisie]) -> dict[str, Any]:
    """Affectation and Saisie en masse: MEF, division, options, régime and groups of many pupils at once.

    A line that cannot be taken is refused alone, with its reason; the others are written.
    """
    fiches = {
        eleve_id: (mef, division, regime)
        for eleve_id, mef, division, regime in u.session.execute(
            select(Eleve.eleve_id, Eleve.mef, Eleve.division, Eleve.regime).where(de_la_base(b))
        )
    }
    connues = bases.scolarites(u, b)
    matieres = nomenclatures.matieres_profilees(u, b)
    changes: dict[int, tuple[str, str, str]] = {}
    options: dict[int, Sequence[OptionMsg]] = {}
    groupes_connus = {g.code: g.mefs for g in bases.groupes(u, b)} if any(li.groupe for li in lignes) else {}
    inscrits: dict[int, str] = {}
    refus: list[dict[str, Any]] = []
    for ligne in lignes:
        try:
            if ligne.eleve_id not in fiches:
                raise Refus(
                    f"L'élève d'identifiant {ligne.eleve_id} n'existe pas dans cette base.", code="ELEVE_INCONNU"
                )
            avant = fiches[ligne.eleve_id]
            mef = avant[0] if ligne.mef is None else ligne.mef
            division = avant[1] if ligne.division is None else ligne.division
            verifier_scolarite(
                mef,
                division,
                [o.matiere for o in ligne.options or ()],
                profiles=connues.mefs,
                divisions=connues.divisions,
                matieres_profilees=matieres,
            )
            verifier_options(ligne.options or ())
            if ligne.groupe:
                verifier_groupe(ligne.groupe, mef, groupes_connus)
            regime = avant[2] if ligne.regime is None else ligne.regime
            verifier_regime(regime)
        except Refus as erreur:
            refus.append(
                {
                    "eleve_id": ligne.eleve_id,
                    "code": erreur.code,
                    "phrase": erreur.phrase,
                    "remede": erreur.remede,
                }
            )
            continue
        fiches[ligne.eleve_id] = (mef, division, regime)
        changes[ligne.eleve_id] = (mef, division, regime)
        if ligne.options is not None:
            options[ligne.eleve_id] = ligne.options
        if ligne.groupe:
            inscrits[ligne.eleve_id] = ligne.groupe
    if changes:
        _ecrire_scolarites(u, b, changes)
    if options:
        _remplacer_options(u, b, options)
    if inscrits:
        ecrire_liens(u, b, inscrits)
    u.journaliser(
        "saisie_en_masse",
        "Saisie en masse : MEF, divisions, options, régimes, groupes",
        uai=b.uai,
        annee=b.millesime,
        nb=len(changes),
        nb_refus=len(refus),
        resume={"codes": sorted({r["code"] for r in refus})},
    )
    return {"modifies": len(changes), "refuses": len(refus), "refus": refus}


def _ecrire_scolarites(u: Unite, b: BaseEleves, changes: Mapping[int, tuple[str, str, str]]) -> None:
    """Write MEF, division and régime of pupils, by ELEVE_ID, in one statement."""
    ids = sorted(changes)
    valeurs = [literal([changes[i][rang] for i in ids], ARRAY(Text)) for rang in range(3)]
    saisies = (
        func.unnest(literal(ids, ARRAY(BigInteger)), *valeurs)
        .table_valued(column("eleve_id", BigInteger), *(column(nom, Text) for nom in ("mef", "division", "regime")))
        .render_derived(name="saisies")
    )
    u.session.execute(
        update(Eleve)
        .where(de_la_base(b), Eleve.eleve_id == saisies.c.eleve_id)
        .values(mef=saisies.c.mef, division=saisies.c.division, regime=saisies.c.regime, modifie_le=u.maintenant)
        .execution_options(synchronize_session=False)
    )


def supprimer(u: Unite, b: BaseEleves, eleve_id: int) -> None:
    """Fiches élèves > Suppression (BEE-30): the fiche goes, with its links; persons stay in the base."""
    u.session.delete(eleve(u, b, eleve_id))
    u.session.flush()
    u.journaliser("suppression_fiche", "Fiche élève supprimée", uai=b.uai, annee=b.millesime, nb=1)


def supprimer_plusieurs(u: Unite, b: BaseEleves, ids: Collection[int]) -> int:
    """Fiches élèves > Suppression on the fiches ticked, all or none; how many.

    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (AUCUN_ELEVE).
    """
    if not ids:
        raise Refus(
            "Aucune fiche n'est choisie.",
            code="AUCUN_ELEVE",
            remede="Cochez au moins une fiche de la liste.",
        )
    for eleve_id in sorted(set(ids)):
        supprimer(u, b, eleve_id)
    return len(set(ids))
