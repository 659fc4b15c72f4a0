"""Services and staff that the files do not give.

Source: reference nomenclatures sections 2.3 (programmes), 3.6 and 6.5 (hours due, posts); REC-01, STS-29.
"""

from __future__ import annotations

import random
from decimal import Decimal

from msgspec.structs import replace

from rentree.demo.entree.codes import discipline_de, est_option, programme
from rentree.demo.entree.contexte import ContexteDossier
from rentree.demo.entree.donnees import INVENTE, Ecole, Sources
from rentree.demo.entree.personnes import DOMAINE
from rentree.population import Agent, Besoins, Groupe, Service, listes
from rentree.population.contexte import jour_de
from rentree.population.personnels import Personnels
from rentree.population.repartition import ECART_MAX, Poste
from rentree.population.services import COURS, Demande, Lot
from shared.horloge.profils import ProfilAcademique
from shared.identifiers import mel
from shared.nomenclatures import grades, matiere_de_gestion

ENSEIGNANT = "ENS"
_SANS_SERVICE = ("DIR", "DOC", "EDU")
_VIE_DE_CLASSE = "VICLA"
_DEUX_HEURES = Decimal(2)
_EQUIVALENTES = {"L0201": "L0202", "P0210": "L0202", "P1315": "L1300", "P0222": "L0422", "P0226": "L0426"}
"""Disciplines whose teachers give the lessons of another one."""


def inventer_encadrement(ecole: Ecole, contexte: ContexteDossier, sources: Sources) -> None:
    """Direction, CPE and documentaliste where the files name none, and the ATSS agents, who are in no file."""
    personnels = Personnels(contexte)
    personnels.encadrer()
    presentes = {a.fonction for a in ecole.agents}
    ajoutes = [a for a in personnels.agents if a.source != "EPP" or a.fonction not in presentes]
    ecole.agents += ajoutes
    fonctions = ", ".join(sorted({a.fonction for a in ajoutes if a.source == "EPP"}))
    sources.noter("agents ATSS" + (f" et personnels {fonctions}" if fonctions else ""), INVENTE)


def nommer_les_inconnus(ecole: Ecole, contexte: ContexteDossier, sources: Sources) -> None:
    """People for the numbers that services and professeurs principaux use, and that no file names."""
    connus = {a.id for a in ecole.agents}
    matieres: dict[int, str | None] = {n: None for n in ecole.principaux.values() if n not in connus}
    heures: dict[int, Decimal] = {}
    for s in ecole.services:
        for numero, duree in s.enseignants:
            if numero not in connus:
                matieres[numero] = matieres.get(numero) or s.matiere
                heures[numero] = heures.get(numero, Decimal(0)) + duree
    hasard = contexte.hasard("inconnus")
    for numero in sorted(matieres):
        code = matieres[numero]
        ecole.agents.append(_inconnu(numero, code and discipline_de(code), heures.get(numero), contexte, hasard))
    if matieres:
        sources.noter("personnels que les fichiers ne nomment pas", INVENTE, f"{len(matieres)}, numéros conservés")


def _inconnu(
    numero: int, discipline: str | None, heures: Decimal | None, contexte: ContexteDossier, hasard: random.Random
) -> Agent:
    sexe = hasard.choice("12")
    naissance = jour_de(hasard, contexte.parametres.annee - hasard.randint(26, 60))
    prenom, nom = hasard.choice(listes.prenoms(sexe, naissance.year)), contexte.nom(hasard)
    return Agent(
        id=numero,
        source="EPP",
        sexe=sexe,
        civilite=sexe,
        nom=nom,
        nom_usage=None,
        prenom=prenom,
        date_naissance=naissance,
        fonction=ENSEIGNANT,
        discipline=discipline,
        grade=None,
        support=f"CHR{numero % 100_000}",
        heures_dues=heures or Decimal(18),
        activites=(),
        partage=False,
        mel=mel(prenom, nom, numero, DOMAINE),
    )


def enseigner(
    ecole: Ecole, groupes: tuple[Groupe, ...], contexte: ContexteDossier, academie: str, sources: Sources
) -> Besoins:
    """The services, those of the files or invented for what pupils take, and who gives them.

    Invented services go first to the teachers of the files, in their discipline and up to their hours; teachers are
    invented for the rest.
    """
    services = [s for s in ecole.services if s.type_structure == "D" or s.structure in {g.code for g in groupes}]
    if not services:
        lots = _lots(ecole, groupes, academie)
        donnes, reste = _donner_aux_presents(ecole, lots)
        personnels = Personnels(contexte)
        invente = personnels.enseigner(reste, groupes)
        ecole.agents += personnels.agents
        services = [*donnes, *invente.services]
        sources.noter("services", INVENTE)
        if personnels.agents:
            partie = "enseignants" if not donnes else "enseignants ajoutés"
            sources.noter(partie, INVENTE, str(len(personnels.agents)))
    principaux = dict(ecole.principaux)
    if not principaux:
        principaux = _principaux(ecole, services)
        sources.noter("professeurs principaux", INVENTE)
    return Besoins(groupes, tuple(services), tuple((c, principaux[c]) for c in ecole.divisions if c in principaux))


