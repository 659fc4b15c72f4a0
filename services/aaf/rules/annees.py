"""Structure and services of two school years, as the summer brings them. Pure functions.

The AAF takes each source as it last went up. A school that opened its year in STS-Web before its base élèves of that
year is open sends services of the new year beside the pupils of the old one: its classes come out twice, the old ones
with their pupils, the new ones with their teachers alone. Inferred: no guide says how the AAF spends the summer (AAF
reference, section 9); procedures STS-10, REC-11, AAF-05, CAL-01.
"""

from __future__ import annotations

from services.aaf.rules.exclusions import Exclusion, exclure
from shared.contracts.echanges import DivisionMsg, GroupeMsg, ServicesSts, StructureSts
from shared.horloge.annees import libelle_annee


def structure_des_deux_annees(structure: StructureSts | None, services: ServicesSts | None) -> StructureSts | None:
    """The structure, and the divisions and groups that the services of a later year bring beside it."""
    if structure is None or services is None or services.annee <= structure.annee:
        return structure
    connues = {"D": {d.code for d in structure.divisions}, "G": {g.code for g in structure.groupes}}
    venues = sorted({(s.type_structure, s.structure) for s in services.services})
    nouvelles = [(type_, code) for type_, code in venues if code not in connues[type_]]
    return structure.avec(
        divisions=(*structure.divisions, *(DivisionMsg(code=c, libelle=c) for t, c in nouvelles if t == "D")),
        groupes=(*structure.groupes, *(GroupeMsg(code=c, libelle=c) for t, c in nouvelles if t == "G")),
    )


def juger_annees(uai: str, structure: StructureSts | None, services: ServicesSts | None) -> list[Exclusion]:
    """Say that structure and services are not of the same year."""
    if structure is None or services is None or services.annee == structure.annee:
        return []
    ici, la = libelle_annee(structure.annee), libelle_annee(services.annee)
    if services.annee > structure.annee:
        code = "STS_EN_AVANCE"
        raison = (
            f"STS-Web est passé à {la}, la base élèves est encore celle de {ici} : les classes sortent en double, "
            "les anciennes avec leurs élèves, les nouvelles sans élève."
        )
    else:
        code = "SERVICES_ANNEE_PASSEE"
        raison = f"La structure est celle de {ici}, les services exportés sont encore ceux de {la}."
    return [exclure("etablissement", uai, code, raison, libelle=uai, cles={"uai": uai})]
