"""The assistant's points de contrôle before an export to STS-Web (EDT-31, EDT-32)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec import Struct
from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, groupes, placement
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import code_structure_valide
from shared.persistence.unite import Unite

MIS_DE_COTE = "SERVICES_NON_EXPORTABLES"
"""The point that lists what somebody set aside: nothing is to be mended there."""
CARACTERES_LARGES = str.maketrans("./", "--")
"""What STS-Web takes beside the guides' characters where `structure.caracteres` is « large », made plain here."""


class Etat(Struct, frozen=True):
    """What an export to STS-Web looks at: services in order, each with the reason why it stays (None: it goes).

    `matieres`: codes in STS-Web, of those that have a counterpart; `libelles`: of all.
    """

    structures: dict[str, m.Structure]
    profs: dict[int, m.Professeur]
    matieres: dict[str, str]
    libelles: dict[str, str]
    services: tuple[tuple[m.Service, rules.Ecart | None], ...]

    @property
    def exportes(self) -> list[m.Service]:
        """The services that go out."""
        return [s for s, ecart in self.services if ecart is None]


@dataclass(frozen=True, slots=True)
class PointDeControle:
    """One check. `gene`: what it lists prevents a complete transfer; otherwise it should only be seen to."""

    code: str
    titre: str
    gene: bool
    lignes: tuple[str, ...]
    remede: str


def lire_etat(u: Unite, uai: str, annee: int) -> Etat:
    """Read a base as the export sees it. Raises `Inconnu` BASE_INCONNUE."""
    bases.trouver(u, uai, annee)
    structures = groupes.structures_de(u, uai, annee)
    profs = {p.numero: p for p in u.session.scalars(select(m.Professeur).filter_by(uai=uai, annee=annee))}
    lues = u.session.scalars(select(m.Matiere).filter_by(uai=uai, annee=annee).order_by(m.Matiere.code)).all()
    matieres = {x.code: x.sts_code for x in lues if x.sts_code}
    ordre = (m.Service.structure, m.Service.matiere, m.Service.modalite)
    services = u.session.scalars(select(m.Service).filter_by(uai=uai, annee=annee).order_by(*ordre))
    libelles = {x.code: x.libelle for x in lues}
    return Etat(
        structures, profs, matieres, libelles, tuple((s, _ecart(s, structures, profs, matieres)) for s in services)
    )


def _ecart(
    s: m.Service, structures: dict[str, m.Structure], profs: dict[int, m.Professeur], matieres: dict[str, str]
) -> rules.Ecart | None:
    structure = structures[s.structure]
    gens = [profs.get(e["numero"]) for e in s.enseignants]
    return rules.motif_ecart(
        exportable=s.exportable,
        structure_connue=structure.type == "G" or structure.sts_code is not None,
        matiere_connue=s.matiere in matieres,
        professeurs=[(p is not None and p.sts_id is not None, p is None or p.exportable) for p in gens],
    )


