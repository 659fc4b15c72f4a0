"""The records of a school's staff, out of who comes out and of what they teach.

Source: AAF reference, section 4.3 (PersEducNat).
"""

from __future__ import annotations

from collections.abc import Iterable

from services.aaf.rules.enseignements import Enseignement, Enseignements
from services.aaf.rules.personnels import Personnels, Sortant
from services.aaf.use_cases.construction import Numeros, civilite
from services.aaf.use_cases.libelles import Libelles
from shared.formats.aaf import PersEducNatAaf
from shared.formats.aaf.valeurs import CodeLibelle, DansStructure, Fonction, MatiereDansStructure, MefDansStructure


def personnels(
    staff: Personnels, tenus: Enseignements, structure: int, numeros: Numeros, libelles: Libelles
) -> list[PersEducNatAaf]:
    """The records of the staff who come out, in the order of their numbers."""
    fiches = [
        _personnel(s, tenus.de(s.type, s.id), structure, numeros["agent", s.cle], libelles)
        for s in staff.sortants.values()
    ]
    return sorted(fiches, key=lambda f: f.jointure)


def _personnel(s: Sortant, tenu: Enseignement, structure: int, numero: int, libelles: Libelles) -> PersEducNatAaf:
    en_classe = _enseignes(tenu.classes, structure, libelles)
    en_groupe = _enseignes(tenu.groupes, structure, libelles)
    disciplines = _disciplines(s, libelles)
    return PersEducNatAaf(
        jointure=numero,
        naissance=s.date_naissance,
        nom_famille=s.nom_patronymique.upper(),
        nom_usage=s.nom_usage.upper(),
        prenom=s.prenom.upper(),
        civilite=civilite(s.sexe),
        mel=s.mel,
        structure=structure if s.rattache else None,
        disciplines=disciplines,
        discipline_poste=disciplines[0] if disciplines else None,
        mefs=tuple(
            MefDansStructure(structure, m, libelles.mefs[m].libelle) for m in sorted(tenu.mefs) if m in libelles.mefs
        ),
        matieres=tuple(DansStructure(structure, libelle) for libelle in _matieres(tenu, libelles)),
        classes=tuple(DansStructure(structure, m.nom) for m in en_classe),
        groupes=tuple(DansStructure(structure, nom) for nom in dict.fromkeys(m.nom for m in en_groupe)),
        matieres_classes=en_classe,
        matieres_groupes=en_groupe,
        principal=tuple(DansStructure(structure, d) for d in sorted(tenu.principal)),
        fonctions=tuple(
            Fonction(
                structure, f.code, libelles.fonction(f.code), *libelles.discipline(f.discipline, f.libelle_discipline)
            )
            for f in s.fonctions
        ),
        enseignant=s.enseignant,
        devant_eleves=bool(tenu.classes or tenu.groupes),
    )


def _enseignes(
    paires: Iterable[tuple[str, str]], structure: int, libelles: Libelles
) -> tuple[MatiereDansStructure, ...]:
    """One value per (name, matière) whose matière is known: readers want each code in the file of matières."""
    ecrites = []
    for nom, code in sorted(paires):
        matiere = libelles.matiere(code)
        if matiere is not None:
            ecrites.append(MatiereDansStructure(structure, nom, matiere[0]))
    return tuple(ecrites)


def _matieres(tenu: Enseignement, libelles: Libelles) -> list[str]:
    return sorted({m[1] for code in tenu.matieres if (m := libelles.matiere(code)) is not None})


def _disciplines(s: Sortant, libelles: Libelles) -> tuple[CodeLibelle, ...]:
    lues = [libelles.categorie_discipline(f.discipline) for f in s.fonctions if f.discipline]
    return tuple(CodeLibelle(*c) for c in dict.fromkeys(c for c in lues if c is not None))
