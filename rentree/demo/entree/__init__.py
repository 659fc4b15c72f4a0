"""What `rentree demo --dossier` does with the files of a real school: read, replace identities, complete.

`lecture` (files of a folder, one school and one year), `originaux` (their identities), `remplacement` (other ones in
their place: `shared.formats.pseudonymes`), `codes` (national codes), `donnees` (what the files gave, joined by
`structures`, `personnes` and `groupes`), `contexte`, `eleves`, `familles` and `enseignements` (what is generated
around it), `assemblage` (the population).
"""
