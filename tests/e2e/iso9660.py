"""Just enough ISO 9660 to take files out of a disc image."""

import struct

SECTOR = 2048


def _directory(image, sector, size):
    """(name, sector, bytes, is a directory) of every entry."""
    image.seek(sector * SECTOR)
    data, at = image.read(size), 0
    while at < size:
        length = data[at]
        if length == 0:
            at = (at // SECTOR + 1) * SECTOR
            continue
        record = data[at:at + length]
        start, = struct.unpack_from("<I", record, 2)
        extent, = struct.unpack_from("<I", record, 10)
        name = record[33:33 + record[32]]
        if name not in (b"\0", b"\1"):
            yield name.decode("latin-1").split(";")[0], start, extent, bool(record[25] & 2)
        at += length


def extract(path, folder, wanted, into):
    """Copies the files of `folder` for whose names wanted() holds; their paths, sorted by name."""
    copies = []
    with open(path, "rb") as image:
        image.seek(16 * SECTOR)
        volume = image.read(SECTOR)
        if volume[1:6] != b"CD001":
            raise ValueError(f"{path}: no ISO 9660 volume")
        root = volume[156:190]
        entries = _directory(image, struct.unpack_from("<I", root, 2)[0],
                             struct.unpack_from("<I", root, 10)[0])
        place = next((e for e in entries if e[3] and e[0] == folder), None)
        if place is None:
            raise ValueError(f"{path}: no folder {folder}")
        for name, sector, size, is_folder in list(_directory(image, place[1], place[2])):
            if is_folder or not wanted(name):
                continue
            image.seek(sector * SECTOR)
            copy = into / name
            with open(copy, "wb") as out:
                while size > 0:
                    block = image.read(min(size, 1 << 20))
                    if not block:
                        raise ValueError(f"{path}: ends inside {name}")
                    out.write(block)
                    size -= len(block)
            copies.append(copy)
    return sorted(copies)
