"""What a bench wants of a run record (mpienc --record; docs/run-record.md)."""

import sys

import h5py
import numpy as np


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def lane_rate(chunks, cores):
    """Processor time of the lanes while they encoded, as a part of what their quotas (none: a core) allowed."""
    quota = np.array(cores)[chunks["rank"]] if cores else 1.0
    allowed = float((chunks["encode_wall"] * quota).sum())
    return float(chunks["encode_cpu"].sum()) / allowed if allowed > 0 else float("nan")


def figures(path, capacity_cores, cores=()):
    """Figures of one job by the names of results.COLUMNS.

    `capacity_cores` is what its lanes could use, `cores` each rank's quota where there are quotas.
    """
    with h5py.File(path, "r") as file:
        chunks, ranks, totals = file["chunks"][:], file["ranks"][:], file["totals"].attrs
        makespan = float(totals["encoding_seconds"])
        useful = float(chunks["encode_cpu"].sum())
        busy = ranks["encode_wall"] / (np.maximum(ranks["lanes"], 1) * makespan)
        return {
            "makespan_seconds": makespan,
            "wall_seconds": float(totals["wall_seconds"]),
            "encode_cpu_seconds": useful,
            "ideal_seconds": useful / capacity_cores,
            "efficiency": useful / capacity_cores / makespan,
            "lane_rate": lane_rate(chunks, cores),
            "rank_zero_cpu_seconds": float(totals["rank_zero_cpu_seconds"]),
            "chunks": len(chunks),
            "frames": int(totals["frames"]),
            "steals": int(ranks["steals"].sum()),
            "copies": int(ranks["copies"].sum()),
            "bytes_sent": int(totals["bytes_sent"]),
            "busy_per_rank": " ".join(f"{x:.6f}" for x in busy[np.argsort(ranks["rank"])]),
        }


def tables_into(path, group):
    """Copies the tables of a record, and what describes its job, into a group of another file."""
    with h5py.File(path, "r") as file:
        for name in ("job", "totals", "chunks", "ranks", "events"):
            file.copy(name, group)


def executions(group):
    """Every stay of a chunk on a lane: dicts rank, lane, chunk, begin, end (s), kind.

    kind: own; stolen, where it came from another rank; copied, where the second copy's result counted; lost,
    where another rank's result counted.
    """
    chunks = {int(row["chunk"]): row for row in group["chunks"][:]}
    copied, begun, ended, found = set(), {}, {}, []
    for row in group["events"][:]:
        key, kind = (int(row["chunk"]), int(row["rank"])), text(row["kind"])
        if kind == "copy":
            copied.add(key)
        elif kind == "start":
            begun.setdefault(key, (float(row["time"]), max(0, int(row["other"]))))
        elif kind == "cancel":
            ended[key] = float(row["time"])
    for (chunk, rank), (begin, lane) in begun.items():
        row = chunks.get(chunk)
        if row is None:
            continue
        counted = int(row["rank"]) == rank
        end = float(row["finished"]) if counted else ended.get((chunk, rank), float(row["finished"]))
        kind = ("lost" if not counted else "copied" if (chunk, rank) in copied
                else "stolen" if row["steals"] > 0 else "own")
        if end > begin:
            found.append({"rank": rank, "lane": lane, "chunk": chunk, "begin": begin, "end": end, "kind": kind})
    return found


if __name__ == "__main__":
    for key, value in figures(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0).items():
        print(f"{key:24} {value}")
