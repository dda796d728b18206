package x64

import (
	"encoding/binary"

	"github.com/twitchyliquid64/golang-asm/objabi"
)

// object turns the assembled chain into an Object: jumps and calls are final, what
// refers to symbols becomes a Ref.
func (c *chain) object(p *Program) *Object {
	o := &Object{
		Text:   c.sym.P,
		Lines:  make([]Line, len(p.Items)),
		Labels: make(map[string]int, len(c.labels)),
		Data:   p.Data,
	}
	end := len(o.Text)
	for i := len(p.Items) - 1; i >= 0; i-- {
		off := int(c.progs[c.starts[i]].Pc)
		o.Lines[i] = Line{Item: p.Items[i], Off: off, Len: end - off}
		end = off
	}
	for name, n := range c.labels {
		o.Labels[name] = int(c.progs[n].Pc)
	}
	c.patch(o)
	return o
}

// patch writes the displacements that are known now, those of calls and of the jumps
// that were forced to their long form, and collects the Refs.
func (c *chain) patch(o *Object) {
	for _, r := range c.sym.R {
		if r.Type == objabi.R_CALL {
			o.displace(int(r.Off), r.Sym.Name)
			continue
		}
		o.Refs = append(o.Refs, Ref{Off: int(r.Off), Sym: r.Sym.Name, Add: r.Add})
	}
	for i := range c.long {
		line := o.Lines[i]
		o.displace(line.Off+line.Len-4, string(line.Item.(Inst).Dst.(Target)))
	}
}

// displace writes the distance from the end of a field of four bytes to a label.
func (o *Object) displace(field int, label string) {
	binary.LittleEndian.PutUint32(o.Text[field:], uint32(o.Labels[label]-(field+4)))
}
