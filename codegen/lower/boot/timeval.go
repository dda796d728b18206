package boot

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/plan"
)

// Timeval is struct timeval: seconds and microseconds.
func Timeval(t plan.Timeval) []byte {
	b := binary.LittleEndian.AppendUint64(nil, t.Sec)
	return binary.LittleEndian.AppendUint64(b, t.Usec)
}
