"""The table of all runs: one row per run, as CSV for people and as HDF5 with each run's own tables."""

import csv

import h5py
import numpy as np

import record

# name, kind, what it is
COLUMNS = [
    ("run", int, "number of the run; its tables are under runs/<run>/ of results.h5"),
    ("suite", str, "strong, weak, strategies, seed or simulator"),
    ("label", str, "what the suite varies"),
    ("repeat", int, "from 0; every configuration runs once in each"),
    ("hosts", str, "equal, one slow or whole: quotas per rank, or whole cores without any"),
    ("ranks", int, ""),
    ("lanes_per_rank", int, ""),
    ("capacity_cores", float, "sum of the quotas; lanes where there is none"),
    ("cores_per_rank", str, "each rank's quota in cores"),
    ("schedule", str, "steal, dynamic, guided or static"),
    ("chunk_option_seconds", float, "--chunk; nan for mpienc's default"),
    ("programme_seconds", float, "length of the input"),
    ("chunks", int, ""),
    ("frames", int, "encoded"),
    ("makespan_seconds", float, "wall, from the first chunk read to the last written"),
    ("wall_seconds", float, "wall, of the whole job"),
    ("encode_cpu_seconds", float, "processor time of the lanes for the results that counted"),
    ("ideal_seconds", float, "encode_cpu_seconds / capacity_cores"),
    ("efficiency", float, "ideal_seconds / makespan_seconds"),
    ("lane_rate", float, "lanes' processor time while encoding, as part of their quotas; far below 1: disturbed"),
    ("rank_zero_cpu_seconds", float, "processor time of rank 0 beside its lanes"),
    ("steals", int, "chunks that moved from one rank to another"),
    ("copies", int, "second copies that were handed out"),
    ("bytes_sent", int, "by rank 0"),
    ("output_bytes", int, "size of the file"),
    ("predicted_seconds", float, "makespan by mpienc simulate from the one-lane run of the same repeat, else nan"),
    ("predicted_own_seconds", float, "makespan by mpienc simulate from the run's own record, else nan"),
    ("busy_per_rank", str, "each rank's part of the makespan in which its lanes encoded, 0 to 1"),
]
NAMES = [name for name, _, _ in COLUMNS]


def complete(row):
    """The row with every column; nan for figures that it lacks."""
    return {name: row.get(name, "" if kind is str else float("nan") if kind is float else 0)
            for name, kind, _ in COLUMNS}


def write_csv(path, rows, about):
    """`about`: name and text, written as comments before the header."""
    with open(path, "w", newline="") as file:
        for name, value in about.items():
            file.write(f"# {name}: {value}\n")
        writer = csv.DictWriter(file, NAMES)
        writer.writeheader()
        writer.writerows(complete(row) for row in rows)


def table(rows):
    kinds = {str: h5py.string_dtype(), int: "i8", float: "f8"}
    made = np.empty(len(rows), dtype=np.dtype([(name, kinds[kind]) for name, kind, _ in COLUMNS]))
    for at, row in enumerate(map(complete, rows)):
        made[at] = tuple(row[name] for name in NAMES)
    return made


class Store:
    """results.h5 while the bench runs: a run's tables at once, the table of all runs after each."""

    def __init__(self, path, about):
        self.file = h5py.File(path, "w")
        self.file.attrs.update(about)
        self.file.create_group("runs")

    def add_run(self, number, record_path):
        record.tables_into(record_path, self.file["runs"].create_group(str(number)))

    def set_table(self, rows):
        if "results" in self.file:
            del self.file["results"]
        made = self.file.create_dataset("results", data=table(rows))
        for name, _, meaning in COLUMNS:
            made.attrs[name] = meaning
        self.file.flush()

    def close(self):
        self.file.close()


def load(file):
    """(rows as dicts, about) of an open results.h5."""
    rows = []
    for one in file["results"][:]:
        rows.append({name: record.text(one[name]) if kind is str else kind(one[name])
                     for name, kind, _ in COLUMNS})
    return rows, {name: record.text(value) for name, value in file.attrs.items()}
