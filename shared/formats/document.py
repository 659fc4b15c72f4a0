"""What the documents that are read whole have in common."""

from __future__ import annotations

from msgspec import Struct


class DocumentLu(Struct, frozen=True, eq=False):
    """A document that was read. Its `remarques`, what was met besides, are no part of what it says: two documents that
    say the same are equal."""

    def __eq__(self, autre: object) -> bool:
        if type(self) is not type(autre):
            return NotImplemented
        return all(getattr(self, nom) == getattr(autre, nom) for nom in self.__struct_fields__ if nom != "remarques")

    def __ne__(self, autre: object) -> bool:  # the Struct's own would be found before the one made of `__eq__`
        return not self == autre
