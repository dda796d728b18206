"""The ELF files of servers: each field has one value (System V gABI), but for sizes, entry, note and symbols."""

import struct

IDENT = b"\x7fELF\x02\x01\x01" + bytes(9)
PAGE = 4096


class Bad(Exception):
    """No server's file."""


def demand(holds, what):
    if not holds:
        raise Bad(what)


def read(file):
    """Entry, text, and the data with its address."""
    demand(len(file) >= 64 + 3 * 56 and file[:16] == IDENT, "e_ident")
    kind, machine, version, entry, phoff, shoff, flags, ehsize, phentsize, phnum, shentsize, shnum, shstrndx = struct.unpack_from(
        "<HHIQQQIHHHHHH", file, 16
    )
    demand((kind, machine, version, phoff, flags, ehsize, phentsize) == (3, 62, 1, 64, 0, 64, 56) and phnum in (3, 4), "header")
    start = 64 + 56 * phnum
    demand(len(file) >= start, "program headers")
    programs = [struct.unpack_from("<IIQQQQQQ", file, 64 + 56 * i) for i in range(phnum)]
    text, data = programs[0][5], programs[1][5]
    at = programs[1][2]
    demand(programs[0] == (1, 5, 0, 0, 0, text, text, PAGE) and start < text <= 256 << 10 and text <= len(file), "text")
    demand(start <= entry < text, "entry")
    demand(programs[1] == (1, 4, at, at + PAGE, at + PAGE, data, data, PAGE) and 1 <= data <= 2**31, "data")
    demand(text <= at <= 2**31 and at + data <= len(file) and at + PAGE + data <= 2**31, "where the data is")
    demand(programs[2] == (0x6474E551, 6, 0, 0, 0, 0, 0, 16), "stack")
    if phnum == 4:
        off, size = -(-(at + data) // 4) * 4, programs[3][5]
        demand(programs[3] == (4, 4, off, 0, 0, size, 0, 4) and 1 <= size <= 16 << 10 and size % 4 == 0 and off + size <= len(file), "note")
    if shoff == 0:
        demand((shentsize, shnum, shstrndx) == (0, 0, 0), "section headers")
    else:
        demand((shentsize, shnum, shstrndx) == (64, 3 + phnum, 5) and shoff + 64 * shnum <= len(file), "section headers")
        kinds = [struct.unpack_from("<I", file, shoff + 64 * i + 4)[0] for i in range(shnum)]
        demand(kinds == [0, 1, 1, 2, 3, 3, 7][:shnum], "section types")
    return entry, file[:text], at + PAGE, file[at : at + data]