def controler(u: Unite, uai: str, annee: int) -> list[PointDeControle]:
    """Every point de contrôle, those with nothing to say included."""
    etat = lire_etat(u, uai, annee)
    utilisees = sorted({s.matiere for s, _ in etat.services if s.exportable} - set(etat.matieres))
    places = set(
        u.session.execute(
            select(m.Cours.structure, m.Cours.matiere, m.Cours.modalite).filter_by(uai=uai, annee=annee)
        ).all()
    )
    return [
        PointDeControle(
            "GROUPES_SANS_EFFECTIF",
            "Groupes sans effectif",
            True,
            tuple(groupes.groupes_sans_eleve(u, uai, annee)),
            "Inscrivez les élèves dans les groupes, ou supprimez les groupes qui ne servent pas.",
        ),
        PointDeControle(
            "PARTIES_SANS_EFFECTIF",
            "Parties de classe sans effectif",
            True,
            tuple(groupes.parties_sans_eleve(u, uai, annee)),
            "Inscrivez des élèves de ces classes dans ces groupes, ou ôtez la classe du groupe.",
        ),
        PointDeControle(
            "NOMS_DIFFERENTS",
            "Groupes nommés autrement dans STS-Web",
            False,
            tuple(
                f"{s.code} (STSWEB : {s.sts_code})"
                for s in etat.structures.values()
                if s.type == "G" and s.sts_code not in (None, s.code)
            ),
            "Donnez-leur le même nom dans EDT, STS-Web et SIECLE : sinon leurs liens élèves/groupes sont rejetés.",
        ),
        PointDeControle(
            "NOMS_DE_GROUPES",
            "Noms de groupes que STS-Web refusera",
            True,
            tuple(s.code for s in etat.structures.values() if s.type == "G" and not _nom_accepte(u, s)),
            f"Lettres, chiffres, espaces, « - » et « _ », {u.profil.structure_longueur_code} caractères au plus : "
            "renommez ces groupes avant l'export.",
        ),
        PointDeControle(
            "COURS_PONDERES_A_ZERO",
            "Cours pondérés à 0",
            True,
            tuple(_nom(s, etat) for s in etat.exportes if not s.heures),
            "Donnez leurs heures à ces services.",
        ),
        PointDeControle(
            "SERVICES_ECARTES",
            "Services écartés",
            True,
            tuple(f"{_nom(s, etat)} ({e.phrase})" for s, e in etat.services if e and not e.voulu),
            "Établissez les correspondances, ou rendez ces services « non exportables ».",
        ),
        PointDeControle(
            MIS_DE_COTE,
            "Services mis de côté",
            False,
            tuple(f"{_nom(s, etat)} ({e.phrase})" for s, e in etat.services if e and e.voulu),
            "Rien à faire : ils restent dans la base.",
        ),
        PointDeControle(
            "CONFORMITE_MATIERES",
            "Conformité des matières",
            False,
            tuple(f"{x} {etat.libelles.get(x, '')}".strip() for x in utilisees),
            "Fichier > Avec STSWEB > Établir les correspondances, onglet « Matières ».",
        ),
        PointDeControle(
            "SERVICES_SANS_COURS",
            "Services sans cours placé",
            False,
            tuple(
                _nom(s, etat) for s in etat.exportes if s.heures and (s.structure, s.matiere, s.modalite) not in places
            ),
            "Lancez un placement automatique : sans cours, le service part sans emploi du temps.",
        ),
        PointDeControle(
            "CONFLITS",
            "Conflits d'emploi du temps",
            False,
            tuple(sorted({qui for _, _, qui in placement.conflits(u, uai, annee)})),
            "Relancez un placement automatique.",
        ),
    ]


def arreter(points: Sequence[PointDeControle], mis_de_cote: Collection[str]) -> None:
    """Stop on what prevents a complete transfer, unless it was set aside (codes of points).

    Raises `Refus` POINTS_DE_CONTROLE, `Inconnu` POINT_INCONNU.
    """
    inconnus = sorted(set(mis_de_cote) - {p.code for p in points})
    if inconnus:
        raise Inconnu(
            f"« {inconnus[0][:40]} » n'est pas un point de contrôle.",
            code="POINT_INCONNU",
            remede=f"Choisissez parmi : {', '.join(p.code for p in points if p.gene)}.",
        )
    restants = [p for p in points if p.gene and p.lignes and p.code not in mis_de_cote]
    if restants:
        raise Refus(
            f"L'assistant s'arrête : {', '.join(f'{p.titre} ({len(p.lignes)})' for p in restants)}.",
            code="POINTS_DE_CONTROLE",
            statut=409,
            regle="EDT-31",
            remede="Réparez ce qui est listé, ou mettez ces points de côté, puis recommencez.",
            details={p.code: list(p.lignes[:20]) for p in restants},
        )


def _nom_accepte(u: Unite, s: m.Structure) -> bool:
    """Whether STS-Web will take a group's name, or that of its counterpart (EDT-10)."""
    code = s.sts_code or s.code
    if u.profil.structure_caracteres == "large":
        code = code.translate(CARACTERES_LARGES)
    return code_structure_valide(code, u.profil.structure_longueur_code)


def _nom(s: m.Service, etat: Etat) -> str:
    return f"{s.structure} {s.matiere} {s.modalite}, {etat.libelles.get(s.matiere, 'matière inconnue')}"
