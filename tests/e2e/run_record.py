"""The run record as a Python user meets it: opened with h5py and pandas, its figures must agree."""

import sys
import tempfile
from pathlib import Path

import clips
import program

try:
    import h5py
    import numpy
    import pandas
except ImportError as missing:
    program.skip(f"{missing} in {sys.executable}: install python3-h5py and python3-pandas")

TEXT, WHOLE, LARGE, REAL = "S", "i4", "i8", "f8"
CHUNKS = {
    "chunk": (WHOLE, ""), "first_packet": (LARGE, "packets"), "end_packet": (LARGE, "packets"),
    "programme_start": (REAL, "s"), "programme_end": (REAL, "s"), "frames": (LARGE, "frames"),
    "bytes_in": (LARGE, "bytes"), "bytes_out": (LARGE, "bytes"), "rank": (WHOLE, ""), "lane": (WHOLE, ""),
    "read_cpu": (REAL, "s"), "read_wall": (REAL, "s"), "planned": (REAL, "s"), "assigned": (REAL, "s"),
    "started": (REAL, "s"), "finished": (REAL, "s"), "released": (REAL, "s"), "queued": (REAL, "s"),
    "encode_wall": (REAL, "s"), "encode_cpu": (REAL, "s"), "steals": (WHOLE, "times"), "copies": (WHOLE, "times"),
}
EVENTS = {"time": (REAL, "s"), "kind": (TEXT, ""), "chunk": (WHOLE, ""), "rank": (WHOLE, ""), "other": (WHOLE, "")}
RANKS = {
    "rank": (WHOLE, ""), "host": (TEXT, ""), "lanes": (WHOLE, "lanes"), "processors": (WHOLE, "processors"),
    "chunks": (WHOLE, "chunks"), "steals": (WHOLE, "times"), "copies": (WHOLE, "times"),
    "frames": (LARGE, "frames"), "encode_cpu": (REAL, "s"), "encode_wall": (REAL, "s"), "speed": (REAL, ""),
}
KINDS = {"assign", "start", "finish", "steal", "moved", "kept", "copy", "cancel", "release", "join", "lose", "warn"}
INSTANTS = ["planned", "assigned", "started", "finished", "released"]


def check_layout(tally, record):
    root = record.attrs
    tally.check((root["format"], root["format_version"], root["complete"]) == ("mpienc run record", 1, 1),
                "root attributes", str(dict(root)))
    for name, columns in (("chunks", CHUNKS), ("events", EVENTS), ("ranks", RANKS)):
        table = record[name]
        units = dict(zip(table.dtype.names, table.attrs["units"]))
        tally.check(units == {column: unit for column, (_, unit) in columns.items()},
                    f"columns and units of {name}", str(units))
        for column, (kind, _) in columns.items():
            found = table.dtype[column]
            tally.check(found.kind == "S" if kind == TEXT else found == numpy.dtype(kind),
                        f"type of {name}.{column}", str(found))


def check_job(tally, record, arguments):
    job = record["job"].attrs
    tally.check(list(job["command_line"])[-len(arguments):] == [str(x) for x in arguments], "command line",
                str(list(job["command_line"])))
    tally.check(isinstance(job["schedule"], str) and job["credits"] >= 0 and job["window"] > 0,
                "schedule, credits and window", str(dict(job)))
    tally.check(job["pixels"] == 352 * 288, "pixels of a frame", str(job["pixels"]))
    for name in ("job/options", "job/versions"):
        texts = dict(record[name].attrs)
        tally.check(texts and all(isinstance(x, str) for x in texts.values()), f"{name} are texts", str(texts))
    tally.check("mpienc" in record["job/versions"].attrs, "version of mpienc")


