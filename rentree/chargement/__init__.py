"""`rentree charger`: hundreds of schools' real files, in any arrangement, into a bac of a running installation.

`sources` (reading inside folders and archives), `inventaire` (what each file is), `regroupement` (which school and
year it belongs to), `lecture` (the documents of one school), `identites` (pseudonyms, the same for all schools),
`preparation` (what each application is given), `envoi` (giving it, through the applications' own web services),
`projets` (the ENT fed with these schools), `rapport` and `affichage` (what happened), `chargeur` (the whole).

Memory holds a few schools at a time, whatever their number, and of the others the words of surnames and the INE,
without which a pupil who is in two schools' files would become two persons.
"""
