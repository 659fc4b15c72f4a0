"""What each application is given for a school's year, out of its documents: messages, and files to send.

With pseudonyms the files are written again from the documents; real data go as they came.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, BinaryIO

from rentree.chargement.familles import FAMILLES, SIECLE
from rentree.chargement.lecture import JeuLu
from rentree.chargement.sources import Ouvreur
from rentree.demo.entree.documents import Documents
from shared import nomenclatures
from shared.contracts import echanges as msg
from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats import sts
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import LONGUEUR_CODE_LUE, VERSIONS
from shared.formats.elegroupe.noms import analyser_nom, nom_elegroupe
from shared.formats.reconnaissance import Famille
from shared.formats.siecle.communs import ecrire_communs
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.etablissements import ecrire_etablissements
from shared.formats.siecle.nomenclature import ecrire_nomenclature
from shared.formats.siecle.responsables import ecrire_responsables
from shared.formats.siecle.structures import ecrire_structures
from shared.nomenclatures import CodeInconnu
from shared.security.archives import write_zip

_NAISSANCE_INCONNUE = date(1980, 1, 1)
_SIMULEE = "99"

Fichier = tuple[str, bytes]


@dataclass
class Charge:
    """What a school's year gives to the applications; a part that is None or empty is not given."""

    uai: str
    annee: int
    millesime: int
    etablissement: msg.EtablissementMsg
    agents: tuple[msg.AgentMsg, ...] = ()
    sts: Fichier | None = None
    siecle: tuple[Fichier, ...] = ()
    emp: Fichier | None = None
    liens: Fichier | None = None
    structures_sts: frozenset[str] = frozenset()
    structures_bee: frozenset[str] = frozenset()
    services: int = 0
    remarques: list[Remarque] = field(default_factory=list)


def preparer(lu: JeuLu, d: Documents, ouvreur: Ouvreur, *, reelles: bool) -> Charge:
    """What to give for the documents `d` of a year (pseudonymised or not). Raises `Refus` of a value unwritable."""
    remarques: list[Remarque] = []
    octets = _tels_quels(lu, ouvreur) if reelles else _ecrits(d)
    siecle = tuple((f"{FAMILLES[f].champ}.xml", octets(f)) for f in SIECLE if f in lu.retenus)
    return Charge(
        uai=d.uai,
        annee=d.annee,
        millesime=d.millesime,
        etablissement=etablissement_de(d),
        agents=agents_de(d),
        sts=None if d.sts is None else (sts.nom_fichier_sts_emp(d.uai, d.annee), octets(Famille.STS_EMP)),
        siecle=siecle,
        emp=None if d.emp is None else (sts.nom_fichier_emp_sts(d.uai, d.annee), octets(Famille.EMP_STS)),
        liens=None if d.liens is None else _liens(lu, d, ouvreur, reelles, remarques),
        structures_sts=_codes(d.sts) | _codes(d.emp),
        structures_bee=_codes_bee(d),
        services=sum(len(s.services) for s in (*_structures(d.sts), *_structures(d.emp))),
        remarques=remarques,
    )


def academie_de(d: Documents) -> tuple[str, str]:
    """Code and label of the académie: as the sts_emp names it, else that of the département of the UAI."""
    dite = d.sts.parametres.uaj.academie if d.sts is not None else None
    try:
        a = (
            nomenclatures.academie(dite.code)
            if dite and dite.code
            else nomenclatures.academie_du_departement(d.uai[:3])
        )
    except CodeInconnu:
        return (dite.code[-2:] if dite and dite.code else _SIMULEE), (dite.libelle if dite else "") or "ACADEMIE"
    return a.code, a.nom


