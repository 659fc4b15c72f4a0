"""Joining what the files say of divisions, groups, services and staff.

The remontée of the timetable (`emp_sts`) is later than `sts_emp`: its groups and services replace those of STS-Web
(« annule et remplace », STS-46). Labels and MEF of divisions are only in `sts_emp` and in SIECLE's Structures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from rentree.demo.entree.codes import MEF_DU_NIVEAU, Codes, niveau_du_mef, niveau_du_nom
from rentree.demo.entree.documents import Documents
from rentree.demo.entree.donnees import DivisionLue, Ecole, GroupeLu, Sources
from rentree.population import Service
from shared.formats import sts
from shared.formats.reconnaissance import Famille

LONGUEUR_LIBELLE = 20
_LOCAUX = 10**12


def joindre_divisions(ecole: Ecole, d: Documents, codes: Codes, sources: Sources) -> None:
    """Every division that a file names, with its MEF."""
    if d.sts is not None:
        for x in d.sts.divisions:
            lue = _division(ecole, x.code, x.libelle_long)
            lue.prevu = x.effectif_calcule or x.effectif_prevu
            for m in x.mefs:
                code = codes.mef(m.code.strip())
                if code:
                    lue.mefs[code] = (lue.mefs.get(code) or 0) + (m.effectif_calcule or m.effectif_prevu or 0) or None
    if d.structures is not None:
        for y in d.structures.divisions:
            lue = _division(ecole, y.code, y.libelle_long or "")
            for mef in y.mefs:
                if code := codes.mef(mef):
                    lue.mefs.setdefault(code, None)
    if d.emp is not None and d.sts is None:
        for x in d.emp.divisions:
            _division(ecole, x.code, "")
    if d.eleves is not None:
        for e in d.eleves.eleves:
            code = codes.mef(e.code_mef)
            if e.division and e.date_sortie is None:
                lue = _division(ecole, e.division, "")
                if code:
                    lue.mefs.setdefault(code, None)
    for lue in ecole.divisions.values():
        _situer(lue)
    if ecole.divisions:
        familles = (Famille.STS_EMP, Famille.SIECLE_STRUCTURES, Famille.SIECLE_ELEVES, Famille.EMP_STS)
        sans_mef = d.sts is None and d.structures is None and d.eleves is None
        sources.noter("divisions", d.origine(*familles), "MEF déduits de leurs noms" if sans_mef else "")


def _division(ecole: Ecole, code: str, libelle: str) -> DivisionLue:
    code = code.strip()
    lue = ecole.divisions.setdefault(code, DivisionLue(code, "", -9))
    lue.libelle = lue.libelle or libelle.strip()[:LONGUEUR_LIBELLE].strip()
    return lue


def _situer(lue: DivisionLue) -> None:
    """Give a division its level, a MEF when it has none, and a label."""
    niveaux = [n for m in sorted(lue.mefs) if (n := niveau_du_mef(m)) is not None]
    trouve = niveaux[0] if niveaux else niveau_du_nom(lue.code)
    lue.niveau = 6 if trouve is None else trouve
    if not lue.mefs:
        lue.mefs = {MEF_DU_NIVEAU.get(lue.niveau, MEF_DU_NIVEAU[0]): lue.prevu}
    lue.libelle = lue.libelle or lue.code[:LONGUEUR_LIBELLE]


def joindre_groupes(ecole: Ecole, d: Documents, codes: Codes, sources: Sources) -> None:
    """The groups of the files, then the services of divisions and groups; what cannot be taken is counted."""
    connus = {x.code.strip(): x for x in (d.sts.groupes if d.sts else ())}
    lus: Sequence[sts.Groupe] = d.emp.groupes if d.emp is not None else tuple(connus.values())
    for x in lus:
        code = x.code.strip()
        avant = connus.get(code, x)
        rattachees = x.divisions or avant.divisions
        libelle = x.libelle_long or avant.libelle_long
        g = _groupe(ecole, code, libelle, (r.code for r in rattachees))
        g.prevu = x.effectif_prevu or avant.effectif_prevu or x.effectif_max_edt
        g.creneaux = _creneaux(x.services)
    if d.structures is not None:
        deja = set(ecole.groupes)
        for y in d.structures.groupes:
            # With a file of STS or of the timetable, BEE's older groups count only for their members.
            if y.code in deja or (d.sts is None and d.emp is None):
                _groupe(ecole, y.code, y.libelle_long or "", y.divisions)
    if ecole.groupes:
        familles = (Famille.EMP_STS,) if d.emp is not None else (Famille.STS_EMP,)
        sources.noter("groupes", d.origine(*familles) or d.origine(Famille.SIECLE_STRUCTURES))
    _joindre_services(ecole, d, codes, sources)


def _groupe(ecole: Ecole, code: str, libelle: str, divisions: Iterable[str]) -> GroupeLu:
    g = ecole.groupes.setdefault(code, GroupeLu(code, ""))
    g.libelle = g.libelle or libelle.strip()
    for division in divisions:
        if division.strip() in ecole.divisions and division.strip() not in g.divisions:
            g.divisions.append(division.strip())
    return g


def _creneaux(services: Iterable[sts.Service]) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (c.jour, c.heure_debut, c.code_alternance) for s in services for e in s.enseignants for c in e.cours
    )


def _joindre_services(ecole: Ecole, d: Documents, codes: Codes, sources: Sources) -> None:
    source: sts.StsEmp | sts.EmpSts | None = d.emp if d.emp is not None else d.sts
    if source is None:
        return
    lus: dict[tuple[str, str, str], Service] = {}
    ecartes = 0
    epp = numeros_epp(d)
    structures: list[tuple[str, Literal["D", "G"], tuple[sts.Service, ...]]] = [
        *((x.code.strip(), "D", x.services) for x in source.divisions),
        *((x.code.strip(), "G", x.services) for x in source.groupes),
    ]
    for code, genre, services in structures:
        connue = code in (ecole.divisions if genre == "D" else ecole.groupes)
        for s in services:
            matiere = codes.matiere(s.code_matiere.strip())
            if matiere is None or not connue:
                ecartes += 1
                continue
            nouveau = Service(
                structure=code,
                type_structure=genre,
                matiere=matiere,
                modalite=s.code_mod_cours.strip() or "CG",
                heures=s.heures_structure or Decimal(0),
                enseignants=_enseignants(s, epp),
                co_enseignement=bool(s.co_ens),
            )
            cle = (code, matiere, nouveau.modalite)
            lus[cle] = _reunir(lus[cle], nouveau) if cle in lus else nouveau
            if genre == "G" and matiere not in ecole.groupes[code].matieres:
                ecole.groupes[code].matieres.append(matiere)
    ecole.services = list(lus.values())
    if ecole.services:
        famille = Famille.EMP_STS if d.emp is not None else Famille.STS_EMP
        sources.noter(
            "services",
            d.origine(famille),
            f"{ecartes} laissé(s) (matière non livrée, structure absente)" if ecartes else "",
        )


def _enseignants(s: sts.Service, epp: frozenset[str]) -> tuple[tuple[int, Decimal], ...]:
    heures: dict[int, Decimal] = {}
    for e in s.enseignants:
        numero = numero_agent(e.id, e.type, epp)
        if numero is not None:
            heures[numero] = heures.get(numero, Decimal(0)) + (e.heures_agent or Decimal(0))
    return tuple(heures.items())


def numeros_epp(d: Documents) -> frozenset[str]:
    """The identifiers of the people whom EPP posted."""
    individus = (*d.sts.individus, *d.sts.suppleants) if d.sts is not None else ()
    return frozenset(i.id.strip() for i in individus if i.type != "local")


def numero_agent(texte: str, genre: str | None, epp: frozenset[str]) -> int | None:
    """The number of a person; that of a local one is moved away when EPP uses it too. None: not a number."""
    texte = texte.strip()
    if not (texte.isascii() and texte.isdecimal() and len(texte) <= 12):
        return None
    return int(texte) + (_LOCAUX if genre == "local" and texte in epp else 0)


def _reunir(a: Service, b: Service) -> Service:
    """One service where the file had two of the same key (with and without co-enseignement)."""
    heures = dict(a.enseignants)
    for numero, duree in b.enseignants:
        heures[numero] = heures.get(numero, Decimal(0)) + duree
    return Service(
        structure=a.structure,
        type_structure=a.type_structure,
        matiere=a.matiere,
        modalite=a.modalite,
        heures=max(a.heures, b.heures),
        enseignants=tuple(heures.items()),
        co_enseignement=a.co_enseignement or b.co_enseignement,
    )
