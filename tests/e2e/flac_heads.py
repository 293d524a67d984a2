"""WAV and AIFF of all kinds of heads, true and false ones, to FLAC: flac's bytes, one line where it is right to refuse,
all samples where flac gives up and need not."""

import random
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import program
from same_bytes import first_difference

EXTENSIBLE = 0xFFFE
WAVE_GUID = bytes.fromhex("F3ACD3118CD100C04F8EDB8A")
RANDOM = random.Random(3)


def chunk(name, content, size=None):
    return name + struct.pack("<I", len(content) if size is None else size) + content + b"\0" * (len(content) % 2)


def form(channels=2, rate=44100, bits=16, valid=None, mask=None, block=None):
    """A fmt chunk; an extensible one where `valid` or `mask` is given."""
    width = (bits + 7) // 8 * channels
    extended = valid is not None or mask is not None
    content = struct.pack("<HHIIHH", EXTENSIBLE if extended else 1, channels, rate, rate * width,
                          width if block is None else block, bits)
    if extended:
        content += struct.pack("<HHI", 22, bits if valid is None else valid, mask or 0)
        content += bytes.fromhex("0100000000001000800000aa00389b71")
    return chunk(b"fmt ", content)


def riff(*chunks, size=None):
    content = b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) + 4 if size is None else size) + b"WAVE" + content


def wave64(*chunks):
    parts = b"".join(name + WAVE_GUID + struct.pack("<Q", len(content) + 24) + content + b"\0" * (-len(content) % 8)
                     for name, content in chunks)
    return (b"riff" + bytes.fromhex("2E91CF11A5D628DB04C10000") + struct.pack("<Q", len(parts) + 40) + b"wave" + WAVE_GUID
            + parts)


