"""« Liens élève-groupe depuis logiciel privé »: how a timetable program fills the groups of BEE.

`noms` (the file's name), `liens` (records), `lecture`, `ecriture`, `depot` (the checks made when the file is
deposited), `anomalies` (what the compte rendu says the next morning), `dossiers` (the sister import).

Source: reference SIECLE, sections 8 to 10.
"""
