"""Which pupils, responsables and links come out of a school. Pure functions.

Source: procedures AAF-02, AAF-07, AAF-08, AAF-10, BEE-59, NOM-06, STS-62; AAF reference, section 2.3 (one division,
declared by the structure; no responsable without a pupil).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from services.aaf.rules.exclusions import Exclusion, depuis_message, exclure
from shared.contracts.echanges import EleveMsg, LienResponsableMsg, RemonteeBee, ResponsableMsg, StructureSts


class Ailleurs(Struct, frozen=True):
    """Another active scolarité of a pupil. `plus_tard`: of a later school year than the one at hand."""

    uai: str
    division: str
    plus_tard: bool = False


@dataclass(slots=True)
class Familles:
    """What comes out of a remontée of BEE."""

    eleves: list[EleveMsg] = field(default_factory=list)
    responsables: list[ResponsableMsg] = field(default_factory=list)
    liens: list[LienResponsableMsg] = field(default_factory=list)
    groupes_absents: Counter[str] = field(default_factory=Counter)
    """Group links left aside, by group that the structure does not hold."""
    exclusions: list[Exclusion] = field(default_factory=list)


def juger_familles(
    bee: RemonteeBee, structure: StructureSts | None, mefs: Collection[str], ailleurs: Mapping[int, list[Ailleurs]]
) -> Familles:
    """Decide what comes out of a remontée.

    Arguments: `structure`, the one last exported; `mefs`, the MEF of the académie's nomenclature; `ailleurs`, the
    other active scolarités of pupils, by eleve_id.
    """
    familles = Familles(exclusions=[depuis_message(m) for m in bee.non_remontes])
    divisions = {d.code for d in structure.divisions} if structure else set()
    groupes = {g.code for g in structure.groupes} if structure else set()
    for eleve in sorted(bee.eleves, key=lambda e: e.eleve_id):
        motifs = _motifs(eleve, structure is not None, divisions, mefs, ailleurs.get(eleve.eleve_id, []))
        if motifs:
            nom = f"{eleve.nom} {eleve.prenoms[0] if eleve.prenoms else ''}".strip()
            cles = {"eleve_id": str(eleve.eleve_id), "ine": eleve.ine, "uai": bee.uai}
            familles.exclusions += [
                exclure("eleve", str(eleve.eleve_id), code, raison, libelle=nom, cles=cles) for code, raison in motifs
            ]
            continue
        familles.eleves.append(eleve)
        familles.groupes_absents.update(g for g in eleve.groupes if g not in groupes)
    _juger_responsables(bee, familles)
    return familles


def _motifs(
    eleve: EleveMsg, exportee: bool, divisions: Collection[str], mefs: Collection[str], ailleurs: list[Ailleurs]
) -> list[tuple[str, str]]:
    """Everything that holds a pupil back: (code, sentence)."""
    motifs: list[tuple[str, str]] = []
    if not eleve.ine:
        motifs.append(("SANS_INE", "L'élève n'a pas d'INE."))
    plus_tard = [a for a in ailleurs if a.plus_tard]
    if plus_tard:
        motifs.append(
            (
                "INSCRIT_ANNEE_SUIVANTE",
                f"L'élève a une scolarité active d'une année plus récente dans l'établissement {plus_tard[0].uai}.",
            )
        )
    elif ailleurs:
        autres = ", ".join(f"division {a.division}, établissement {a.uai}" for a in ailleurs)
        motifs.append(("MULTI_INSCRIPTION", f"L'élève a une autre scolarité active : {autres}."))
    if not exportee:
        motifs.append(
            ("STRUCTURE_JAMAIS_EXPORTEE", "La structure de l'établissement n'a jamais été exportée par STS-Web.")
        )
    elif eleve.division not in divisions:
        motifs.append(
            ("DIVISION_ABSENTE", f"La division {eleve.division} n'est pas dans la structure exportée par STS-Web.")
        )
    if eleve.mef not in mefs:
        motifs.append(("MEF_INCONNU", f"Le MEF {eleve.mef} n'est pas dans la nomenclature de l'académie."))
    return motifs


def _juger_responsables(bee: RemonteeBee, familles: Familles) -> None:
    """Keep the links between pupils and responsables who both come out; a doublon comes out twice (AAF-10)."""
    sortis = {e.eleve_id for e in familles.eleves}
    connus = {r.personne_id for r in bee.responsables}
    vus: set[tuple[int, int]] = set()
    for lien in sorted(bee.liens, key=lambda li: (li.eleve_id, li.niveau, li.personne_id)):
        cle = (lien.eleve_id, lien.personne_id)
        if lien.eleve_id in sortis and lien.personne_id in connus and cle not in vus:
            vus.add(cle)
            familles.liens.append(lien)
    utiles = {lien.personne_id for lien in familles.liens}
    for r in sorted(bee.responsables, key=lambda r: r.personne_id):
        if r.personne_id in utiles:
            familles.responsables.append(r)
        else:
            familles.exclusions.append(
                exclure(
                    "responsable",
                    str(r.personne_id),
                    "RESPONSABLE_SANS_ELEVE",
                    "Aucun des élèves de ce responsable ne sort dans l'AAF.",
                    libelle=f"{r.nom_usage or r.nom} {r.prenom}".strip(),
                    cles={"personne_id": str(r.personne_id), "uai": bee.uai},
                )
            )
