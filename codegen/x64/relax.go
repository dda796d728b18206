package x64

import (
	"errors"

	"github.com/twitchyliquid64/golang-asm/obj/x86"
)

// shortJump is the length of a jump with an 8-bit displacement.
const shortJump = 2

// spanLoops is what golang-asm says when it gives up.
const spanLoops = "span must be looping"

// encode assembles a checked program with its jumps as short as they can be.
//
// golang-asm starts with every jump short and assembles the whole again for as long as
// some do not reach, up to 20 times; then it gives up. A jump that grows can push
// another out of reach, and where such pushes follow each other through more than 20
// jumps, encode goes on: the jumps found long so far are written out by hand, and
// golang-asm finds the rest. Jumps never shrink again, so that this ends.
func encode(p *Program, chosen []*form) (*chain, error) {
	long := map[int]bool{}
	for {
		c, err := encodeOnce(p, chosen, long)
		var d diagnosis
		if err == nil || !errors.As(err, &d) || d.text != spanLoops {
			return c, err
		}
		known := len(long)
		c.collectLong(chosen)
		if len(long) == known {
			panic("BUG: golang-asm loops though no jump grew")
		}
	}
}

// collectLong notes the jumps that golang-asm had made long when it gave up.
func (c *chain) collectLong(chosen []*form) {
	for i, f := range chosen {
		if f != nil && f.slots == branch && c.progs[c.starts[i]].Isize > shortJump {
			c.long[i] = true
		}
	}
}

// fillLong makes a jump out of its opcode and four empty bytes, which patch fills:
// E9 for JMP, 0F 80+cc for Jcc (SDM volume 2).
func (c *chain) fillLong(i int, op Op) {
	p := c.progs[c.starts[i]:]
	if op == JMP {
		p[0].As, p[0].From = x86.ABYTE, constant(0xe9)
	} else {
		p[0].As, p[0].From = x86.AWORD, constant(0x800f+int64(op-JO)<<8)
	}
	p[1].As, p[1].From = x86.ALONG, constant(0)
}
