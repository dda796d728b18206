; An experiment: the floor of a loop that forks ahead of accept. CHILDREN processes wait
; in accept, each takes one connection, and the parent only puts another in its place, so
; that fork is off the request's path. Two system calls more: wait4, and prctl, without
; which the children outlive a killed parent and keep the port. nasm -f bin -d PORT=8080
bits 64
org 0x400000

%define CHILDREN 32

%define PORT_BE (((PORT & 0xff) << 8) | (PORT >> 8))

        db 0x7f, "ELF", 2, 1, 1, 0
        times 8 db 0
        dw 2, 62
        dd 1
        dq start, load - $$, 0
        dd 0
        dw 64, 56, 1, 64, 0, 0
load:   dd 1, 5                         ; one segment, read and execute
        dq 0, $$, $$, end - $$, end - $$, 4096

start:  mov     edi, 2                  ; AF_INET
        mov     esi, 1                  ; SOCK_STREAM
        xor     edx, edx
        mov     eax, 41                 ; socket
        syscall
        mov     r12d, eax
        mov     edi, eax
        mov     esi, address
        mov     edx, 16
        mov     eax, 49                 ; bind
        syscall
        mov     edi, r12d
        mov     esi, 511
        mov     eax, 50                 ; listen
        syscall
        mov     ebx, CHILDREN
more:   mov     eax, 57                 ; fork
        syscall
        test    eax, eax
        jz      child
        dec     ebx
        jnz     more
again:  mov     edi, -1
        xor     esi, esi
        xor     edx, edx
        xor     r10d, r10d
        mov     eax, 61                 ; wait4: one child has answered
        syscall
        inc     ebx
        jmp     more

child:  mov     edi, 1                  ; PR_SET_PDEATHSIG
        mov     esi, 9                  ; SIGKILL
        mov     eax, 157                ; prctl
        syscall
        mov     edi, r12d
        xor     esi, esi
        xor     edx, edx
        mov     eax, 43                 ; accept
        syscall
        mov     r13d, eax
        mov     edi, r13d
        lea     rsi, [rsp - 4096]
        mov     edx, 4096
        xor     eax, eax                ; read
        syscall
        mov     edi, r13d
        mov     esi, response
        mov     edx, response_end - response
        mov     eax, 1                  ; write
        syscall
        xor     edi, edi
        mov     eax, 60                 ; exit
        syscall

address:
        dw 2, PORT_BE
        dd 0x0100007f                   ; 127.0.0.1
        dq 0
response:
        db "HTTP/1.1 200 OK", 13, 10
        db "Content-Type: text/plain; charset=utf-8", 13, 10
        db "Content-Length: 14", 13, 10
        db "Connection: close", 13, 10, 13, 10
        db "Hello, World!", 10
response_end:
end:
