"""Clips made with ffmpeg, for what real ones are too rare or too large for."""

import subprocess

MOTION = "testsrc2=s={size}:r={rate}:d={seconds},noise=alls=12:allf=t:all_seed=7"


def ffmpeg(*arguments):
    """Runs ffmpeg; raises RuntimeError with its words when it fails."""
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def motion(size="352x288", rate="25", seconds=6):
    return MOTION.format(size=size, rate=rate, seconds=seconds)


def tone(seconds):
    return f"sine=f=440:r=48000:d={seconds}"


MPEG2 = ["-c:v", "mpeg2video", "-threads", "1", "-g", "12", "-bf", "2", "-b:v", "3M", "-maxrate", "8M",
         "-bufsize", "1835k"]
AC3 = ["-c:a", "ac3", "-b:a", "192k", "-ac", "2", "-ar", "48000"]


def dvd_vob(path, seconds, video=None, audio=None, more=()):
    """A PAL title: MPEG-2 with B-frames and open GOPs, AC-3, in a DVD's program stream."""
    ffmpeg("-f", "lavfi", "-i", video or motion(seconds=seconds), "-f", "lavfi", "-i",
           audio or tone(seconds), *MPEG2, *AC3, *more, "-f", "dvd", path)
    return path


def flash_and_beep(path, seconds, form, offset=0.48):
    """A white flash of two frames and a beep of 80 ms at `offset` in every second."""
    first = round(offset * 25)
    video = (f"color=c=0x101010:s=352x288:r=25:d={seconds},noise=alls=20:allf=t:all_seed=3,"
             f"drawbox=x=0:y=0:w=iw:h=ih:c=white:t=fill:enable='between(mod(n,25),{first},{first + 1})'")
    audio = (f"aevalsrc='0.7*sin(2*PI*1000*t)*between(mod(t,1),{offset},{offset + 0.08})'"
             f":s=48000:d={seconds}")
    if form == "vob":
        return dvd_vob(path, seconds, video, audio)
    ffmpeg("-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio, "-c:v", "libx264", "-c:a", "aac",
           path)
    return path
