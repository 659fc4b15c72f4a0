"""« Export de l'emploi du temps vers un socle »: ExportEmploiDuTemps for the ENT (EDT-45).

Source: guide 003 §4.1.1; reference sts-edt, section 5.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import time, timedelta

from msgspec import Struct
from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases
from services.edt.use_cases.exports import LOGICIEL, FichierExporte, noter, semaines_par_alternance
from services.edt.use_cases.groupes import structures_de
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.formats import edt
from shared.horloge.calendrier import CalendrierScolaire, calendrier_scolaire
from shared.persistence.unite import Unite

SEXES = {"1": edt.Sexe.MASCULIN, "2": edt.Sexe.FEMININ}
MINUTES = 60
PREMIERE, DERNIERE = 8, 17
"""The day of the grid, in hours."""


class _Contenu(Struct, frozen=True):
    """What the file is made of. Idents are ranks; `parties`: of a (group, class)."""

    uai: str
    matieres: dict[str, int]
    profs: dict[int, int]
    structures: dict[str, m.Structure]
    classes: dict[str, int]
    groupes: dict[str, int]
    parties: dict[tuple[str, str], int]
    masques: dict[str, int]


def exporter_ent(
    u: Unite, uai: str, annee: int, socle: str = rules.SOCLE, cle_publique: bytes | None = None
) -> FichierExporte:
    """Write the timetable for an ENT: clear, or in its container when the ENT's public key (PEM or DER) is given.

    Pupils are in the parts of classes that make the groups. A pupil whose sex is not known stays here, and is told.
    Raises `Inconnu` BASE_INCONNUE, SOCLE_INCONNU, `Refus` SANS_COURS, EDT_CLE_ILLISIBLE.
    """
    base = bases.trouver(u, uai, annee)
    if socle not in rules.SOCLES:
        raise Inconnu(
            f"Le socle ENT « {socle} » n'est pas dans la liste.",
            code="SOCLE_INCONNU",
            remede=f"Choisissez-le dans la liste : {', '.join(rules.SOCLES)}.",
        )
    cours = u.session.scalars(
        select(m.Cours).filter_by(uai=uai, annee=annee).order_by(m.Cours.jour, m.Cours.debut, m.Cours.numero)
    ).all()
    if not cours:
        raise Refus(
            "La base n'a aucun cours placé à exporter vers l'ENT.",
            code="SANS_COURS",
            remede="Placement > Lancer un placement automatique, puis recommencez.",
        )
    calendrier = calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone)
    premier = calendrier.rentree_eleves - timedelta(days=calendrier.rentree_eleves.weekday())
    matieres = {c.matiere: (c.matiere, c.matiere) for c in cours}
    for x in u.session.scalars(select(m.Matiere).filter_by(uai=uai, annee=annee)):
        matieres[x.code] = (x.sts_code or x.code, x.libelle)
    profs = u.session.scalars(select(m.Professeur).filter_by(uai=uai, annee=annee).order_by(m.Professeur.numero)).all()
    eleves = u.session.scalars(
        select(m.Eleve).filter_by(uai=uai, annee=annee).order_by(m.Eleve.cle_tri, m.Eleve.eleve_id)
    ).all()
    inscriptions = u.session.scalars(
        select(m.Appartenance).filter_by(uai=uai, annee=annee).order_by(m.Appartenance.eleve_id, m.Appartenance.groupe)
    ).all()
    structures = structures_de(u, uai, annee)
    contenu = _Contenu(
        uai=uai,
        matieres=_rangs(sorted(matieres)),
        profs={p.numero: rang for rang, p in enumerate(profs, 1)},
        structures=structures,
        classes=_rangs(s.code for s in structures.values() if s.type == "D"),
        groupes=_rangs(s.code for s in structures.values() if s.type == "G"),
        parties=_parties(structures, eleves, inscriptions),
        masques={
            alternance: edt.masque(edt.numero_semaine(lundi, premier) for lundi in semaines)
            for alternance, semaines in semaines_par_alternance(u, annee).items()
        },
    )
    connus = [e for e in eleves if e.sexe in SEXES]
    clair = io.BytesIO()
    edt.ecrire_edt(
        clair,
        edt.EnTete(uai=rules.etablissement(uai)),
        edt.AnneeScolaire(calendrier.rentree_eleves, calendrier.sortie_eleves, premier),
        _grille(),
        matieres=(
            edt.Matiere(ident, _code_gestion(matieres[code][0]), matieres[code][1])
            for code, ident in contenu.matieres.items()
        ),
        professeurs=(
            edt.Professeur(
                contenu.profs[p.numero],
                p.nom,
                p.prenom,
                id_sts=p.sts_id,
                idpn=edt.fabriquer_idpn(rules.etablissement(uai), "professeur", str(p.numero)),
            )
            for p in profs
        ),
        classes=(
            edt.Classe(ident, code, tuple(edt.Reference(n) for (_, d), n in contenu.parties.items() if d == code))
            for code, ident in contenu.classes.items()
        ),
        groupes=(
            edt.Groupe(
                ident, code, parties=tuple(edt.Reference(n) for (g, _), n in contenu.parties.items() if g == code)
            )
            for code, ident in contenu.groupes.items()
        ),
        eleves=_eleves(contenu, connus, inscriptions, calendrier),
        cours=_cours(u, annee, contenu, cours),
        reglages=edt.ReglagesEdt(),
    )
    octets = clair.getvalue() if cle_publique is None else _chiffrer(u, base, clair, rules.SOCLES[socle], cle_publique)
    nom = edt.nom_fichier_socle(rules.SOCLES[socle])
    avertissements = []
    if len(connus) < len(eleves):
        avertissements.append(
            f"{len(eleves) - len(connus)} élève(s) sans sexe connu ne sont pas dans le fichier : récupérez à nouveau "
            "les données des élèves depuis SIECLE."
        )
    message = f"L'emploi du temps a été exporté vers le socle {socle} dans le fichier {nom}"
    return noter(u, uai, annee, "ent", FichierExporte(nom, octets, message, tuple(avertissements)), len(cours))


def _rangs(codes: Iterable[str]) -> dict[str, int]:
    return {code: rang for rang, code in enumerate(codes, 1)}


def _parties(
    structures: dict[str, m.Structure], eleves: Sequence[m.Eleve], inscriptions: Sequence[m.Appartenance]
) -> dict[tuple[str, str], int]:
    """A part for each class that a group draws on, by its declared classes or by those of its pupils."""
    classes = {e.eleve_id: e.division for e in eleves}
    voulues = {(s.code, d) for s in structures.values() if s.type == "G" for d in s.divisions}
    voulues |= {(i.groupe, classes.get(i.eleve_id) or "") for i in inscriptions if i.groupe in structures}
    reelles = sorted((g, d) for g, d in voulues if d in structures and structures[d].type == "D")
    return {partie: rang for rang, partie in enumerate(reelles, 1)}


def _code_gestion(code: str) -> str:
    return nomenclatures.matiere(code).code_gestion if nomenclatures.matiere_existe(code) else code


def _grille() -> edt.GrilleHoraire:
    heures = range(PREMIERE, DERNIERE)
    return edt.GrilleHoraire(
        len(heures),
        MINUTES,
        tuple(sorted(rules.JOURS)),
        tuple(edt.Place(h - PREMIERE, time(h), time(h + 1)) for h in heures),
    )


def _eleves(
    contenu: _Contenu,
    eleves: Sequence[m.Eleve],
    inscriptions: Sequence[m.Appartenance],
    calendrier: CalendrierScolaire,
) -> Iterator[edt.Eleve]:
    par_eleve: dict[int, list[m.Appartenance]] = {}
    for i in inscriptions:
        par_eleve.setdefault(i.eleve_id, []).append(i)
    debut, fin = calendrier.rentree_eleves, calendrier.sortie_eleves
    for rang, e in enumerate(eleves, 1):
        classe = contenu.classes.get(e.division or "")
        parties = [
            edt.Appartenance(contenu.parties[i.groupe, e.division or ""], i.debut or debut, i.fin or fin)
            for i in par_eleve.get(e.eleve_id, [])
            if (i.groupe, e.division) in contenu.parties
        ]
        yield edt.Eleve(
            rang,
            e.nom_usage or e.nom,
            e.prenom,
            e.date_naissance,
            SEXES[e.sexe or ""],
            numero_national=e.ine,
            id_sconet=str(e.eleve_id),
            idpn=edt.fabriquer_idpn(rules.etablissement(contenu.uai), "eleve", str(e.eleve_id)),
            classes=() if classe is None else (edt.Appartenance(classe, debut, fin),),
            parties=tuple(parties),
        )


def _cours(u: Unite, annee: int, contenu: _Contenu, cours: Sequence[m.Cours]) -> Iterator[edt.Cours]:
    gens = {
        (s.structure, s.matiere, s.modalite): [int(e["numero"]) for e in s.enseignants]
        for s in u.session.scalars(select(m.Service).filter_by(uai=contenu.uai, annee=annee))
    }
    for c in cours:
        masque = contenu.masques[c.alternance]
        classe, groupe = contenu.classes.get(c.structure), contenu.groupes.get(c.structure)
        profs = [n for n in gens.get((c.structure, c.matiere, c.modalite), []) if n in contenu.profs]
        yield edt.Cours(
            jour=c.jour,
            place_debut=c.debut.hour - PREMIERE,
            nombre_places=max(1, c.minutes // MINUTES),
            matiere=edt.Reference(contenu.matieres[c.matiere]),
            professeurs=tuple(edt.Participation(contenu.profs[n], masque) for n in profs),
            classes=() if classe is None else (edt.Participation(classe, masque),),
            groupes=() if groupe is None else (edt.Participation(groupe, masque),),
        )


def _chiffrer(u: Unite, base: m.BaseEdt, clair: io.BytesIO, partenaire: str, cle_publique: bytes) -> bytes:
    alea = u.alea("export_ent", base.uai, base.annee, u.maintenant.isoformat())
    clair.seek(0)
    sortie = io.BytesIO()
    edt.ecrire_conteneur(
        sortie,
        clair,
        edt.EnTeteConteneur(LOGICIEL, u.horloge.local(), rules.etablissement(base.uai), base.nom or None, None),
        destinataires=(edt.Destinataire(partenaire, cle_publique),),
        cle=alea.randbytes(16),
        vecteur=alea.randbytes(16),
        alea=alea,
    )
    return sortie.getvalue()
