"""A data protection impact assessment, drafted from the actual configuration and data: facts filled in, questions left open."""

from __future__ import annotations

import importlib.resources
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import jinja2

from detectors.fusion import read_fusion
from detectors.networks import known_manifest
from embeddings.packs import manifest
from embeddings.picture_text import open_picture_reader
from embeddings.records import Creative
from embeddings.transcription import speech_model
from evidence.chain import read_chain
from evidence.deletions import DELETIONS_NAME
from evidence.tables import read_records
from qalqan.config import Config
from watchlist.disclosures import disclosures
from watchlist.records import Enrolment
from watchlist.standing import Standing, in_words, standing
from watchlist.store import StoredWatchlist, read

CLASSES = {
    "unflagged_days": "captures of ads that were screened and not flagged",
    "rejected_days": "captures of rejected cases, from the decision",
    "confirmed_days": "captures of confirmed cases, from the decision",
    "analyses_days": "remembered analyses (boxes, times, scores; no vectors)",
    "screens_days": "records of screening runs",
    "egress_log_days": "logs of the egress proxy",
    "expired_people_days": "vectors, film and pictures of people, after their enrolment expired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One line of the table of people."""

    person_id: str
    standing: str
    legal_basis: str
    purpose: str
    requested_by: str
    approved_by: tuple[str, ...]
    expires_at: datetime


def draft(config: Config, *, config_name: str, now: datetime) -> str:
    """The assessment as Markdown. Raises what reading the configuration's pack, watchlist and data raises."""
    environment = jinja2.Environment(
        autoescape=False,  # Markdown, not HTML; cells are cleaned by the filter
        undefined=jinja2.StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    text = importlib.resources.files("qalqan").joinpath("templates", "dpia.md").read_text(encoding="utf-8")
    stored = _stored(config)
    enrolments = sorted(stored.enrolments, key=lambda one: one.person_id)
    states = Counter(standing(one, now=now) for one in enrolments)
    return environment.from_string(text).render(
        at=now,
        config_name=config_name,
        data_dir=config.data_dir.name,
        sources=config.source,
        legal_decision=_cell(config.crawl.legal_decision),
        landing=config.crawl.landing,
        second_visit=config.crawl.second_visit.value,
        people=[_line(one, now=now) for one in enrolments],
        counts={state.value: states[state] for state in Standing},
        cap=config.watchlist.cap,
        pack=manifest(config.screen.pack),
        calibration=_calibration(stored),
        speech=_speech(config),
        reads_pictures=_reads_pictures(),
        networks=_networks(config),
        feeds=[_cell(path.name) for path in config.detectors.feeds],
        registrations=None if config.detectors.registrations is None else _cell(config.detectors.registrations.name),
        fusion=_fusion(config),
        sandbox=_sandbox_levels(config),
        egress=config.egress,
        console=config.console,
        retention=[(CLASSES[name], _days(days)) for name, days in asdict(config.retention).items()],
        disclosures=len(disclosures(config.watchlist.directory)),
        deletions=sum(1 for _ in read_chain(config.data_dir / DELETIONS_NAME)),
    )


def _cell(text: str) -> str:
    """Words from outside as one cell of a Markdown table."""
    return " ".join(text.replace("|", "/").replace("<", "‹").replace(">", "›").split())


def _days(days: int) -> str:
    return f"{days} days" if days else "until somebody deletes it by hand"


def _stored(config: Config) -> StoredWatchlist:
    return read(config.watchlist.directory) if config.watchlist.directory.is_dir() else StoredWatchlist()


def _line(enrolment: Enrolment, *, now: datetime) -> PersonLine:
    return PersonLine(
        person_id=enrolment.person_id,
        standing=in_words(enrolment, now=now),
        legal_basis=enrolment.legal_basis,
        purpose=enrolment.purpose,
        requested_by=enrolment.requested_by,
        approved_by=enrolment.approved_by,
        expires_at=enrolment.expires_at,
    )


def _calibration(stored: StoredWatchlist) -> str:
    fitted = [
        f"{one.modality.value} of {one.pack} on {_cell(one.source)} ({one.people} people, {one.mated} mated and "
        f"{one.non_mated} non-mated comparisons, Cllr {one.cllr:.3f}), thresholds for a stated FPIR of {one.fpir:g} per video"
        for one in stored.calibrations
    ]
    return "; ".join(fitted) or "none: a match is a score above a threshold"


def _speech(config: Config) -> str | None:
    """The model that writes speech down, None where there is none."""
    if config.screen.speech is None:
        return None
    model = speech_model(config.screen.speech)
    licences = ", ".join(sorted({_cell(file.licence) for file in model.files}))
    return (
        f"{model.label} ({', '.join(model.languages)}; at most {model.max_speech_s:g} s of each creative; licence "
        f"{licences}); {_cell(model.validated_on)}"
    )


def _reads_pictures() -> str:
    reader = open_picture_reader()
    return f"not read on this machine: {_cell(reader)}" if isinstance(reader, str) else "read by Tesseract"


def _networks(config: Config) -> list[str]:
    manifests = [known_manifest(directory) for directory in config.detectors.networks]
    return [
        f"{one.label}: {'not validated' if one.validated is None else _cell(one.validated.words)}; "
        f"{'not calibrated, without weight' if one.calibration is None else 'calibrated on ' + _cell(one.calibration.source)}; "
        f"licence {', '.join(sorted({_cell(file.licence) for file in one.files}))}"
        for one in manifests
    ]


def _fusion(config: Config) -> str | None:
    loaded = read_fusion(config.detectors.fusion)
    if loaded is None:
        return None
    where = "the one that comes with Qalqan" if config.detectors.fusion is None else _cell(config.detectors.fusion.name)
    return f"{where}, SHA-256 {loaded.sha256[:12]}…"


def _sandbox_levels(config: Config) -> list[str]:
    """What the children that parsed media reached, as recorded with every creative of every run."""
    levels: Counter[str] = Counter()
    for path in sorted((config.data_dir / "screens").glob("*/creatives.parquet")):
        levels.update(creative.sandbox for creative in read_records(path, Creative))
    return [f"{level} (creatives: {count})" for level, count in sorted(levels.items())]


def write(text: str, path: Path) -> None:
    """Write the draft; ``FileExistsError`` rather than overwrite what somebody may have filled in."""
    if path.exists():
        raise FileExistsError(
            f"{path} is there already and may have been filled in: name another file, or move it away"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
