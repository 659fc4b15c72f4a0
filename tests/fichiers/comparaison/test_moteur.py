"""The engine against a comparison of everything in memory, on any records."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.formats.comparaison import moteur
from shared.formats.comparaison.fiches import FicheComparee, empreinte
from shared.formats.comparaison.moteur import comparer_fiches, naturel

_CHAMPS = st.lists(
    st.tuples(st.sampled_from(["NOM", "PRENOM", "MEL"]), st.text("aé€\x1f\x1e", max_size=2)),
    max_size=3,
    unique_by=lambda champ: champ[0],
).map(tuple)
_FICHES = st.lists(
    st.builds(FicheComparee, st.sampled_from(["élèves", "groupes"]), st.sampled_from(list("12345")), _CHAMPS),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(_FICHES, _FICHES)
def test_autant_qu_en_memoire(a: list[FicheComparee], b: list[FicheComparee]) -> None:
    """Added, removed, modified and unchanged are those of two dictionaries of all records."""
    par_cle: list[dict[tuple[str, str], list[tuple[tuple[str, str], ...]]]] = []
    for fiches in (a, b):
        lues = defaultdict(list)
        for fiche in fiches:
            lues[fiche.categorie, fiche.cle].append(tuple(sorted(fiche.champs)))
        par_cle.append({cle: sorted(champs) for cle, champs in lues.items()})
    avant, apres = par_cle
    trouvees = {c.nom: c for c in comparer_fiches(lambda: iter(a), lambda: iter(b))}
    ajoutees = {(c.nom, cle) for c in trouvees.values() for cle in c.ajoutees}
    supprimees = {(c.nom, cle) for c in trouvees.values() for cle in c.supprimees}
    modifiees = {(c.nom, fiche.cle) for c in trouvees.values() for fiche in c.modifiees}
    assert ajoutees == apres.keys() - avant.keys()
    assert supprimees == avant.keys() - apres.keys()
    communes = avant.keys() & apres.keys()
    assert modifiees == {cle for cle in communes if avant[cle] != apres[cle]}
    assert sum(c.inchangees for c in trouvees.values()) == len(communes) - len(modifiees)
    assert all(fiche.changements for c in trouvees.values() for fiche in c.modifiees)


def test_les_fiches_qui_attendent_vont_sur_le_disque(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what is held in memory, fields put aside come back as they were."""
    monkeypatch.setattr(moteur, "_EN_MEMOIRE", 64)
    a = [FicheComparee("x", str(i), (("NOM", f"€ {i}\n"),)) for i in range(500)]
    b = [FicheComparee("x", str(i), (("NOM", f"€ {i}\n" if i % 2 else "autre"),)) for i in reversed(range(500))]
    (categorie,) = comparer_fiches(lambda: iter(a), lambda: iter(b), valeurs=True)
    assert [m.cle for m in categorie.modifiees] == [str(i) for i in range(0, 500, 2)]
    assert [m.changements[0].avant for m in categorie.modifiees[:2]] == ["€ 0\n", "€ 2\n"]
    assert categorie.inchangees == 250


def test_l_empreinte_ignore_l_ordre_des_champs_et_non_leurs_valeurs() -> None:
    """The same fields in another order are the same record; values exchanged are not."""
    assert empreinte((("A", "1"), ("B", "2"))) == empreinte((("B", "2"), ("A", "1")))
    assert empreinte((("A", "1"), ("B", "2"))) != empreinte((("A", "2"), ("B", "1")))
    assert empreinte((("A", "1"),)) != empreinte(())


def test_les_cles_se_rangent_comme_on_compte() -> None:
    """« 6A10 » comes after « 6A9 »."""
    assert sorted(["6A10", "6A9", "5B", "10"], key=naturel) == ["5B", "6A9", "6A10", "10"]
