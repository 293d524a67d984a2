"""Lossless round trip over made clips of every kind that must work, for machines without real ones."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import clips
import program
import roundtrip

X264 = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "2"]


def simple(encode, **source):
    def make(path):
        clips.ffmpeg("-f", "lavfi", "-i", clips.motion(**source), *encode, path)
        return [path]
    return make


def with_tone(encode, seconds=6, **source):
    def make(path):
        clips.ffmpeg("-f", "lavfi", "-i", clips.motion(seconds=seconds, **source),
                     "-f", "lavfi", "-i", clips.tone(seconds), *encode, path)
        return [path]
    return make


def vob(path):
    return [clips.dvd_vob(path, 8)]


def vob_pair(path):
    """Two titles whose clocks both start anew."""
    second = path.with_name("second-" + path.name)
    return [clips.dvd_vob(path, 5), clips.dvd_vob(second, 5, video=clips.motion(seconds=5) + ",hue=h=90")]


def vob_joined(path):
    """The pair as one file: the clock jumps back in the middle."""
    pair = vob_pair(path.with_name("part-" + path.name))
    path.write_bytes(b"".join(p.read_bytes() for p in pair))
    return [path]


def interlaced(path):
    video = clips.motion(rate="50", seconds=6) + ",tinterlace=mode=interleave_top,setfield=tff"
    return [clips.dvd_vob(path, 6, video=video, more=["-flags", "+ildct+ilme", "-top", "1"])]


def telecine(path):
    """Film on NTSC: 24000/1001 frames a second shown as fields by the repeat flags."""
    plain = path.with_name("film-" + path.name).with_suffix(".m2v")
    clips.ffmpeg("-f", "lavfi", "-i", clips.motion(rate="24000/1001", seconds=6), *clips.MPEG2,
                 "-f", "mpeg2video", plain)
    plain.write_bytes(pulldown(plain.read_bytes()))
    clips.ffmpeg("-fflags", "+genpts", "-framerate", "30000/1001", "-i", plain, "-c", "copy",
                 "-f", "dvd", path)
    return [path]


def pulldown(stream):
    """Sets frame rate 30000/1001 and the 2:3 pattern of top_field_first and repeat_first_field."""
    data = bytearray(stream)
    pictures = []
    temporal, base = 0, 0
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 9:
        code = data[at + 3]
        if code == 0xB3:
            data[at + 7] = data[at + 7] & 0xF0 | 4
        elif code == 0xB8:
            base = len(pictures)
        elif code == 0x00:
            temporal = data[at + 4] << 2 | data[at + 5] >> 6
            pictures.append(None)
        elif code == 0xB5 and data[at + 4] >> 4 == 1:
            data[at + 5] &= 0xFE
        elif code == 0xB5 and data[at + 4] >> 4 == 8:
            top, repeat = ((1, 1), (0, 0), (0, 1), (1, 0))[(base + temporal) % 4]
            data[at + 7] = data[at + 7] & 0x7D | top << 7 | repeat << 1
            data[at + 8] |= 0x80
        at = data.find(b"\0\0\1", at + 3)
    return bytes(data)


def wrap(path):
    """A transport stream whose clock passes 2^33 ticks in the middle."""
    clips.ffmpeg("-f", "lavfi", "-i", clips.motion(seconds=8), "-f", "lavfi", "-i", clips.tone(8),
                 *X264, "-g", "25", *clips.AC3, "-output_ts_offset", "95440", path)
    return [path]


def gap(path):
    """A transport stream with 7 s missing after the third."""
    parts = []
    for i, offset in enumerate((10, 20)):
        part = path.with_name(f"part{i}-{path.name}")
        clips.ffmpeg("-f", "lavfi", "-i", clips.motion(seconds=3), "-f", "lavfi", "-i", clips.tone(3),
                     *X264, "-g", "25", *clips.AC3, "-output_ts_offset", str(offset), part)
        parts.append(part)
    path.write_bytes(b"".join(p.read_bytes() for p in parts))
    return [path]


def edit_list(path):
    """An MP4 cut between key frames by stream copy: its edit list hides the frames before the cut."""
    whole = path.with_name("whole-" + path.name)
    clips.ffmpeg("-f", "lavfi", "-i", clips.motion(seconds=8), *X264, "-g", "50", "-bf", "3", whole)
    clips.ffmpeg("-ss", "2.7", "-i", whole, "-c", "copy", path)
    return [path]


def variable_rate(path):
    video = clips.motion(rate="60", seconds=6) + ",select='if(lt(t,3),1,not(mod(n,3)))'"
    clips.ffmpeg("-f", "lavfi", "-i", video, "-fps_mode", "passthrough", *X264, "-g", "60",
                 "-x264-params", "open-gop=1", path)
    return [path]


KINDS = {
    "mpeg2_open_gop.vob": vob,
    "mpeg2_two_files.vob": vob_pair,
    "mpeg2_joined.vob": vob_joined,
    "mpeg2_interlaced.vob": interlaced,
    "mpeg2_soft_telecine.vob": telecine,
    "mpeg1.mpg": with_tone(["-c:v", "mpeg1video", "-g", "12", "-bf", "2", "-b:v", "2M", "-c:a", "mp2"]),
    "h264_open_gop.mkv": simple([*X264, "-g", "30", "-bf", "3", "-x264-params", "open-gop=1"]),
    "h264_one_key.mkv": simple([*X264, "-g", "9999", "-sc_threshold", "0"]),
    "h264_intra_refresh.mkv": simple([*X264, "-g", "40", "-x264-params", "intra-refresh=1"]),
    "h264_mbaff.ts": simple([*X264, "-g", "25", "-flags", "+ildct+ilme", "-x264-params", "tff=1"]),
    "h264_10bit.mkv": simple([*X264, "-g", "30", "-pix_fmt", "yuv420p10le"]),
    "h264_422.mp4": simple([*X264, "-g", "30", "-pix_fmt", "yuv422p"]),
    "h264_pts_wrap.ts": wrap,
    "h264_gap.ts": gap,
    "h264_edit_list.mp4": edit_list,
    "h264_vfr.mp4": variable_rate,
    "asp_b_frames.avi": with_tone(["-c:v", "mpeg4", "-bf", "2", "-g", "25", "-b:v", "2M",
                                   "-c:a", "libmp3lame"]),
    "hevc_cra.mkv": simple(["-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                            "log-level=none:open-gop=1:keyint=30:min-keyint=30:bframes=4"], seconds=5),
    "relayed_one_key.mkv": simple([*X264, "-g", "9999", "-sc_threshold", "0", "-crf", "4"]),
    "relayed_interlaced.ts": simple([*X264, "-g", "9999", "-sc_threshold", "0", "-crf", "4",
                                     "-flags", "+ildct+ilme", "-x264-params", "tff=1"]),
    "relayed_refresh.mkv": simple([*X264, "-g", "40", "-crf", "4", "-x264-params", "intra-refresh=1"]),
    "vp9.webm": simple(["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "30",
                        "-b:v", "1M"], seconds=4),
    "mjpeg.mov": simple(["-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "3"], seconds=4),
    "ffv1_odd_size.mkv": simple(["-c:v", "ffv1", "-g", "25"], size="351x287", seconds=4),
    "short.mkv": simple([*X264, "-frames:v", "3"]),
    "still.mp4": simple([*X264, "-frames:v", "1"]),
}

# How often the clock begins anew inside a kind.
RESTARTS = {"mpeg2_two_files.vob": 1, "mpeg2_joined.vob": 1}

# With so small a bound the chunk without a safe point is relayed as frames.
RELAYED = ["--max-chunk", "1"]


def run(mpienc, name, make, folder, keep):
    folder.mkdir(parents=True, exist_ok=True)
    row = roundtrip.Row(name)
    try:
        paths = make(folder / name)
    except RuntimeError as error:
        row.result, row.reason = "listed", f"this ffmpeg cannot make it: {error}"[:300]
        return row
    return roundtrip.examine(mpienc, name, paths, folder / "out", restarts=RESTARTS.get(name, 0),
                             keep=keep, extra=RELAYED if name.startswith("relayed") else ()) or row


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--only", help="kinds whose name contains this")
    parser.add_argument("--jobs", type=int, default=2, help="clips at a time")
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    kinds = [(n, m) for n, m in KINDS.items() if not options.only or options.only in n]
    results = options.work or Path.cwd()
    with tempfile.TemporaryDirectory(prefix="mpienc-made-") as scratch:
        folder = results / "made" if options.keep else Path(scratch)
        with ThreadPoolExecutor(options.jobs) as pool:
            rows = list(pool.map(lambda k: run(mpienc, *k, folder / k[0], options.keep), kinds))
    roundtrip.conclude(rows, results, "roundtrip_made")


if __name__ == "__main__":
    main()