def _lots(ecole: Ecole, groupes: tuple[Groupe, ...], academie: str) -> list[Lot]:
    """What each division and group has to be taught, by discipline."""
    lots: list[Lot] = []
    for code in ecole.divisions:
        par_discipline: dict[str, list[Demande]] = {}
        for m, heures in _heures_de(ecole, code, groupes, academie).items():
            par_discipline.setdefault(discipline_de(m), []).append(Demande(code, "D", m, COURS, heures))
        lots += [Lot(discipline, demandes) for discipline, demandes in par_discipline.items()]
    for g in groupes:
        if g.matiere:
            heures = _horaire(ecole, g.divisions[0], g.matiere, academie)
            exclusions = frozenset([g.barrette]) if g.barrette else frozenset()
            lots.append(Lot(discipline_de(g.matiere), [Demande(g.code, "G", g.matiere, COURS, heures)], exclusions))
    return lots


def _heures_de(ecole: Ecole, division: str, groupes: tuple[Groupe, ...], academie: str) -> dict[str, Decimal]:
    """Hours of a division by matière: the tronc commun, and what its pupils chose and no group gives."""
    en_groupe = {g.matiere for g in groupes if division in g.divisions}
    eleves = ecole.eleves_de([division])
    lignes = programme(_mef_de(ecole, division), academie)
    sans = matiere_de_gestion(_VIE_DE_CLASSE).code
    heures = {p.matiere: p.horaire for p in lignes if p.modalite == "S" and p.matiere != sans}
    choisies = sorted({o.matiere for e in eleves if e.scolarite for o in e.scolarite.options})
    for m in choisies:
        if m not in heures and (m not in en_groupe or not est_option(m, lignes)):
            heures[m] = _horaire(ecole, division, m, academie)
    # What is also taught in groups of the division is shared between the two.
    return {m: h / 2 if m in en_groupe and h >= _DEUX_HEURES else h for m, h in heures.items()}


def _mef_de(ecole: Ecole, division: str) -> str:
    """The MEF of most pupils of a division."""
    nombres = dict.fromkeys(sorted(ecole.divisions[division].mefs), 0)
    for e in ecole.eleves_de([division]):
        if e.scolarite:
            nombres[e.scolarite.mef] = nombres.get(e.scolarite.mef, 0) + 1
    return max(nombres, key=lambda m: nombres[m])


def _horaire(ecole: Ecole, division: str, code: str, academie: str) -> Decimal:
    lignes = programme(_mef_de(ecole, division), academie)
    return next((p.horaire for p in lignes if p.matiere == code), _DEUX_HEURES)


def _donner_aux_presents(ecole: Ecole, lots: list[Lot]) -> tuple[list[Service], list[Lot]]:
    """Give lots to the teachers of the files; the services made, and the lots that nobody there can take."""
    dues = {g.code: Decimal(g.heures_dues) for g in grades()}
    postes: list[tuple[Agent, Poste]] = []
    for a in ecole.agents:
        if a.fonction == ENSEIGNANT and a.discipline:
            plein = a.heures_dues or dues.get(a.grade or "", Decimal(18))
            postes.append((a, Poste(_EQUIVALENTES.get(a.discipline, a.discipline), a.grade or "", plein, plein)))
    donnes: list[Service] = []
    reste: list[Lot] = []
    for lot in sorted(lots, key=lambda x: (-x.heures, x.demandes[0].structure, x.discipline)):
        voulue = _EQUIVALENTES.get(lot.discipline, lot.discipline)
        libres = [
            (a, p)
            for a, p in postes
            if p.discipline == voulue and p.libre_pour(lot) and p.heures + lot.heures <= p.plein + ECART_MAX
        ]
        if not libres:
            reste.append(lot)
            continue
        agent, poste = max(libres, key=lambda x: (x[1].plein - x[1].heures, -x[0].id))
        poste.lots.append(lot)
        donnes += [
            Service(d.structure, d.type_structure, d.matiere, d.modalite, d.heures, ((agent.id, d.heures),), False)
            for d in lot.demandes
        ]
    return donnes, reste


def _principaux(ecole: Ecole, services: list[Service]) -> dict[str, int]:
    """For each division, the teacher who has it most and is nobody else's yet, if there is one."""
    heures: dict[str, dict[int, Decimal]] = {}
    for s in services:
        if s.type_structure == "D":
            for numero, duree in s.enseignants:
                equipe = heures.setdefault(s.structure, {})
                equipe[numero] = equipe.get(numero, Decimal(0)) + duree
    pris: set[int] = set()
    choisis: dict[str, int] = {}
    for division in ecole.divisions:
        equipe = heures.get(division, {})
        if equipe:
            choisis[division] = min(equipe, key=lambda n: (n in pris, -equipe[n], n))
            pris.add(choisis[division])
    return choisis


def ajuster_au_profil(besoins: Besoins, ecole: Ecole, choisi: ProfilAcademique) -> Besoins:
    """Services without the people whom STS-Web does not hold in this académie (`sts.documentalistes`, REC-06)."""
    if choisi.sts_documentalistes == "presents":
        return besoins
    absents = {a.id for a in ecole.agents if a.fonction in _SANS_SERVICE}
    services = tuple(
        replace(s, enseignants=tuple(x for x in s.enseignants if x[0] not in absents)) for s in besoins.services
    )
    principaux = tuple(x for x in besoins.professeurs_principaux if x[1] not in absents)
    return replace(besoins, services=services, professeurs_principaux=principaux)
