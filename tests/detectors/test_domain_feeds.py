"""Lists in the forms in which they are published, and damaged ones; entries are found for what they list and no more."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from detectors.domain_feeds import Feed, read_feed

ISCAN = """id,commercial_name,domain_name,fqdn,url,other_urls,nca_name,date
1,Qazanc Capital,qazanc-capital.com,www.qazanc-capital.com,https://www.qazanc-capital.com/az,"https://q-c.example/; https://t.me/qazanc_bot",CBA,2026-10-02
2,Other Invest,other-invest.com,,,,AFSA,2026-09-01
"""
FMA = """Entity Name,Date,Content
Neft Qazanc Ltd,14/11/2026,"They run https://neftqazanc.com; they write from a@neft-mail.com. See www.fma.govt.nz. Ltd.The end"
"""


def feed(tmp_path: Path, content: str | bytes, name: str = "list") -> Feed:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_feed(path)


@pytest.mark.parametrize(
    "content",
    [
        "evil.example\nother.example\n",
        "# CERT\n0.0.0.0 evil.example\n127.0.0.1 localhost\n",
        "! title\n||evil.example^\n",
        "\ufeffDomainAddress;InsertDate\nevil.example;2026-11-01\n",
        "PozycjaRejestru\tAdresDomeny\tDataWpisania\tDataWykreslenia\n1\tevil.example\t2026-11-01T10:00:00\t\n",
        json.dumps([{"DomainAddress": "evil.example", "InsertDate": "2026-11-01T10:00:00", "DeleteDate": None}]),
        json.dumps({"data": [{"url": "https://evil.example/start"}]}),
        json.dumps(["evil.example"]),
        '{"domain": "evil.example"}\n{"domain": "x.example"}\n',
    ],
)
def test_every_form_of_list(tmp_path: Path, content: str) -> None:
    read = feed(tmp_path, content)
    assert read.domain("http://www.evil.example/x") is not None
    assert read.domain("http://pay.evil.example/") is not None
    assert read.domain("http://notevil.example/") is None
    assert read.problems == ()


def test_an_i_scan_list(tmp_path: Path) -> None:
    read = feed(tmp_path, ISCAN)
    found = read.domain("http://qazanc-capital.com/")
    assert found is not None
    assert (found.since, found.by, found.in_prose) == (date(2026, 10, 2), "CBA", False)
    assert read.domain("http://q-c.example/") is not None
    assert read.dated == date(2026, 10, 2)
    firm = read.firm("QAZANC Capital")
    assert firm is not None
    assert read.firm("Qazanc") is None


def test_of_a_shared_domain_only_the_page_is_listed(tmp_path: Path) -> None:
    read = feed(tmp_path, ISCAN)
    assert read.domain("https://t.me/qazanc_bot") is not None
    assert read.domain("https://t.me/another") is None
    assert feed(tmp_path, "evil.example\nfacebook.com\n").domain("https://facebook.com/shop") is None


def test_a_warning_in_words(tmp_path: Path) -> None:
    read = feed(tmp_path, FMA)
    found = read.domain("https://neftqazanc.com/x")
    assert found is not None
    assert (found.since, found.in_prose) == (date(2026, 11, 14), True)
    assert read.domain("http://neft-mail.com/") is None
    assert set(read.domains) == {"neftqazanc.com", "fma.govt.nz"}
    assert read.firm("Neft Qazanc Ltd") is not None


def test_what_was_taken_off_is_not_listed(tmp_path: Path) -> None:
    rows = [
        {"DomainAddress": "was.example", "InsertDate": "2026-01-01", "DeleteDate": "2026-02-01"},
        {"DomainAddress": "is.example", "InsertDate": "2026-01-01", "DeleteDate": None},
    ]
    read = feed(tmp_path, json.dumps(rows))
    assert set(read.domains) == {"is.example"}


@pytest.mark.parametrize(
    "content",
    [
        b'domain,date\nevil.example,2026-99-99\n"unclosed,\n',
        b'{"domain": "evil.example"}\n{"domain": \n',
        b"domain,date\nevil.example,x\n\xff\xfe\x00,,,,\n",
        b"evil.example\n\xff\xff\xff\n" + b"a" * 300_000,
        b'[{"domain": "evil.example"}, 7, null, "nothing"]',
        b'domain,date\nevil.example,\n"' + b"x" * 200_000 + b'",\n',
    ],
)
def test_a_damaged_list_is_read_as_far_as_it_can_be_and_says_so(tmp_path: Path, content: bytes) -> None:
    read = feed(tmp_path, content)
    assert read.domain("http://evil.example/") is not None
    assert any("could not be read" in problem for problem in read.problems)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"[" * 100_000, b"\x00" * 100, b"{}"])
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match="holds no domain"):
        feed(tmp_path, content)


def test_a_list_without_days_is_as_old_as_its_file(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("evil.example\n")
    at = datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()
    os.utime(path, (at, at))
    assert read_feed(path).dated == date(2026, 3, 4)
