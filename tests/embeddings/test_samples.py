"""Vectors live beside the records, never in them: no record of this room has a place for one."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from embeddings import records
from embeddings.samples import DecodedMedia, DetectedFace, FaceSample, Frame, LoadedPack, VoiceSample

SCHEMAS = [value for name, value in vars(records).items() if name.endswith("_SCHEMA")]


def _numbers_in_lists(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        inner = kind.value_type
        return bool(pa.types.is_floating(inner) or pa.types.is_integer(inner) or _numbers_in_lists(inner))
    if pa.types.is_struct(kind):
        return any(_numbers_in_lists(part.type) for part in kind)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_no_record_has_room_for_a_vector(schema: pa.Schema) -> None:
    assert not any(_numbers_in_lists(part.type) for part in schema)


@pytest.mark.parametrize("cls", [Frame, DecodedMedia, FaceSample, VoiceSample, DetectedFace, LoadedPack])
def test_what_holds_arrays_is_frozen_and_compared_by_identity(cls: type) -> None:
    assert dataclasses.is_dataclass(cls)
    assert cls.__eq__ is object.__eq__
    assert cls.__setattr__ is not object.__setattr__
