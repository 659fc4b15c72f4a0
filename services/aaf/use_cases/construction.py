"""The records of a school's pupils, responsables and structure, out of what was decided to come out.

Source: AAF reference, sections 4.1 (Eleve), 4.2 (PersRelEleve), 4.4 (EtabEducNat), 8 (checklist).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.aaf.rules.eleves import Familles
from services.aaf.use_cases.libelles import Libelles
from shared.contracts.echanges import (
    AdresseMsg,
    EleveMsg,
    EtablissementMsg,
    LienResponsableMsg,
    OptionMsg,
    ResponsableMsg,
    StructureSts,
)
from shared.formats.aaf import EleveAaf, EtabEducNatAaf, PersRelEleveAaf
from shared.formats.aaf.valeurs import (
    DansStructure,
    DateDeClasse,
    DivisionDeclaree,
    GroupeDeclare,
    LienResponsable,
    Lignes,
    NomCourant,
    telephone,
)
from shared.nomenclatures import CodeInconnu, academie_du_departement

Numeros = Mapping[tuple[str, str], int]
"""Kind and key of a person → her ENTPersonJointure."""

AUTRE_LIEN = 90
MINISTERE = ("06", "MINISTERE DE L'EDUCATION NATIONALE")
CIVILITES = {"1": "M.", "M": "M.", "M.": "M.", "MR": "M.", "MONSIEUR": "M."}


def civilite(texte: str) -> str:
    """`M.`, `Mme` or nothing, out of a code of sexe, of civilité or a short label."""
    cle = texte.strip().upper()
    return CIVILITES.get(cle, "Mme" if cle else "")


def academie(e: EtablissementMsg) -> tuple[str, str]:
    """(code on two digits, name) of a school's académie; told by the département when nobody said it."""
    if e.academie_code and e.academie_nom:
        return e.academie_code[-2:].zfill(2), e.academie_nom
    try:
        trouvee = academie_du_departement(e.uai[:3])
    except CodeInconnu:
        return e.academie_code[-2:].zfill(2), e.academie_nom or "INCONNUE"
    return trouvee.code, trouvee.nom


def etablissement(
    e: EtablissementMsg, numero: int, structure: StructureSts | None, libelles: Libelles
) -> EtabEducNatAaf:
    """The record of a school, with the divisions and groups last exported."""
    code, nom = academie(e)
    divisions = structure.divisions if structure else ()
    declarees = {d.code for d in divisions}
    commune = e.commune or e.code_postal or e.uai
    return EtabEducNatAaf(
        jointure=numero,
        uai=e.uai,
        siren=e.siren,
        nom=NomCourant(e.sigle, e.nom or e.denomination, commune),
        type_structure=libelles.nature(e.nature),
        code_type_structure=e.nature,
        tutelle=MINISTERE[1],
        code_tutelle=MINISTERE[0],
        contrat=e.secteur,
        rue=e.adresse,
        code_postal=e.code_postal,
        commune=e.commune,
        telephone=telephone(e.telephone),
        mel=e.mel,
        academie=nom,
        code_academie=code.zfill(3),
        divisions=tuple(
            DivisionDeclaree(d.code, d.libelle, tuple(m for m in sorted(set(d.mefs)) if m in libelles.mefs))
            for d in sorted(divisions, key=lambda d: d.code)
        ),
        groupes=tuple(
            GroupeDeclare(
                g.code,
                g.libelle if g.libelle != g.code else "",
                tuple(d for d in sorted(set(g.divisions)) if d in declarees),
            )
            for g in sorted(structure.groupes if structure else (), key=lambda g: g.code)
        ),
    )


def eleves(
    familles: Familles, structure: StructureSts, numero: int, numeros: Numeros, libelles: Libelles
) -> list[EleveAaf]:
    """The records of the pupils who come out."""
    groupes = {g.code for g in structure.groupes}
    par_eleve: dict[int, list[LienResponsableMsg]] = defaultdict(list)
    for lien in familles.liens:
        par_eleve[lien.eleve_id].append(lien)
    adresses = {r.personne_id: r.adresse for r in familles.responsables}
    return [_eleve(e, par_eleve[e.eleve_id], adresses, groupes, numero, numeros, libelles) for e in familles.eleves]


