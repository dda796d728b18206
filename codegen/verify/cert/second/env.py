"""The environment (../README.md, "The environment")."""

from proof import ADDRESS, NOTHING, SECRET
from state import ALL
from sums import STACK, ZERO, coefficient, const, of, plain, plus, subtract

ARGC, ELEMENT, STRING = 6, 7, 8
MOST = 6 * 2**20


class Environment:
    """Part of a state: what the kernel puts above the stack pointer at the entry."""

    @property
    def booting(self):
        return self.phase <= 3 or self.phase >= 28

    def environment(self, addr, width):
        off = plus(addr, of(STACK), -1)
        if off is None or not self.booting:
            return None
        if width == 8 and off == ZERO:
            return self.new(0, MOST // 8, made=self.trace_of_read(), result=ARGC)
        if width == 8 and self.result(off) == ELEMENT:
            self.know(self.sum(off, const(-MOST - 16)))
            out = self.new(0, 2**56, made=ADDRESS, result=STRING)
        elif width == 1:
            k = self.in_string(addr, const(1))
            if k is None:
                return None
            out = self.anything(1, max(self.made(k), self.trace_of_read()))
        else:
            return None
        self.loads.append((plain(out), off, width, ALL, 0, (0, 0, 0)))
        return out

    def trace_of_read(self):
        p = self.check.proof
        return NOTHING if p.kept == (0, 0) or self.addr in p.shown else SECRET

    def is_element(self, off):
        if len(off[1]) != 1:
            return False
        v, factor = off[1][0]
        is_a = self.variables[v][4]
        if is_a == ARGC:
            return factor == 8 and off[0] == 16
        if is_a != ELEMENT or factor != 1 or off[0] != 8:
            return False
        return any(at == of(v) and (width, both, other) == (8, ALL, 0) and self.variables[p][0] > 0 for p, at, width, both, other, _ in self.loads)

    def begins(self, start):
        """The pointer to the string that begins at the start of a range."""
        p = plus(start, of(STACK))
        v = None if p is None else plain(p)
        return v if v is not None and self.variables[v][4] == STRING else None

    def in_string(self, addr, n):
        """How far addr is from the pointer to the string in which n bytes from it may be read."""
        for start, end in self.bytes:
            v = self.begins(start)
            if v is not None and coefficient(addr, v) == 1 and self.booting:
                off, k = self.sum(addr, of(STACK), -1), self.sum(addr, of(v), -1)
                return k if self.at_most(start, off) and self.at_most(self.sum(off, n), end) else None
        return None

    def strings(self):
        for v, x in enumerate(self.variables):
            start = plus(of(v), of(STACK), -1)
            if x[4] == STRING and x[0] > 0 and all(lo != start for lo, _ in self.bytes):
                self.bytes.append((start, self.sum(start, const(1))))
        for i, (start, end) in enumerate(self.bytes):
            if self.begins(start) is None:
                continue
            for v, at, width, both, other, _ in self.loads:
                after = self.sum(at, const(1))
                whole = (width, both, other) == (1, ALL, 0) and self.variables[v][1] < 256
                if whole and end == after and self.at_most(const(1), of(v)):
                    self.bytes[i] = (start, self.sum(after, const(1)))
                    break

    def clean(self, a):
        return all(v < 2 or self.variables[v][4] in (1, 9, 10) for v, _ in a[1])

    def forget_environment(self):
        for r, a in enumerate(self.registers):
            if not self.clean(a):
                self.registers[r] = self.anything(8, ADDRESS)
        self.vectors = [v if v.known else type(v)(made=ADDRESS) for v in self.vectors]
        for off, to in self.frames:
            if to == 0:
                self.mark((off, off + 8), ADDRESS)
        rest = self.fixed()
        for off, width, a in self.cells:
            if self.clean(a):
                rest = subtract(rest, (off, off + width))
        for (at, terms), text in self.texts:
            if not terms:
                rest = subtract(rest, (at, at + len(text)))
        self.cells = [c for c in self.cells if self.clean(c[2])]
        self.first = self.fixed()
        for w in subtract(rest, self.check.proof.kept):
            self.first = subtract(self.first, w)
