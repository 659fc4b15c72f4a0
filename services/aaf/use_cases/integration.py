"""Integrating a school: what comes out of its remontées, what does not, and what changed since the last time.

Source: architecture, "Nights" (20:00); procedures AAF-01 to AAF-10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.aaf.models import ACADEMIE, Identifiant, Remontee, Structure
from services.aaf.rules.annees import juger_annees, structure_des_deux_annees
from services.aaf.rules.eleves import Ailleurs, Familles, juger_familles
from services.aaf.rules.enseignements import Enseignements, repartir
from services.aaf.rules.exclusions import Exclusion, exclure, sans_doublon
from services.aaf.rules.personnels import juger_personnels
from services.aaf.use_cases import construction, remontees
from services.aaf.use_cases.construction_personnels import personnels as fiches_personnels
from services.aaf.use_cases.libelles import Libelles, charger_libelles
from services.aaf.use_cases.masse import par_premier, parmi
from services.aaf.use_cases.rangement import FicheARanger, ranger_divisions_groupes, ranger_exclusions, ranger_fiches
from shared.batches.lots import PartAFaire
from shared.contracts.echanges import (
    EtablissementMsg,
    RemonteeBee,
    RemonteeRectorat,
    RemonteeSts,
    ServicesSts,
    StructureSts,
)
from shared.formats.aaf import Fiche, MatiereEducNatAaf, Substitutions
from shared.persistence.unite import Unite

ABSENCES = {
    "bee": ("SANS_REMONTEE_BEE", "Rien n'est encore remonté de la base élèves."),
    "sts": ("SANS_REMONTEE_STS", "Rien n'est encore remonté de STS-Web."),
    "rectorat": ("SANS_REMONTEE_RECTORAT", "Rien n'est encore remonté du rectorat : l'établissement est inconnu."),
}


def integrer(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Do one part of the integration: a school, or what belongs to the whole académie."""
    libelles = charger_libelles(u, part.donnees["nomenclature"])
    if part.cle == "academie":
        return _integrer_academie(u, part, libelles)
    return _integrer_ecole(u, part.cle, part, libelles)


def _integrer_academie(u: Unite, part: PartAFaire, libelles: Libelles) -> dict[str, Any]:
    """The MEF and the matières, the same for every feed."""
    fiches: list[Fiche] = [m.fiche() for _, m in sorted(libelles.mefs.items())]
    fiches += [MatiereEducNatAaf(code=c, libelle=li) for c, li in sorted(libelles.nationales.items())]
    change = ranger_fiches(u, ACADEMIE, [_a_ranger(f, f.identifiant) for f in fiches])
    _noter(u, ACADEMIE, part, change, "", "", None, {"nomenclatures": len(fiches)})
    return {"nb": len(fiches), "changees": change}


class _Messages:
    """The chosen remontées of a school, and the persons' numbers that they call for."""

    def __init__(self, u: Unite, part: PartAFaire) -> None:
        digests = {source: digest for source, (_, _, digest) in part.donnees["sources"].items()}
        self.bee = RemonteeBee.lire(u.fichiers.lire(digests["bee"])) if "bee" in digests else None
        self.sts = RemonteeSts.lire(u.fichiers.lire(digests["sts"])) if "sts" in digests else None
        self.rectorat = RemonteeRectorat.lire(u.fichiers.lire(digests["rectorat"])) if "rectorat" in digests else None
        cles: set[remontees.CleIdentifiant] = set()
        if self.bee:
            cles |= remontees.cles_bee(self.bee)
        if self.sts:
            cles |= remontees.cles_sts(self.sts)
        if self.rectorat:
            cles |= remontees.cles_rectorat(self.rectorat)
        self.numeros = _numeros(u, cles)

    def services(self, chemin: str) -> ServicesSts | None:
        """The services last exported, by the way that the profile chooses (AAF-04, AAF-05)."""
        source = self.bee if chemin == "via_bee" else self.sts
        return source.services if source else None


