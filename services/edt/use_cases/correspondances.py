"""« Correspondances EDT/STSWEB »: what stands for what (EDT-16 to EDT-19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import delete, select

from services.edt import models as m
from services.edt.use_cases import bases
from shared.contracts.refus import Inconnu, Refus
from shared.formats.sts.enregistrements import StsEmp
from shared.identifiers import cle_tri
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite

Genre = Literal["matiere", "professeur", "classe", "groupe"]
GENRES: tuple[Genre, ...] = ("matiere", "professeur", "classe", "groupe")
TYPES_STRUCTURE = {"classe": "D", "groupe": "G"}
# Two classes of EDT cannot stand for one of STS; two matières may.
EXCLUSIFS = ("professeur", "classe", "groupe")


@dataclass(frozen=True, slots=True)
class Correspondance:
    """A line of the tab: something of EDT, and its counterpart in STS-Web (None: none)."""

    genre: Genre
    code: str
    libelle: str
    sts_code: str | None
    sts_libelle: str = ""


class Choix(Struct, frozen=True):
    """A counterpart to give; `sts_code` None takes it away."""

    genre: Genre
    code: str
    sts_code: str | None


def lister(u: Unite, uai: str, annee: int, genre: Genre) -> list[Correspondance]:
    """The lines of a tab, those without counterpart first."""
    bases.trouver(u, uai, annee)
    noms = {d.code: d.libelle for d in donnees_sts(u, uai, annee, genre)}
    lignes = [
        Correspondance(
            genre,
            _code(x),
            _libelle(x),
            _contrepartie(x),
            noms.get(_contrepartie(x) or "", ""),
        )
        for x in _objets(u, uai, annee, genre)
    ]
    return sorted(lignes, key=lambda c: (c.sts_code is not None, cle_tri(c.libelle), c.code))


def donnees_sts(u: Unite, uai: str, annee: int, genre: Genre) -> list[m.DonneeSts]:
    """What STS-Web holds of that kind, according to the last file, by label."""
    lignes = u.session.scalars(select(m.DonneeSts).filter_by(uai=uai, annee=annee, genre=genre))
    return sorted(lignes, key=lambda d: (cle_tri(d.libelle), d.code))


def etablir(u: Unite, uai: str, annee: int, choix: Sequence[Choix]) -> int:
    """Give or take away counterparts by hand.

    Raises `Inconnu` LIGNE_INCONNUE, DONNEE_STS_INCONNUE, `Refus` CORRESPONDANCE_PRISE.
    """
    bases.trouver(u, uai, annee)
    for c in choix:
        objets = {_code(x): x for x in _objets(u, uai, annee, c.genre)}
        objet = objets.get(c.code)
        if objet is None:
            raise Inconnu(
                f"« {c.code} » n'est pas dans la base.",
                code="LIGNE_INCONNUE",
                remede="Choisissez une ligne de la liste.",
            )
        if c.sts_code is None:
            _associer(objet, None)
            continue
        donnee = u.session.get(m.DonneeSts, (uai, annee, c.genre, c.sts_code))
        if donnee is None:
            raise Inconnu(
                f"« {c.sts_code} » n'est pas dans les données de STSWEB.",
                code="DONNEE_STS_INCONNUE",
                remede="Récupérez les données de STSWEB, puis choisissez dans la liste.",
            )
        if c.genre in EXCLUSIFS:
            for autre in objets.values():
                if autre is not objet and _contrepartie(autre) == c.sts_code:
                    raise Refus(
                        f"« {c.sts_code} » de STSWEB correspond déjà à « {_libelle(autre)} ».",
                        code="CORRESPONDANCE_PRISE",
                        statut=409,
                        remede="Supprimez d'abord l'autre correspondance.",
                    )
        _associer(objet, donnee)
    u.session.flush()
    u.journaliser("correspondances", "Correspondances établies", uai=uai, annee=annee, nb=len(choix))
    return len(choix)


def retenir(u: Unite, uai: str, annee: int, doc: StsEmp) -> None:
    """Keep what a `sts_emp` holds, and undo the counterparts that it holds no more (EDT-19)."""
    table = m.DonneeSts
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee))
    lignes: dict[tuple[str, str], dict[str, str]] = {}

    def garder(genre: Genre, code: str, libelle: str, type_: str = "") -> None:
        lignes.setdefault(
            (genre, code),
            {"genre": genre, "code": code, "libelle": libelle, "type": type_},
        )

    for x in doc.nomenclatures.matieres:
        garder("matiere", x.code, x.libelle_edition or x.libelle_long)
    for i in (*doc.individus, *doc.suppleants):
        garder("professeur", i.id, f"{i.nom_usage} {i.prenom}", i.type or "epp")
    for d in doc.divisions:
        garder("classe", d.code, d.libelle_long)
    for g in doc.groupes:
        garder("groupe", g.code, g.libelle_long)
    inserer(u.session, table, [{"uai": uai, "annee": annee} | x for x in lignes.values()])
    for genre in GENRES:
        connus = {code for g, code in lignes if g == genre}
        for objet in _objets(u, uai, annee, genre):
            if _contrepartie(objet) not in connus:
                _associer(objet, None)


def rechercher(u: Unite, uai: str, annee: int) -> int:
    """« Établir les correspondances » again, after something was added to the base; how many were found.

    Raises `Inconnu` BASE_INCONNUE, `Refus` SANS_STSWEB.
    """
    if bases.trouver(u, uai, annee).sts_importe_le is None:
        raise Refus(
            "La base n'a encore aucune donnée de STSWEB.",
            code="SANS_STSWEB",
            statut=409,
            remede="Fichier > Avec STSWEB > Récupérer les données, puis recommencez.",
        )
    trouves = rapprocher(u, uai, annee)
    u.journaliser("correspondances", "Correspondances recherchées", uai=uai, annee=annee, nb=trouves)
    return trouves


def rapprocher(u: Unite, uai: str, annee: int) -> int:
    """Find by name the counterparts that are missing (EDT-16); how many were found."""
    trouves = 0
    for genre in GENRES:
        objets = _objets(u, uai, annee, genre)
        pris = {_contrepartie(x) for x in objets if genre in EXCLUSIFS}
        donnees = [d for d in donnees_sts(u, uai, annee, genre) if d.code not in pris]
        par_code = {d.code: d for d in donnees}
        par_nom = {cle_tri(d.libelle): d for d in reversed(donnees)}
        for objet in objets:
            if _contrepartie(objet) is not None:
                continue
            donnee = par_nom.get(cle_tri(_libelle(objet))) if genre == "professeur" else par_code.get(_code(objet))
            if donnee is None and genre == "matiere":
                donnee = par_nom.get(cle_tri(_libelle(objet)))
            if donnee is None or donnee.code in pris:
                continue
            _associer(objet, donnee)
            if genre in EXCLUSIFS:
                pris.add(donnee.code)
            trouves += 1
    u.session.flush()
    return trouves


def _objets(u: Unite, uai: str, annee: int, genre: Genre) -> Sequence[Any]:
    ici: dict[str, Any] = {"uai": uai, "annee": annee}
    if genre == "matiere":
        return u.session.scalars(select(m.Matiere).filter_by(**ici).order_by(m.Matiere.code)).all()
    if genre == "professeur":
        return u.session.scalars(select(m.Professeur).filter_by(**ici).order_by(m.Professeur.numero)).all()
    requete = select(m.Structure).filter_by(**ici, type=TYPES_STRUCTURE[genre])
    return u.session.scalars(requete.order_by(m.Structure.code)).all()


def _code(objet: Any) -> str:
    return str(objet.numero) if isinstance(objet, m.Professeur) else str(objet.code)


def _libelle(objet: Any) -> str:
    if isinstance(objet, m.Professeur):
        return f"{objet.nom} {objet.prenom}".strip()
    if isinstance(objet, m.Matiere):
        return objet.libelle
    return str(objet.code)


def _contrepartie(objet: Any) -> str | None:
    lu: str | None = objet.sts_id if isinstance(objet, m.Professeur) else objet.sts_code
    return lu


def _associer(objet: Any, donnee: m.DonneeSts | None) -> None:
    if not isinstance(objet, m.Professeur):
        objet.sts_code = donnee.code if donnee else None
    elif donnee is None:
        objet.sts_id = None
    else:
        objet.sts_id, objet.sts_type = donnee.code, donnee.type or "epp"


def manquantes(correspondances: Iterable[Correspondance]) -> int:
    """How many lines have no counterpart."""
    return sum(1 for c in correspondances if c.sts_code is None)
