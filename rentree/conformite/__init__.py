"""`rentree conformite`: a catalogue of cases played against somebody's own software, wrong and late answers included.

What the software must offer is said in docs/kit.md; the report is for whoever decides to plug it in.
"""

from __future__ import annotations
