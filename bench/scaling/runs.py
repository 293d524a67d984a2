"""One run of mpienc on emulated hosts."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import hosts
import record
import suites

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "e2e"))
import program  # noqa: E402


class Runner:
    """Runs configurations in a folder; `titles`: (path, seconds) by units, see suites.Configuration.times."""

    def __init__(self, mpienc, folder, titles, way="any", preset="medium", timeout=600):
        self.mpienc, self.folder, self.titles = mpienc, Path(folder), titles
        self.way, self.preset, self.timeout = way, preset, timeout

    def run(self, configuration, number):
        """(row without run and repeat, path of the record). RuntimeError with the program's words if it fails."""
        title, seconds = self.titles[configuration.times]
        output, record_path = self.folder / "out.mkv", self.folder / f"run{number}.h5"
        arguments = [title, output, "--overwrite", "--quiet", "--lanes", configuration.lanes, "--preset", self.preset,
                     "--audio-codec", "copy", "--schedule", configuration.schedule, "--record", record_path]
        if configuration.chunk:
            arguments += ["--chunk", f"{configuration.chunk:g}"]
        with hosts.Hosts(configuration.cores, self.way) as limits:
            command = hosts.under(limits, self.mpienc.command(arguments, configuration.ranks), self.mpienc)
            done = subprocess.run(command, env=self.mpienc.environment(), stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=self.timeout)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}\nfailed with status {done.returncode}: "
                               f"{done.stderr[-800:]}")
        row = {"suite": configuration.suite, "label": configuration.label, "hosts": configuration.hosts,
               "ranks": configuration.ranks, "lanes_per_rank": configuration.lanes,
               "capacity_cores": configuration.capacity,
               "cores_per_rank": " ".join(f"{c:.6f}" for c in configuration.cores or ()),
               "schedule": configuration.schedule, "chunk_option_seconds": configuration.chunk or float("nan"),
               "programme_seconds": seconds, "output_bytes": output.stat().st_size,
               **record.figures(record_path, configuration.capacity, configuration.cores or ())}
        output.unlink()
        return row, record_path

    def predict_all(self, done):
        """Fills in what mpienc simulate says; `done`: [(configuration, row, record)] of one repeat."""
        recorded = [path for configuration, _, path in done
                    if configuration.suite == "simulator" and configuration.label == suites.RECORDED]
        for configuration, row, path in done:
            if configuration.predict and recorded:
                row["predicted_seconds"] = self.predict(recorded[0], configuration.predict)
                row["predicted_own_seconds"] = self.predict(path, configuration.predict)

    def predict(self, record_path, arguments):
        """Makespan in seconds of the last cluster that mpienc simulate plays."""
        done = subprocess.run([self.mpienc.binary, "simulate", record_path, *arguments, "--csv"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"mpienc simulate failed with status {done.returncode}: {done.stderr[-500:]}")
        return float(list(csv.DictReader(io.StringIO(done.stdout)))[-1]["makespan_seconds"])


def make_mpienc(binary, mpirun):
    """The program, once it is known to have what the bench needs."""
    mpienc = program.Mpienc(binary, mpirun)
    said = subprocess.run([mpienc.binary, "--help"], capture_output=True, text=True, check=False).stdout
    if "--record" not in said:
        raise RuntimeError(f"{binary} knows no --record: build it with HDF5")
    return mpienc
