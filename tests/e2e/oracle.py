"""ffmpeg and ffprobe as the oracle: what a file holds and what a serial decode of it gives."""

import json
import subprocess
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Frames:
    """A decoded video stream: one (seconds, hash) per frame, in output order."""

    times: list = field(default_factory=list)
    hashes: list = field(default_factory=list)
    time_base: Fraction = Fraction(0)
    status: int = 0
    errors: str = ""

    def relative(self):
        return [t - self.times[0] for t in self.times]


def concat_url(paths):
    """The name under which ffmpeg reads several files as one run of bytes."""
    return str(paths[0]) if len(paths) == 1 else "concat:" + "|".join(str(p) for p in paths)


def framemd5(paths, stream, pix_fmt=None, threads=None):
    """The frames of `stream` (a specifier such as 0:1) with the source's own time base."""
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error"]
    if threads:
        command += ["-threads", str(threads)]
    command += ["-i", concat_url(paths), "-map", stream, "-an", "-sn", "-dn"]
    if pix_fmt:
        command += ["-pix_fmt", pix_fmt]
    command += ["-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "-"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    frames = Frames(status=done.returncode, errors=done.stderr)
    for line in done.stdout.splitlines():
        if line.startswith("#tb 0:"):
            frames.time_base = Fraction(line.split(":", 1)[1].strip())
        elif line and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split(",")]
            frames.times.append(int(cells[2]) * frames.time_base)
            frames.hashes.append(cells[5])
    return frames


def untimed(paths, stream):
    """Whether no packet of the stream carries a timestamp (a raw elementary stream): then ffmpeg's own times
    are a guess, which goes wrong for field pairs."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", stream.split(":")[1], "-show_entries", "packet=pts,dts",
         "-of", "csv=p=0", concat_url(paths)], capture_output=True, text=True, errors="replace")
    return bool(done.stdout) and not any(c.isdigit() for c in done.stdout)


def evenly(frames, rate):
    """The same frames, one every 1/rate s."""
    period = 1 / Fraction(rate)
    return Frames([i * period for i in range(len(frames.hashes))], frames.hashes, frames.time_base,
                  frames.status, frames.errors)


def probe(path, options=()):
    """ffprobe's streams and format as a dict; empty where the file cannot be opened."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", *options, "-of", "json", "-show_streams", "-show_format", str(path)],
        capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        return {}
    return json.loads(done.stdout)


def streams(info, kind):
    return [s for s in info.get("streams", []) if s.get("codec_type") == kind]


def moving_pictures(info):
    """Video streams that are not cover art or thumbnails."""
    still = ("attached_pic", "timed_thumbnails")
    return [s for s in streams(info, "video") if not any(s["disposition"].get(k) for k in still)]


def complaints(path):
    """What ffprobe, a full decode and mkvmerge have against a file: lines, none when it is sound."""
    commands = [["ffprobe", "-v", "error", str(path)],
                ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:v?", "-map", "0:a?",
                 "-f", "null", "-"]]
    if str(path).endswith(".mkv"):
        commands.append(["mkvmerge", "--identify", str(path)])
    lines = []
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        except FileNotFoundError:
            continue
        said = done.stderr.splitlines()
        if command[0] == "mkvmerge":
            said += [x for x in done.stdout.splitlines() if x.startswith(("Warning", "Error"))]
        if done.returncode != 0:
            said.append(f"exit status {done.returncode}")
        lines += [f"{command[0]}: {line}" for line in said if line.strip()]
    return lines


MEND = Fraction(1, 10)


def difference(source, output, restarts=0):
    """Why `output` is not `source` frame by frame, in one line; None where it is.

    Timestamps count from the first frame of each and may differ by one tick of the output. At each of
    `restarts` places where the source's clock begins anew the true step is unknown (ffmpeg's depends on
    the streams it was asked for), so there the output's may differ from it by up to 0.1 s.
    """
    for i, (want, got) in enumerate(zip(source.hashes, output.hashes)):
        if want != got:
            return f"frame {i} differs{_whereabouts(source, output, i)}; {_counts(source, output)}"
    if len(source.hashes) != len(output.hashes):
        first = min(len(source.hashes), len(output.hashes))
        return f"{_counts(source, output)}; equal up to frame {first}{_at(source, first)}"
    tick = output.time_base
    worst, late, mended = 0, [], 0
    for i, (want, got) in enumerate(zip(source.relative(), output.relative())):
        off = got - want - mended
        if restarts and tick < abs(off) <= MEND:
            restarts -= 1
            mended += off
            off = 0
        if abs(off) > 2 * tick or (abs(off) > tick and not mended):
            late.append(i)
            worst = max(worst, abs(off))
    if late:
        i = late[0]
        want, got = source.relative()[i], output.relative()[i]
        return (f"pictures equal, but {len(late)} of {len(source.times)} timestamps are off by up to "
                f"{float(worst):.4f} s (tick {tick}): frame {i} at {float(got):.4f} s instead of "
                f"{float(want):.4f} s")
    return None


def _counts(source, output):
    return f"{len(output.hashes)} frames instead of {len(source.hashes)}"


def _at(source, i):
    return f" (source at {float(source.relative()[i]):.3f} s)" if i < len(source.times) else ""


def _whereabouts(source, output, i):
    note = _at(source, i)
    window = source.hashes[max(0, i - 64):i + 64]
    if output.hashes[i] in window:
        j = max(0, i - 64) + window.index(output.hashes[i])
        note += f": it is the source's frame {j}"
    elif source.hashes[i] in output.hashes[i:i + 64]:
        note += f": the source's comes {output.hashes[i:i + 64].index(source.hashes[i])} frames later"
    else:
        note += ": no such picture nearby in the source"
        tail = sum(a != b for a, b in zip(source.hashes[i:], output.hashes[i:]))
        note += f", {tail} frames differ in all"
    return note
