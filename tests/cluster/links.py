#!/usr/bin/env python3
"""Jobs over emulated hosts whose links are narrow: nothing breaks, what rank 0 sends follows its link, and mpienc says that
the lanes wait for it. Skipped where links cannot be limited."""

import filecmp
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import clips  # noqa: E402
import hosts  # noqa: E402
import parts  # noqa: E402
import program  # noqa: E402

LIMIT = 400  # s for one job
BURST = 1.1  # what passes beyond the rate: the bucket of the queue, and headers
WARNING = "for rank 0's network link"


def bits(rate):
    """Of such as "100mbit"."""
    return int(rate.removesuffix("mbit")) * 1e6


class Links:
    def __init__(self, cluster, mpienc, tally, folder):
        self.cluster, self.mpienc, self.tally, self.folder = cluster, mpienc, tally, folder

    def reference(self, inputs, name, options):
        output = self.folder / f"reference-{name}"
        subprocess.run([self.mpienc, *inputs, output, "-q", "--no-journal", *options], check=True)
        return output

    def _sent(self):
        table = self.cluster.run("h1", ["cat", "/proc/net/dev"]).stdout
        return int(re.search(r"eth0:((?: +\d+)+)", table)[1].split()[8])

    def job(self, inputs, reference, options, rate):
        """One rank per host, all links at this rate: (bits per second that h1 sent, what was said)."""
        for host in self.cluster.names:
            self.cluster.limit_link(host, rate)
        output = Path(tempfile.mkdtemp(dir=self.folder)) / reference.name
        words = ["mpirun", "-n", len(self.cluster.names), "--hostfile", self.cluster.hostfile, "--map-by", "node", "--bind-to", "none",
                 self.mpienc, *inputs, output, "--lanes", "1", "--no-journal", *options]
        before, began = self._sent(), time.monotonic()
        done = self.cluster.run("h1", words, env=self.cluster.environment(), timeout=LIMIT)
        seconds, sent = time.monotonic() - began, self._sent() - before
        for host in self.cluster.names:
            self.cluster.limit_link(host, None)
        what = f"{reference.name} over links of {rate}"
        print(f"      {what}: {seconds:.1f} s, rank 0's host sent {8 * sent / seconds / 1e6:.1f} Mbit/s", flush=True)
        self.tally.check(done.returncode == 0, f"{what}: done", done.stderr[-2000:])
        same = output.exists() and filecmp.cmp(reference, output, shallow=False)
        self.tally.check(same, f"{what}: the bytes of one process", done.stderr[-2000:])
        self.tally.check(8 * sent / seconds <= BURST * bits(rate), f"{what}: no more passes than the link carries",
                         f"{8 * sent / seconds / 1e6:.1f} Mbit/s")
        shutil.rmtree(output.parent)
        return 8 * sent / seconds, done.stderr + done.stdout

    def recording(self):
        """FLAC, of which a lane takes far more than the link carries."""
        wav = self.folder / "noise.wav"
        clips.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=600:r=44100:a=0.4:seed=5", "-ac", "2", "-c:a", "pcm_s16le", wav)
        reference = self.reference([wav], "recording.flac", [])
        wide, _ = self.job([wav], reference, [], "100mbit")
        narrow, _ = self.job([wav], reference, [], "20mbit")
        self.tally.check(narrow < wide, "a narrower link carries less", f"{narrow / 1e6:.1f} of {wide / 1e6:.1f} Mbit/s")

    def film(self):
        """It must last over 15 s, so that mpienc has seen a span of 10 s after the start: rank 0's own lane is slowed."""
        if reason := self.cluster.missing("slow"):
            print(f"skipped: film: {reason}", flush=True)
            return
        vob = self.folder / "film.vob"
        clips.dvd_vob(vob, 20, video=clips.motion("640x480", seconds=20))
        inputs, options = [vob] * 3, ["--preset", "veryfast", "--chunk", "1"]
        reference = self.reference(inputs, "film.mkv", options)
        self.cluster.slow("h1", 0.3)
        _, text = self.job(inputs, reference, options, "4mbit")
        self.cluster.slow("h1", None)
        self.tally.check(WARNING in text, "film.mkv over links of 4mbit: mpienc says that the lanes wait for the link", text[-2000:])


SHORT = ["recording"]
ALL = [*SHORT, "film"]


def run(options, tally, folder):
    mpienc = Path(options.mpienc).resolve()
    with hosts.Hosts(3, shared=[folder, mpienc.parent]) as cluster:
        if reason := cluster.missing("limit_link"):
            program.skip(reason)
        links = Links(cluster, mpienc, tally, folder)
        for part in options.parts:
            getattr(links, part)()


if __name__ == "__main__":
    parts.main(__doc__, "links", SHORT, ALL, run, seconds=None)
