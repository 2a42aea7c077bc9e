"""The command line's table of contents."""

import click

from pharmacy.commands.backup import backup, restore
from pharmacy.commands.check import check, nightly
from pharmacy.commands.close_period import close_period
from pharmacy.commands.demo import demo
from pharmacy.commands.export import export
from pharmacy.commands.figure_reports import add_all
from pharmacy.commands.importing import import_list
from pharmacy.commands.init import init, upgrade
from pharmacy.commands.monthly_pack import pack
from pharmacy.commands.outbox import outbox
from pharmacy.commands.receipt import receipt
from pharmacy.commands.report import report
from pharmacy.commands.serve import serve
from pharmacy.commands.staff import staff
from pharmacy.commands.token import token
from pharmacy.commands.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beheira-pharmacy", prog_name="pharmacy")
def main() -> None:
    """Medicine-subsidy pharmacy: requests, dispensing, stock and cost to the piastre.

    The database is PHARMACY_DATABASE_URL, or a file in PHARMACY_INSTANCE (./instance).
    """


for command in (
    backup,
    check,
    close_period,
    demo,
    export,
    import_list,
    init,
    nightly,
    outbox,
    receipt,
    report,
    restore,
    serve,
    staff,
    token,
    upgrade,
    verify,
):
    main.add_command(command)
add_all()
report.add_command(pack)
