"""« Effectif calculé »: BEE counts its pupils, STS-Web shows them."""

from __future__ import annotations

from typing import Any

from shared.contracts.echanges import EffectifMsg, EffectifsBee

UAI = "0960001E"


def effectifs(**champs: Any) -> str:
    """The message, as BEE sends it."""
    return EffectifsBee(uai=UAI, annee=2021, **champs).en_json()


def test_the_effectifs_of_bee_are_shown(ecole: Any) -> None:
    """Divisions, their MEF, groups and their divisions get the counts; what BEE no longer counts goes back to 0."""
    ecole.recevoir(
        "effectifs_bee",
        effectifs(
            divisions=(
                EffectifMsg(structure="6A", part="10010012110", nb=23),
                EffectifMsg(structure="6B", part="10010012110", nb=11),
                EffectifMsg(structure="6B", part="10110001110", nb=12),
                EffectifMsg(structure="9Z", part="10010012110", nb=5),
            ),
            groupes=(EffectifMsg(structure="6ALL1", part="6A", nb=7), EffectifMsg(structure="6ALL1", part="6B", nb=8)),
        ),
    )
    divisions = {d["code"]: d for d in ecole.lire("/divisions")}
    assert {c: d["effectif_calcule"] for c, d in divisions.items()} == {"6A": 23, "6B": 23}
    assert {m["code"]: m["effectif_calcule"] for m in divisions["6B"]["mefs"]} == {
        "10010012110": 11,
        "10110001110": 12,
    }
    (groupe,) = ecole.lire("/groupes")
    assert (groupe["effectif_calcule"], [d["effectif_calcule"] for d in groupe["divisions"]]) == (15, [7, 8])
    ecole.recevoir("effectifs_bee", effectifs(divisions=(EffectifMsg(structure="6A", part="10010012110", nb=1),)))
    assert [d["effectif_calcule"] for d in ecole.lire("/divisions")] == [1, 0]
    assert ecole.lire("/groupes")[0]["effectif_calcule"] == 0
