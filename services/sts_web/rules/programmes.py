"""Which services are « hors programme »: their matière is in the programme of no MEF of their structure.

Source: procedure STS-04 (the menu entry); reference sts-edt §2.3 (PROGRAMME). The use of the entry is inferred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

Programmes = Mapping[str, Collection[str]]


def hors_programme(matiere: str, mefs: Iterable[str], programmes: Programmes) -> bool:
    """Whether a matière is in no programme of these MEF. MEF without any programme do not decide.

    Arguments: `programmes`, MEF → codes of its matières.
    """
    connus = [programmes[m] for m in mefs if programmes.get(m)]
    return bool(connus) and not any(matiere in programme for programme in connus)


def declare(matiere: str, mefs: Iterable[str], declarations: Collection[tuple[str, str]]) -> bool:
    """Whether the school declared that matière for one of these MEF (`declarations`: (MEF, matière) pairs)."""
    return any((m, matiere) in declarations for m in mefs)
