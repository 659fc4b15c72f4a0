"""The DTD that lies beside the files of a feed: our own text of the content model.

Source: reference aaf.md, section 1.1.
"""

from __future__ import annotations

NOM_DTD = "ficAlimMENESR.dtd"
RACINE = "ficAlimMENESR"

DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A feed: requests on the objects of one category, in any order. -->
<!ELEMENT ficAlimMENESR (addRequest | modifyRequest | deleteRequest)*>
<!ELEMENT addRequest (operationalAttributes, identifier, attributes)>
<!ELEMENT modifyRequest (operationalAttributes, identifier, modifications)>
<!ELEMENT deleteRequest (operationalAttributes, identifier)>

<!-- The class of the object, then its identifier. -->
<!ELEMENT operationalAttributes (attr)>
<!ELEMENT identifier (id)>
<!ELEMENT id (#PCDATA)>

<!-- What is written: no attribute goes without a value, an empty one stands for none. -->
<!ELEMENT attributes (attr+)>
<!ELEMENT attr (value+)>
<!ATTLIST attr name CDATA #REQUIRED>
<!ELEMENT modifications (modification+)>
<!ELEMENT modification (value+)>
<!ATTLIST modification name CDATA #REQUIRED
                       operation (replace) #REQUIRED>
<!ELEMENT value (#PCDATA)>
"""
