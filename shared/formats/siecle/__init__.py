"""The generic XML exports of SIECLE BEE: one module per kind of file.

`exports` is the catalogue (names, zip, schemas); each kind has typed records, a streaming reader
(`lire_evenements`), a reader of the whole file (`lire_…`) and a writer (`ecrire_…`): `eleves` (with
`eleves_lecture` and `eleves_ecriture`), `responsables`, `structures`, `nomenclature`, `communs`,
`etablissements`, `geographique`. `enveloppe` holds what they share.

Source: reference SIECLE, sections 1 to 7.
"""
