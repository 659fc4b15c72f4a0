"""The generic XML exports of SIECLE BEE: one module per kind of file.

`exports` is the catalogue (names, zip, schemas); each kind has typed records, a streaming reader
(`lire_evenements`), a reader of the whole file (`lire_…`) and a writer (`ecrire_…`): `eleves` (with
`eleves_lecture` and `eleves_ecriture`), `responsables`, `structures`, `nomenclature`, `communs`,
`etablissements`, `geographique`. `enveloppe` holds what they share, `notes` what a reader did not understand.

Source: reference SIECLE, sections 1 to 7.
"""

NON_PORTES: tuple[str, ...] = (
    "exports propres à une application (GFC, ACCIO, SSR, SAGESSE) et export des absences",
    "transport NetSynchro (mêmes fichiers, par service web)",
    "écriture des générations d'avant 2018 (elles sont lues, puis écrites au profil courant)",
    "rang du représentant légal (1 ou 2) d'avant 2018 : les deux deviennent de niveau 1",
    "libellés des parentés à un caractère d'avant 2018, dont la liste n'est pas publique",
    "situation face à l'emploi des responsables et sa nomenclature (jusqu'en 2017)",
    "nationalités distinctes des pays dans les données géographiques",
    "dates d'entrée et de sortie d'un élève dans ses groupes (absentes de l'export)",
    "règles de gestion et accusés de réception de la base élèves",
)
"""What exists in reality and that these records do not carry."""
