"""Status files of fixed content, and what is none."""

import copy
import json
import os
import threading
import time


def rank(number, host, **more):
    return {"rank": number, "host": host, "lanes": 2, "state": "working", "running": [], "held": [], "speed": 61.7, "done": 0,
            "steals": 0, "losses": 0, **more}


def film():
    return {
        "mpienc_status": 1, "program": "0.1.0", "updated": 0, "state": "running",
        "job": {"kind": "film", "inputs": ["/films/film.vob"], "output": "/films/film.mkv", "command": ["mpienc"], "pid": 4711,
                "host": "node-a", "started": 1.5e9, "attempt": 2},
        "progress": {"elapsed": 124, "fraction": 0.632, "eta": 72.2, "media_done": 1896, "media_total": 3000, "frames": 47400,
                     "speed": 123.4, "speed_unit": "fps"},
        "chunks": {"planned": 40, "released": 12, "total": 40, "journal": 0},
        "totals": {"steals": 12, "copies": 2, "lost_ranks": 1, "restarts": 1, "bytes_sent": 1234567, "warnings": 1},
        "ranks": [rank(0, "node-a", running=[12, 13], done=8, losses=7),
                  rank(1, "node-b", running=[14, 15, 16], held=[17], done=7, steals=12),
                  rank(2, "node-c", state="lost", speed=0, done=1)]}


def other_film():
    made = copy.deepcopy(film())
    made["job"]["output"] = "/films/中文.mkv"
    made["progress"].update(fraction=0.12, eta=3600, speed=20)
    made["totals"].update(steals=0, lost_ranks=0)
    made["ranks"] = [rank(0, "node-d", speed=20)]
    return made


def song():
    made = other_film()
    made["job"].update(kind="recording", output="/films/song.flac")
    made["progress"].update(fraction=None, eta=None, speed_unit="x")
    return made


def write(path, made, age=0.0):
    """As mpienc does: complete at once under its name."""
    made = {**made, "updated": time.time() - age}
    half = path.with_name("." + path.name + ".tmp")
    half.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    os.rename(half, path)


class Writing:
    """Writes the files of outputs again and again, as running jobs do."""

    def __init__(self, folder, outputs):
        self.folder, self.outputs = folder, outputs
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._write, daemon=True)

    def _write_all(self):
        for name, made in self.outputs.items():
            write(self.folder / f"{name}.status", made)

    def _write(self):
        while not self.over.wait(0.5):
            self._write_all()

    def __enter__(self):
        self._write_all()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


HOSTILE = {
    "text": b"all is well\n",
    "half": json.dumps(film()).encode()[:300],
    "empty": b"",
    "bytes": bytes(range(256)) * 20,
    "deep": b"[" * 1_000_000,
    "another": b'{"version": 1}',
    "later": json.dumps({**film(), "mpienc_status": 99}).encode(),
    "lies": json.dumps({**film(), "ranks": [{**film()["ranks"][0], "lanes": 1e30}]}).encode(),
    "huge": b"\0" * (17 << 20),
}


def write_hostile(folder):
    folder.mkdir()
    for name, data in HOSTILE.items():
        (folder / f"{name}.status").write_bytes(data)
