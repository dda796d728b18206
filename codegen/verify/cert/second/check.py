#!/usr/bin/env python3
"""A second checker of certificates, written after ../README.md.

check.py ELF PROOF says whether a server is accepted with its certificate, with figures, or at which address it is refused.
Without arguments it reads pairs of names from standard input, a line each, and says so of each.
"""

import sys

import elf
import heads
import x86
from machine import State
from proof import ADDRESS, NOTHING, Malformed, Proof
from state import Refused, Vector
from sums import of

STEPS = 1024


class Check:
    def __init__(self, file, certificate):
        self.proof = Proof(certificate, file)
        try:
            server = elf.read(file)
        except elf.Bad as e:
            raise Refused(0, str(e)) from e
        self.entry, self.text, self.data_addr, self.data = server
        self.at, self.decoded, self.claimed = {}, {}, bytearray(len(self.text))
        for i, n in enumerate(self.proof.nodes):
            self.at.setdefault(n.address, []).append(i)
        self.reached, self.handlers, self.edges = 0, [], []
        self.turns, self.events, self.waits = {}, (0, 0), False
        self.stack, self.steps, self.calls, self.kept = 0, 0, set(), set()

    def run(self):
        for n in self.proof.nodes:
            if not n.well_formed() or n.head and not heads.is_head(n, self.proof.input):
                raise Refused(n.address, "not well-formed")
        self.follow(self.start(self.entry, 0))
        handlers = followed = 0
        while handlers < len(self.handlers) or followed < self.reached:
            if handlers < len(self.handlers):
                self.follow(self.start(self.handlers[handlers], 13))
                handlers += 1
            else:
                self.follow(self.node(followed))
                followed += 1
        heads.demand_heads(self.proof.nodes, self.edges)
        for a in self.proof.answers:
            a.done()
        if self.reached < len(self.proof.nodes):
            raise Malformed("a node to which no way comes")

    def start(self, addr, phase):
        s = State(self, addr, [], phase)
        s.registers = [s.anything(8, ADDRESS) for _ in range(18)]
        if phase == 0:
            s.registers[4] = of(0)
        return s

    def node(self, i):
        n = self.proof.nodes[i]
        s = State(self, n.address, n.variables, n.phase)
        s.origin, s.since, s.answered = i, i, n.answered
        s.family, s.mode, s.signals = n.booted
        s.frames, s.facts, s.cells, s.bytes = list(n.frames), list(n.facts), list(n.cells), list(n.bytes)
        s.texts, s.givens, s.marks, s.first = list(n.texts), list(n.givens), list(n.marks), list(n.first)
        s.waits = list(n.waits)
        self.kept.update(heads.kept(n) if n.head else [])
        s.choices = [(list(v), rows) for v, rows in n.choices]
        s.loads = [(v, at, width, 2**64 - 1, 0, (0, 0, 0)) for v, at, width in n.loads]
        s.vectors = [Vector(v, None, ADDRESS if v is None else NOTHING) for v in n.vectors]
        s.accounts = [(n.instructions, 0), (n.calls, 0)]
        if n.zero:
            s.flags.kind, s.flags.known, s.flags.carry = 2, n.zero, ADDRESS
        s.registers = [s.anything(8, ADDRESS) if a is None else a for a in n.registers]
        for r, (low, wrap) in enumerate(zip(n.lows, n.wraps)):
            if low is not None:
                s.cuts.append((s.registers[r], 1, low, False))
            if wrap is not None:
                s.cuts.append((wrap, 4, s.registers[r], False))
        return s

    def follow(self, s):
        ways = [s]
        while ways:
            s = ways.pop()
            for t in self.next(s):
                to = t.arrive(self.at[t.addr]) if t.addr in self.at else None
                if to is None:
                    ways.append(t)
                else:
                    self.edges.append((t.since, to, t.reads, t.writes))

    def next(self, s):
        i = self.instruction(s)
        s.accounts[0] = (s.accounts[0][0], s.accounts[0][1] + 1)
        self.steps += 1
        if self.steps // STEPS > len(self.proof.nodes):
            s.refuse("too many instructions")
        s.cond = i.cond
        return s.step(i)

    def instruction(self, s):
        addr = s.addr
        if addr not in self.decoded:
            s.demand(0 <= addr < len(self.text), "execution leaves the text")
            try:
                i = x86.decode(self.text[addr : addr + 16], addr)
            except x86.Bad as e:
                s.refuse(str(e))
            s.demand(not any(self.claimed[addr : i.end]), "overlaps another instruction")
            self.claimed[addr : i.end] = b"\1" * (i.end - addr)
            self.decoded[addr] = i
        return self.decoded[addr]

    def arrived(self, s, i):
        if i > self.reached:
            raise Malformed("nodes are in another order")
        self.reached += i == self.reached

def verdict(server, certificate):
    try:
        with open(server, "rb") as f, open(certificate, "rb") as g:
            c = Check(f.read(), g.read())
        c.run()
    except Malformed:
        return "malformed"
    except Refused as e:
        return f"refused {e.addr:#x}"
    p = c.proof
    return f"accepted {p.instructions} {p.calls} {c.stack} {c.steps} {','.join(map(str, sorted(c.calls)))}"


def main(args):
    pairs = [args] if args else (line.split() for line in sys.stdin)
    for server, certificate in pairs:
        print(verdict(server, certificate), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
