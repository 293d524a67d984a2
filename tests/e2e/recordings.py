"""Recordings as WAV files, of real music where there is any and of made signals, for the audio checks."""

from dataclasses import dataclass

import clips
import program

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
CODECS = {8: "pcm_u8", 16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_s32le"}
# Noise that comes and goes, a sweep, full scale and silence; channels of the same and of other content.
MADE = ("aevalsrc=exprs='0.8*sin(2*PI*(200+40*t)*t)*gt(mod(t\\,7)\\,1)+0.2*random(0)*gt(mod(t\\,5)\\,3)"
        "|0.5*sin(2*PI*(200+40*t)*t)+0.4*random(1)*gt(mod(t\\,3)\\,1)':s={rate}")


@dataclass(frozen=True)
class Form:
    rate: int = 44100
    channels: int = 2
    bits: int = 16

    def __str__(self):
        return f"{self.rate} Hz, {self.channels} ch, {self.bits} bit"


def music():
    """A folder's real recordings, or none."""
    media = program.media_folder()
    return sorted((media / "audio" / "flac_music").glob("*.flac")) if media else []


def _source(kind, form):
    if kind == "made":
        return ["-f", "lavfi", "-i", MADE.format(rate=form.rate)]
    return ["-stream_loop", "-1", "-i", kind]


def record(path, kind, form, samples):
    """`kind`: "made" or the path of a recording, repeated as often as needed. Exactly `samples` per channel."""
    layout = LAYOUTS[form.channels]
    spread = "pan=5.1|c0=c0|c1=c1|c2=0.5*c0+0.5*c1|c3=0.1*c0|c4=0.7*c1|c5=0.7*c0," if form.channels == 6 else ""
    clips.ffmpeg(*_source(kind, form), "-map", "0:a", "-af",
                 f"aformat=channel_layouts=stereo,aresample={form.rate},{spread}aformat=channel_layouts={layout},"
                 f"atrim=end_sample={samples}", "-ar", form.rate, "-c:a", CODECS[form.bits], "-bitexact", "-map_metadata",
                 "-1", path)
    return path
