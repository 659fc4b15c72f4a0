"""Files given back with other people: pseudonymisation (RGPD, article 4(5)), keyed by a secret.

`dossier.pseudonymiser` does a whole folder. A set is read twice: `releve` gathers who is in it, `reecriture` writes it
again. The files are rewritten as XML trees by tables of fields (`champs`, `champs_aaf`), not through the typed records
of the readers: order, encoding, generation and what our records do not carry come through, and a field that no table
lists is emptied and reported, never passed. `arbre` reads and writes as a stream, `visite` goes through the values of
a record. `pseudonymes` says what replaces what (`inventions`, `numeros`, `libres` for free text), `noms` the names of
files, `indices` what can still identify.
"""