def _eleve(
    e: EleveMsg,
    liens: Sequence[LienResponsableMsg],
    adresses: Mapping[int, AdresseMsg],
    groupes: set[str],
    structure: int,
    numeros: Numeros,
    libelles: Libelles,
) -> EleveAaf:
    mef = libelles.mefs[e.mef]
    heberge = next((li for li in liens if li.heberge), None)
    adresse = e.adresse
    if heberge and not adresse.lignes and not adresse.commune:  # she lives where the responsable who houses her does
        adresse = adresses[heberge.personne_id]
    return EleveAaf(
        jointure=numeros["eleve", e.ine],
        ine=e.ine,
        eleve_id=e.eleve_id,
        naissance=e.date_naissance,
        nom_famille=e.nom,
        nom_usage=e.nom_usage or e.nom,
        prenom=e.prenoms[0] if e.prenoms else "",
        prenoms=e.prenoms,
        civilite=civilite(e.sexe),
        liens=_liens(liens, numeros),
        boursier=e.boursier,
        regime=libelles.regime(e.regime),
        transport=e.transport,
        adresse=_lignes(adresse),
        code_postal=adresse.code_postal,
        ville=adresse.commune,
        pays=libelles.pays(adresse.pays),
        adresse_de=numeros["responsable", str(heberge.personne_id)] if heberge else None,
        statut=libelles.statut(e.statut),
        mef=mef.code,
        libelle_mef=mef.libelle,
        niveau=mef.niveau,
        filiere=mef.libelle,
        enseignements=_enseignements(e.options, libelles),
        structure=structure,
        entrees=(DateDeClasse(structure, e.date_entree, e.division),) if e.date_entree else (),
        classes=(DansStructure(structure, e.division),),
        groupes=tuple(DansStructure(structure, g) for g in sorted(set(e.groupes) & groupes)),
    )


def _liens(liens: Sequence[LienResponsableMsg], numeros: Numeros) -> tuple[LienResponsable, ...]:
    """The links of one pupil; at most one pays and one receives (reference, section 8)."""
    ecrits: list[LienResponsable] = []
    financier = paiement = False
    for lien in liens:
        ecrits.append(
            LienResponsable(
                personne=numeros["responsable", str(lien.personne_id)],
                type_lien=int(lien.parente) if lien.parente.isdecimal() else AUTRE_LIEN,
                financier=lien.paie_frais and not financier,
                legal={"1": 1, "2": 2}.get(lien.niveau, 0),
                contact=lien.niveau == "3",
                paiement=lien.percoit_aides and not paiement,
            )
        )
        financier, paiement = financier or lien.paie_frais, paiement or lien.percoit_aides
    return tuple(ecrits)


def _enseignements(options: Sequence[OptionMsg], libelles: Libelles) -> tuple[tuple[str, str], ...]:
    """(code, label) of the options that are in the nomenclature, once each, by rank."""
    lus = [libelles.matiere(o.matiere) for o in sorted(options, key=lambda o: (o.rang, o.matiere))]
    return tuple(dict.fromkeys(m for m in lus if m is not None))


def _lignes(adresse: AdresseMsg) -> Lignes:
    return Lignes(*[*adresse.lignes, "", "", "", ""][:4])


def responsables(familles: Familles, numeros: Numeros, libelles: Libelles) -> list[PersRelEleveAaf]:
    """The records of the responsables who come out."""
    ines = {e.eleve_id: e.ine for e in familles.eleves}
    par_personne: dict[int, list[int]] = defaultdict(list)
    for lien in familles.liens:
        par_personne[lien.personne_id].append(numeros["eleve", ines[lien.eleve_id]])
    return [_responsable(r, par_personne[r.personne_id], numeros, libelles) for r in familles.responsables]


def _responsable(r: ResponsableMsg, pupilles: list[int], numeros: Numeros, libelles: Libelles) -> PersRelEleveAaf:
    mobile = telephone(r.telephone_portable)
    return PersRelEleveAaf(
        jointure=numeros["responsable", str(r.personne_id)],
        nom_famille=r.nom,
        nom_usage=r.nom_usage or r.nom,
        prenom=r.prenom,
        civilite=civilite(r.civilite),
        eleves=tuple(sorted(set(pupilles))),
        telephone_domicile=telephone(r.telephone_personnel),
        telephone_travail=telephone(r.telephone_professionnel),
        adresse=_lignes(r.adresse),
        code_postal=r.adresse.code_postal,
        ville=r.adresse.commune,
        pays=libelles.pays(r.adresse.pays),
        mobiles=(mobile,) if mobile else (),
        mels=(r.mel,) if r.mel else (),
        mobile_sms=mobile if r.accepte_sms else "",
    )
