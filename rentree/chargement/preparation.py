"""What each application is given for a school's year, out of its documents: messages, and files to send.

With pseudonyms the files are rewritten as they are, about invented people; real data go as they came.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from rentree.chargement.familles import FAMILLES, SIECLE
from rentree.chargement.identites import Identites
from rentree.chargement.lecture import JeuLu, fichiers, relire
from rentree.chargement.sources import Ouvreur
from rentree.demo.entree.documents import Documents
from shared import nomenclatures
from shared.contracts import echanges as msg
from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats import sts
from shared.formats.elegroupe.liens import DocumentLiens
from shared.formats.elegroupe.noms import analyser_nom, nom_elegroupe
from shared.formats.reconnaissance import Famille
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


def preparer(lu: JeuLu, ouvreur: Ouvreur, identites: Identites | None) -> Charge:
    """What to give of a year. `identites`: whose pseudonyms to write, None for real data. Raises `FichierRefuse`."""
    ouvreur.accorder()
    contenus = _contenus(lu, ouvreur, identites)
    d = relire(lu, contenus)
    remarques: list[Remarque] = []
    return Charge(
        uai=d.uai,
        annee=d.annee,
        millesime=d.millesime,
        etablissement=etablissement_de(d),
        agents=agents_de(d),
        sts=_nomme(sts.nom_fichier_sts_emp(d.uai, d.annee), contenus.get(Famille.STS_EMP)),
        siecle=tuple((f"{FAMILLES[f].champ}.xml", contenus[f]) for f in SIECLE if f in contenus),
        emp=_nomme(sts.nom_fichier_emp_sts(d.uai, d.annee), contenus.get(Famille.EMP_STS)),
        liens=None if d.liens is None else _liens(lu, d.liens, contenus, ouvreur, identites is None, remarques),
        structures_sts=_codes(d.sts) | _codes(d.emp),
        structures_bee=_codes_bee(d),
        services=sum(len(s.services) for s in (*_structures(d.sts), *_structures(d.emp))),
        remarques=remarques,
    )


def _contenus(lu: JeuLu, ouvreur: Ouvreur, identites: Identites | None) -> dict[Famille, bytes]:
    """The bytes of each file kept, people replaced unless they are wanted."""
    if identites is None:
        return {f: ouvreur.lire(t.source) for f, t in lu.retenus.items()}
    reecriture = identites.reecriture(fichiers(lu, ouvreur))
    contenus = {}
    for famille, nom, ouvrir in fichiers(lu, ouvreur):
        sortie = io.BytesIO()
        with ouvrir() as flux:
            reecriture.ecrire(flux, nom, famille, sortie)
        contenus[famille] = sortie.getvalue()
    return contenus


def _nomme(nom: str, octets: bytes | None) -> Fichier | None:
    return None if octets is None else (nom, octets)


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
    return msg.EtablissementMsg.de_valeurs({"uai": d.uai, "academie_code": code, "academie_nom": nom, **valeurs})


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


def _liens(
    lu: JeuLu,
    document: DocumentLiens,
    contenus: dict[Famille, bytes],
    ouvreur: Ouvreur,
    reelles: bool,
    remarques: list[Remarque],
) -> Fichier:
    """The zip of group links: as it is when nothing is replaced, and always under the name that BEE wants."""
    source, p = lu.retenus[Famille.LIENS_ELEVE_GROUPE].source, document.entete.parametres
    archive = source.archive if source.seul else None
    radical = source.base[:-4] if source.base.lower().endswith(".xml") else source.base
    noms = [*([archive.base] if archive is not None else []), f"{radical}.zip"]
    nom = next((n for n in noms if _nom_recevable(n, p.uai, p.annee)), None)
    if nom is None:
        nom = nom_elegroupe(p.uai, p.annee, datetime.combine(p.date_import, time()))
    if nom != noms[0]:
        phrase = f"Le fichier « {source.nom} » est déposé sous le nom {nom}, que la base élèves attend."
        remarques.append(Remarque("NOM_RETABLI", phrase))
    lu_nom = analyser_nom(nom)
    if reelles and archive is not None and source.base == lu_nom.nom_xml:
        return nom, ouvreur.lire(archive)
    sortie = io.BytesIO()
    write_zip(sortie, [(lu_nom.nom_xml, contenus[Famille.LIENS_ELEVE_GROUPE])], lu_nom.instant)
    return nom, sortie.getvalue()


def _nom_recevable(nom: str, uai: str, millesime: int) -> bool:
    try:
        lu = analyser_nom(nom)
    except FichierRefuse:
        return False
    return (lu.uai, lu.millesime) == (uai, millesime)
