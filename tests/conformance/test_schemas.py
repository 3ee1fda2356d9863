"""Each record has one Arrow schema, and both agree: names, order, what may be absent, and every value comes back."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crawlers.records
import detectors.records
import embeddings.records
import evidence.log
import evidence.records
import pipelines.campaign_records
import pipelines.records
import watchlist.records
from evidence.tables import from_json, from_row, read_records, to_json, to_row, write_records
from tests import factories

MODULES = [
    evidence.records,
    evidence.log,
    crawlers.records,
    embeddings.records,
    watchlist.records,
    detectors.records,
    pipelines.records,
    pipelines.campaign_records,
]

NOT_TABLES = {
    evidence.records.BlobRef,
    embeddings.records.Region,
    embeddings.records.PackFile,
    embeddings.records.ModelPack,
    watchlist.records.Spelling,
    detectors.records.Span,
    pipelines.records.AxisReading,
    pipelines.records.FaceTrail,
    pipelines.records.CreativeAnalysis,
    pipelines.campaign_records.Tie,
}
"""Never tables of their own: parts of other records, the pack's manifest (TOML) and the cached analysis (JSON)."""


def records_of(module: types.ModuleType) -> list[type]:
    found = [value for value in vars(module).values() if dataclasses.is_dataclass(value) and isinstance(value, type)]
    return [cls for cls in found if cls.__module__ == module.__name__ and cls not in NOT_TABLES]


def schema_name(cls: type) -> str:
    """``FaceTrack`` → ``FACE_TRACK_SCHEMA``."""
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in cls.__name__)
    return f"{words.strip('_').upper()}_SCHEMA"


RECORDS = [(cls, module) for module in MODULES for cls in records_of(module)]
NAMES = [cls.__name__ for cls, _ in RECORDS]
each_record = pytest.mark.parametrize(("cls", "module"), RECORDS, ids=NAMES)


def schema_of(cls: type, module: types.ModuleType) -> pa.Schema:
    name = schema_name(cls)
    assert hasattr(module, name), f"{cls.__name__} has no schema: add {name} beside it in {module.__name__}"
    return getattr(module, name)


def may_be_none(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def records(cls: type) -> st.SearchStrategy[Any]:
    """Valid instances of a record: times in UTC, numbers that fit their column, text that Unicode allows."""
    return st.builds(cls, **{name: values(hint) for name, hint in typing.get_type_hints(cls).items()})


def values(hint: Any) -> st.SearchStrategy[Any]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return st.one_of([st.none() if part is type(None) else values(part) for part in typing.get_args(hint)])
    if typing.get_origin(hint) is tuple:
        item, *others = typing.get_args(hint)
        if others == [Ellipsis]:
            return st.lists(values(item), max_size=3).map(tuple)
        return st.tuples(*map(values, typing.get_args(hint)))
    if dataclasses.is_dataclass(hint):
        return records(typing.cast(type, hint))
    return _SCALARS[hint] if hint in _SCALARS else st.sampled_from(hint)


_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(codec="utf-8"), max_size=20),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=20),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def test_every_record_is_checked() -> None:
    expected = {
        "Ad",
        "Capture",
        "QueryTally",
        "Creative",
        "FaceTrack",
        "VoiceSegment",
        "Fingerprint",
        "Person",
        "Brand",
    }
    expected |= {"Match", "Finding", "Candidate", "Assessment", "DeadLetter", "RunReport", "Enrolment", "Reference"}
    expected |= {"AllowedCreative", "NewsPublisher", "Campaign", "CommonTrait"}
    assert expected <= set(NAMES)


@each_record
def test_fields_and_columns_agree(cls: type, module: types.ModuleType) -> None:
    schema = schema_of(cls, module)
    hints = typing.get_type_hints(cls)
    assert schema.names == [field.name for field in dataclasses.fields(cls)]
    assert {name: schema.field(name).nullable for name in schema.names} == {
        name: may_be_none(hints[name]) for name in schema.names
    }


@each_record
def test_records_are_frozen_slotted_and_keyword_only(cls: type, module: types.ModuleType) -> None:
    parameters = cls.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert "__slots__" in vars(cls)
    assert all(field.kw_only for field in dataclasses.fields(cls))


@each_record
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_value_comes_back(cls: type, module: types.ModuleType, data: st.DataObject) -> None:
    record = data.draw(records(cls))
    table = pa.Table.from_pylist([to_row(record)], schema=schema_of(cls, module))
    assert from_row(cls, table.to_pylist()[0]) == record
    assert from_json(cls, to_json(record)) == record


MAKERS = {
    maker.__annotations__["return"]: maker
    for name, maker in vars(factories).items()
    if name.startswith("make_") and name != "make_axes"
}


@each_record
def test_the_factory_makes_a_record_that_can_be_written(cls: type, module: types.ModuleType, tmp_path: Path) -> None:
    if module is evidence.log:
        pytest.skip("reports are made by verify, not by a factory")
    record = MAKERS[cls.__name__]()
    write_records(tmp_path / "one.parquet", [record], schema_of(cls, module))
    assert read_records(tmp_path / "one.parquet", cls) == [record]