def etablissement_de(d: Documents) -> msg.EtablissementMsg:
    """The school as the rectorat registers it: Établissements, Communs, then sts_emp, the last word."""
    code, nom = academie_de(d)
    dits: list[dict[str, str | None]] = []
    if d.etablissements is not None:
        dits += [
            {
                "sigle": e.sigle,
                "denomination": e.denom_princ,
                "nom": e.denom_compl,
                "nature": e.code_nature,
                "categorie": e.code_type_etab,
            }
            for e in d.etablissements.etablissements
            if e.code == d.uai
        ]
    if d.communs is not None:
        i = d.communs.communs.uaj
        dits.append(
            {
                "denomination": i.denom_princ,
                "nom": i.denom_compl,
                "categorie": i.code_type_etab,
                "secteur": i.secteur_code if i.secteur_code in ("PU", "PR") else None,
                "adresse": i.ligne1,
                "code_postal": i.code_postal,
                "commune": i.libelle_postal,
                "code_commune_insee": i.code_commune_insee,
                "telephone": i.telephone,
                "mel": i.mel_1,
                "siren": i.num_siren,
            }
        )
    if d.sts is not None:
        u = d.sts.parametres.uaj
        dits.append(
            {
                "sigle": u.sigle,
                "denomination": u.denom_princ,
                "nom": u.denom_compl,
                "nature": u.code_nature,
                "categorie": u.code_categorie,
                "secteur": "PR" if u.statut.lower().startswith("priv") else None,
                "adresse": u.adresse,
                "code_postal": u.code_postal,
                "commune": u.commune,
                "telephone": u.telephone,
            }
        )
    valeurs = {cle: valeur for dit in dits for cle, valeur in dit.items() if valeur}
    return msg.EtablissementMsg.model_validate({"uai": d.uai, "academie_code": code, "academie_nom": nom, **valeurs})


def agents_de(d: Documents) -> tuple[msg.AgentMsg, ...]:
    """The dossiers administratifs that EPP must hold for the sts_emp to be what it is; nobody typed locally."""
    agents: dict[int, msg.AgentMsg] = {}
    for nature, individus in (("AFA", d.sts.individus), ("SUP", d.sts.suppleants)) if d.sts is not None else ():
        for i in individus:
            if i.type != "local" and i.id.isascii() and i.id.isdigit() and len(i.id) <= 15:
                agents.setdefault(int(i.id), _agent(d.uai, nature, i))
    return tuple(agents[n] for n in sorted(agents))


def _agent(uai: str, nature: Any, i: sts.IndividuSts) -> msg.AgentMsg:
    return msg.AgentMsg(
        id=int(i.id),
        source="epp",
        sexe="2" if i.sexe == "2" else "1",
        civilite=i.civilite or "",
        nom_usage=i.nom_usage or i.nom_patronymique,
        nom_patronymique=i.nom_patronymique,
        prenom=i.prenom,
        date_naissance=i.date_naissance or _NAISSANCE_INCONNUE,
        grade=i.grade or "",
        affectations=tuple(
            msg.AffectationAgentMsg(
                uai=uai,
                nature=nature,
                fonction=i.fonction or "ENS",
                discipline=x.code,
                discipline_libelle=x.libelle_court,
                heures=float(x.nb_heures or 0),
            )
            for x in i.disciplines or (sts.Discipline(""),)
        ),
    )


def _codes(doc: sts.StsEmp | sts.EmpSts | None) -> frozenset[str]:
    return frozenset(s.code.strip() for s in _structures(doc))


def _structures(doc: sts.StsEmp | sts.EmpSts | None) -> list[sts.Division | sts.Groupe]:
    return [*doc.divisions, *doc.groupes] if doc is not None else []


def _codes_bee(d: Documents) -> frozenset[str]:
    codes: set[str] = set()
    if d.structures is not None:
        codes.update(x.code for x in d.structures.divisions)
        codes.update(x.code for x in d.structures.groupes)
    for e in d.eleves.eleves if d.eleves is not None and d.structures is None else ():
        codes.update((e.division or "", *e.groupes))
    return frozenset(c.strip() for c in codes if c)


