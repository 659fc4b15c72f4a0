"""Links between a pupil and responsables: codes, and what 2012-2014 derived from them.

Source: reference aaf.md, sections 4.1.2 (codes) and 4.1.3 (legacy attributes, derivation).
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import LienResponsable

MERE, PERE = 10, 20
TYPES_DE_LIEN: dict[int, str] = {
    10: "MERE",
    20: "PERE",
    37: "FRATRIE",
    38: "ASCENDANT",
    39: "AUTRE MEMBRE DE LA FAMILLE",
    41: "EDUCATEUR",
    42: "ASSISTANT FAMILIAL",
    43: "GARDE D'ENFANT",
    50: "TUTEUR",
    51: "AIDE SOCIALE A L'ENFANCE",
    70: "ELEVE LUI-MEME",
    90: "AUTRE LIEN",
}
_VERS_ANCIENS = {10: 2, 20: 1, 50: 3, 37: 4, 38: 4, 39: 4, 51: 5, 90: 6, 70: 7}
_DEPUIS_ANCIENS = {2: 10, 1: 20, 3: 50, 4: 39, 5: 51, 6: 90, 7: 70}
_ANCIEN_AUTRE = 6


def vers_anciens(
    liens: Sequence[LienResponsable], substitutions: Substitutions | None = None
) -> tuple[LienResponsable, ...]:
    """The links as 2012-2014 writes them: codes 1 to 7, legal 1 then 2, no payment.

    Codes that did not exist become the nearest one: FRATRIE and ASCENDANT a member of the family, the
    others AUTRE LIEN. A « personne en charge » was not told apart. `substitutions` is told of both.
    """
    anciens = []
    legaux = 0
    for lien in liens:
        legal = 0
        if lien.legal == 1:
            legaux += 1
            legal = min(legaux, 2)
        ancien = _VERS_ANCIENS.get(lien.type_lien, _ANCIEN_AUTRE)
        if substitutions is not None:
            apres = TYPES_DE_LIEN[_DEPUIS_ANCIENS[ancien]]
            if _DEPUIS_ANCIENS[ancien] != lien.type_lien:
                substitutions.lien(TYPES_DE_LIEN.get(lien.type_lien, str(lien.type_lien)), apres)
            if lien.legal > 1:
                substitutions.lien("PERSONNE EN CHARGE", apres)
        anciens.append(lien._replace(type_lien=ancien, legal=legal, paiement=False))
    return tuple(anciens)


def depuis_anciens(liens: Sequence[LienResponsable]) -> tuple[LienResponsable, ...]:
    """Links read from a feed of 2012-2014, with today's codes; both legal responsables become `legal` 1."""
    return tuple(
        lien._replace(type_lien=_DEPUIS_ANCIENS.get(lien.type_lien, lien.type_lien), legal=int(lien.legal in (1, 2)))
        for lien in liens
    )


def anciens_attributs(
    liens: Sequence[LienResponsable], substitutions: Substitutions | None = None
) -> dict[str, Valeurs]:
    """The attributes of a pupil that 2012-2014 derives from the links."""
    anciens = vers_anciens(liens, substitutions)
    autres = [lien for lien in anciens if lien.type_lien not in (1, 2)][:2]
    attributs: dict[str, Valeurs] = {
        "ENTElevePersRelEleve": tuple(lien.ecrire() for lien in anciens),
        "ENTEleveParents": tuple(str(li.personne) for li in anciens if li.type_lien in (1, 2))[:2],
        "ENTElevePere": tuple(str(li.personne) for li in anciens if li.type_lien == 1)[:1],
        "ENTEleveMere": tuple(str(li.personne) for li in anciens if li.type_lien == 2)[:1],
        "ENTEleveAutoriteParentale": tuple(str(li.personne) for li in anciens if li.legal)[:2],
    }
    for rang in (1, 2):
        lien = autres[rang - 1] if rang <= len(autres) else None
        attributs[f"ENTElevePersRelEleve{rang}"] = (str(lien.personne),) if lien else ()
        attributs[f"ENTEleveQualitePersRelEleve{rang}"] = _qualite(lien)
    return attributs


def _qualite(lien: LienResponsable | None) -> Valeurs:
    if lien is not None and lien.contact:
        return ("CONTACT",)
    if lien is not None and lien.financier:
        return ("FINANCIER",)
    return ()
