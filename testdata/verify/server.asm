; The smallest server that keeps every rule: it answers each client with a fixed head
; and the first line that the client sent. The other files here break it, one way each.

        section .text

_start:
        sub     rsp, 4136               ; 40 bytes of variables, 4096 of buffer
        xor     edx, edx
        mov     esi, 1                  ; SOCK_STREAM
        mov     edi, 2                  ; AF_INET
        mov     eax, 41                 ; socket
        syscall
        test    eax, eax
        js      failed
        mov     r12d, eax               ; the listener
        lea     r10, [rel on]
        mov     r8d, 4
        mov     edx, 2                  ; SO_REUSEADDR
        mov     esi, 1                  ; SOL_SOCKET
        mov     edi, r12d
        mov     eax, 54                 ; setsockopt
        syscall
        test    eax, eax
        js      failed
        mov     edx, 16
        lea     rsi, [rel address]
        mov     edi, r12d
        mov     eax, 49                 ; bind
        syscall
        test    eax, eax
        js      failed
        mov     esi, 128
        mov     edi, r12d
        mov     eax, 50                 ; listen
        syscall
        test    eax, eax
        js      failed
        xor     eax, eax
        mov     [rsp + 24], rax         ; sa_mask
        mov     [rsp + 16], rax         ; sa_restorer
        mov     qword [rsp + 8], 0x4000000
        lea     rax, [rel finish]
        mov     [rsp], rax              ; sa_handler
        mov     r10d, 8
        xor     edx, edx
        mov     rsi, rsp
        mov     edi, 15                 ; SIGTERM
        mov     eax, 13                 ; rt_sigaction
        syscall

accept_loop:
        xor     edx, edx
        xor     esi, esi
        mov     edi, r12d
        mov     eax, 43                 ; accept
        syscall
        test    eax, eax
        js      accept_loop
        mov     r13d, eax               ; the client
        mov     eax, 57                 ; fork
        syscall
        test    eax, eax
        je      child

close_client:
        mov     edi, r13d
        mov     eax, 3                  ; close
        syscall
        jmp     accept_loop

child:
        mov     edi, r12d
        mov     eax, 3                  ; close
        syscall
        lea     rbp, [rsp + 40]         ; the buffer

receive:
        mov     edx, 4096
        mov     rsi, rbp
        mov     edi, r13d
        xor     eax, eax                ; read
        syscall
        test    eax, eax
        jle     finish
        mov     r14d, eax               ; its end
        xor     ebx, ebx

; the first line's end
scan:
        cmp     ebx, r14d
        jae     finish
        movzx   eax, byte [rbp + rbx]
        inc     ebx
        cmp     al, 10
        jne     scan

answer:
        lea     rsi, [rel head]
        mov     edx, 19
        call    send
        mov     rsi, rbp
        mov     edx, ebx
        call    send

finish:
        xor     edi, edi
        jmp     exit
failed:
        mov     edi, 1
exit:
        mov     eax, 60                 ; exit
        syscall

; in: rsi bytes; edx how many
send:
        mov     edi, r13d
send_rest:
        mov     eax, 1                  ; write
        syscall
        test    rax, rax
        jle     finish
        sub     rdx, rax
        je      sent
        add     rsi, rax                ; a short write
        jmp     send_rest
sent:
        ret

        section .data

on:      dd 1
address: db 2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0
head:    db "HTTP/1.0 200 OK", 13, 10, 13, 10
