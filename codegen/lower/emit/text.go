package emit

import "encoding/binary"

// Le32 and Le64 are text as the word that it is in memory.
func Le32(s string) int64 { return int64(binary.LittleEndian.Uint32([]byte(s))) }

func Le64(s string) int64 { return int64(binary.LittleEndian.Uint64([]byte(s))) }