def _integrer_ecole(u: Unite, uai: str, part: PartAFaire, libelles: Libelles) -> dict[str, Any]:
    lus = _Messages(u, part)
    jour = date.fromisoformat(part.donnees["jour"])
    services = lus.services(u.profil.aaf_chemin_services)
    exportee: StructureSts | None = lus.bee.structure if lus.bee else None
    structure = structure_des_deux_annees(exportee, services)
    locales = libelles.ajouter_locales(services.matieres if services else ())
    numero = u.session.execute(select(Structure.numero).where(Structure.uai == uai)).scalar_one()
    assert numero is not None
    ailleurs = {int(i): [Ailleurs(*a) for a in autres] for i, autres in part.donnees["ailleurs"].items()}
    familles = juger_familles(lus.bee, structure, libelles.mefs.keys(), ailleurs) if lus.bee else Familles()
    staff = juger_personnels(uai, lus.sts, lus.rectorat, jour)
    tenus = repartir(services, structure)
    identite = lus.rectorat.etablissement if lus.rectorat else EtablissementMsg(uai=uai)
    ecole = construction.etablissement(identite, numero, structure, libelles)

    cles = {str(n): cle for (_, cle), n in lus.numeros.items()}
    substitutions = Substitutions()
    fiches: list[FicheARanger] = [_a_ranger(ecole, uai, substitutions)]
    fiches += [_a_ranger(m, m.code, substitutions) for m in locales]
    if structure is not None:
        eleves = construction.eleves(familles, structure, numero, lus.numeros, libelles)
        fiches += [_a_ranger(e, cles[e.identifiant], substitutions) for e in eleves]
    responsables = construction.responsables(familles, lus.numeros, libelles)
    fiches += [_a_ranger(r, cles[r.identifiant], substitutions) for r in responsables]
    agents = fiches_personnels(staff, tenus, numero, lus.numeros, libelles)
    fiches += [_a_ranger(a, cles[a.identifiant], substitutions) for a in agents]

    exclusions = familles.exclusions + staff.exclusions + _exclusions_structure(uai, familles, tenus)
    exclusions += _exclusions_ecole(uai, lus, structure, services) + juger_annees(uai, exportee, services)
    exclusions = sans_doublon(exclusions)
    change = ranger_fiches(u, uai, fiches)
    ranger_divisions_groupes(u, uai, structure)
    ranger_exclusions(u, uai, exclusions)
    comptes: dict[str, Any] = {
        "eleves": len(familles.eleves),
        "responsables": len(familles.responsables),
        "personnels": len(agents),
        "enseignants": sum(1 for a in agents if a.enseignant),
        "divisions": len(structure.divisions) if structure else 0,
        "groupes": len(structure.groupes) if structure else 0,
        "exclus": len(exclusions),
        "exclusions": dict(sorted(Counter(e.code for e in exclusions).items())),
    }
    libelle = " ".join(x for x in (identite.denomination, identite.nom, identite.commune) if x)
    _noter(u, uai, part, change, libelle, construction.academie(identite)[0], staff.revoir_le, comptes)
    u.journaliser(
        "aaf_integration",
        "Remontées intégrées dans l'annuaire",
        sens="lot",
        uai=uai,
        nb=len(fiches),
        nb_refus=len(exclusions),
        resume=comptes | {"changees": change} | _substituees(substitutions),
    )
    return {"nb": len(fiches), "nb_refus": len(exclusions), "changees": change}


def _a_ranger(fiche: Fiche, cle: str, substitutions: Substitutions | None = None) -> FicheARanger:
    return FicheARanger.de(fiche.vers_enregistrement(substitutions=substitutions), cle, substitutions)


def _substituees(substitutions: Substitutions) -> dict[str, list[str]]:
    """What the feed's format cannot carry and was written otherwise, for the journal; nothing most of the time."""
    phrases = [remarque.phrase for remarque in substitutions.remarques]
    return {"substitutions": phrases} if phrases else {}


