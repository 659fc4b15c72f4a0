"""The rules of the AAF, without database: who comes out, how contributions are joined."""

from __future__ import annotations

from datetime import date

import pytest

from services.aaf.rules.eleves import Ailleurs, juger_familles
from services.aaf.rules.enseignements import repartir
from services.aaf.rules.fusion import fusionner
from services.aaf.rules.personnels import juger_personnels
from services.aaf.use_cases.rangement import FicheARanger
from shared.contracts import echanges as msg
from shared.formats.aaf import Categorie, Enregistrement
from shared.formats.aaf.grammaire import attributs_de

from . import jeu_aaf as jeu

JOUR = date(2021, 8, 25)
MEFS = {jeu.MEF}


def bee(**champs: object) -> msg.RemonteeBee:
    base = {"uai": jeu.A, "annee": 2021, "millesime": 2021, "instant": "2021-08-24T21:30:00Z"}
    return msg.RemonteeBee.de_valeurs(base | champs)


def rectorat(*agents: msg.AgentMsg) -> msg.RemonteeRectorat:
    return msg.RemonteeRectorat(
        uai=jeu.A, instant="2021-08-24T21:30:00Z", etablissement=jeu.ecole(jeu.A), agents=agents
    )


def sts(*personnels: msg.PersonnelMsg) -> msg.RemonteeSts:
    return msg.RemonteeSts(uai=jeu.A, annee=2021, instant="2021-08-24T21:30:00Z", personnels=personnels)


def test_the_earlier_year_gives_way() -> None:
    """A pupil already enrolled for the next year elsewhere does not come out of the old school, without any fault."""
    jugees = juger_familles(
        bee(eleves=[jeu.eleve(1)]), jeu.structure(jeu.A), MEFS, {200_001: [Ailleurs(jeu.B, "3A", plus_tard=True)]}
    )
    assert jugees.eleves == []
    assert [e.code for e in jugees.exclusions] == ["INSCRIT_ANNEE_SUIVANTE"]


def test_a_link_to_someone_who_did_not_come_up_is_dropped() -> None:
    """Links stay only between a pupil and a responsable who both come out, once each."""
    jugees = juger_familles(
        bee(
            eleves=[jeu.eleve(1)],
            responsables=[jeu.responsable(1)],
            liens=[jeu.lien(1, 1), jeu.lien(1, 1), jeu.lien(1, 7), jeu.lien(8, 1)],
        ),
        jeu.structure(jeu.A),
        MEFS,
        {},
    )
    assert [(li.eleve_id, li.personne_id) for li in jugees.liens] == [(200_001, 400_001)]


def test_a_teacher_who_is_also_cpe() -> None:
    """Functions of STS-Web and of EPP are put together in one person; a function said by both comes once."""
    deux = jeu.agent(
        1,
        affectations=(
            msg.AffectationAgentMsg(uai=jeu.A, fonction="ENS", discipline="L1300"),
            msg.AffectationAgentMsg(uai=jeu.A, fonction="EDU", discipline="E0030"),
        ),
    )
    jugees = juger_personnels(jeu.A, sts(jeu.enseignant(1)), rectorat(deux), JOUR)
    (sortant,) = jugees.sortants.values()
    assert [(f.code, f.discipline) for f in sortant.fonctions] == [("ENS", "L1300"), ("EDU", "E0030")]
    assert (sortant.rattache, sortant.enseignant, jugees.exclusions) == (True, True, [])


def test_a_replacement_is_attached_elsewhere() -> None:
    """A teacher here as a replacement comes out, attached to no structure of this school."""
    rep = jeu.agent(1, affectations=(msg.AffectationAgentMsg(uai=jeu.A, nature="REP"),))
    jugees = juger_personnels(jeu.A, sts(jeu.enseignant(1)), rectorat(rep), JOUR)
    assert [s.rattache for s in jugees.sortants.values()] == [False]


def test_a_local_agent_belongs_to_his_school() -> None:
    """A local agent of STS-Web is numbered by school: the same local number elsewhere is someone else."""
    local = jeu.enseignant(1, type="local", fonction="AED", disciplines=())
    assert list(juger_personnels(jeu.A, sts(local), None, JOUR).sortants) == [f"{jeu.A}:701"]


@pytest.mark.parametrize(
    ("debut", "fin", "sort", "revoir"),
    [
        (None, None, True, None),
        (date(2021, 8, 26), None, False, date(2021, 8, 26)),
        (None, date(2021, 8, 25), True, date(2021, 8, 26)),
        (None, date(2021, 8, 24), False, None),
    ],
)
def test_appointments_hold_between_their_dates(
    debut: date | None, fin: date | None, sort: bool, revoir: date | None
) -> None:
    """An appointment holds from its first day to its last; the school is looked at again when one changes."""
    a = jeu.agent(3, affectations=(msg.AffectationAgentMsg(uai=jeu.A, fonction="DIR", debut=debut, fin=fin),))
    jugees = juger_personnels(jeu.A, sts(), rectorat(a), JOUR)
    assert (bool(jugees.sortants), jugees.revoir_le) == (sort, revoir)
    assert [e.code for e in jugees.exclusions] == ([] if sort else ["SANS_AFFECTATION"])


def test_services_of_a_structure_that_is_not_exported() -> None:
    """Services on a group or division that the structure does not hold are counted, not given to the teacher."""
    tenus = repartir(jeu.services(jeu.A, ("3A", "D", 1), ("3A", "G", 1), ("9Z", "D", 1)), jeu.structure(jeu.A))
    assert tenus.de("epp", 701).classes == {("3A", "061300")}
    assert tenus.de("epp", 701).groupes == set()
    assert (dict(tenus.groupes_absents), dict(tenus.divisions_absentes)) == ({"3A": 1}, {"9Z": 1})


def test_contributions_are_joined() -> None:
    """Values of two schools are put together, one flag is enough, identity is the first school's."""
    noms = attributs_de(Categorie.PERSONNEL)

    def contribution(structure: str, nom: str, oui: str, rattache: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        valeurs = dict.fromkeys(noms, ()) | {
            "sn": (nom,),
            "ENTAuxEnsCategoDiscipline": ("13$MATHEMATIQUES",),
            "ENTAuxEnsClasses": (f"{structure}$3A", f"{structure}$3A"),
            "ENTPersonCategorieEnseignant": (oui,),
            "ENTPersonStructRattach": rattache,
        }
        return tuple(valeurs[n] for n in noms)

    lu = dict(
        zip(noms, fusionner(noms, [contribution("1", "X", "N", ()), contribution("2", "Y", "O", ("2",))]), strict=True)
    )
    assert lu["sn"] == ("X",)
    assert lu["ENTAuxEnsCategoDiscipline"] == ("13$MATHEMATIQUES",)
    assert lu["ENTAuxEnsClasses"] == ("1$3A", "1$3A", "2$3A", "2$3A")
    assert (lu["ENTPersonCategorieEnseignant"], lu["ENTPersonStructRattach"]) == (("O",), ("2",))


def test_a_character_that_xml_cannot_carry_is_left_out() -> None:
    """One bad character in a name does not stop the whole feed: it is left out; accents and quotes stay."""
    e = Enregistrement.de(
        Categorie.MATIERE, "061300", [("ENTMatJointure", ["061300"]), ("ENTLibelleMatiere", ['É\x01\x08"b\uffff'])]
    )
    assert FicheARanger.de(e, "061300").valeurs == '[["061300"],["É??\\"b?"]]'