def check_chunks(tally, chunks, frames):
    numbers = sorted(chunks["chunk"])
    tally.check(len(chunks) > 1 and numbers == list(range(len(chunks))), "chunks are all there", str(numbers))
    for earlier, later in zip(INSTANTS, INSTANTS[1:]):
        bad = chunks[chunks[later] < chunks[earlier]]
        tally.check(bad.empty, f"{earlier} comes before {later}", bad[["chunk", earlier, later]].to_string())
    ordered = chunks.sort_values("chunk")
    video = ordered[ordered["frames"] > 0]
    tally.check((video["end_packet"] > video["first_packet"]).all() and
                list(video["end_packet"][:-1]) == list(video["first_packet"][1:]), "packets follow each other")
    tally.check(len(video) < len(chunks), "the sound has chunks as well")
    tally.check(ordered["released"].is_monotonic_increasing, "chunks are released in order")
    tally.check(chunks["frames"].sum() == frames, "frames are those of the film", str(chunks["frames"].sum()))
    for column in ("bytes_in", "bytes_out", "encode_wall", "encode_cpu"):
        tally.check((chunks[column] > 0).all(), f"{column} is positive", str(chunks[column].tolist()))
    for column in ("queued", "read_cpu", "read_wall", "steals", "copies"):
        tally.check((chunks[column] >= 0).all(), f"{column} is not negative", str(chunks[column].tolist()))


def check_ranks(tally, chunks, ranks, count):
    tally.check(sorted(ranks["rank"]) == list(range(count)), "a row for each rank", ranks.to_string())
    tally.check(ranks["host"].str.decode("utf-8").str.len().gt(0).all(), "hosts have names")
    tally.check((ranks["lanes"] > 0).all() and (ranks["speed"] > 0).all(), "lanes and speeds", ranks.to_string())
    of_rank = chunks.groupby("rank")["frames"].agg(["count", "sum"]).reindex(range(count), fill_value=0)
    by_rank = ranks.set_index("rank").sort_index()
    tally.check(list(of_rank["count"]) == list(by_rank["chunks"]), "chunks per rank agree", of_rank.to_string())
    tally.check(list(of_rank["sum"]) == list(by_rank["frames"]), "frames per rank agree", of_rank.to_string())


def check_events(tally, chunks, events):
    kinds = events["kind"].str.decode("utf-8")
    tally.check(set(kinds) <= KINDS, "kinds of events", str(set(kinds) - KINDS))
    tally.check(events["time"].is_monotonic_increasing, "events are in order")
    for kind in ("finish", "release"):
        tally.check(sorted(events["chunk"][kinds == kind]) == sorted(chunks["chunk"]), f"one {kind} per chunk")


def check_record(tally, path, arguments, ranks, frames):
    with h5py.File(path) as record:
        check_layout(tally, record)
        if tally.failures:
            return
        check_job(tally, record, arguments)
        tables = {name: pandas.DataFrame(record[name][:]) for name in ("chunks", "events", "ranks")}
        totals = dict(record["totals"].attrs)
    check_chunks(tally, tables["chunks"], frames)
    check_ranks(tally, tables["chunks"], tables["ranks"], ranks)
    check_events(tally, tables["chunks"], tables["events"])
    tally.check(totals["frames"] == frames, "frames of the whole job", str(totals))
    tally.check(0 < totals["encoding_seconds"] <= totals["wall_seconds"], "seconds of the whole job", str(totals))


def main():
    options = program.arguments(__doc__).parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    tally = program.Tally()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        folder = Path(folder)
        clip = clips.dvd_vob(folder / "clip.vob", 12)
        for ranks in (0, 2):
            record = folder / f"{ranks}.h5"
            arguments = [clip, folder / f"{ranks}.mkv", "--chunk", "2", "--record", record]
            run = mpienc.run(arguments, ranks=ranks)
            if tally.check(run.status == 0, f"mpienc --record on {ranks or 'no'} ranks", run.tail()):
                check_record(tally, record, arguments, max(ranks, 1), 12 * 25)
        missing = mpienc.run([clip, folder / "c.mkv", "--record", folder / "none" / "c.h5"])
        tally.check(missing.status == 4 and len(missing.own_lines()) == 1 and not (folder / "c.mkv").exists(),
                    "a record in a missing folder is an error of output", missing.tail())
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