def _exclusions_structure(uai: str, familles: Familles, tenus: Enseignements) -> list[Exclusion]:
    """Groups and divisions that pupils or services name and that the structure last exported does not hold."""
    exclusions = []
    for code in sorted({*familles.groupes_absents, *tenus.groupes_absents}):
        liens, services = familles.groupes_absents[code], tenus.groupes_absents[code]
        raison = (
            f"Le groupe {code} n'est pas dans la structure exportée par STS-Web : {liens} lien(s) d'élèves et "
            f"{services} service(s) sont laissés de côté."
        )
        exclusions.append(
            exclure("groupe", code, "GROUPE_ABSENT", raison, libelle=code, cles={"groupe": code, "uai": uai})
        )
    for code in sorted(tenus.divisions_absentes):
        raison = (
            f"La division {code} n'est pas dans la structure exportée par STS-Web : "
            f"{tenus.divisions_absentes[code]} service(s) sont laissés de côté."
        )
        exclusions.append(
            exclure("division", code, "DIVISION_ABSENTE", raison, libelle=code, cles={"division": code, "uai": uai})
        )
    return exclusions


def _exclusions_ecole(
    uai: str, lus: _Messages, structure: StructureSts | None, services: ServicesSts | None
) -> list[Exclusion]:
    """What is missing of the whole school."""
    manques = [
        ABSENCES[nom]
        for nom, message in (("bee", lus.bee), ("sts", lus.sts), ("rectorat", lus.rectorat))
        if message is None
    ]
    if lus.bee is not None and structure is None:
        manques.append(("STRUCTURE_JAMAIS_EXPORTEE", "La structure n'a jamais été exportée par STS-Web."))
    if services is None:
        manques.append(
            (
                "SERVICES_JAMAIS_EXPORTES",
                "Les services n'ont jamais été exportés par STS-Web : les enseignants sortent sans classes ni groupes.",
            )
        )
    return [exclure("etablissement", uai, code, raison, libelle=uai, cles={"uai": uai}) for code, raison in manques]


def _numeros(u: Unite, cles: Iterable[remontees.CleIdentifiant]) -> dict[tuple[str, str], int]:
    """The numbers of these persons."""
    trouves: dict[tuple[str, str], int] = {}
    for genre, siennes in par_premier(cles):
        requete = select(Identifiant.cle, Identifiant.numero).where(
            Identifiant.genre == genre, parmi(Identifiant.cle, siennes)
        )
        lus = u.session.connection().execute(requete).cursor
        assert lus is not None  # straight from the driver: they are all the persons of a school
        trouves.update({(genre, cle): n for cle, n in lus.fetchall() if n is not None})
    return trouves


def _noter(
    u: Unite,
    uai: str,
    part: PartAFaire,
    change: bool,
    libelle: str,
    code_academie: str,
    revoir_le: date | None,
    comptes: dict[str, Any],
) -> None:
    """Remember what was integrated."""
    valeurs: dict[str, Any] = {
        "integre_le": u.maintenant,
        "empreinte": part.donnees["empreinte"],
        "revoir_le": revoir_le,
        "libelle": libelle,
        "code_academie": code_academie,
        "comptes": comptes,
    }
    if change:
        valeurs["modifie_le"] = u.maintenant
    u.session.execute(
        insert(Structure)
        .values(uai=uai, jour=date.fromisoformat(part.donnees["jour"]), **valeurs)
        .on_conflict_do_update(index_elements=["uai"], set_=valeurs)
    )


def dernieres_remontees(u: Unite, uai: str, limite: int = 60) -> Iterable[Remontee]:
    """The remontées of a school, latest first."""
    requete = select(Remontee).where(Remontee.uai == uai)
    return u.session.scalars(requete.order_by(Remontee.jour.desc(), Remontee.source, Remontee.annee).limit(limite))
