"""What every message is, and who a school is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

VERSION = 1


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all messages: unknown fields are refused, so that two versions never half-understand.

    What makes one is trusted (and typed); what reads one checks it: `lire`, `de_valeurs`, and the addresses of the APIs
    that take one.
    """

    @classmethod
    def lire(cls, corps: bytes | str) -> Self:
        """Out of its JSON. Raises `msgspec.DecodeError`, which tells where."""
        return msgspec.json.decode(corps, type=cls)

    @classmethod
    def de_valeurs(cls, valeurs: Mapping[str, Any]) -> Self:
        """Out of plain values, such as `valeurs` gives. Raises `msgspec.ValidationError`, which tells where."""
        return msgspec.convert(valeurs, cls)

    def en_json(self) -> bytes:
        """Its JSON, fields in the order of the contract."""
        return msgspec.json.encode(self)

    def valeurs(self) -> dict[str, Any]:
        """What JSON can say of it: numbers, texts, lists and dictionaries."""
        return dict(msgspec.to_builtins(self))

    def champs(self) -> dict[str, Any]:
        """Its fields as they are, by name."""
        return msgspec.structs.asdict(self)

    def avec(self, **changes: Any) -> Self:
        """The same, but for these fields."""
        return msgspec.structs.replace(self, **changes)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """How an address of an API reads one, field by field so that a refusal says which, and writes one."""
        from pydantic_core import core_schema

        champs = {
            champ.encode_name: core_schema.typed_dict_field(
                handler.generate_schema(champ.type), required=champ.required
            )
            for champ in msgspec.structs.fields(cls)
        }
        return core_schema.no_info_wrap_validator_function(
            lambda lu, lire: lu if isinstance(lu, cls) else cls(**lire(lu)),
            core_schema.typed_dict_schema(champs, extra_behavior="forbid", cls_name=cls.__name__),
            serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins),
        )


class EtablissementMsg(Message, frozen=True, kw_only=True):
    """A school as the académie knows it (ramsese-like)."""

    uai: str
    sigle: str = "CLG"
    denomination: str = "COLLEGE"
    nom: str = ""
    nature: str = "340"
    categorie: str = "CLG"
    secteur: Literal["PU", "PR"] = "PU"
    adresse: str = ""
    code_postal: str = ""
    commune: str = ""
    code_commune_insee: str = ""
    telephone: str = ""
    mel: str = ""
    siren: str = ""
    academie_code: str = ""
    academie_nom: str = ""