def _tels_quels(lu: JeuLu, ouvreur: Ouvreur) -> Callable[[Famille], bytes]:
    return lambda famille: ouvreur.lire(lu.retenus[famille].source)


def _ecrits(d: Documents) -> Callable[[Famille], bytes]:
    return lambda famille: _ecrire(lambda sortie: _ecrire_document(sortie, d, famille))


def _ecrire(ecrire: Callable[[BinaryIO], object]) -> bytes:
    sortie = io.BytesIO()
    ecrire(sortie)
    return sortie.getvalue()


def _ecrire_document(sortie: BinaryIO, d: Documents, famille: Famille) -> None:
    document: Any = getattr(d, FAMILLES[famille].champ)
    if famille is Famille.STS_EMP:
        sts.ecrire_sts_emp(sortie, document)
        return
    if famille is Famille.EMP_STS:
        sts.ecrire_emp_sts(sortie, document)
        return
    enveloppe = document.entete.enveloppe
    if famille is Famille.SIECLE_ELEVES:
        connues = {a.adresse_id for a in document.adresses}
        eleves = [e if e.adresse_id in connues else replace(e, adresse_id=None) for e in document.eleves]
        ecrire_eleves(sortie, enveloppe, eleves, document.adresses or None)
    elif famille is Famille.SIECLE_RESPONSABLES:
        ecrire_responsables(sortie, enveloppe, document.personnes, document.liens, document.adresses)
    elif famille is Famille.SIECLE_STRUCTURES:
        ecrire_structures(sortie, enveloppe, document.divisions, document.groupes)
    elif famille is Famille.SIECLE_NOMENCLATURE:
        ecrire_nomenclature(sortie, enveloppe, document.nomenclatures)
    elif famille is Famille.SIECLE_COMMUNS:
        ecrire_communs(sortie, enveloppe, document.communs)
    else:
        ecrire_etablissements(sortie, enveloppe, document.etablissements)


def _liens(lu: JeuLu, d: Documents, ouvreur: Ouvreur, reelles: bool, remarques: list[Remarque]) -> Fichier:
    """The zip of group links: as it is when nothing is replaced, and under the name that BEE wants."""
    assert d.liens is not None
    t = lu.retenus[Famille.LIENS_ELEVE_GROUPE]
    p, archive = d.liens.entete.parametres, t.source.archive
    noms = [t.source.base.removesuffix(".xml").removesuffix(".XML") + ".zip"]
    if archive is not None and t.source.seul:
        noms.insert(0, archive.base)
    nom = next((n for n in noms if _nom_recevable(n, p.uai, p.annee)), None)
    if nom is None:
        nom = nom_elegroupe(p.uai, p.annee, datetime.combine(p.date_import, time()))
    if nom != noms[0]:
        phrase = f"Le fichier « {t.source.nom} » est déposé sous le nom {nom}, que la base élèves attend."
        remarques.append(Remarque("NOM_RETABLI", phrase))
    if reelles:
        if archive is not None and t.source.seul and t.source.base.removesuffix(".xml") == nom.removesuffix(".zip"):
            return nom, ouvreur.lire(archive)
        contenu = ouvreur.lire(t.source)
        instant = analyser_nom(nom).instant
        return nom, _ecrire(lambda sortie: write_zip(sortie, [(analyser_nom(nom).nom_xml, contenu)], instant))
    version = d.liens.entete.version if d.liens.entete.version in VERSIONS else VERSIONS[-1]
    document = d.liens
    octets = _ecrire(
        lambda sortie: ecrire_liens_zip(
            sortie,
            p,
            document.eleves,
            analyser_nom(nom).instant,
            version=version,
            longueur_code=LONGUEUR_CODE_LUE,
        )
    )
    return nom, octets


def _nom_recevable(nom: str, uai: str, millesime: int) -> bool:
    try:
        lu = analyser_nom(nom)
    except FichierRefuse:
        return False
    return (lu.uai, lu.millesime) == (uai, millesime)