def rf64(samples, data_size=0xFFFFFFFF):
    sizes = struct.pack("<QQQI", len(samples) + 72, len(samples), len(samples) // 4, 0)
    return b"RF64\xff\xff\xff\xffWAVE" + chunk(b"ds64", sizes) + form() + chunk(b"data", samples, data_size)


def aiff(channels, bits, count, samples, kind=b"", size=None):
    def big(name, content, length=None):
        return name + struct.pack(">I", len(content) if length is None else length) + content + b"\0" * (len(content) % 2)

    common = struct.pack(">HIHHQ", channels, count, bits, 16383 + 15, 44100 << 48) + (kind + b"\0\0" if kind else b"")
    version = big(b"FVER", bytes.fromhex("A2805140")) if kind else b""
    content = version + big(b"COMM", common) + big(b"SSND", bytes(8) + samples, size)
    return b"FORM" + struct.pack(">I", len(content) + 4) + (b"AIFC" if kind else b"AIFF") + content


def pcm(count, bits=16, valid=None, order="little"):
    """A walk at random, `count` values; unsigned with 8 bits, where the order is little."""
    value, container, out = 0, (bits + 7) // 8, bytearray()
    most = (1 << ((valid or bits) - 1)) - 1
    for _ in range(count):
        value = max(-most, min(most, value + RANDOM.randint(-300, 300)))
        stored = (value << (8 * container - (valid or bits))) + (128 if bits == 8 and order == "little" else 0)
        out += (stored & ((1 << (8 * container)) - 1)).to_bytes(container, order)
    return bytes(out)


STEREO = pcm(40000)
SAME, REFUSED = "flac's bytes", "refused, as by flac"


def cases():
    """Name, file and what must become of it: SAME, REFUSED, or the samples that flac would not take."""
    masks = {1: (0, 4, 1), 2: (0, 3), 3: (7,), 4: (0x33, 0x603), 5: (0x37, 0x607), 6: (0x3F, 0x60F), 7: (0x70F,), 8: (0x63F,)}
    for channels, some in masks.items():
        for mask in some:
            yield f"{channels} channels, mask {mask:#x}", riff(form(channels, mask=mask), chunk(b"data", pcm(3000 * channels))), SAME
    for bits, valid in ((16, 12), (24, 20), (32, 24), (32, 20), (32, 16), (24, 24), (32, 32), (8, 8)):
        data = chunk(b"data", pcm(8000, bits, valid))
        yield f"{valid} bits in {bits}", riff(form(bits=bits, valid=valid, mask=3), data), SAME
    for bits in (8, 24, 32):
        yield f"{bits} bits, not extensible", riff(form(bits=bits), chunk(b"data", pcm(8000, bits))), SAME
    for count in (1, 15, 16, 17, 4095, 4096, 4097):
        yield f"{count} samples", riff(form(), chunk(b"data", STEREO[:4 * count])), SAME
    for rate in (1, 7, 655350):
        yield f"{rate} Hz", riff(form(rate=rate), chunk(b"data", STEREO)), SAME
    odd = pcm(4999, 8)
    text = chunk(b"LIST", b"INFOINAM\4\0\0\0abc\0")
    yield "an odd data chunk", riff(form(1, bits=8), chunk(b"data", odd), text), SAME
    yield "an odd data chunk without its padding", riff(form(1, bits=8), chunk(b"data", odd))[:-1], SAME
    yield "chunks around", riff(chunk(b"JUNK", b"abc"), form(), text, chunk(b"data", STEREO), text), SAME
    yield "a format of 18 bytes", riff(chunk(b"fmt ", form()[8:] + b"\0\0"), chunk(b"data", STEREO)), SAME
    yield "half of what is announced", riff(form(), chunk(b"data", STEREO, 2 * len(STEREO))), SAME
    yield "a minute announced", riff(form(), chunk(b"data", STEREO, 60 * 176400)), SAME
    yield "an hour announced", riff(form(), chunk(b"data", STEREO, 3600 * 176400)), SAME
    yield "more than announced", riff(form(), chunk(b"data", STEREO, len(STEREO) // 2)), SAME
    yield "RF64", rf64(STEREO), SAME
    yield "RF64 with a size of its own", rf64(STEREO, len(STEREO)), SAME
    yield "Wave64", wave64((b"fmt ", form()[8:]), (b"data", STEREO)), SAME
    for bits in (8, 12, 16, 20, 24, 32):
        yield f"AIFF, {bits} bits", aiff(2, bits, 4000, pcm(8000, bits, order="big")), SAME
    yield "AIFC sowt", aiff(2, 16, 20000, STEREO, b"sowt"), SAME
    yield "AIFF, half", aiff(2, 16, 40000, STEREO, size=2 * len(STEREO) + 8), SAME

    yield "no rate", riff(form(rate=0), chunk(b"data", STEREO)), REFUSED
    yield "no channels", riff(form(0), chunk(b"data", STEREO)), REFUSED
    yield "9 channels", riff(form(9), chunk(b"data", STEREO)), REFUSED
    yield "700000 Hz", riff(form(rate=700000), chunk(b"data", STEREO)), REFUSED
    yield "65537 Hz", riff(form(rate=65537), chunk(b"data", STEREO)), REFUSED
    yield "blocks of 3 bytes", riff(form(block=3), chunk(b"data", STEREO)), REFUSED
    yield "12 bits, not extensible", riff(form(bits=12), chunk(b"data", STEREO)), REFUSED
    yield "14 bits", riff(form(valid=14), chunk(b"data", pcm(8000, 16, 14))), REFUSED
    yield "bits that should not be set", riff(form(valid=12), chunk(b"data", STEREO)), REFUSED
    yield "a short format", riff(chunk(b"fmt ", form()[8:22]), chunk(b"data", STEREO)), REFUSED
    yield "no data", riff(form()), REFUSED
    yield "no format", riff(chunk(b"data", STEREO)), REFUSED
    yield "a head cut off", riff(form())[:30], REFUSED
    yield "nothing", b"", REFUSED

    yield "data size 0", riff(form(), chunk(b"data", STEREO, 0)), STEREO
    yield "data size all ones", riff(form(), chunk(b"data", STEREO, 0xFFFFFFFF)), STEREO
    yield "no samples", riff(form(), chunk(b"data", b"")), b""
    yield "an end within a sample", riff(form(), chunk(b"data", STEREO + b"\1\2")), STEREO
    yield "4 channels, not extensible", riff(form(4), chunk(b"data", STEREO)), STEREO
    yield "3 channels of nowhere", riff(form(3, mask=0), chunk(b"data", STEREO[:30000])), STEREO[:30000]
    yield "2 channels, 1 speaker", riff(form(2, mask=1), chunk(b"data", STEREO)), STEREO
    yield "4 channels of their own", riff(form(4, mask=0x107), chunk(b"data", STEREO)), STEREO
    yield "samples before the format", riff(chunk(b"data", STEREO), form()), STEREO


class Heads:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.folder, self.tally = mpienc, folder, tally

    def look(self, name, content, wanted):
        source, ours, theirs = (self.folder / x for x in ("in.wav", "ours.flac", "theirs.flac"))
        source.write_bytes(content)
        ours.unlink(missing_ok=True)
        done = self.mpienc.run([source, ours, "-q", "--no-journal"])
        if wanted == REFUSED:
            self.tally.check(done.status == 3 and len(done.own_lines()) == 1 and not ours.exists(), f"{name}: {REFUSED}", done.tail())
        elif not self.tally.check(done.status == 0 and ours.exists(), f"{name}: runs", done.tail()):
            return
        if wanted in (SAME, REFUSED):
            told = subprocess.run(["flac", "-5", "-f", "-s", "-o", theirs, source], capture_output=True, text=True)
            self.tally.check((told.returncode == 0) == (wanted == SAME), f"{name}: flac thinks so, too", told.stderr)
            if wanted == SAME and told.returncode == 0:
                same = ours.read_bytes() == theirs.read_bytes()
                self.tally.check(same, f"{name}: {SAME}", "" if same else first_difference(theirs, ours))
            return
        decoded = subprocess.run(["flac", "-d", "-c", "-s", "--force-raw-format", "--endian=little", "--sign=signed", ours],
                                 capture_output=True)
        self.tally.check(decoded.returncode == 0 and decoded.stdout == wanted, f"{name}: all samples",
                         f"{len(decoded.stdout)} of {len(wanted)} bytes, {decoded.stderr.decode(errors='replace').strip()}")


def main():
    options = program.arguments(__doc__.splitlines()[0]).parse_args()
    if not shutil.which("flac"):
        program.skip("the flac program is not installed")
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-heads-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        heads = Heads(mpienc, Path(scratch), tally)
        for case in cases():
            heads.look(*case)
    tally.finish()


if __name__ == "__main__":
    main()
