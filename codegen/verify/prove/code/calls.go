package code

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// ArgumentRegisters hold the arguments of a system call, in their order (System V ABI,
// AMD64 supplement, A.2.1).
var ArgumentRegisters = [...]isa.Reg{isa.RDI, isa.RSI, isa.RDX, isa.R10, isa.R8, isa.R9}

// ArgumentCounts says how many arguments the calls have that a server makes (their manual
// pages; Linux, kernel/fork.c for fork). What is in the other registers is of no account.
var ArgumentCounts = map[int64]int{
	SysRead: 3, SysWrite: 3, SysClose: 1, SysPoll: 3, SysSigaction: 4, SysSocket: 3, SysAccept: 3,
	SysSendto: 6, SysRecvfrom: 6, SysBind: 3, SysConnect: 3, SysListen: 2, SysSetsockopt: 5, SysFork: 0, SysExit: 1, SysUmask: 1, SysWait4: 4,
	SysAccept4: 4, SysEpollCreate1: 1, SysEpollCtl: 4, SysEpollPwait: 6, SysSignalfd4: 4,
	SysPeername: 3, SysPwritev2: 6, SysClone: 5, SysAffinity: 3, SysPipe2: 2,
	SysClockGettime: 2, SysGetpid: 0, SysFcntl: 3, SysSigprocmask: 4, SysPpoll: 5,
}

// System calls by number (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
const (
	SysRead       = 0
	SysWrite      = 1
	SysClose      = 3
	SysPoll       = 7
	SysSigaction  = 13
	SysSocket     = 41
	SysConnect    = 42
	SysAccept     = 43
	SysSendto     = 44
	SysRecvfrom   = 45
	SysBind       = 49
	SysListen     = 50
	SysSetsockopt = 54
	SysFork       = 57
	SysExit       = 60
	SysWait4      = 61
	SysUmask      = 95
	SysGetpid     = 39
	SysPpoll      = 271
	SysFcntl      = 72
	SysEpollCtl   = 233
	SysEpollPwait = 281
	SysAccept4    = 288
	SysPeername   = 52
	SysPwritev2   = 328

	SysSigprocmask  = 14
	SysClockGettime = 228
	SysEpollCreate1 = 291
	SysSignalfd4    = 289

	SysClone    = 56
	SysAffinity = 204
	SysPipe2    = 293
)

// MaxErrno bounds what a system call that fails returns: -4095 to -1 (Linux,
// include/linux/err.h).
const MaxErrno = 4095
