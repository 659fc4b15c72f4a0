"""A described school as the national files say it: the sts_emp of its year, the exports of SIECLE of its base."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from rentree.chargement.preparation import Charge, Fichier
from rentree.demo import depart, messages
from rentree.mondes.numeros import Numeros, adresse_de, enfants_par_fiche
from rentree.population import Agent, Eleve, Etablissement, Lien, Responsable, Scolarite
from shared import nomenclatures
from shared.contracts import mondes as m
from shared.formats.siecle import communs as f_communs
from shared.formats.siecle import eleves as f_eleves
from shared.formats.siecle import responsables as f_responsables
from shared.formats.siecle import structures as f_structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.sts import enregistrements as sts
from shared.formats.sts import nom_fichier_sts_emp
from shared.formats.sts.sts_emp import ecrire_sts_emp

HEURES = Decimal(4)
DISCIPLINE = "L1300"
NAISSANCE = date(1980, 5, 4)
COMMUNE = "37261"
_DEBUT_ELEVE = 8_000_000


class Annee(Struct, frozen=True):
    """The year of the world: STS year, BEE millésime, its bounds, the instant of the exports (local)."""

    annee: int
    millesime: int
    debut: date
    fin: date
    instant: datetime


def charges(monde: m.MondeDecrit, n: Numeros, annee: Annee) -> list[Charge]:
    """What is given to the applications, school after school."""
    agents = {p.cle: _agent(p, n) for p in monde.personnels}
    return [_charge(monde, n, annee, ecole, agents) for ecole in monde.ecoles]


def _charge(monde: m.MondeDecrit, n: Numeros, annee: Annee, ecole: m.EcoleDecrite, agents: dict[str, Agent]) -> Charge:
    etablissement = n.ecoles[ecole.cle]
    academie = nomenclatures.academie(etablissement.code_academie)
    siens = [p for p in monde.personnels if ecole.cle in p.ecoles]
    codes = frozenset({*ecole.divisions, *ecole.groupes})
    return Charge(
        uai=etablissement.uai,
        annee=annee.annee,
        millesime=annee.millesime,
        etablissement=messages.etablissement(etablissement, academie),
        agents=tuple(messages.agent(agents[p.cle], etablissement.uai) for p in siens),
        sts=(
            nom_fichier_sts_emp(etablissement.uai, annee.annee),
            _sts(monde, ecole, etablissement, annee, [agents[p.cle] for p in siens], n),
        ),
        siecle=tuple(_siecle(monde, n, annee, ecole, etablissement)),
        structures_sts=codes,
        structures_bee=codes,
        services=1,
    )


def _agent(p: m.PersonnelDecrit, n: Numeros) -> Agent:
    numero = n.agents[p.cle]
    return Agent(
        id=numero,
        source="EPP",
        sexe=p.sexe,
        civilite="2" if p.sexe == "2" else "1",
        nom=p.nom.upper(),
        nom_usage=None,
        prenom=p.prenom,
        date_naissance=NAISSANCE,
        fonction=p.fonction,
        discipline=DISCIPLINE if p.fonction == "ENS" else None,
        grade=None,
        support=None,
        heures_dues=Decimal(18),
        activites=(),
        partage=len(p.ecoles) > 1,
        mel=f"agent{numero}@ac-essai.invalid",
    )


# --- STS-Web ---------------------------------------------------------------------------------------------------------


def _sts(
    monde: m.MondeDecrit, ecole: m.EcoleDecrite, e: Etablissement, annee: Annee, agents: Iterable[Agent], n: Numeros
) -> bytes:
    academie = nomenclatures.academie(e.code_academie)
    effectifs = _effectifs(monde, ecole)
    services = _services(monde, ecole, n)
    matieres = sorted({s.code_matiere for liste in services.values() for s in liste})
    mefs = sorted(set(ecole.divisions.values()))
    doc = sts.StsEmp(
        parametres=sts.ParametresSts(
            uaj=depart.uaj_sts(e, academie),
            annee_scolaire=sts.AnneeScolaire(annee.annee, annee.debut, annee.fin),
        ),
        nomenclatures=sts.NomenclaturesSts(
            matieres=tuple(_matiere(code) for code in matieres), mefs=tuple(_mef(code) for code in mefs)
        ),
        individus=tuple(depart.individu_sts(a) for a in agents),
        divisions=tuple(
            sts.Division(
                code=code,
                libelle_long=code,
                effectif_prevu=effectifs.get(code, 0),
                effectif_calcule=effectifs.get(code, 0),
                mefs=(sts.MefAppartenance(mef),),
                services=services.get(code, ()),
            )
            for code, mef in sorted(ecole.divisions.items())
        ),
        groupes=tuple(
            sts.Groupe(
                code=code,
                libelle_long=code,
                effectif_prevu=effectifs.get(code, 0),
                divisions=tuple(sts.DivisionAppartenance(d, effectifs.get(d, 0)) for d in divisions),
                services=services.get(code, ()),
            )
            for code, divisions in sorted(ecole.groupes.items())
        ),
    )
    sortie = io.BytesIO()
    ecrire_sts_emp(sortie, doc)
    return sortie.getvalue()


def _effectifs(monde: m.MondeDecrit, ecole: m.EcoleDecrite) -> dict[str, int]:
    effectifs: dict[str, int] = {}
    for _, division, groupes in _places(monde, ecole.cle):
        for code in (division, *groupes):
            effectifs[code] = effectifs.get(code, 0) + 1
    return effectifs


def _services(monde: m.MondeDecrit, ecole: m.EcoleDecrite, n: Numeros) -> dict[str, tuple[sts.Service, ...]]:
    tenus: dict[tuple[str, str], list[int]] = {}
    for p in monde.personnels:
        for c in p.cours:
            if c.ecole == ecole.cle:
                tenus.setdefault((c.structure, c.matiere), []).append(n.agents[p.cle])
    services: dict[str, list[sts.Service]] = {}
    for (structure, matiere), agents in sorted(tenus.items()):
        enseignants = tuple(sts.Enseignant(str(a), "epp", HEURES) for a in sorted(agents))
        services.setdefault(structure, []).append(sts.Service(matiere, "CG", HEURES, len(agents) > 1, enseignants))
    return {structure: tuple(liste) for structure, liste in services.items()}


def _matiere(code: str) -> sts.Matiere:
    x = nomenclatures.matiere(code)
    return sts.Matiere(x.code, x.code_gestion, x.libelle_court, x.libelle_long, x.libelle_edition)


def _mef(code: str) -> sts.Mef:
    x = nomenclatures.mef(code)
    return sts.Mef(
        x.code, x.formation, x.specialite or None, x.libelle_long, x.libelle_edition, x.mefstat11, x.mefstat4
    )


# --- SIECLE ----------------------------------------------------------------------------------------------------------


def _places(monde: m.MondeDecrit, ecole: str) -> list[tuple[m.EleveDecrit, str, tuple[str, ...]]]:
    """The pupils of a base: pupil, division, groups."""
    places = []
    for e in monde.eleves:
        if e.ecole == ecole:
            places.append((e, e.division, tuple(e.groupes)))
        elif e.aussi is not None and e.aussi[0] == ecole:
            places.append((e, e.aussi[1], ()))
    return places


def _siecle(
    monde: m.MondeDecrit, n: Numeros, annee: Annee, ecole: m.EcoleDecrite, e: Etablissement
) -> Iterable[Fichier]:
    enveloppe = Enveloppe(e.uai, annee.millesime, annee.instant.date(), annee.instant)
    places = _places(monde, ecole.cle)
    presents = {x.cle for x, _, _ in places}
    personnes, liens = _familles(monde, n, presents)
    rattaches = [depart.rattachement_siecle(x) for x in liens]
    eleves = [_eleve(x, ecole.divisions[division], division, groupes, n, annee) for x, division, groupes in places]
    logis = [depart.adresse_siecle(adresse_de(e, p.adresse_id or 0)) for p in personnes]
    siennes = [depart.adresse_siecle(adresse_de(e, _DEBUT_ELEVE + n.eleves[x.cle])) for x, _, _ in places]
    divisions = [
        f_structures.Division(code, code, None, e.uai, (mef,)) for code, mef in sorted(ecole.divisions.items())
    ]
    groupes_siecle = [
        f_structures.Groupe(code, code, None, e.uai, (), tuple(ds)) for code, ds in sorted(ecole.groupes.items())
    ]
    calendrier = f_communs.AnneeScolaire(annee.debut, annee.fin, annee.debut, annee.fin)
    communs = f_communs.Communs(uaj=depart.identite_siecle(e), annee=calendrier)
    yield "ElevesAvecAdresses.xml", _octets(lambda f: ecrire_eleves(f, enveloppe, eleves, siennes))
    yield (
        "ResponsablesAvecAdresses.xml",
        _octets(
            lambda f: f_responsables.ecrire_responsables(
                f, enveloppe, [depart.personne_siecle(p) for p in personnes], rattaches, logis
            )
        ),
    )
    yield (
        "Structures.xml",
        _octets(lambda f: f_structures.ecrire_structures(f, enveloppe, divisions, groupes_siecle)),
    )
    yield "Communs.xml", _octets(lambda f: f_communs.ecrire_communs(f, enveloppe, communs))


def _octets(ecrire: Callable[[BinaryIO], object]) -> bytes:
    sortie = io.BytesIO()
    ecrire(sortie)
    return sortie.getvalue()


def _familles(monde: m.MondeDecrit, n: Numeros, presents: set[str]) -> tuple[list[Responsable], list[Lien]]:
    """The responsables of the pupils of a base, and their links; two légaux at most, the others « à contacter »."""
    personnes, liens = [], []
    legaux: dict[int, int] = {}
    for r in monde.responsables:
        for numero, enfants in zip(n.responsables[r.cle], enfants_par_fiche(r), strict=True):
            ici = [c for c in enfants if c in presents]
            if not ici:
                continue
            personnes.append(_responsable(r, numero))
            for enfant in ici:
                eleve_id = n.eleves[enfant]
                rang = legaux[eleve_id] = legaux.get(eleve_id, 0) + 1
                parente = "10" if r.civilite == "MME" else "20"
                premier = rang == 1
                liens.append(
                    Lien(eleve_id, numero, parente, "1" if rang <= 2 else "3", premier, premier, premier, premier)
                )
    return personnes, liens


def _responsable(r: m.ResponsableDecrit, numero: int) -> Responsable:
    return Responsable(
        id=numero,
        civilite=r.civilite,
        nom=r.nom.upper(),
        nom_usage=None,
        prenom=r.prenom,
        adresse_id=numero,
        tel_personnel=None,
        tel_portable=None,
        tel_professionnel=None,
        mel=f"parent{numero}@exemple.invalid",
        accepte_sms=False,
        communication_adresse=True,
        pcs="54",
    )


def _eleve(
    e: m.EleveDecrit, mef: str, division: str, groupes: tuple[str, ...], n: Numeros, annee: Annee
) -> f_eleves.Eleve:
    numero = n.eleves[e.cle]
    place = Scolarite(annee.annee, None, mef, division, (), annee.debut)
    decrit = Eleve(
        id=numero,
        ine=n.ines[e.cle],
        elenoet=numero % 100_000,
        nom=e.nom.upper(),
        nom_usage=None,
        prenom=e.prenom,
        prenom2=None,
        prenom3=None,
        sexe=e.sexe,
        date_naissance=e.naissance,
        pays_naissance="100",
        departement_naissance="037",
        commune_naissance=None if e.cas == "fiche_bloquante" else COMMUNE,
        ville_naissance=None,
        nationalite="100",
        adresse_id=_DEBUT_ELEVE + numero,
        mel=None,
        tel_portable=None,
        regime="2",
        bourse="0",
        transport=False,
        doublement=False,
        provenance="",
        origine="base",
        scolarite=place,
        scolarite_precedente=place,
    )
    ecrit = depart.eleve_siecle(
        decrit, mef=mef, division=division, entree=annee.debut, sortie=None, motif=None, options=()
    )
    return replace(ecrit, groupes=groupes)
