"""The program around a check on emulated hosts that has parts, of which one may choose."""

import shutil
import tempfile
from pathlib import Path

import hosts
import program


def main(description, name, short, every, run, seconds=16):
    """Calls run(options, tally, folder), where options.parts are names out of `every`, those of `short` by default, and the
    folder goes at the end. `seconds`: of film by default; None for a check without one."""
    parser = program.arguments(description)
    parser.add_argument("--all", action="store_true", help=f"all parts, not only {', '.join(short)}")
    parser.add_argument("--only", nargs="+", choices=every, metavar="PART", help=f"these of {', '.join(every)}")
    if seconds:
        parser.add_argument("--seconds", type=int, default=seconds, help="of film")
    options = parser.parse_args()
    options.parts = options.only or (every if options.all else short)
    folder = Path(tempfile.mkdtemp(prefix=f"mpienc-{name}-", dir=options.work))
    tally = program.Tally()
    hosts.end_by_signal()
    try:
        run(options, tally, folder)
    except hosts.Unavailable as reason:
        program.skip(reason)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    tally.finish()
