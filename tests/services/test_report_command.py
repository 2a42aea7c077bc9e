"""`pharmacy report cost`: the report from the command line, in each form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pharmacy.cli import main
from pharmacy.web.report_catalogue import REPORTS
from tests.builders import Pharmacy
from tests.conftest import SEAL_KEY
from tests.cost_ledger import cost_ledger
from tests.reports.reading import words

Run = Callable[..., Result]
PERIOD = ("--from", "2026-03-01", "--to", "30/04/2026")
CSV_AR = """\
الشهر,بنود الصرف,الكمية (وحدة صرف),التكلفة (ج.م),تتحمله الدولة (ج.م),تتحمله التبرعات (ج.م),\
يدفعه المواطن (ج.م),بنود ملغاة,قيمة الملغى (ج.م),المستفيدون,متوسط المستفيد (ج.م)
مارس 2026,4,150,22.00,21.40,0.00,0.60,0,0.00,2,11.00
أبريل 2026,0,0,-7.00,-7.00,0.00,0.00,1,10.00,0,
الإجمالي,4,150,15.00,14.40,0.00,0.60,1,10.00,2,7.50
"""


@pytest.fixture
def run(pharmacy: Pharmacy, tmp_path: Path) -> Run:
    """Run a command on a pharmacy whose cost is known to the piastre."""
    cost_ledger(pharmacy)
    environment = {
        "PHARMACY_DATABASE_URL": pharmacy.database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }

    def command(*given: str, report: str = "cost") -> Result:
        return CliRunner().invoke(main, ("report", report, *given), env=environment)

    return command


def test_it_writes_csv_to_standard_output(run: Run) -> None:
    result = run(*PERIOD, "--format", "csv")
    assert result.exit_code == 0
    assert result.stdout_bytes.decode("utf-8-sig").replace("\r\n", "\n") == CSV_AR
    assert result.stderr == ""


def test_it_writes_pdf_and_workbook_into_a_file_in_the_language_asked_for(
    run: Run, tmp_path: Path
) -> None:
    paper, book = tmp_path / "cost.pdf", tmp_path / "cost.xlsx"
    told = run(*PERIOD, "--by", "month,drug", "--lang", "en", "-o", str(paper))
    assert (told.exit_code, told.stdout) == (0, "")
    assert str(paper) in told.stderr
    assert "Cost of dispensing report" in words(paper.read_bytes())
    run(*PERIOD, "--format", "xlsx", "-o", str(book))
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("--from", "2026-05-01", "--to", "2026-04-01"), "The period must begin before it ends"),
        (("--from", "31/02/2026", "--to", "2026-04-01"), "Type a date as day/month/year"),
        ((*PERIOD, "--by", "month,blood"), "one or two of month, site, drug"),
        ((*PERIOD, "--by", "month,drug,fund"), "one or two of month, site, drug"),
        ((*PERIOD, "--by", "drug,drug"), "one or two of month, site, drug"),
    ],
)
def test_it_refuses_in_words_and_writes_nothing(
    run: Run, given: tuple[str, ...], sentence: str
) -> None:
    result = run(*given)
    assert result.exit_code != 0
    assert sentence in result.stderr
    assert result.stdout_bytes == b""


WHOLE = ("--from", "2026-02-01", "--to", "30/04/2026")


def test_it_writes_the_requests_by_channel(run: Run) -> None:
    result = run(*WHOLE, "--by", "channel", "--format", "csv", "--lang", "en", report="requests")
    assert result.exit_code == 0
    rows = result.stdout_bytes.decode("utf-8-sig").splitlines()
    assert [row.split(",")[:4] for row in rows[1:]] == [
        ["City technology centre", "1", "1", "0"],
        ["Hotline 16528", "2", "1", "1"],
        ["Total", "3", "2", "1"],
    ]


def test_it_ranks_the_centres(run: Run, tmp_path: Path) -> None:
    paper = tmp_path / "centres.pdf"
    assert run(*WHOLE, "-o", str(paper), "--lang", "en", report="centres").exit_code == 0
    assert "Few (under 5): not ranked" in words(paper.read_bytes())
    book = run(*WHOLE, "--format", "xlsx", report="centres")
    assert book.stdout_bytes[:2] == b"PK"


def test_it_prints_the_governors_statement(run: Run, tmp_path: Path) -> None:
    paper = tmp_path / "statement.pdf"
    compared = ("--compare-from", "2025-02-01", "--compare-to", "2025-04-30")
    told = run(*WHOLE, *compared, "--lang", "en", "-o", str(paper), report="statement")
    assert (told.exit_code, told.stdout) == (0, "")
    text = words(paper.read_bytes())
    assert "Compared with 01/02/2025 to 30/04/2025" in text
    assert "Fifteen Egyptian pounds only" in text


def test_every_report_of_the_registry_is_a_command(run: Run) -> None:
    for name in REPORTS:
        result = run(*WHOLE, "--format", "csv", "--lang", "en", report=name)
        assert result.exit_code == 0, result.stderr
        assert len(result.stdout_bytes.splitlines()) >= 2, name
    narrowed = run(*PERIOD, "--format", "csv", "--drug", "A", report="consumption")
    assert "ميتفورمين" not in narrowed.stdout
    assert narrowed.stdout_bytes.decode("utf-8-sig").splitlines()[1].startswith("صنف أ,A,")
    unknown = run(*PERIOD, "--drug", "Z", report="consumption")
    assert (unknown.exit_code, unknown.stdout_bytes) == (1, b"")
    assert "There is no drug Z" in unknown.stderr


def test_it_is_narrowed_by_code_and_tells_the_highest_beside_another_period(run: Run) -> None:
    result = run(
        *PERIOD, "--by", "drug", "--drug", "A", "--channel", "hotline", "--top", "1",
        "--compare", "last_year", "--format", "csv", "--lang", "en",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    head, row, total = result.stdout_bytes.decode("utf-8-sig").splitlines()
    assert "The same period last year" in head
    assert row.startswith("Item A,3,9.00,100.00,0.00,9.00,")
    assert total.startswith("Total,3,9.00,")
    assert "There is no drug Z" in run(*PERIOD, "--drug", "Z").stderr
