"""An invented collège, as the two STS files tell it: small, but every kind of record is in it."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from shared.formats.sts import (
    Academie,
    Alternance,
    AnneeScolaire,
    Are,
    Civilite,
    Contrat,
    Cours,
    Discipline,
    Division,
    DivisionAppartenance,
    EmpSts,
    Enseignant,
    Groupe,
    Horaire,
    Indemnite,
    IndividuEmp,
    IndividuSts,
    Matiere,
    Mef,
    MefAppartenance,
    Mefstat4,
    ModCours,
    NomenclaturesSts,
    ParametresEmp,
    ParametresSts,
    ProfPrinc,
    Programme,
    SalleCours,
    Service,
    StsEmp,
    TauxPond,
    TypeAhe,
    Uaj,
)

UAI = "0980017L"
_SIXIEME, _CINQUIEME = "10010012110", "10110001110"


def _heures(texte: str) -> Decimal:
    return Decimal(texte)


def _service(matiere: str, heures: str, *enseignants: Enseignant, co_ens: bool = False) -> Service:
    return Service(matiere, "CG", _heures(heures), co_ens, enseignants)


def sts_emp() -> StsEmp:
    """The export of STS-Web."""
    return StsEmp(
        parametres=ParametresSts(
            Uaj(
                UAI,
                Academie("098", "BAIE DES VENTS"),
                "CLG",
                "COLLEGE",
                "L'ÎLE-AUX-ŒUFS",
                "340",
                "CLG",
                "",
                "2 QUAI DU 8 MAI & DES ALIZES",
                "PORT-ALIZE",
                "98017",
                "BP 12",
                "N",
                "0199001701",
                "public",
                False,
            ),
            AnneeScolaire(2025, date(2025, 9, 1), date(2026, 8, 31)),
        ),
        nomenclatures=NomenclaturesSts(
            types_ahe=(TypeAhe("4112", "ASSO.EPS", "HEURES ASSOCIATIONS SPORTIVES"),),
            civilites=(Civilite("1", "M.", "M."), Civilite("2", "MME", "Mme")),
            mefstats4=(Mefstat4("2111", "6EME", "SIXIEME", True), Mefstat4("2112", "5EME", "CINQUIEME", True)),
            taux_ponds=(TauxPond(_heures("1.25"), "bts"),),
            mods_cours=(
                ModCours("CG", "COURS", "COURS GENERAL", True),
                ModCours("TD", "TD", "TRAVAUX DIRIGES", False),
            ),
            matieres=(
                Matiere("020700", "FRANC", "FRANCAIS", "FRANCAIS", "Français"),
                Matiere("030201", "AGL1", "ANGLAIS LV1", "ANGLAIS LV1", "Anglais LV1"),
                Matiere("100100", "EPS", "ED.PHY.SP.", "EDUCATION PHYSIQUE ET SPORTIVE", "Éducation physique"),
            ),
            mefs=(
                Mef(_SIXIEME, "6EME", "", "6EME", "6ème", "21110010012", "2111"),
                Mef(_CINQUIEME, "5EME", "", "5EME", "5ème", "21120010001", "2112"),
            ),
            programmes=(
                Programme(_SIXIEME, "020700", _heures("4.50")),
                Programme(_SIXIEME, "030201", _heures("4.00")),
                Programme(_CINQUIEME, "020700", _heures("4.50")),
            ),
            contrats=(Contrat("1", "CA", "ASSOC.", "CONTRAT D'ASSOCIATION"),),
        ),
        individus=(
            IndividuSts(
                "70011",
                "epp",
                "2",
                "2",
                "LŒWENSTEIN",
                "D'ÉTRETAT",
                "Maëlle",
                date(1981, 4, 12),
                "CERT. CL N",
                "ENS",
                (ProfPrinc("6A", date(2025, 9, 1), date(2026, 8, 31)),),
                (Discipline("L0202", "LET MODERN", _heures("18.00")),),
            ),
            IndividuSts(
                "70012",
                "epp",
                "1",
                "1",
                "GRANDVALET",
                "GRANDVALET",
                "Ismaël",
                date(1975, 11, 30),
                "AGREGE CLN",
                "ENS",
                disciplines=(Discipline("L0422", "ANGLAIS", _heures("15.00")),),
            ),
            IndividuSts(
                "70013",
                "epp",
                "2",
                "2",
                "HAŸ-CASTERA",
                "HAŸ",
                "Solène",
                date(1968, 1, 2),
                "PERDIR",
                "DIR",
            ),
            IndividuSts("801", "local", "", "1", "BMP EPS", "", "BMP"),
        ),
        divisions=(
            Division(
                "6A",
                "6EME A",
                26,
                25,
                (MefAppartenance(_SIXIEME, 26, 25),),
                (
                    _service("020700", "4.50", Enseignant("70011", "epp", _heures("4.50"))),
                    _service("100100", "4.00", Enseignant("801", "local", _heures("4.00"))),
                ),
            ),
            Division(
                "6B 5B",
                "6EME-5EME B",
                24,
                24,
                (MefAppartenance(_SIXIEME, 12, 13), MefAppartenance(_CINQUIEME, 12, 11)),
                (
                    _service(
                        "020700",
                        "5.00",
                        Enseignant("70011", "epp", _heures("5.00"), _heures("1.25")),
                        Enseignant("70012", "epp", _heures("0.50")),
                        co_ens=True,
                    ),
                ),
            ),
            Division("5C", "5EME C", 0, 0, (MefAppartenance(_CINQUIEME, 0, 0),)),
        ),
        groupes=(
            Groupe(
                "6AGL1_G1",
                "6EME ANGLAIS 1",
                20,
                19,
                0,
                (DivisionAppartenance("6A", 12, 11), DivisionAppartenance("6B 5B", 8, 8)),
                (MefAppartenance(_SIXIEME, 20, 19),),
                (_service("030201", "4.00", Enseignant("70012", "epp", _heures("4.00"))),),
            ),
        ),
        suppleants=(IndividuSts("70014", None, "1", "1", "VERDANCOURT", "VERDANCOURT", "Aimé", None, "AC2C2", "ENS"),),
    )


def _semaines(*jours: int) -> tuple[date, ...]:
    return tuple(date(2025, 9, j) for j in jours)


def _cours(alternance: str, jour: int, debut: time, minutes: int, salle: str | None) -> Cours:
    return Cours(alternance, jour, debut, timedelta(minutes=minutes), salle)


def emp_sts() -> EmpSts:
    """The remontée of the timetable software."""
    francais = (
        _cours("H", 1, time(8, 30), 60, "B12"),
        _cours("SA", 3, time(10, 30), 90, "LABO 1"),
        _cours("H", 4, time(14, 5), 55, None),
    )
    return EmpSts(
        parametres=ParametresEmp(UAI, 2025, "EDITEUR_PRIVE"),
        horaires=(Horaire(1, time(8, 30), time(17, 30)), Horaire(3, time(8, 30), time(12, 30))),
        alternances=(
            Alternance("H", "Cours Hebd", "Cours Hebdomadaire", _semaines(1, 8, 15, 22)),
            Alternance("SA", "semaine A", "semaine A", _semaines(1, 15)),
        ),
        salles=(SalleCours("B12"), SalleCours("LABO 1", "LABOS", "Bâtiment B")),
        individus=(
            IndividuEmp("70011", (Indemnite("6A", "2111"),)),
            IndividuEmp("70012", (), (Are("4112", _heures("3.00")),)),
        ),
        divisions=(
            Division(
                "6A",
                services=(
                    _service("020700", "4.50", Enseignant("70011", "epp", _heures("4.50"), None, francais)),
                    _service("100100", "4.00", Enseignant("801", None, _heures("4.00"))),
                ),
            ),
            Division("5C"),
        ),
        groupes=(
            Groupe(
                "6AGL1_G1",
                "6EME ANGLAIS 1",
                19,
                None,
                19,
                (DivisionAppartenance("6A", 11), DivisionAppartenance("6B 5B", 8)),
                services=(
                    _service(
                        "030201",
                        "4.00",
                        Enseignant(
                            "70012",
                            "epp",
                            _heures("4.00"),
                            _heures("1.00"),
                            (_cours("H", 2, time(14), 120, "B12"),),
                        ),
                    ),
                ),
            ),
        ),
    )
