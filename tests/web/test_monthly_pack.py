"""The monthly pack by one click and by one command: every report of the month, the same paper."""

import re
from datetime import date
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from pharmacy.cli import main
from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from pharmacy.services.number_ranges import last_seals
from pharmacy.web.papers.monthly_pack import COSTS, LEFT_OUT, PROOF
from pharmacy.web.report_catalogue import REPORTS
from tests.builders import open_pharmacy
from tests.conftest import SEAL_KEY
from tests.cost_ledger import cost_ledger
from tests.reports.reading import missing, page_texts
from tests.web.back_office import visiting


def test_one_click_and_one_command_print_every_report_of_the_month(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    pharmacy = open_pharmacy(database)
    cost_ledger(pharmacy)
    manager = visiting(app, pharmacy)(Role.MANAGER)
    answer = manager.get("/reports/pack?month=2026-03")
    assert answer.mimetype == "application/pdf"
    clicked = page_texts(answer.data)
    assert "March 2026" in clicked[0]
    assert "Not closed yet" in clicked[0]
    assert missing(["Made by", "Late facts"], clicked[0]) == set()
    wanted = [spec for name, spec in REPORTS.items() if name not in LEFT_OUT]
    assert missing(["Cost of dispensing report", "Trial balance"], clicked[1]) == set()
    proofs = len(REPORTS[PROOF].by) if PROOF in REPORTS else 0
    count = len(COSTS) + len(wanted) + 2 + proofs + 1
    assert f"Reports: {count} " in clicked[1]
    places = [int(at) for at in re.findall(r"No\. (\d+) of the pack", " ".join(clicked))]
    assert places == list(range(1, count + 1))
    numbers = [re.findall(r"[A-Z]{2}-\d{8}-\d{4}[A-Z0-9-]*", text)[:1] for text in clicked]
    of_parts = [
        found[0]
        for found, text in zip(numbers, clicked, strict=True)
        if found and re.search(r"No\. \d+ of the pack", text)
    ]
    assert len(of_parts) == len(set(of_parts)) == count
    contents = " ".join(clicked[1:3])
    assert missing(["Cost of dispensing report by fund", "Proof page by item"], contents) == set()
    last = [text for text in clicked if f"No. {count} of the pack" in text]
    assert missing(["Unusual patterns: questions to ask"], last[0]) == set()
    assert "Signature" not in clicked[-1]
    with database.reading() as session:
        seals = [(one.site_code, one.seal) for one in last_seals(session, date(2026, 3, 31))]
    assert len(seals) == 1
    assert missing([part for seal in seals for part in seal], clicked[0]) == set()
    assert any("22.00" in text for text in clicked[2:])
    for number, text in enumerate(clicked, start=1):
        assert f"Page {number} of {len(clicked)}" in text

    output = tmp_path / "pack.pdf"
    environment = {
        "PHARMACY_DATABASE_URL": database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }
    asked = ("report", "pack", "--month", "2026-03", "--lang", "en", "-o", str(output))
    told = CliRunner().invoke(main, asked, env=environment)
    assert (told.exit_code, told.stdout) == (0, "")
    printed = page_texts(output.read_bytes())
    moment = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d|[A-Z]{2}-\d{8}-\d{4}|\d\d/\d\d/\d{4}")
    # The cover names who had it made; every other page is the same but for its moment.
    assert [moment.sub("", text) for text in printed[1:]] == [
        moment.sub("", text) for text in clicked[1:]
    ]


def test_the_index_offers_the_months_that_are_over_and_nonsense_asks_for_the_last(
    app: Flask, database: Database
) -> None:
    pharmacy = open_pharmacy(database)
    finance = visiting(app, pharmacy)(Role.FINANCE)
    page = finance.page("/reports")
    offered = [str(link.get("href")) for link in page.all("a") if "pack" in str(link.get("href"))]
    assert len(offered) == 3
    latest = page_texts(finance.get(offered[0]).data)[0]
    assert page_texts(finance.get("/reports/pack?month=2026-13").data)[0] == latest


def test_who_may_not_ask_the_questions_has_a_pack_without_them(
    app: Flask, database: Database
) -> None:
    pharmacy = open_pharmacy(database)
    cost_ledger(pharmacy)
    made = page_texts(visiting(app, pharmacy)(Role.FINANCE).get("/reports/pack?month=2026-03").data)
    contents = " ".join(made[1:3])
    by = ("item", "ATC group", "condition", "centre", "fund", "site", "prescriber", "sex")
    told = [f"Cost of dispensing report by {name}" for name in by]
    assert [name for name in told if name not in contents.replace("service centre", "centre")] == []
    assert not any("questions to ask" in text for text in made)
