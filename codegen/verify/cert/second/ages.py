"""What a process remembers of its clients (../README.md, "Ages and counts")."""

from memory import Memory
from state import CLIENT
from sums import ZERO, const, of, plus

AGED, SIBLING = 11, 12


class Ages(Memory):
    @property
    def heard(self):
        return 18 <= self.phase <= 22

    def entry(self, table, off, size):
        """The variable of which a place is the entry in a table, or None."""
        d = plus(off, const(-table[0]))
        if d is None or table == (0, 0) or d[0] or len(d[1]) != 1 or d[1][0][1] != size:
            return None
        v = d[1][0][0]
        if self.variables[v][0] < 0 or not self.at_most(of(v), const((table[1] - table[0]) // size - 1)):
            return None
        return v

    def is_own(self, table, off, size):
        v = self.entry(table, off, size)
        return v is not None and self.variables[v][4] == CLIENT

    def is_entry(self, off, width):
        if width == 1 and 14 <= self.phase <= 27:
            return self.entry(self.check.proof.ages, off, 1) is not None
        own = width == 4 and (self.heard or self.phase == 12 and self.mode == 1)
        return own and self.is_own(self.check.proof.counts, off, 4)

    def demand_entries(self, off, n, at, a):
        def due(table, size, right):
            if at[0] >= table[1] or at[1] <= table[0] or self.booting and a == ZERO:
                return True
            return right and n == const(size) and self.is_own(table, off, size)

        in_loop = 14 <= self.phase <= 22 or self.phase in (26, 27)
        age = a is not None and in_loop and not a[1] and (a == ZERO or not self.heard)
        ages, counts = self.check.proof.ages, self.check.proof.counts
        self.demand(due(ages, 1, age) and due(counts, 4, a is not None), "over what is remembered")
        if self.phase == 26 and at[0] < counts[1] and counts[0] < at[1]:
            self.phase = 16

    def aged(self):
        if self.phase not in (14, 23, 27):
            return
        becomes = AGED if self.phase == 23 else CLIENT
        for v, at, width, both, other, _ in list(self.loads):
            if (width, both, other) != (1, 2**64 - 1, 0) or self.variables[v][0] < 1:
                continue
            w = self.entry(self.check.proof.ages, at, 1)
            if w is not None and self.variables[w][4] == 0:
                self.closed(becomes)
                self.closed(SIBLING)
                self.change(w, result=becomes)

    def differ(self):
        a, b = self.result(self.flags.a), self.result(self.flags.b)
        if self.flags.width == 4 and {a, b} == {AGED, CLIENT}:
            for v, x in enumerate(self.variables):
                if x[4] == AGED:
                    self.change(v, result=SIBLING)
