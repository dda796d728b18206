"""Certificates as a file has them (../README.md, "The file" to "Answers")."""

import hashlib
import zlib

NOTHING, SECRET, ADDRESS = range(3)  # what something may tell of
NONE = 2**63 - 1  # the bound that is none; -NONE likewise


class Malformed(Exception):
    """Not a certificate of this server."""


class Stream:
    """Numbers that follow each other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def uint(self, most=2**64 - 1):
        x, start = 0, self.at
        while True:
            if self.at == len(self.data) or self.at - start == 10:
                raise Malformed("a number does not end")
            b = self.data[self.at]
            x |= (b & 127) << 7 * (self.at - start)
            self.at += 1
            if b < 128:
                break
        if b == 0 and self.at - start > 1 or x > most:
            raise Malformed("a number is too long or too large")
        return x

    def int(self, moved=0):
        u = (self.uint() + moved) % 2**64
        return -1 - (u >> 1) if u & 1 else u >> 1

    def more(self, than):
        """A number said by how much it is more than another one, modulo 2^64."""
        return (than + self.int() + 2**63) % 2**64 - 2**63

    def ascending(self):
        last = 0

        def number():
            nonlocal last
            last = self.more(last)
            return last

        return self.list(number)

    def flag(self):
        return self.uint(1) == 1

    def count(self):
        n = self.uint()
        if n > len(self.data) - self.at:
            raise Malformed("a list is longer than what is left")
        return n

    def list(self, one):
        return [one() for _ in range(self.count())]

    def bytes(self, n=None):
        n = self.count() if n is None else n
        if n > len(self.data) - self.at:
            raise Malformed("bytes are missing")
        self.at += n
        return self.data[self.at - n : self.at]

    def done(self):
        if self.at < len(self.data):
            raise Malformed("something is left")

    # What certificates are made of.

    def sum(self):
        c = self.int()
        return (c, tuple(self.list(lambda: (self.uint(2**32 - 1), self.int()))))

    def span(self):
        return (self.int(), self.int())

    def maybe(self, one):
        return one() if self.flag() else None

    def premises(self):
        return self.list(lambda: (self.uint(2**31 - 1), self.int()))


class Node:
    """Fields in the order of the file."""

    def __init__(self, s, tables):
        var = lambda: s.uint(2**32 - 1)
        self.address = s.uint()
        self.phase = s.uint(255)
        self.frames = s.list(lambda: (s.int(), s.uint()))
        self.variables = s.list(
            lambda: (s.int(2**64 - 3), s.int(2**64 - 2), s.uint(), s.uint(), s.uint(255), s.uint(255), s.flag())
        )
        self.facts = s.list(s.sum)
        self.registers, self.lows, self.wraps = ([s.maybe(s.sum) for _ in range(n)] for n in (18, 16, 16))
        self.vectors = [s.maybe(lambda: s.bytes(16)) for _ in range(16)]
        self.cells = s.list(lambda: (s.int(), s.uint(255), s.sum()))
        self.texts = s.list(lambda: (s.sum(), s.bytes()))
        self.loads = s.list(lambda: (var(), s.sum(), s.uint(255)))
        self.choices = s.list(lambda: (s.list(var), tables[s.uint(len(tables) - 1)]))
        self.bytes = s.list(lambda: (s.sum(), s.sum()))
        self.marks = s.list(lambda: (s.span(), s.uint(255)))
        self.first = s.list(s.span)
        self.booted = (s.int(), s.uint(255), s.flag())  # family, mode, signals
        self.answered = s.flag()
        self.head = s.flag()
        self.waits = s.list(s.span)
        self.instructions = s.sum()
        self.calls = s.sum()
        self.givens = s.list(lambda: (var(), s.uint(255), s.span(), var(), s.ascending()))
        self.zero = s.uint(255)

    def well_formed(self):
        variables = 2 + len(self.variables)
        own = lambda v: 2 <= v < variables
        sums = self.facts + [x for x in self.registers + self.lows + self.wraps if x] + [self.instructions, self.calls]
        sums += [c[2] for c in self.cells] + [t[0] for t in self.texts] + [l[1] for l in self.loads]
        sums += [x for pair in self.bytes for x in pair]
        chosen = [v for vs, _ in self.choices for v in vs]
        return (
            self.phase <= 30
            and self.booted[1] <= 2
            and self.zero <= 2
            and len(self.frames) <= 32
            and all(v[4] <= 17 and v[5] <= ADDRESS for v in self.variables)
            and all(made <= ADDRESS for _, made in self.marks)
            and all(is_sum(x, variables) for x in sums)
            and all(own(v) for v in chosen)
            and len(set(chosen)) == len(chosen)
            and all(len(row) == len(vs) for vs, table in self.choices for row in table)
            and all(a < b for _, table in self.choices for a, b in zip(table, table[1:]))
            and all(own(v) and 1 <= w <= 8 for v, _, w in self.loads)
            and all(own(v) and bit < 128 and (w == 0 or own(w)) and values == sorted(values) for v, bit, _, w, values in self.givens)
            and all(c[1] in (1, 2, 4, 8) for c in self.cells)
        )


def is_sum(x, variables):
    """A sum of so many variables, in order."""
    vs = [v for v, _ in x[1]]
    return all(k for _, k in x[1]) and all(v < variables for v in vs) and all(a < b for a, b in zip(vs, vs[1:]))


def table(s):
    """Rows, each said by what it is more than the one in front of it."""
    rows = []

    def row():
        front = iter(rows[-1] if rows else [])
        rows.append(s.list(lambda: s.more(next(front, 0))))

    row()
    s.list(row)
    return rows


class Proof:
    """What is in a file, of a server."""

    def __init__(self, file, elf):
        if file[:7] != b"vbproof" or len(file) < 44 or file[7] != 1:
            raise Malformed("no certificate of this version")
        if file[8:40] != hashlib.sha256(elf).digest():
            raise Malformed("of another server")
        size = int.from_bytes(file[40:44], "little")
        if size > 32 * (len(file) + len(elf)):
            raise Malformed("too large")
        inflate = zlib.decompressobj(-15)
        try:
            content = inflate.decompress(file[44:], size + 1)
        except zlib.error as e:
            raise Malformed(str(e)) from e
        if len(content) != size or not inflate.eof or inflate.unused_data:
            raise Malformed("the content has another size")
        s = Stream(content)
        self.instructions, self.calls, self.input, self.kept, self.shown = s.int(), s.int(), s.span(), s.span(), s.list(s.uint)
        self.ages, self.counts = s.span(), s.span()
        tables = [[]] + s.list(lambda: table(s))
        self.nodes = s.list(lambda: Node(s, tables))
        self.answers = [Stream(s.bytes()) for _ in range(len(self.nodes) + 1)]
        s.done()
