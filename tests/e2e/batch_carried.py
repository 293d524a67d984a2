"""A batch with a rank that does not see the tree, or not the outputs: files travel by message, with the same results."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import batch_output
import batch_tree
import program

FORMATS = ("mp3", "flac", "test")
TOLD = "files sent and outputs received by messages"


class Carried:
    def __init__(self, mpienc, tree, folder, tally):
        self.mpienc, self.tree, self.folder, self.tally = mpienc, tree, folder, tally
        self.scratch = folder / "scratch"
        self.scratch.mkdir()

    def words(self, out):
        return ["batch", str(self.tree.root), "-o", str(out), "--to", ",".join(FORMATS), "--lanes", "1"]

    def rows(self, out):
        """What the log says, without the place of the outputs and the time."""
        return sorted((r.infile, r.outfile.relative_to(out), r.format, r.status.replace(str(out), "OUT"), r.code)
                      for r in batch_output.read_log(out))

    def reference(self):
        out = self.folder / "reference"
        done = self.mpienc.run(self.words(out), 2)
        self.tally.check(done.status == 3 and TOLD not in done.stderr, "all ranks see all: no file travels", done.tail())
        self.listing, self.log = batch_output.listing(out), self.rows(out)

    def apart(self, what, hidden):
        """The last of three ranks sees an empty folder in the place of `hidden`."""
        out = self.folder / "out"
        if hidden == out:
            out.mkdir()
        words = self.words(out)
        wrapped = f'mount -t tmpfs none {shlex.quote(str(hidden))} && exec "$0" "$@"'
        command = [self.mpienc.mpirun, "--oversubscribe", "--bind-to", "none", "-np", "2", self.mpienc.binary, *words, ":",
                   "-np", "1", "unshare", "-m", "sh", "-c", wrapped, self.mpienc.binary, *words]
        done = subprocess.run(command, env=self.mpienc.environment({"TMPDIR": str(self.scratch)}), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=180)
        self.tally.check(done.returncode == 3 and TOLD in done.stderr, f"{what}: told", f"status {done.returncode}\n{done.stderr[-1500:]}")
        if not out.exists():
            return
        found = batch_output.listing(out)
        self.tally.check(found == self.listing, f"{what}: the same bytes", batch_output.differences(self.listing, found))
        try:
            rows = self.rows(out)
        except (OSError, ValueError) as error:
            self.tally.check(False, f"{what}: the log is CSV", str(error))
            rows = []
        differ = [(a, b) for a, b in zip(self.log, rows) if a != b]
        self.tally.check(rows == self.log, f"{what}: the same log, but for places and times", f"{len(rows)} rows, {differ[:2]}")
        left = [p.name for p in self.scratch.iterdir() if p.name.startswith("mpienc")]
        self.tally.check(not left, f"{what}: no scratch folder is left", str(left))
        subprocess.run(["rm", "-rf", out], check=True)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--files", type=int, default=10)
    options = parser.parse_args()
    may = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    if may.returncode != 0:
        program.skip(f"ranks that see other files: no right to mount ({may.stderr.decode().strip()})")
    batch_tree.need_programs()
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-carried-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(os.path.realpath(scratch))
        tree = batch_tree.Tree(folder / "tree", options.files)
        carried = Carried(program.Mpienc(options.mpienc, options.mpirun), tree, folder, tally)
        carried.reference()
        carried.apart("a rank without the tree", tree.root)
        carried.apart("a rank without the outputs", folder / "out")
    tally.finish()


if __name__ == "__main__":
    main()
