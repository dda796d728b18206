; The floor of `isolation: connection`: the smallest program with the same loop. It
; takes whatever a read brings for one request, looks at nothing, and writes the same
; bytes, until the client closes. nasm -f bin -d PORT=8080
bits 64
org 0x400000

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
        mov     edi, 17                 ; SIGCHLD: the dead are not waited for
        mov     esi, action
        xor     edx, edx
        mov     r10d, 8
        mov     eax, 13                 ; rt_sigaction
        syscall

again:  mov     edi, r12d
        xor     esi, esi
        xor     edx, edx
        mov     eax, 43                 ; accept
        syscall
        mov     r13d, eax
        mov     eax, 57                 ; fork
        syscall
        test    eax, eax
        jz      child
        mov     edi, r13d
        mov     eax, 3                  ; close
        syscall
        jmp     again

child:  mov     edi, r13d
        lea     rsi, [rsp - 4096]
        mov     edx, 4096
        xor     eax, eax                ; read
        syscall
        test    eax, eax
        jle     gone
        mov     edi, r13d
        mov     esi, response
        mov     edx, response_end - response
        mov     eax, 1                  ; write
        syscall
        jmp     child
gone:   xor     edi, edi
        mov     eax, 60                 ; exit
        syscall

address:
        dw 2, PORT_BE
        dd 0x0100007f                   ; 127.0.0.1
        dq 0
action: dq 0, 0x04000002, restorer, 0   ; SIG_DFL, SA_RESTORER | SA_NOCLDWAIT
restorer:
        mov     eax, 15
        syscall
response:
        db "HTTP/1.1 200 OK", 13, 10
        db "Content-Type: text/plain; charset=utf-8", 13, 10
        db "Content-Length: 14", 13, 10, 13, 10
        db "Hello, World!", 10
response_end:
end:
