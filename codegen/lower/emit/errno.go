package emit

// errno values of read(2) and write(2) on x86-64.
const (
	Eintr  = 4
	Eagain = 11
)
