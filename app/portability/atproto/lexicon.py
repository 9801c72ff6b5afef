"""
Lexicons: whether a schema is one, and whether a record is as its schema says.

As small as it can be: what a restored or hand-made record is looked at with
before it is written somewhere.

Source: atproto spec "lexicon".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.model.graphemes import count_graphemes
from app.portability.atproto.data_model import BadRecord, bytes_in, check_record, is_blob, is_link
from app.portability.atproto.syntax import FORMATS, is_nsid, is_record_key, is_tid

Schema = Mapping[str, Any]

_FIELDS = {
    "null", "boolean", "integer", "string", "bytes", "cid-link", "blob", "array", "object",
    "params", "token", "ref", "union", "unknown",
}  # fmt: skip
_PRIMARY = {"record", "query", "procedure", "subscription", "permission-set"}
_NEVER_NAMED = {"ref", "union", "unknown", "params"}


class Lexicons:
    """Schemas by their names."""

    def __init__(self) -> None:
        self._definitions: dict[str, Schema] = {}

    def add(self, document: Any) -> None:
        """
        Learn a lexicon file.

        Raises:
            BadRecord: It is none.
        """
        match document:
            case {"lexicon": 1, "id": str(name), "defs": dict(definitions)} if is_nsid(name):
                pass
            case _:
                raise BadRecord("no lexicon of version 1 with a name and definitions")
        for part, schema in definitions.items():
            _check_definition(part, schema)
            self._definitions[f"{name}#{part}"] = schema

    def check(self, key: str, record: Any) -> None:
        """
        See that *record* (JSON's form) may stand under *key*.

        Raises:
            BadRecord: It may not, or its lexicon is not known.
        """
        check_record(record)
        name = record.get("$type")
        schema = self._definitions.get(f"{name}#main")
        if schema is None or schema["type"] != "record":
            raise BadRecord(f"no lexicon of {name} is known")
        if not _is_key(key, schema["key"]):
            raise BadRecord("a record key of another form")
        self._value(schema["record"], record, str(name), "")

    def _value(self, schema: Schema, value: Any, home: str, where: str) -> None:
        kind = schema["type"]
        if kind == "object":
            self._object(schema, value, home, where)
        elif kind == "array":
            self._array(schema, value, home, where)
        elif kind == "ref":
            name = _full(schema["ref"], home)
            self._named(name, value, where)
        elif kind == "union":
            self._union(schema, value, home, where)
        elif problem := _LEAVES[kind](schema, value):
            raise BadRecord(f"{where}: {problem}")

    def _named(self, name: str, value: Any, where: str) -> None:
        schema = self._definitions.get(name)
        if schema is None:
            raise BadRecord(f"{where}: no definition of {name} is known")
        self._value(schema.get("record", schema), value, name.partition("#")[0], where)

    def _object(self, schema: Schema, value: Any, home: str, where: str) -> None:
        if not isinstance(value, dict):
            raise BadRecord(f"{where}: not an object")
        for name in schema.get("required", ()):
            if name not in value:
                raise BadRecord(f"{where}/{name}: is missing")
        nullable = schema.get("nullable", ())
        for name, field in schema.get("properties", {}).items():
            if name in value and not (value[name] is None and name in nullable):
                self._value(field, value[name], home, f"{where}/{name}")

    def _array(self, schema: Schema, value: Any, home: str, where: str) -> None:
        if not isinstance(value, list) or not _in_range(len(value), schema, "Length"):
            raise BadRecord(f"{where}: not an array of the right length")
        for number, item in enumerate(value):
            self._value(schema["items"], item, home, f"{where}/{number}")

    def _union(self, schema: Schema, value: Any, home: str, where: str) -> None:
        name = value.get("$type") if isinstance(value, dict) else None
        if not isinstance(name, str):
            raise BadRecord(f"{where}: does not say of which type it is")
        if _full(name, home) in {_full(ref, home) for ref in schema["refs"]}:
            self._named(_full(name, home), value, where)
        elif schema.get("closed"):
            raise BadRecord(f"{where}: is of none of the types that may stand here")


def _check_definition(name: str, schema: Any) -> None:
    """Raises: BadRecord: It is no definition."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind in _PRIMARY:
        if name != "main":
            raise BadRecord(f"{name}: a {kind} stands under main")
        _check_primary(kind, schema)
    elif kind in _NEVER_NAMED:
        raise BadRecord(f"{name}: a {kind} cannot have a name")
    else:
        _check_field(name, schema)


def _check_primary(kind: str, schema: Schema) -> None:
    if kind == "record":
        inner = schema.get("record")
        if not isinstance(schema.get("key"), str) or not isinstance(inner, dict):
            raise BadRecord("main: a record has a key and a schema")
        if inner.get("type") != "object":
            raise BadRecord("main: a record is an object")
        _check_field("main", inner)
    elif kind == "permission-set":
        permissions = schema.get("permissions")
        if not isinstance(permissions, list) or not all(map(_is_permission, permissions)):
            raise BadRecord("main: a permission set lists permissions")
    else:
        parts = [schema.get(name) for name in ("input", "output", "message")]
        inner_schemas = [part.get("schema") for part in parts if isinstance(part, dict)]
        for inner in (schema.get("parameters"), *inner_schemas):
            if inner is not None:
                _check_field("main", inner)


def _is_permission(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "permission"
        and isinstance(value.get("resource"), str)
    )


def _check_field(where: str, schema: Any) -> None:
    if not isinstance(schema, dict) or schema.get("type") not in _FIELDS:
        raise BadRecord(f"{where}: a field of no known type")
    for name, field in schema.get("properties", {}).items():
        _check_field(f"{where}/{name}", field)
    if schema["type"] == "array":
        _check_field(f"{where}/items", schema.get("items"))


def _is_key(key: str, form: str) -> bool:
    if form.startswith("literal:"):
        return key == form.removeprefix("literal:")
    check = {"tid": is_tid, "nsid": is_nsid}.get(form, is_record_key)
    return check(key)


def _full(ref: str, home: str) -> str:
    if ref.startswith("#"):
        return home + ref
    return ref if "#" in ref else f"{ref}#main"


# ------------------------------------------------------------------ leaves


def _in_range(number: int, schema: Schema, of: str) -> bool:
    least, most = schema.get(f"min{of}"), schema.get(f"max{of}")
    return (least is None or least <= number) and (most is None or number <= most)


def _boolean(schema: Schema, value: Any) -> str:
    fits = isinstance(value, bool) and value == schema.get("const", value)
    return "" if fits else "not the boolean that it must be"


def _integer(schema: Schema, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "not an integer"
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        return "not one of the integers that may stand here"
    return "" if _in_range(value, schema, "imum") else "too large or too small"


def _string(schema: Schema, value: Any) -> str:
    if not isinstance(value, str):
        return "not a text"
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        return "not one of the texts that may stand here"
    if not _in_range(len(value.encode()), schema, "Length"):
        return "too long or too short"
    if not _in_range(count_graphemes(value), schema, "Graphemes"):
        return "too many or too few characters"
    check = FORMATS.get(schema.get("format", ""))
    return "" if check is None or check(value) else f"no {schema['format']}"


def _bytes(schema: Schema, value: Any) -> str:
    data = bytes_in(value)
    fits = data is not None and _in_range(len(data), schema, "Length")
    return "" if fits else "not bytes of the right length"


def _link(_schema: Schema, value: Any) -> str:
    return "" if is_link(value) else "not a link"


def _blob(schema: Schema, value: Any) -> str:
    if not is_blob(value):
        return "not a file"
    if not _in_range(value["size"], schema, "Size"):
        return "a file that is too large"
    kinds = schema.get("accept", ["*/*"])
    mime = value["mimeType"]
    fits = any(k in ("*/*", mime) or (k.endswith("/*") and mime.startswith(k[:-1])) for k in kinds)
    return "" if fits else "a file of a kind that may not stand here"


def _unknown(_schema: Schema, value: Any) -> str:
    special = is_link(value) or is_blob(value) or bytes_in(value) is not None
    return "" if isinstance(value, dict) and not special else "not an object"


def _null(_schema: Schema, value: Any) -> str:
    return "" if value is None else "not null"


_LEAVES: dict[str, Callable[[Schema, Any], str]] = {
    "blob": _blob,
    "boolean": _boolean,
    "bytes": _bytes,
    "cid-link": _link,
    "integer": _integer,
    "null": _null,
    "string": _string,
    "token": _string,
    "unknown": _unknown,
}
