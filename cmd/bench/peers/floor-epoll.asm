; The floor of one process for many clients: epoll, level-triggered, and the smallest loop
; over it. It takes whatever a read brings for one request, looks at nothing, and writes the
; same bytes. nasm -f bin -d PORT=8080, and
;
;   -d CLOSE  one request a connection: it closes behind the answer
;   -d EAGER  and it reads right behind accept4: a client that has sent already costs no
;             epoll_ctl and no event
;   -d DEFER  and it accepts nobody who has sent nothing, for a second
;   -d REQUEST=n  as many responses in one write as a read has brought requests of n bytes,
;             the last of which may be a part
;
; The sockets block; each read and write says for itself that it does not wait.
bits 64
org 0x400000

%define PORT_BE (((PORT & 0xff) << 8) | (PORT >> 8))
%define DONTWAIT 0x40                   ; MSG_DONTWAIT
%define NOSIGNAL 0x4000                 ; MSG_NOSIGNAL
%define EVENTS 128                      ; that one wait brings
%define EVENT 12                        ; bytes of struct epoll_event: it is packed
%define ACCEPTS 64                      ; in a turn at most

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
        mov     esi, 0x801              ; SOCK_STREAM | SOCK_NONBLOCK
        xor     edx, edx
        mov     eax, 41                 ; socket
        syscall
        mov     r12d, eax
        mov     edi, eax
        mov     esi, address
        mov     edx, 16
        mov     eax, 49                 ; bind
        syscall
%ifdef DEFER
        mov     edi, r12d
        mov     esi, 6                  ; IPPROTO_TCP
        mov     edx, 9                  ; TCP_DEFER_ACCEPT
        mov     r10d, second
        mov     r8d, 4
        mov     eax, 54                 ; setsockopt
        syscall
%endif
        mov     edi, r12d
        mov     esi, 511
        mov     eax, 50                 ; listen
        syscall
        xor     edi, edi
        mov     eax, 291                ; epoll_create1
        syscall
        mov     ebp, eax
        sub     rsp, 4096 + EVENTS * EVENT
        mov     r13d, r12d
        call    watch

; One turn: what is ready.
turn:   mov     edi, ebp
        lea     rsi, [rsp + 4096]
        mov     edx, EVENTS
        or      r10, -1                 ; as long as it takes
        mov     eax, 232                ; epoll_wait
        syscall
        test    eax, eax
        jle     turn
        lea     rbx, [rsp + 4096]       ; the event
        lea     eax, [rax + rax * 2]
        lea     r14, [rbx + rax * 4]    ; behind the last one
event:  mov     r13d, [rbx + 4]         ; its descriptor
        cmp     r13d, r12d
        je      clients
        call    answer
next:   add     rbx, EVENT
        cmp     rbx, r14
        jb      event
        jmp     turn

clients:
        mov     r15d, ACCEPTS
client: mov     edi, r12d
        xor     esi, esi
        xor     edx, edx
        xor     r10d, r10d
        mov     eax, 288                ; accept4
        syscall
        test    eax, eax
        js      next
        mov     r13d, eax
%ifdef EAGER
        call    answer
        cmp     eax, -11                ; EAGAIN: nothing was there yet
        jne     accepted
%endif
        call    watch
accepted:
        dec     r15d
        jnz     client
        jmp     next

; in: r13 a client; out: eax -EAGAIN where nothing was there
answer: mov     edi, r13d
        lea     rsi, [rsp + 8]
        mov     edx, 4096
        mov     r10d, DONTWAIT
        xor     r8d, r8d
        xor     r9d, r9d
        mov     eax, 45                 ; recvfrom
        syscall
        cmp     eax, -11
        je      later
        test    eax, eax
        jle     gone
%ifdef REQUEST
        add     eax, REQUEST - 1
        xor     edx, edx
        mov     ecx, REQUEST
        div     ecx
        imul    edx, eax, response_end - response
%else
        mov     edx, response_end - response
%endif
        mov     edi, r13d
        mov     esi, response
        mov     r10d, DONTWAIT | NOSIGNAL
        xor     r8d, r8d
        xor     r9d, r9d
        mov     eax, 44                 ; sendto
        syscall
%ifndef CLOSE
        ret
%endif
gone:   mov     edi, r13d
        mov     eax, 3                  ; close
        syscall
later:  ret

; in: r13 the descriptor
watch:  push    0
        push    0
        mov     dword [rsp], 1          ; EPOLLIN
        mov     [rsp + 4], r13d
        mov     edi, ebp
        mov     esi, 1                  ; EPOLL_CTL_ADD
        mov     edx, r13d
        mov     r10, rsp                ; struct epoll_event
        mov     eax, 233                ; epoll_ctl
        syscall
        add     rsp, 16
        ret

address:
        dw 2, PORT_BE
        dd 0x0100007f                   ; 127.0.0.1
        dq 0
second: dd 1
%macro answers 0
        db "HTTP/1.1 200 OK", 13, 10
        db "Content-Type: text/plain; charset=utf-8", 13, 10
        db "Content-Length: 14", 13, 10
%ifdef CLOSE
        db "Connection: close", 13, 10
%endif
        db 13, 10
        db "Hello, World!", 10
%endmacro
response:
        answers
response_end:
%ifdef REQUEST
%rep 4096 / REQUEST                     ; as many as a read can bring
        answers
%endrep
%endif
end:
