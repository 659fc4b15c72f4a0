"""Options, groups and their members, where the files do not give them.

Source: reference nomenclatures section 2.3 (what is chosen in a MEF); EDT-09, EDT-35.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from math import ceil

from msgspec.structs import replace

from rentree.demo.entree.codes import est_option, matiere_du_nom, programme
from rentree.demo.entree.donnees import INVENTE, Ecole, GroupeLu, Sources
from rentree.demo.entree.eleves import niveau_de
from rentree.population import Eleve, Groupe, Option
from shared.identifiers import cle_tri
from shared.nomenclatures import langue_de, matiere, matiere_de_gestion

_PLAFOND = 29
_LONGUEUR = 8
_LV1, _LV2, _SCIENCES = "AGL1", "ESP2", "SVT"


def nommer_matieres(ecole: Ecole) -> None:
    """A matière for the groups that no service gives one: the one that their name says."""
    for g in ecole.groupes.values():
        if not g.matieres and (trouvee := matiere_du_nom(f"{g.code} {g.libelle}")):
            g.matieres.append(trouvee)


def choisir_options(ecole: Ecole, academie: str, hasard: random.Random, sources: Sources) -> None:
    """Options for pupils who have none: LV1, the languages and options of the groups of their division, LV2.

    Pupils of the files who have options keep them, and those without any when others have some.
    """
    if not ecole.eleves or any(e.scolarite and e.scolarite.options for e in ecole.eleves):
        return
    preneurs: dict[int, list[str]] = {}
    inscrits = {m: g for g in ecole.groupes.values() for m in g.membres}
    for g in _par_rang(ecole.groupes.values()):
        candidats = ecole.eleves_de(g.divisions)
        for code in g.matieres:
            rang = _rang(code)
            if not any(est_option(code, programme(e.scolarite.mef, academie)) for e in candidats[:1] if e.scolarite):
                continue
            libres = [e for e in candidats if all(_rang(m) != rang or not rang for m in preneurs.get(e.id, ()))]
            choisis = [e for e in libres if e.id in g.membres]
            if not inscrits:
                freres = sum(1 for x in ecole.groupes.values() if code in x.matieres and x.divisions == g.divisions)
                nombre = min(g.prevu or ceil(len(candidats) / (freres + 1)), _PLAFOND, len(libres))
                choisis = hasard.sample(libres, nombre)
            for e in choisis:
                preneurs.setdefault(e.id, []).append(code)
    ecole.eleves = [_avec_options(e, preneurs.get(e.id, []), academie) for e in ecole.eleves]
    sources.noter("options", INVENTE)


def _par_rang(groupes: Iterable[GroupeLu]) -> list[GroupeLu]:
    """Rare choices first: a small group is filled before a large one takes everybody."""
    return sorted(groupes, key=lambda g: (g.prevu or _PLAFOND, g.code))


def _rang(code: str) -> int:
    """The rank of a living language, 0 for what can be added to anything."""
    langue = langue_de(code)
    return langue.rang if langue is not None else 0


def _avec_options(e: Eleve, choisies: list[str], academie: str) -> Eleve:
    assert e.scolarite is not None
    obligatoires = {p.matiere for p in programme(e.scolarite.mef, academie) if p.modalite == "O"}
    codes = list(dict.fromkeys(choisies))
    for rang, gestion in ((1, _LV1), (2, _LV2)):
        defaut = matiere_de_gestion(gestion).code
        if defaut in obligatoires and all(_rang(c) != rang for c in codes):
            codes.append(defaut)
    codes.sort(key=lambda c: (_rang(c) or 9, c))
    options = tuple(Option(n, c, "O" if _rang(c) in (1, 2) else "F") for n, c in enumerate(codes, 1))
    return replace(e, scolarite=replace(e.scolarite, options=options))


def inventer_groupes(ecole: Ecole, academie: str, sources: Sources) -> None:
    """Groups for what pupils chose, level by level, when no file gives any: not where whole divisions take it."""
    if ecole.groupes:
        return
    preneurs: dict[tuple[int, str], list[Eleve]] = {}
    for e in ecole.eleves:
        place = e.scolarite
        if place is None or place.division is None:
            continue
        for o in place.options:
            if est_option(o.matiere, programme(place.mef, academie)):
                preneurs.setdefault((niveau_de(e), o.matiere), []).append(e)
    pris = set(ecole.divisions)
    for (niveau, code), tous in sorted(preneurs.items(), key=lambda x: (-x[0][0], x[0][1])):
        ids = {e.id for e in tous}
        entieres = {d for d in ecole.divisions if all(e.id in ids for e in ecole.eleves_de([d]))}
        eleves = _ranger([e for e in tous if ecole.division_de(e) not in entieres], ecole)
        nombre = ceil(len(eleves) / _PLAFOND)
        for rang in range(nombre):
            membres = eleves[len(eleves) * rang // nombre : len(eleves) * (rang + 1) // nombre]
            nom = _nom_de_groupe(niveau, code, rang + 1 if nombre > 1 else 0, pris)
            divisions = list(dict.fromkeys(d for e in membres if (d := ecole.division_de(e))))
            groupe = GroupeLu(nom, matiere(code).libelle_court[:20], divisions, [code], len(membres))
            groupe.membres = [e.id for e in membres]
            # Nobody has two languages of one rank: their groups are taught together.
            groupe.barrette = f"{niveau}LV{_rang(code)}" if _rang(code) else None
            ecole.groupes[nom] = groupe
    if ecole.groupes:
        sources.noter("groupes et appartenances", INVENTE, "d'après les options des élèves")


def inventer_demi_groupes(ecole: Ecole, sources: Sources) -> None:
    """Half-classes of sciences, for a school in which nobody would be in a group: the demo has links to carry."""
    pris = {*ecole.divisions, *ecole.groupes}
    sciences = matiere_de_gestion(_SCIENCES).code
    for code, division in ecole.divisions.items():
        eleves = _ranger(ecole.eleves_de([code]), ecole)
        for rang, moitie in enumerate((eleves[: len(eleves) // 2], eleves[len(eleves) // 2 :]), 1):
            nom = f"{code[: _LONGUEUR - 3].strip()}_G{rang}"
            if moitie and nom not in pris:
                pris.add(nom)
                libelle = f"{division.code} GROUPE {rang}"[:20]
                groupe = GroupeLu(nom, libelle, [code], [sciences], len(moitie), [e.id for e in moitie])
                groupe.barrette = f"{code}-TP"
                ecole.groupes[nom] = groupe
    sources.noter("demi-groupes et appartenances", INVENTE)


def _ranger(eleves: Iterable[Eleve], ecole: Ecole) -> list[Eleve]:
    return sorted(eleves, key=lambda e: (ecole.division_de(e) or "", cle_tri(e.nom), cle_tri(e.prenom), e.id))


def _nom_de_groupe(niveau: int, code: str, rang: int, pris: set[str]) -> str:
    prefixe = str(niveau) if niveau > 0 else "T"
    gestion = "".join(c for c in matiere(code).code_gestion if c.isalnum() or c in "-_")
    nom = f"{prefixe}{gestion}{f'G{rang}' if rang else ''}"[:_LONGUEUR]
    for suite in range(2, 100):
        if nom not in pris:
            break
        nom = f"{nom[: _LONGUEUR - len(str(suite)) - 1]}-{suite}"
    pris.add(nom)
    return nom


def inventer_membres(ecole: Ecole, sources: Sources) -> None:
    """Members for the groups of the files, when no file says who is in them.

    Pupils of the group's divisions who chose its matière (or all, for a matière that everybody has), shared between
    the groups of the same divisions and matière.
    """
    if not ecole.groupes or any(g.membres for g in ecole.groupes.values()):
        return
    series: dict[tuple[tuple[str, ...], tuple[str, ...]], list[GroupeLu]] = {}
    for g in ecole.groupes.values():
        series.setdefault((tuple(sorted(g.divisions)), tuple(sorted(g.matieres))), []).append(g)
    for (divisions, matieres), serie in series.items():
        eleves = _ranger(ecole.eleves_de(divisions), ecole)
        choisissent = [e for e in eleves if _prend(e, matieres)]
        retenus = choisissent or eleves
        for rang, g in enumerate(serie):
            part = retenus[len(retenus) * rang // len(serie) : len(retenus) * (rang + 1) // len(serie)]
            g.membres = [e.id for e in part]
    sources.noter("appartenances aux groupes", INVENTE)


def _prend(e: Eleve, matieres: Sequence[str]) -> bool:
    return e.scolarite is not None and any(o.matiere in matieres for o in e.scolarite.options)


def ecrire_groupes(ecole: Ecole, sources: Sources) -> tuple[Groupe, ...]:
    """The groups as the timetable software takes them; those that it would not are left out, and told.

    It wants each attached to a class, and no group named like a class (EDT-09).
    """
    places = {e.id: e for e in ecole.eleves}
    for g in ecole.groupes.values():
        g.divisions = g.divisions or sorted(
            {d for m in g.membres if m in places and (d := ecole.division_de(places[m]))}
        )
    barrettes = _barrettes(ecole)
    groupes, laisses = [], 0
    for code, g in ecole.groupes.items():
        if not g.divisions or code in ecole.divisions:
            laisses += 1
            continue
        membres = tuple(m for m in dict.fromkeys(g.membres) if m in places)
        mefs = {s.mef for m in membres if (s := places[m].scolarite)}
        mefs = mefs or {m for d in g.divisions for m in ecole.divisions[d].mefs}
        groupes.append(
            Groupe(
                code=code,
                libelle=g.libelle or code,
                matiere=g.matieres[0] if g.matieres else "",
                mefs=tuple(sorted(mefs)),
                divisions=tuple(g.divisions),
                membres=membres,
                barrette=barrettes.get(code),
            )
        )
    if laisses:
        sources.noter("groupes laissés", f"{laisses}, sans division ou du nom d'une division")
    return tuple(groupes)


def _barrettes(ecole: Ecole) -> dict[str, str]:
    """Which groups are taught together: at the same hours in the files' timetable, else when no pupil is in two.

    Only groups of the same divisions are looked at.
    """
    alignes: list[list[GroupeLu]] = []
    for g in (g for g in ecole.groupes.values() if g.barrette is None):
        place = next((b for b in alignes if _ensemble(b, g)), None)
        if place is None:
            alignes.append([g])
        else:
            place.append(g)
    utiles = [b for b in alignes if len(b) > 1]
    trouvees = {g.code: f"B{rang}" for rang, barrette in enumerate(utiles, 1) for g in barrette}
    return trouvees | {g.code: g.barrette for g in ecole.groupes.values() if g.barrette is not None}


def _ensemble(barrette: list[GroupeLu], g: GroupeLu) -> bool:
    premier = barrette[0]
    if not g.divisions or set(premier.divisions) != set(g.divisions) or premier.creneaux != g.creneaux:
        return False
    return all(not set(autre.membres) & set(g.membres) for autre in barrette)
