package listing

import "fmt"

// syscallNames are the system calls that small programs and servers make, by number:
// Linux, arch/x86/entry/syscalls/syscall_64.tbl.
var syscallNames = map[int64]string{
	0: "read", 1: "write", 2: "open", 3: "close", 4: "stat", 5: "fstat", 7: "poll", 8: "lseek",
	9: "mmap", 10: "mprotect", 11: "munmap", 12: "brk", 13: "rt_sigaction", 14: "rt_sigprocmask",
	15: "rt_sigreturn", 16: "ioctl", 17: "pread64", 18: "pwrite64", 19: "readv", 20: "writev",
	22: "pipe", 23: "select", 24: "sched_yield", 28: "madvise", 32: "dup", 33: "dup2", 34: "pause",
	35: "nanosleep", 37: "alarm", 39: "getpid", 40: "sendfile", 41: "socket", 42: "connect",
	43: "accept", 44: "sendto", 45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 48: "shutdown",
	49: "bind", 50: "listen", 51: "getsockname", 52: "getpeername", 53: "socketpair",
	54: "setsockopt", 55: "getsockopt", 56: "clone", 57: "fork", 58: "vfork", 59: "execve",
	60: "exit", 61: "wait4", 62: "kill", 63: "uname", 72: "fcntl", 79: "getcwd", 80: "chdir",
	87: "unlink", 96: "gettimeofday", 101: "ptrace", 102: "getuid", 105: "setuid", 106: "setgid",
	110: "getppid", 157: "prctl", 158: "arch_prctl", 161: "chroot", 186: "gettid",
	201: "time", 202: "futex", 213: "epoll_create", 217: "getdents64", 228: "clock_gettime",
	230: "clock_nanosleep", 231: "exit_group", 232: "epoll_wait", 233: "epoll_ctl", 257: "openat",
	262: "newfstatat", 271: "ppoll", 281: "epoll_pwait", 284: "eventfd", 288: "accept4", 289: "signalfd4", 290: "eventfd2",
	291: "epoll_create1", 292: "dup3", 293: "pipe2", 302: "prlimit64", 317: "seccomp",
	318: "getrandom", 322: "execveat", 328: "pwritev2", 332: "statx", 334: "rseq", 425: "io_uring_setup",
	426: "io_uring_enter", 427: "io_uring_register", 435: "clone3", 436: "close_range",
}

// syscallName names a system call by its number.
func syscallName(number int64) string {
	if name, ok := syscallNames[number]; ok {
		return name
	}
	return fmt.Sprintf("system call %d", number)
}
