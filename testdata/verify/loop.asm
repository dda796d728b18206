; The smallest server that serves many connections in one process, and keeps every rule: it
; waits with epoll, and answers whatever a client sends with the same bytes.

        section .text

; variables, from rsp on: 0 sigaction and struct epoll_event; 32 listener, 36 epoll's set,
; 40 the next event's number, 44 how many there are; 64 events; 832 buffer
_start:
        sub     rsp, 4928
        xor     edx, edx
        mov     esi, 2049               ; SOCK_STREAM and SOCK_NONBLOCK
        mov     edi, 2                  ; AF_INET
        mov     eax, 41                 ; socket
        syscall
        test    eax, eax
        js      failed
        mov     [rsp + 32], eax
        mov     edx, 16
        lea     rsi, [rel address]
        mov     edi, [rsp + 32]
        mov     eax, 49                 ; bind
        syscall
        test    eax, eax
        js      failed
        mov     esi, 128
        mov     edi, [rsp + 32]
        mov     eax, 50                 ; listen
        syscall
        test    eax, eax
        js      failed
        xor     eax, eax
        mov     [rsp + 24], rax         ; sa_mask
        mov     [rsp + 16], rax         ; sa_restorer
        mov     qword [rsp + 8], 0x4000000
        lea     rax, [rel stop]
        mov     [rsp], rax              ; sa_handler
        mov     r10d, 8
        xor     edx, edx
        mov     rsi, rsp
        mov     edi, 15                 ; SIGTERM
        mov     eax, 13                 ; rt_sigaction
        syscall
        mov     r10d, 8
        xor     edx, edx
        lea     rsi, [rel blocked]
        xor     edi, edi                ; SIG_BLOCK
        mov     eax, 14                 ; rt_sigprocmask
        syscall
        xor     edi, edi
        mov     eax, 291                ; epoll_create1
        syscall
        test    eax, eax
        js      failed
        mov     [rsp + 36], eax
        lea     r10, [rel listening]
        mov     edx, [rsp + 32]
        mov     esi, 1                  ; EPOLL_CTL_ADD
        mov     edi, [rsp + 36]
        mov     eax, 233                ; epoll_ctl
        syscall
        test    eax, eax
        jne     failed

wait:
        mov     r9d, 8
        lea     r8, [rel free]
        mov     r10d, 60000             ; milliseconds
        mov     edx, 64
        lea     rsi, [rsp + 64]
        mov     edi, [rsp + 36]
        mov     eax, 281                ; epoll_pwait
        syscall
        test    eax, eax
        jle     wait
        mov     [rsp + 44], eax
        xor     eax, eax
        mov     [rsp + 40], eax

pick:
        mov     eax, [rsp + 40]
        cmp     eax, [rsp + 44]
        jae     wait
        lea     rcx, [rsp + rax*8 + 64]
        mov     r13d, [rcx + rax*4 + 4] ; its data: a client, or -1
        inc     eax
        mov     [rsp + 40], eax
        test    r13d, r13d
        js      clients

receive:
        xor     r8d, r8d
        mov     r10d, 64                ; MSG_DONTWAIT
        mov     edx, 4096
        lea     rsi, [rsp + 832]
        mov     edi, r13d
        mov     eax, 45                 ; recvfrom
        syscall
        cmp     rax, -11                ; EAGAIN
        je      pick
        test    eax, eax
        jle     finish
answer:
        xor     r8d, r8d
        mov     r10d, 16448             ; MSG_DONTWAIT and MSG_NOSIGNAL
        mov     edx, 38
        lea     rsi, [rel response]
        mov     edi, r13d
        mov     eax, 44                 ; sendto
        syscall
        cmp     eax, 38
        je      pick

; what could not be sent, or read, ends the connection
finish:
        mov     edi, r13d
        mov     eax, 3                  ; close
        syscall
        jmp     pick

stop:
        xor     edi, edi
        jmp     exit
failed:
        mov     edi, 1
exit:
        mov     eax, 60                 ; exit
        syscall

clients:
        mov     r14d, 64
next_client:
        dec     r14d
        je      pick
        xor     r10d, r10d
        xor     edx, edx
        xor     esi, esi
        mov     edi, [rsp + 32]
        mov     eax, 288                ; accept4
        syscall
        test    eax, eax
        js      pick
        mov     r13d, eax
        xor     eax, eax
        mov     [rsp + 8], eax
        mov     dword [rsp], 1          ; EPOLLIN
        mov     [rsp + 4], r13d
        mov     r10, rsp
        mov     edx, r13d
        mov     esi, 1                  ; EPOLL_CTL_ADD
        mov     edi, [rsp + 36]
        mov     eax, 233                ; epoll_ctl
        syscall
        test    eax, eax
        je      next_client
        mov     edi, r13d
        mov     eax, 3                  ; close
        syscall
        jmp     pick

        section .data

blocked:   dq 0x4000
free:      dq 0
listening: dd 1, 0xffffffff, 0
address:   db 2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0
response:  db "HTTP/1.1 200 OK", 13, 10, "Content-Length: 0", 13, 10, 13, 10
