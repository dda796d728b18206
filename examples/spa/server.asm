; server.asm: routes.yaml as assembly, for x86-64 Linux.

;     nasm -f bin server.asm -o server && chmod +x server

; gives the 17742 bytes of the server, the same as its compiler wrote.

        bits    64
        default rel                             ; data is addressed relative to rip: the kernel chooses where it lies

        PAGE    equ 0x1000

; ---- ELF header ------------------------------------------------------------
        section .text
elf_header:
        db      0x7f, "ELF"                     ; e_ident: magic
        db      2, 1, 1, 0                      ; 64 bits, little-endian, version 1, System V ABI
        times   8 db 0                          ; padding
        dw      3                               ; e_type: a shared object, so a program that runs at any address
        dw      62                              ; e_machine: x86-64
        dd      1                               ; e_version
        dq      _start                          ; e_entry
        dq      program_headers - elf_header    ; e_phoff
        dq      0                               ; e_shoff: no section headers
        dd      0                               ; e_flags
        dw      64                              ; e_ehsize
        dw      56                              ; e_phentsize
        dw      3                               ; e_phnum
        dw      0                               ; e_shentsize
        dw      0                               ; e_shnum
        dw      0                               ; e_shstrndx

; ---- program headers -------------------------------------------------------
program_headers:
; the headers and the code: read, execute
        dd      1                               ; p_type: PT_LOAD
        dd      5                               ; p_flags: R-X
        dq      0                               ; p_offset
        dq      0                               ; p_vaddr
        dq      0                               ; p_paddr
        dq      text_end - elf_header           ; p_filesz
        dq      text_end - elf_header           ; p_memsz
        dq      PAGE                            ; p_align

; the data: read. Its address is one page behind its offset, so that the page of
; the file in which text and data meet is mapped twice, once for each.
        dd      1                               ; p_type: PT_LOAD
        dd      4                               ; p_flags: R--
        dq      data_offset                     ; p_offset
        dq      data                            ; p_vaddr
        dq      data                            ; p_paddr
        dq      data_end - data                 ; p_filesz
        dq      data_end - data                 ; p_memsz
        dq      PAGE                            ; p_align

; the stack, the only memory to write to: read, write, not execute
        dd      0x6474e551                      ; p_type: PT_GNU_STACK
        dd      6                               ; p_flags: RW-
        dq      0                               ; p_offset
        dq      0                               ; p_vaddr
        dq      0                               ; p_paddr
        dq      0                               ; p_filesz
        dq      0                               ; p_memsz
        dq      16                              ; p_align

; ---- start: from exec to the first accept, once ----------------------------

; in: rsp argc, argv, envp (System V ABI, process initialization)
; out: r12 listener; r15 class table, base of the data; rbp request buffer; xmm2 to xmm7 as vectors sets them
; ends: with status 1 and a message where a call fails
_start:
        lea     r15, [rel classes]              ; the constants' base, for the life of the process
        pxor    xmm3, xmm3                      ; zeros
        mov     eax, 0x1f1f1f1f                 ; the last control character
        movd    xmm2, eax
        punpckldq xmm2, xmm2                    ; twice,
        punpcklqdq xmm2, xmm2                   ; and four times
        mov     eax, 0x20202020                 ; what tells lower case from upper case
        movd    xmm4, eax
        punpckldq xmm4, xmm4                    ; twice,
        punpcklqdq xmm4, xmm4                   ; and four times
        mov     eax, 0x61616161                 ; the first letter
        movd    xmm5, eax
        punpckldq xmm5, xmm5                    ; twice,
        punpcklqdq xmm5, xmm5                   ; and four times
        mov     eax, 0x19191919                 ; how many follow it
        movd    xmm6, eax
        punpckldq xmm6, xmm6                    ; twice,
        punpcklqdq xmm6, xmm6                   ; and four times
        mov     eax, 0x2d2d2d2d                 ; the hyphen of field names
        movd    xmm7, eax
        punpckldq xmm7, xmm7                    ; twice,
        punpcklqdq xmm7, xmm7                   ; and four times
        sub     rsp, 32928                      ; variables and buffers: all the memory that is ever written
        lea     rbp, [rsp + 112]                ; the request buffer
        mov     rcx, [rsp + 32928]              ; argc
        lea     r11, [rsp + rcx*8 + 32944]      ; envp: behind argv and its null pointer
        lea     rdi, [rel port_name]
next_variable:
        mov     r9, [r11]                       ; a variable: NAME=value
        add     r11, 8
        test    r9, r9                          ; a null pointer ends them
        je      port_unset
        xor     ecx, ecx
variable_name:
        movzx   eax, byte [r9 + rcx]
        cmp     al, [rdi + rcx]
        jne     next_variable
        inc     ecx
        cmp     ecx, 5
        jb      variable_name
        add     r9, rcx                         ; its value
        xor     r13d, r13d
        xor     ecx, ecx
port_digit:
        movzx   eax, byte [r9 + rcx]
        sub     eax, 48
        cmp     eax, 9
        ja      port_end
        lea     r13d, [r13 + r13*4]             ; times five
        lea     r13d, [rax + r13*2]             ; times two, and the digit
        inc     ecx
        cmp     ecx, 6                          ; more digits than a port has
        jb      port_digit
        jmp     port_invalid
port_end:
        cmp     eax, -48                        ; the NUL behind the value
        jne     port_invalid
        test    ecx, ecx                        ; an empty value
        je      port_unset
        mov     [rbp - 12], ecx
        lea     eax, [r13 - 1]                  ; 0 would be the largest number
        cmp     eax, 65535
        jb      port_known
port_invalid:
        mov     edi, 2                          ; standard error
        lea     rsi, [rel port_invalid_text]
        mov     edx, 37
        call    tell
        dec     edi                             ; status 1, one less than standard error
        jmp     exit
port_unset:
        lea     r9, [rel port_default]
        mov     dword [rbp - 12], 4
        mov     r13d, 8080
port_known:
        xor     ebx, ebx                        ; offset in call_names of the call that is being made
        xor     edx, edx                        ; the family's only protocol
        lea     esi, [rdx + 1]                  ; SOCK_STREAM
        lea     edi, [rdx + 2]                  ; AF_INET
        mov     eax, 41                         ; socket
        syscall
        call    check
        mov     r12d, eax                       ; the listener
        add     ebx, 9                          ; the name of the next call, for boot_failed
        lea     r14, [rel options]              ; level, name, length, distance of the value
set_option:
        movzx   r10d, byte [r14 + 3]
        add     r10, r14                        ; the value
        movzx   r8d, byte [r14 + 2]             ; its length
        movzx   edx, byte [r14 + 1]             ; name
        movzx   esi, byte [r14]                 ; level
        mov     edi, r12d
        mov     eax, 54                         ; setsockopt
        syscall
        call    check
        add     r14, 4
        cmp     byte [r14], 0                   ; level 0 ends the table
        jne     set_option
        add     ebx, 13                         ; the name of the next call, for boot_failed
        mov     edx, 16                         ; the address's length
        movdqu  xmm0, [rel address]             ; struct sockaddr, its port still 0
        movdqu  [rbp], xmm0
        mov     eax, r13d                       ; the port
        bswap   eax                             ; in network order it is the upper half
        shr     eax, 16
        mov     [rbp + 2], ax                   ; sin_port
        mov     rsi, rbp
        mov     edi, r12d
        mov     eax, 49                         ; bind
        syscall
        call    check
        add     ebx, 7                          ; the name of the next call, for boot_failed
        mov     esi, 128                        ; backlog: connections that may wait
        mov     edi, r12d
        mov     eax, 50                         ; listen
        syscall
        call    check
        add     ebx, 9                          ; the name of the next call, for boot_failed
        xor     eax, eax
        mov     [rbp + 24], rax                 ; sa_mask: none
        mov     [rbp + 16], rax                 ; sa_restorer: x86-64 wants one, but stop never returns to it
        mov     qword [rbp + 8], 0x44000002     ; sa_flags: SA_NOCLDWAIT, children need no wait; SA_RESTORER; SA_NODEFER, so that a second signal comes through
        inc     eax
        mov     [rbp], rax                      ; sa_handler: SIG_IGN
        mov     edi, 17                         ; SIGCHLD: no zombies
        call    set_action
        mov     dil, 13                         ; SIGPIPE: a write to a client that is gone is an error, no death
        call    set_action
        lea     rax, [rel stop]                 ; wait for the children
        mov     [rbp], rax                      ; sa_handler: stop
        mov     dil, 15                         ; SIGTERM: kill, or a container's stop
        call    set_action
        mov     dil, 3                          ; SIGQUIT: what some stop a web server with
        call    set_action
        mov     dil, 2                          ; SIGINT: Ctrl-C
        call    set_action
        dec     edi                             ; standard output, one less than SIGINT
        lea     rsi, [rel banner]
        mov     edx, 24
        call    tell_port

; ---- accept: the parent's whole life ---------------------------------------

; in: r12 listener
; The parent never reads a client's byte.
accept_loop:
        xor     edx, edx                        ; the client's address is not wanted,
        xor     esi, esi                        ; nor its length
        mov     edi, r12d
        mov     eax, 43                         ; accept
        syscall
        test    eax, eax
        js      accept_failed
        mov     r13d, eax                       ; the client
        mov     eax, 57                         ; fork
        syscall
        test    eax, eax
        je      handle_request                  ; the child
        js      busy                            ; no process to be had

; in: r13 client
; The child has its own descriptor; without this they leak.
close_client:
        mov     edi, r13d
        mov     eax, 3                          ; close
        syscall
        jmp     accept_loop

; in: eax -errno; edx, esi 0, unless a client's address is wanted
; ends: in accept_loop
accept_failed:
        neg     eax                             ; errno
        mov     ecx, 0x1801200                  ; ENOMEM, ENFILE, EMFILE and ENOBUFS, modulo 32:
        bt      ecx, eax                        ; a client is there, and cannot be taken
        jae     accept_loop
        mov     dl, 100                         ; milliseconds, for what is missing to be there again: no descriptors
        mov     eax, 7                          ; poll
        syscall
        jmp     accept_loop

; in: r13 client
; fork failed: 503, if the socket takes it at once, and the next client.
busy:
        lea     rbx, [rel response_503]
        call    compose
        mov     edi, r13d
        call    tell
        jmp     close_client

; ---- the child: one connection ---------------------------------------------

; One empty line before a request is skipped (RFC 9112, 2.2).
empty_line:
        bts     r9d, 8                          ; the second one is an error
        jb      bad_request_way_1
        lea     r8d, [r10 + 2]
        jmp     request_line
bad_request_way_1:
        jmp     bad_request

; in: r12 listener; r13 client
; out: r8, r14 empty buffer
handle_request:
        mov     edi, r12d                       ; the listener first: a restart must be able to bind while this child works
        mov     eax, 3                          ; close
        syscall
        xor     r8d, r8d                        ; the cursor
        xor     r14d, r14d                      ; nothing read
        mov     [rbp - 16], r14d                ; nothing to write
        mov     dword [rbp - 20], 1000          ; requests that may come

; in: r8 cursor, at the start of a request; r14 end of what was read
request:
        mov     [rbp - 12], r8d
        mov     dword [rbp - 40], 0x20c040      ; reads that may be made for it
        xor     ebx, ebx                        ; no response is chosen
        xor     r9d, r9d                        ; nothing is known of the request
        xor     r12d, r12d                      ; the clock does not run
        xor     eax, eax
        mov     [rbp - 28], eax                 ; no entity-tag is named,
        movdqu  [rbp - 56], xmm3                ; no coding,
        movdqu  [rbp - 72], xmm3                ; and no range: slotFirst too
        movdqu  [rbp - 112], xmm3               ; nor what is accepted

; ---- request line: method, target, version ---------------------------------
request_line:
        call    next_line                       ; r10: its end
        cmp     r10d, r8d
        je      empty_line
        lea     ecx, [r8 + 4]                   ; where GET's target starts
        xor     r11d, r11d                      ; the first column: GET and HEAD
        cmp     dword [rbp + r8], 0x20544547
        jne     other_method

; in: ecx start of the target; r10 end of the line
; out: rsi, rdi start and end of the path; rbx the response to OPTIONS *, or 0
target:
        cmp     byte [rbp + rcx], 47            ; origin-form
        jne     other_form
path:
        mov     esi, ecx                        ; the path's start
        inc     ecx
        mov     dl, 2                           ; a path's?
        call    span                            ; al, ecx: the byte behind the path
        mov     edi, ecx                        ; the path's end, unless it has an escape
        cmp     al, 37
        je      escape
path_end:
        cmp     al, 63
        jne     version
        inc     ecx                             ; behind it the query
        mov     dl, 4                           ; a query's?
        call    span                            ; al, ecx: the byte behind the query

; in: al byte behind the target, ecx its offset; r10 end of the line
; keeps: rbx rsi rdi r11
version:
        cmp     al, 32
        jne     bad_request
        lea     eax, [rcx + 9]                  ; a space and eight bytes are what is left
        cmp     eax, r10d
        jne     bad_request
        mov     rax, 0x312e312f50545448
        xor     rax, [rbp + rcx + 1]            ; zero where it is HTTP/1.1
        jne     other_version
version_known:
        test    rbx, rbx
        jne     next_field                      ; OPTIONS * has its response already

; ---- route: which response -------------------------------------------------

; in: rsi, rdi start and end of the path; r11 column
; out: rbx response
match_route:
        mov     ecx, edi
        sub     ecx, esi                        ; the path's length
        cmp     ecx, 16                         ; by length
        jb      tree_1
        ja      tree_2
        mov     rax, 0x3863362e7070612f         ; "/app.6c8" [routes.yaml:8:10]
        cmp     [rbp + rsi], rax
        jne     not_found
        mov     rax, 0x736a2e3031373135         ; "51710.js"
        cmp     [rbp + rsi + 8], rax
        jne     not_found
route_app_6c851710_js:
        lea     rbx, [rel methods_route_app_6c851710_js] ; /app.6c851710.js
matched_way_2:
        jmp     matched
tree_2:
        cmp     ecx, 27                         ; by length
        jb      tree_3
        ja      not_found
        mov     rax, 0x612d656c7070612f         ; "/apple-a" [routes.yaml:7:5]
        cmp     [rbp + rsi], rax
        jne     not_found
        mov     rax, 0x2d657469732d7070         ; "pp-site-"
        cmp     [rbp + rsi + 8], rax
        jne     not_found
        mov     rax, 0x746169636f737361         ; "associat"
        cmp     [rbp + rsi + 16], rax
        jne     not_found
        mov     rax, 0x6e6f69746169636f         ; "ociation"
        cmp     [rbp + rsi + 19], rax
        jne     not_found
route_apple_app_site_association:
        lea     rbx, [rel methods_route_apple_app_site_association] ; /apple-app-site-association
matched_way_3:
        jmp     matched_way_2
tree_3:
        cmp     ecx, 19                         ; by length
        jne     not_found
        mov     rax, 0x662e656c7974732f         ; "/style.f" [routes.yaml:8:10]
        cmp     [rbp + rsi], rax
        jne     not_found
        mov     rax, 0x2e30386461376361         ; "ac7ad80."
        cmp     [rbp + rsi + 8], rax
        jne     not_found
        mov     rax, 0x7373632e30386461         ; "ad80.css"
        cmp     [rbp + rsi + 11], rax
        jne     not_found
route_style_fac7ad80_css:
        lea     rbx, [rel methods_route_style_fac7ad80_css] ; /style.fac7ad80.css
        jmp     matched_way_3
tree_1:
        cmp     ecx, 10                         ; by length
        jb      tree_4
        ja      tree_5
        mov     rax, 0x6f6f722f6970612f         ; "/api/roo" [routes.yaml:10:5]
        cmp     [rbp + rsi], rax
        jne     not_found
        mov     rax, 0x736d6f6f722f6970         ; "pi/rooms"
        cmp     [rbp + rsi + 2], rax
        jne     not_found
route_api_rooms:
        lea     rbx, [rel methods_route_api_rooms] ; /api/rooms
        jmp     matched
tree_5:
        cmp     ecx, 11                         ; by length
        jne     not_found
        mov     rax, 0x682e7865646e692f         ; "/index.h" [routes.yaml:8:10]
        cmp     [rbp + rsi], rax
        jne     not_found
        mov     rax, 0x6c6d74682e786564         ; "dex.html"
        cmp     [rbp + rsi + 3], rax
        jne     not_found
route_index_html:
        lea     rbx, [rel methods_route_index_html] ; /index.html
        jmp     matched
tree_4:
        cmp     ecx, 1                          ; by length
        jne     not_found
route_root:
        lea     rbx, [rel methods_route_root]   ; /

; in: rbx route; r11 column
; out: rbx response
matched:
        mov     eax, [rbx + r11*4]              ; the method's response
        lea     rbx, [r15 + rax]

; ---- fields: Host, framing, Expect -----------------------------------------

; in: r10 end of the line before
; keeps: rbx response
next_field:
        lea     r8d, [r10 + 2]                  ; behind its CRLF
        call    next_line                       ; r10: its end
        cmp     r10d, r8d                       ; an empty line ends the head
        je      head_end
        mov     ecx, r8d
        mov     dl, 1                           ; a token's?
        call    plain_span                      ; al, ecx: the byte behind the name
        cmp     al, 58                          ; no whitespace before it (RFC 9112, 5.1), and no folded line (5.2)
        jne     bad_request_way_4
        mov     edx, ecx
        sub     edx, r8d                        ; the name's length
        je      bad_request_way_4
        mov     eax, [rbp + r8]
        add     eax, edx                        ; its first byte and its length, modulo 32, whatever the letter's case,
        mov     edi, 0xc338a0                   ; have a bit for each name that is known
        bt      edi, eax
        jae     next_field
        test    r9b, 128                        ; a trailer field is no header field (RFC 9110, 6.5.1)
        jne     next_field
        cmp     edx, 4
        je      maybe_host                      ; Host
        cmp     edx, 14
        je      maybe_content_length            ; Content-Length
        cmp     edx, 17
        je      maybe_transfer_encoding         ; Transfer-Encoding
        cmp     edx, 6
        je      maybe_expect                    ; Expect
        cmp     edx, 10
        je      maybe_connection                ; Connection
        cmp     edx, 5
        je      maybe_range                     ; Range
        cmp     edx, 8
        je      maybe_if_match                  ; If-Match
        cmp     edx, 13
        je      maybe_if_none_match             ; If-None-Match
        cmp     edx, 15
        jne     next_field_way_5                ; a name that only looks alike modulo 32
        jmp     maybe_accept_encoding           ; Accept-Encoding
bad_request_way_4:
        jmp     bad_request

; in: r8 name, of edx bytes; eax its first four bytes, plus edx; ecx colon; r10 end of the line
maybe_host:
        or      eax, 0x20202020                 ; in every request: compared at once,
        cmp     eax, 0x74736f6c                 ; with its length, 4, in the first byte
        jne     next_field_way_5
        call    field_value                     ; ecx, edx: its start and end
        bts     r9d, 0                          ; Host is there
        jb      bad_request_way_4               ; twice
        mov     edi, edx
        call    check_host
        cmp     ecx, edi                        ; and nothing behind it
        jne     bad_request_way_4
next_field_way_5:
        jmp     next_field

; in: r10 the empty line's end; rbx response
; out: r8 behind the head
head_end:
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     framing
        jmp     choose_variant
framing:
        lea     r8d, [r10 + 2]
        mov     eax, r9d
        and     eax, 15
        cmp     al, 1                           ; HTTP/1.1 with its Host, and no body
        jne     frame

; ---- respond: the chosen response, in as few writes as it takes ------------

; in: rbx response; r8 behind the request
respond:
        test    r9b, 64
        jne     respond_final
        dec     dword [rbp - 20]
        je      respond_last
        test    r9d, 0x380202                   ; persistent, as HTTP/1.1 is by itself, and as it is stored
        jne     gather_closing
        mov     eax, r14d
        sub     eax, r8d                        ; nothing is pipelined
        or      eax, [rbp - 16]                 ; and nothing waits:
        jne     gather
        movsx   edx, word [rbx]                 ; its header block
        lea     rsi, [rbx + 20]
        test    r9b, 32                         ; HEAD: the header block alone
        je      send_joined
        call    send
        jmp     sent
send_joined:
        mov     edx, [rbx + 2]                  ; else the content behind it too
        call    send
        movsx   edx, word [rbx]                 ; its header block
        cmp     edx, [rbx + 2]                  ; or the content is stored apart,
        jne     sent
        mov     edx, [rbx + 10]
        test    edx, edx                        ; if there is any
        je      sent
        mov     esi, [rbx + 6]
        add     rsi, r15
        call    send
sent:

; in: r8 behind the request; r14 end of what was read
next_request:
        cmp     r8d, r14d
        jne     request_way_6                   ; pipelined
        xor     r8d, r8d
        xor     r14d, r14d
request_way_6:
        jmp     request

; Ends the child.
finish:
exit_0:
        xor     edi, edi

; in: edi status
exit:
        mov     eax, 60                         ; exit
        syscall                                 ; closes what is open

; in: r9, r14 the request, as far as it was read
; A head that ends with its line is all that the client sent, unless a body was announced.
drain_or_finish:
        test    r9b, 12
        jne     drain
        cmp     r14d, 16384                     ; a full buffer: there may be more
        je      drain
        test    r14d, r14d
        je      drain
        cmp     byte [rbp + r14 - 1], 10
        je      finish

; Reads and forgets, within the time that is left, or the head's, and a number of reads.
drain:
        or      r9d, 64
        test    r12d, r12d                      ; the clock of what was answered runs on, if it runs
        jne     drain_more
        rdtsc
        lea     r12d, [rdx + 5]
drain_more:
        call    refill                          ; leaves for finish where the client closes, or at a limit
        jmp     drain_more

; in: rsi bytes; edx how many, not 0
; out: all are written; or leaves for finish
; clobbers: rax rcx rdx rsi rdi r11
send:
        mov     edi, r13d
send_rest:
        mov     eax, 1                          ; write
        syscall
        test    rax, rax
        jle     send_failed
        sub     edx, eax
        je      send_end
        add     rsi, rax                        ; a short write
        cmp     eax, 4096                       ; in SO_SNDTIMEO's time: is it worth waiting?
        jb      finish
        jmp     send_rest
send_end:
        ret
send_failed:
        cmp     eax, -4                         ; EINTR: stopped and continued
        je      send_rest
        jmp     finish                          ; the client is gone, or does not read

; ---- line: up to CRLF ------------------------------------------------------

; in: r8 its start; xmm2, xmm3 as vectors sets them
; out: r10 its CR, with LF behind it; or leaves for bad_request at a bare CR or LF, NUL or
;      another control character but a tab (RFC 9112, 2.2; RFC 9110, 5.5)
; clobbers: rax rcx, and rdx rsi rdi r11 where more must be read
next_line:
        mov     ecx, r8d
line_scan:
        cmp     ecx, r14d                       ; what lies behind is of an earlier request
        jae     line_more
        movdqu  xmm0, [rbp + rcx]               ; 16 bytes at a time:
        psubusb xmm0, xmm2                      ; a control character is less than 0x20,
        pcmpeqb xmm0, xmm3                      ; so that nothing is left of it
        pmovmskb eax, xmm0
        add     ecx, 16
        test    eax, eax
        je      line_scan
        bsf     eax, eax                        ; the first one
        lea     r10d, [rcx + rax - 16]
        cmp     word [rbp + r10], 2573
        jne     line_control
        ret
line_control:
        cmp     r10d, r14d                      ; a zero behind what was read
        jae     line_more
        lea     ecx, [r10 + 1]
        cmp     byte [rbp + rcx - 1], 9         ; the only one that is allowed
        je      line_scan
        cmp     byte [rbp + rcx - 1], 13        ; a CR must be the last byte read: its LF is not here yet
        jne     bad_request_way_7
        cmp     ecx, r14d
        jae     line_read
bad_request_way_7:
        jmp     bad_request
line_more:
        mov     r10d, r14d                      ; all of it is scanned
line_read:
        call    read_more
        mov     ecx, r10d                       ; where the scan goes on
        jmp     line_scan

; As span, for classes that have letters and hyphens in them: 16 of these at a time.
plain_span:
        movdqu  xmm0, [rbp + rcx]
        movdqa  xmm1, xmm0
        por     xmm0, xmm4                      ; letters in lower case:
        psubb   xmm0, xmm5                      ; a is 0
        psubusb xmm0, xmm6                      ; up to z, nothing is left
        pcmpeqb xmm1, xmm7                      ; nor, where it is a hyphen,
        pandn   xmm1, xmm0                      ; of anything
        pcmpeqb xmm1, xmm3
        pmovmskb eax, xmm1                      ; a bit for each such byte
        not     eax
        bsf     eax, eax                        ; the first that is none; at most 16
        add     ecx, eax

; in: ecx offset; r10 end of the line; dl class
; out: al, ecx the first byte that is not of the class: the CR at the latest
; keeps: all but rax, rcx, xmm0, xmm1
span:
        movzx   eax, byte [rbp + rcx]
        test    [r15 + rax], dl
        je      span_end
        inc     ecx
        cmp     ecx, r10d
        jbe     span
        jmp     bad_request_way_7
span_end:
        ret

; ---- read: more of the request, within its limits of size and time ---------

; Empties the buffer and reads: a body's bytes are not kept.
; out: r8 cursor, at the new bytes
; clobbers: rax rcx rdx rsi rdi r11
refill:
        xor     r8d, r8d
        xor     r14d, r14d
        mov     [rbp - 12], r14d

; in: r14 end of what was read
; out: r14 at least one byte further; or leaves where the client, the buffer, the time or the reads are at their end
; keeps: rbx r8 r9 r10 r12 r13 (r8, r10, r14 move with the bytes)
; clobbers: rax rcx rdx rsi rdi r11
read_more:
        call    flush
        mov     ecx, [rbp - 12]
        test    ecx, ecx
        je      room_made
        lea     rsi, [rbp + rcx]
        mov     rdi, rbp
        sub     r8d, ecx
        sub     r10d, ecx
        sub     r14d, ecx
        xor     ecx, ecx
        mov     [rbp - 12], ecx
        mov     ecx, r14d
        rep movsb                               ; forwards, so that an overlap is no harm
room_made:
        mov     eax, r14d
        or      eax, r12d                       ; no byte yet, and no clock: nothing is measured
        je      read
        rdtsc                                   ; the coarse clock: edx counts units of 2^32 ticks, no system call
        test    r12d, r12d
        jne     clock_runs
        lea     r12d, [rdx + 5]                 ; the head's deadline
clock_runs:
        cmp     edx, r12d
        ja      timed_out                       ; a client that drips
read:
        mov     edx, 16384
        sub     edx, r14d                       ; room in the buffer
        je      head_too_large
        lea     rsi, [rbp + r14]
        mov     edi, r13d
        xor     eax, eax                        ; read
        syscall
        test    eax, eax
        jle     read_failed
        dec     dword [rbp - 40]
        je      finish_way_8                    ; never, but where input is drained: each brings a byte
        add     r14d, eax
        movdqu  [rbp + r14], xmm3               ; zeros behind: 16 bytes may be looked at anywhere in the buffer
        ret

; in: eax 0 or -errno
read_failed:
        cmp     eax, -11                        ; EAGAIN: SO_RCVTIMEO is over
        je      silent
        cmp     eax, -4                         ; EINTR: stopped and continued
        je      read_more
finish_way_8:
        jmp     finish                          ; the client closed its side, or is gone

; The read timeout is over without a byte.
silent:
        mov     eax, r14d
        sub     eax, [rbp - 12]
        or      eax, r12d                       ; no byte of a request: nothing to answer
        je      finish_way_8
        jmp     timed_out

; ---- errors: each ends the connection --------------------------------------

; 400 (RFC 9110, 15.5.1)
bad_request:
        mov     bl, 0                           ; response_400
        jmp     fail_stock

; 501 (RFC 9110, 15.6.2)
not_implemented:
        mov     bl, 140                         ; response_501
        jmp     fail_stock

; 505 (RFC 9110, 15.6.6)
version_not_supported:
        mov     bl, 186                         ; response_505
        jmp     fail_stock

; 417 (RFC 9110, 15.5.18)
expectation_failed:
        mov     bl, 79                          ; response_417
        jmp     fail_stock

; 413 (RFC 9110, 15.5.14)
content_too_large:
        mov     bl, 38                          ; response_413
        jmp     fail_stock

; 414 in the request line, 431 behind it (RFC 9110, 15.5.15; RFC 6585, 5)
head_too_large:
        test    rbx, rbx                        ; a response is chosen once the request line is read
        jne     fields_too_large
        mov     bl, 61                          ; response_414
        jmp     fail_stock
fields_too_large:
        mov     bl, 103                         ; response_431
        jmp     fail_stock

; 408 (RFC 9110, 15.5.9)
timed_out:
        test    r9b, 64                         ; while draining there is nothing to say
        jne     finish_way_8
        mov     bl, 17                          ; response_408

; in: bl a stock response's place
fail_stock:
        movzx   ebx, bl
        lea     rsi, [rel stock]
        add     rbx, rsi

; in: rbx a final response
fail:
        or      r9d, 64
        and     r9d, -0x380001                  ; nothing is made of it
        jmp     respond_final

; in: rbx a stock response
; out: rsi, edx its bytes
; clobbers: rcx rdi
compose:
        lea     rdi, [rbp + 16416]
        push    rdi
        lea     rsi, [r15 - 165]                ; response_100: its start
        mov     ecx, 9
        rep movsb
        lea     rsi, [rbx + 2]                  ; its status, and its own fields
        movzx   ecx, byte [rbx]
        rep movsb
        lea     rsi, [r15 - 207]                ; stock_end
        mov     cl, 42                          ; the rest of rcx is 0
        rep movsb
        pop     rsi
        mov     edx, edi
        sub     edx, esi
        ret

; ---- stop: no more clients, and the end once the last child is gone --------

; The handler of SIGTERM, SIGQUIT and SIGINT.
; in: r12 listener; rbp 0 where one came before
; ends: with status 0
stop:
        test    rbp, rbp                        ; a second signal
        je      exit_0_way_9                    ; does not wait
        xor     ebp, ebp
        mov     edi, r12d                       ; the port is free for the next server
        mov     eax, 3                          ; close
        syscall
        xor     r10d, r10d                      ; what they used is not wanted,
        xor     edx, edx                        ; nor anything special,
        xor     esi, esi                        ; nor their status
        or      edi, -1                         ; any child:
        mov     eax, 61                         ; wait4
        syscall                                 ; with SA_NOCLDWAIT it returns when the last one is gone
exit_0_way_9:
        jmp     exit_0

; ---- the rarer requests ----------------------------------------------------
bad_request_way_10:
        jmp     bad_request

; in: r8 start of the line; r10 its end
; out: r11 column; ecx start of the target
other_method:
        mov     ecx, r8d
        mov     dl, 1                           ; a token's?
        call    span                            ; al, ecx: the byte behind the method
        cmp     al, 32                          ; one space, and nothing else, ends the method
        jne     bad_request_way_10
        mov     esi, ecx
        sub     ecx, r8d                        ; its length
        je      bad_request_way_10
        cmp     ecx, 7
        ja      not_implemented_way_11          ; longer than any method known
        mov     rax, [rbp + r8]
        shl     ecx, 3
        neg     ecx                             ; 64 - 8 * length, as a shift takes it
        shl     rax, cl                         ; the method in the upper bytes, zeros below
        lea     rdx, [rel methods]
        xor     ecx, ecx
method_next:
        mov     r11, [rdx + rcx]
        xor     r11, rax                        ; a known method leaves its column
        cmp     r11, 2                          ; and any other more than the last one
        jbe     method_known
        add     ecx, 8
        cmp     ecx, 56
        jb      method_next
not_implemented_way_11:
        jmp     not_implemented                 ; a method unknown to HTTP
method_known:
        lea     ecx, [rsi + 1]                  ; the target, behind the space
        test    r11d, r11d                      ; the first column again: HEAD
        jne     target_way_12
        or      r9d, 32
target_way_12:
        jmp     target

; in: rax difference to HTTP/1.1; ecx the space before it
; keeps: rbx rsi rdi r11
other_version:
        movzx   edx, byte [rbp + rcx + 8]       ; the minor version
        sub     edx, 48
        cmp     edx, 9
        ja      bad_request_way_13
        shl     rax, 8                          ; all but the minor version
        jne     other_major
        test    edx, edx
        jne     version_known_way_14
        or      r9d, 2
version_known_way_14:
        jmp     version_known
other_major:
        cmp     byte [rbp + rcx + 7], 46
        jne     bad_request_way_13
        shl     rax, 16                         ; drops the dot and the major version: HTTP/ is left
        je      version_not_supported
bad_request_way_13:
        jmp     bad_request

; in: ecx start of a target that has no slash there; r11 column
; out: as absolute-form leaves it, for path
other_form:
        cmp     byte [rbp + rcx], 42            ; asterisk-form (RFC 9112, 3.2.4)
        jne     absolute_form
        inc     ecx
        movzx   eax, byte [rbp + rcx]
asterisk:
        cmp     r11d, 1                         ; is for OPTIONS only
        jne     bad_request_way_13
        lea     rbx, [rel response_204]
        jmp     version
bad_request_way_16:
        jmp     bad_request_way_13
absolute_form:
        mov     eax, [rbp + rcx]
        or      eax, 0x20202020                 ; schemes are case-insensitive
        cmp     eax, 0x70747468
        jne     bad_request_way_13
        add     ecx, 4
        movzx   eax, byte [rbp + rcx]
        or      al, 32
        cmp     al, 115                         ; https, behind a proxy that ends TLS
        jne     scheme_end
        inc     ecx
scheme_end:
        mov     eax, [rbp + rcx]
        shl     eax, 8                          ; three bytes
        cmp     eax, 0x2f2f3a00
        jne     bad_request_way_13
        add     ecx, 3
        call    check_host                      ; al, ecx: the byte behind the authority
        cmp     al, 47
        je      path_way_15
        cmp     al, 63
        je      no_path
        cmp     al, 32
        jne     bad_request_way_16
        cmp     r11d, 1                         ; no path and no query: of the whole server (RFC 9112, 3.2.4)
        je      asterisk
no_path:
        dec     ecx                             ; the authority's last byte
        mov     byte [rbp + rcx], 47            ; becomes the slash
path_way_15:
        jmp     path
bad_request_way_17:
        jmp     bad_request_way_16

; in: ecx the percent sign; edi where the path goes on
; out: al, ecx the byte behind the path; edi the path's end
escape:
        movzx   eax, byte [rbp + rcx + 1]
        call    hex_digit
        shl     edx, 4
        mov     byte [rbp + rdi], 37
        or      al, 32
        mov     [rbp + rdi + 1], al             ; the digit in lower case
        mov     r8d, edx                        ; the cursor is free until the line's end
        movzx   eax, byte [rbp + rcx + 2]
        call    hex_digit
        or      al, 32
        mov     [rbp + rdi + 2], al
        or      edx, r8d                        ; the character
        add     ecx, 3
        test    byte [r15 + rdx], 32            ; a path's, and no slash?
        je      keep_escape
        mov     [rbp + rdi], dl
        inc     edi
        jmp     copy_path
keep_escape:
        add     edi, 3
copy_path:
        cmp     ecx, r10d
        jae     bad_request_way_17
        movzx   eax, byte [rbp + rcx]
        cmp     al, 37
        je      escape
        test    byte [r15 + rax], 2             ; a path's?
        je      path_end
        mov     [rbp + rdi], al
        inc     edi
        inc     ecx
        jmp     copy_path
bad_request_way_18:
        jmp     bad_request_way_17

; in: eax a byte
; out: edx the value of the HEXDIG that it is; or leaves for bad_request
hex_digit:
        test    byte [r15 + rax], 64            ; a hexadecimal digit?
        je      bad_request_way_18
        mov     edx, eax
        and     edx, 15                         ; a digit's value, or 9 less than a letter's
        test    al, 64                          ; a letter
        je      hex_known
        add     edx, 9
hex_known:
        ret

; in: rsi, ecx the path and its length
; out: rbx response
not_found:
        add     rsi, rbp
        cmp     ecx, 13                         ; /.well-known/
        jb      prefix_1
        mov     rax, 0x6b2d6c6c65772e2f         ; "/.well-k"
        cmp     [rsi], rax
        jne     prefix_1
        mov     rax, 0x2f6e776f6e6b2d6c         ; "l-known/"
        cmp     [rsi + 5], rax
        jne     prefix_1
        lea     rbx, [rel response_404]
next_field_way_19:
        jmp     next_field
prefix_1:
        test    r11d, r11d                      ; GET and HEAD only
        jne     asset_2
        call    is_asset
        je      asset_2                         ; a file that is missing
        lea     rbx, [rel page_root]
next_field_way_21:
        jmp     next_field_way_19
asset_2:
        lea     rbx, [rel response_404]
next_field_way_22:
        jmp     next_field_way_19
prefix_2:
        lea     rbx, [rel response_404_2]
        jmp     next_field_way_19

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_content_length:
        lea     rdi, [r15 - 102]                ; name_content_length
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_19
        xor     esi, esi
length_digit:
        movzx   eax, byte [rbp + rcx]           ; a space or the CR where the value is empty
        sub     eax, 48
        cmp     al, 9
        ja      bad_request_way_20
        lea     rsi, [rsi + rsi*4]              ; times five
        lea     rsi, [rax + rsi*2]              ; times two, and the digit
        mov     rax, rsi
        shr     rax, 59                         ; one more digit could overflow 63 bits
        jne     bad_request_way_20
        inc     ecx
        cmp     ecx, edx
        jb      length_digit
        bts     r9d, 2                          ; Content-Length is there
        jae     length_new
        cmp     [rbp - 8], rsi                  ; and was: the same?
        jne     bad_request_way_20
length_new:
        mov     [rbp - 8], rsi
next_field_way_23:
        jmp     next_field_way_21
bad_request_way_20:
        jmp     bad_request

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_transfer_encoding:
        lea     rdi, [r15 - 88]                 ; name_transfer_encoding
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_22
        bts     r9d, 3                          ; Transfer-Encoding is there
        jb      bad_request_way_20              ; twice: chunked would be applied again
        mov     r11d, ecx
        lea     ecx, [rdx - 7]                  ; where the last coding starts
        lea     rdi, [r15 - 140]                ; chunked_text
        call    is_value
        jne     bad_request_way_20              ; it is another one
        cmp     ecx, r11d                       ; the only one
        je      next_field_way_23
        movzx   eax, byte [rbp + rcx - 1]       ; what is in front of it
        test    byte [r15 + rax], 1             ; a token's?
        jne     bad_request_way_20              ; the end of a longer name
        jmp     not_implemented                 ; a coding in front that is not known here

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_expect:
        lea     rdi, [r15 - 71]                 ; name_expect
        call    is_field                        ; ecx, edx: start and end of its value
        jne     maybe_accept
        cmp     byte [rbp + rdx - 1], 44        ; an empty element behind a comma is none (RFC 9110, 5.6.1.2)
        jne     expectation
        dec     edx
expectation:
        lea     rdi, [r15 - 132]                ; continue_text
        call    is_value
        jne     expectation_failed
        or      r9d, 16
next_field_way_24:
        jmp     next_field

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_connection:
        lea     rdi, [r15 - 65]                 ; name_connection
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_24
        mov     r11d, edx                       ; the value's end
option_start:
        cmp     ecx, r11d
        jae     next_field_way_24
        mov     edx, ecx
option_byte:
        movzx   eax, byte [rbp + rdx]
        test    byte [r15 + rax], 1             ; a token's?
        je      option_end
        inc     edx
        cmp     edx, r11d
        jb      option_byte
option_end:
        mov     r8d, edx                        ; the line's start is not needed any more
        lea     rdi, [r15 - 119]                ; close_text
        call    is_value
        jne     option_other
        or      r9d, 512
option_other:
        mov     edx, r8d
        lea     rdi, [r15 - 113]                ; keep_alive_text
        call    is_value
        jne     option_next
        or      r9d, 1024
option_next:
        lea     ecx, [r8 + 1]                   ; behind the comma, or whatever stands there
        jmp     option_start

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_range:
        lea     rdi, [r15 - 55]                 ; name_range
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_24
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field_way_24
        bts     r9d, 24                         ; several lines are one list (RFC 9110, 5.3),
        jb      range_twice                     ; and several ranges
        mov     r11d, edx                       ; the value's end
        lea     edx, [rcx + 6]
        cmp     edx, r11d
        jae     next_field_way_25
        lea     rdi, [rel bytes_text]
        mov     r8d, edx                        ; the line's start is not needed any more
        call    is_value
        jne     next_field_way_25
        mov     ecx, r8d
        call    position                        ; first-pos
        cmp     ecx, r8d                        ; no digit: a suffix
        je      range_suffix
        mov     [rbp - 64], rax
        cmp     byte [rbp + rcx], 45
        jne     next_field_way_25
        inc     ecx
        or      rax, -1
        cmp     ecx, r11d
        je      range_open                      ; to the end
        call    position                        ; last-pos
        cmp     ecx, r11d                       ; and nothing behind it
        jne     next_field_way_25
        cmp     rax, [rbp - 64]
        jb      next_field_way_25               ; invalid (RFC 9110, 14.1.1)
range_open:
        mov     [rbp - 72], rax
        or      r9d, 32768
next_field_way_25:
        jmp     next_field
range_twice:
        and     r9d, -32769
next_field_way_26:
        jmp     next_field_way_25
range_suffix:
        cmp     byte [rbp + rcx], 45
        jne     next_field_way_25
        inc     ecx
        mov     r8d, ecx
        call    position                        ; suffix-length
        cmp     ecx, r8d
        je      next_field_way_25               ; no digit
        cmp     ecx, r11d
        jne     next_field_way_25
        mov     [rbp - 64], rax
        or      r9d, 0x10000
        or      rax, -1
        jmp     range_open

; in: ecx place in a value; r11 its end
; out: rax the number there, at most 2^59 or so; ecx behind its digits
; clobbers: rdx rsi
position:
        xor     eax, eax
position_digit:
        cmp     ecx, r11d
        jae     position_end
        movzx   edx, byte [rbp + rcx]
        sub     edx, 48
        cmp     edx, 9
        ja      position_end
        inc     ecx
        mov     rsi, rax
        shr     rsi, 55                         ; far beyond any content: larger is no different
        jne     position_digit
        lea     rax, [rax + rax*4]              ; times five
        lea     rax, [rdx + rax*2]              ; times two, and the digit
        jmp     position_digit
position_end:
        ret

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_if_match:
        lea     rdi, [r15 - 50]                 ; name_if_match
        call    is_field                        ; ecx, edx: start and end of its value
        jne     maybe_if_range
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field_way_26
        or      r9d, 4096
        xor     edi, edi                        ; strong comparison (RFC 9110, 13.1.1)
        call    tag_list
        or      [rbp - 26], al
next_field_way_27:
        jmp     next_field

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_if_range:
        mov     edx, ecx
        sub     edx, r8d                        ; the name's length, again
        lea     rdi, [r15 - 42]                 ; name_if_range
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_27
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field_way_27
        bts     r9d, 17                         ; If-Range is there
        jb      if_range_twice
        cmp     byte [rbp + rcx], 34            ; the start of an entity-tag
        jne     next_field_way_27
        lea     eax, [rcx + 18]
        cmp     eax, edx                        ; one, as long as ours are?
        jne     next_field_way_27
        xor     edi, edi                        ; strong comparison
        call    tag_list
if_range_known:
        mov     [rbp - 27], al
next_field_way_28:
        jmp     next_field_way_27
if_range_twice:
        xor     eax, eax
        jmp     if_range_known

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_if_none_match:
        lea     rdi, [r15 - 34]                 ; name_if_none_match
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_27
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field_way_27
        or      r9d, 2048
        mov     edi, 1                          ; weak comparison (RFC 9110, 13.1.2)
        call    tag_list
        or      [rbp - 25], al
        jmp     next_field_way_28

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_accept_encoding:
        lea     rdi, [r15 - 21]                 ; name_accept_encoding
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_28
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field_way_28
        or      r9d, 0x40000
coding_next:
        call    list_element                    ; ecx: start of an element, or the end
        jae     next_field_way_28
        mov     r11d, edx                       ; the value's end
        mov     edx, ecx
coding_byte:
        movzx   eax, byte [rbp + rdx]
        test    byte [r15 + rax], 1             ; a token's?
        je      coding_end
        inc     edx
        cmp     edx, r11d
        jb      coding_byte
coding_end:
        mov     r8d, edx                        ; behind the coding; the line's start is not needed any more
        lea     rdi, [rel coding_br]
        mov     edx, r8d
        call    is_value
        mov     edx, 0                          ; where its q-value goes
        je      coding_known
        lea     rdi, [rel coding_zstd]
        mov     edx, r8d
        call    is_value
        mov     edx, 1                          ; where its q-value goes
        je      coding_known
        lea     rdi, [rel coding_gzip]
        mov     edx, r8d
        call    is_value
        mov     edx, 2                          ; where its q-value goes
        je      coding_known
        lea     rdi, [rel coding_x_gzip]
        mov     edx, r8d
        call    is_value
        mov     edx, 2                          ; where its q-value goes
        je      coding_known
        lea     rdi, [rel coding_identity]
        mov     edx, r8d
        call    is_value
        mov     edx, 3                          ; where its q-value goes
        je      coding_known
        lea     rdi, [rel coding_star]
        mov     edx, r8d
        call    is_value
        mov     edx, 4                          ; where its q-value goes
        je      coding_known
        mov     edx, 5                          ; one that is not had: its q-value goes nowhere
coding_known:
        mov     ecx, r8d
        call    weight
        test    eax, eax
        je      coding_pass                     ; no weight
        mov     [rbp + rdx*2 - 56], ax
coding_pass:
        mov     edx, r11d
coding_pass_byte:
        cmp     ecx, edx
        jae     next_field
        inc     ecx                             ; over the comma too: each element ends behind where it began
        cmp     byte [rbp + rcx - 1], 44
        je      coding_next
        jmp     coding_pass_byte

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_accept:
        mov     edx, ecx
        sub     edx, r8d                        ; the name's length, again
        lea     rdi, [r15 - 6]                  ; name_accept
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field
        cmp     byte [rbx + 1], 192             ; is it for a resource?
        jne     next_field
range_next:
        call    list_element                    ; ecx: start of an element, or the end
        jae     next_field
        mov     r11d, edx                       ; the value's end
        lea     edx, [rcx + 1]                  ; an element has a byte
range_byte:
        cmp     edx, r11d
        jae     range_end
        movzx   eax, byte [rbp + rdx]
        inc     edx
        cmp     al, 47                          ; between type and subtype
        je      range_byte
        test    byte [r15 + rax], 1             ; a token's?
        jne     range_byte
        dec     edx
range_end:
        mov     r8d, edx                        ; behind the range; the line's start is not needed any more
        lea     rdi, [rel range_html]
        mov     edx, r8d
        call    is_value
        mov     edx, 0                          ; where its weight goes
        je      range_known
        lea     rdi, [rel range_text]
        mov     edx, r8d
        call    is_value
        mov     edx, 1                          ; where its weight goes
        je      range_known
        lea     rdi, [rel range_any]
        mov     edx, r8d
        call    is_value
        mov     edx, 2                          ; where its weight goes
        je      range_known
        mov     edx, 3                          ; one that is not for HTML
range_known:
        mov     ecx, r8d
range_parameter:
        cmp     ecx, r11d
        jae     range_plain
        movzx   eax, byte [rbp + rcx]
        inc     ecx
        cmp     al, 59
        je      range_weight
        cmp     al, 44
        jne     range_parameter
range_plain:
        mov     eax, 1001                       ; q=1
range_weighed:
        mov     [rbp + rdx*2 - 112], ax
        mov     edx, r11d
        jmp     range_next
range_weight:
        call    parameter
        test    eax, eax
        je      range_parameter                 ; another one
range_pass:
        cmp     ecx, r11d
        jae     range_weighed
        inc     ecx
        cmp     byte [rbp + rcx - 1], 44
        jne     range_pass
        jmp     range_weighed

; in: rdi length and text in lower case; ecx, edx start and end of a value
; out: zero set where they are the same, whatever their case
; clobbers: rax rdx rsi rdi
is_value:
        sub     edx, ecx
        movzx   eax, byte [rdi]
        cmp     edx, eax
        jne     is_value_end
        inc     rdi
        lea     rsi, [rbp + rcx]

; in: rdi text in lower case; rsi text; edx length of both
; out: zero set where they are the same, whatever the case of rsi's
; clobbers: rax rdx
same_text:
same_byte:
        dec     edx                             ; from the last byte on
        js      same_end
        movzx   eax, byte [rsi + rdx]
        or      al, 32                          ; letters in lower case; no other byte of a field becomes one of the text's
        cmp     al, [rdi + rdx]
        je      same_byte
        ret                                     ; zero is clear
same_end:
        xor     eax, eax                        ; zero is set
is_value_end:
        ret

; in: rdi name in lower case; r8 name, of edx bytes; ecx colon; r10 end of the line
; out: zero set where it is that field, and ecx, edx start and end of its value
; clobbers: rax rsi
is_field:
        lea     rsi, [rbp + r8]
        call    same_text
        jne     is_value_end

; in: ecx colon; r10 end of the line
; out: ecx, edx start and end of the value, without the space around it; zero set
; clobbers: rax
field_value:
space_before:
        inc     ecx
        cmp     ecx, r10d
        jae     space_behind
        cmp     byte [rbp + rcx], 32            ; a tab is less than a space, and nothing else is left that is
        jbe     space_before
space_behind:
        mov     edx, r10d
space_behind_next:
        cmp     edx, ecx
        jbe     same_end
        dec     edx
        cmp     byte [rbp + rdx], 32
        jbe     space_behind_next
        inc     edx
        jmp     same_end

; in: ecx its start; r10 end of the line
; out: al, ecx the byte behind it; or leaves for bad_request
; clobbers: rdx rsi
check_host:
        mov     esi, ecx
        cmp     byte [rbp + rcx], 91            ; an IPv6 address in brackets
        je      host_literal
host_name:
        mov     dl, 8                           ; a host name's?
        call    plain_span
        cmp     al, 37
        je      host_escape
        cmp     ecx, esi
        je      bad_request_way_29              ; empty
host_port:
        cmp     al, 58
        jne     host_known
        inc     ecx
        mov     dl, 128                         ; a digit?
        call    span
host_known:
        ret
host_literal:
        inc     ecx
        inc     esi
        mov     dl, 16                          ; an address's?
        call    span
        cmp     al, 93
        jne     bad_request_way_29
        cmp     ecx, esi                        ; nothing in the brackets
        je      bad_request_way_29
        inc     ecx
        movzx   eax, byte [rbp + rcx]
        jmp     host_port
host_escape:
        cmp     ecx, r10d
        jae     bad_request_way_29
        movzx   eax, byte [rbp + rcx + 1]       ; two digits
        call    hex_digit
        movzx   eax, byte [rbp + rcx + 2]
        call    hex_digit
        add     ecx, 3
        jmp     host_name
bad_request_way_29:
        jmp     bad_request

; in: rbx a final response
respond_final:
        call    flush                           ; earlier responses first
        call    compose
        call    send
        jmp     drain_or_finish

; in: as respond; the last request of this connection
respond_last:
        or      r9d, 512

; in: rbx response
; A Connection field is due.
gather_closing:
        test    r9d, 512
        jne     gather
        test    r9d, 1024                       ; HTTP/1.0 closes unless it asked for keep-alive
        jne     gather
        test    r9b, 2
        je      gather
        or      r9d, 512

; in: rbx response; r9 with its Connection field
; Copies the response behind those that wait.
gather:
        cmp     dword [rbp - 16], 16019         ; room for any header block
        jbe     gather_head
        call    flush
gather_head:
        mov     edi, [rbp - 16]
        lea     rdi, [rbp + rdi + 16416]
        test    r9d, 0x380000
        jne     gather_derived
        lea     rsi, [rbx + 20]
        movsx   ecx, word [rbx]                 ; its header block
        sub     ecx, 2                          ; all but the empty line
        js      finish                          ; never: these are final
        rep movsb
gather_connection:
        lea     rsi, [rel close_field]
        mov     ecx, 19
        test    r9d, 512
        jne     gather_field
        lea     rsi, [rel keep_alive_field]
        mov     ecx, 24
        test    r9b, 2
        jne     gather_field
        xor     ecx, ecx                        ; HTTP/1.1 needs none to persist
gather_field:
        rep movsb
        mov     word [rdi], 2573                ; the empty line
        add     rdi, 2
        test    r9d, 0x380000
        jne     gather_part
        test    r9b, 32                         ; HEAD has none
        jne     gathered
        mov     esi, [rbx + 6]                  ; the content
        add     rsi, r15
        mov     ecx, [rbx + 10]                 ; the content's length
gather_bytes:
        lea     rax, [rbp + 32800]
        sub     rax, rdi                        ; room for it
        cmp     rcx, rax
        ja      content_apart
        rep movsb
        jmp     gathered
content_apart:
        sub     edi, ebp
        sub     edi, 16416
        mov     [rbp - 16], edi
        call    flush
        test    r9d, 0x100000
        je      apart_whole
        call    part
        jmp     apart_known
apart_whole:
        mov     esi, [rbx + 6]                  ; the content
        add     rsi, r15
        mov     ecx, [rbx + 10]                 ; the content's length
apart_known:
        mov     edx, ecx
        call    send
        jmp     gathered_all

; in: rdi end of the output; r9 whether the connection goes on
gathered:
        sub     edi, ebp
        sub     edi, 16416
        mov     [rbp - 16], edi
gathered_all:
        test    r9d, 512
        jne     gathered_last
        cmp     dword [rbp - 20], 0             ; never: the last one closes
        jg      next_request
gathered_last:
        call    flush
        cmp     r14d, r8d                       ; more was sent than will be answered
        jne     drain
finish_way_30:
        jmp     finish

; in: rdi where it goes; rbx a variant's response; r9
gather_derived:
        call    derive
        jmp     gather_connection
gather_part:
        test    r9d, 0x100000
        je      gathered                        ; no content
        call    part
        jmp     gather_bytes

; in: rbx a variant's response; slotFirst, slotLast
; out: rsi, ecx the bytes of the part
; clobbers: rax
part:
        mov     esi, [rbx + 6]                  ; the content
        add     rsi, r15
        mov     ecx, [rbx + 10]                 ; the content's length
        mov     eax, [rbp - 72]
        cmp     eax, ecx
        jae     finish_way_30                   ; never: range_to_serve has cut it to the content
        lea     rcx, [rsi + rax + 1]            ; the part's end
        mov     eax, [rbp - 64]
        add     rsi, rax                        ; and its start
        sub     rcx, rsi
        js      finish_way_30                   ; never: a valid range has a byte
        ret

; Sends the responses that wait, if any.
; clobbers: rax rcx rdx rsi rdi r11
flush:
        mov     edx, [rbp - 16]
        test    edx, edx
        je      flush_end
        lea     rsi, [rbp + 16416]
        xor     eax, eax
        mov     [rbp - 16], eax
        jmp     send
flush_end:
        ret

; in: rsi length and text; rdi where it goes
; out: rdi behind it
; clobbers: rcx rsi
append:
        movzx   ecx, byte [rsi]
        inc     rsi
        rep movsb
        ret

; in: eax; rdi where its digits go
; out: rdi behind them
; clobbers: rax rcx rdx rsi
append_number:
        lea     rsi, [rbp - 72]
number_digit:
        xor     edx, edx
        mov     ecx, 10
        div     ecx
        add     edx, 48
        dec     rsi                             ; from the last digit on
        mov     [rsi], dl
        test    eax, eax
        jne     number_digit
        lea     rcx, [rbp - 72]
        sub     ecx, esi
        rep movsb
        ret

; ---- resources: encodings, preconditions, ranges ---------------------------

; in: rbx resource; r9
; out: rbx response; r9 with what is to be made of it
; clobbers: rax rcx rdx rsi rdi r11
choose_variant:
        mov     ecx, [rbx + 26]                 ; what the others get
        test    ecx, ecx
        je      html_accepted                   ; the same
        cmp     qword [rbp - 112], 0            ; without Accept everything is accepted
        je      html_accepted
        movzx   eax, word [rbp - 112]           ; text/html
        test    eax, eax
        jne     html_weighed                    ; the most specific range counts
        movzx   eax, word [rbp - 110]           ; text/*
        test    eax, eax
        jne     html_weighed                    ; the most specific range counts
        movzx   eax, word [rbp - 108]           ; */*
html_weighed:
        cmp     eax, 1                          ; q=0, or no range for it
        ja      html_accepted
        lea     rbx, [r15 + rcx]
        jmp     framing
html_accepted:
        mov     esi, 3
        mov     r11d, [rbx + 22]                ; which every resource has
        add     r11, r15
        test    r9d, 0x40000
        je      variant_known                   ; no preference: identity
        mov     edi, 1                          ; 1 + the best q-value so far: 0 is not acceptable
        xor     ecx, ecx
variant_next:
        mov     edx, [rbx + rcx*4 + 10]
        test    edx, edx
        je      variant_worse                   ; not had
        movzx   eax, word [rbp + rcx*2 - 56]
        test    eax, eax
        jne     variant_compare
        movzx   eax, word [rbp - 48]            ; not named: as * says
variant_compare:
        cmp     eax, edi
        jbe     variant_worse
        mov     edi, eax
        mov     esi, ecx
        lea     r11, [r15 + rdx]                ; its response
variant_worse:
        inc     ecx
        cmp     ecx, 4
        jb      variant_next
variant_known:
        mov     rbx, r11
        test    r9d, 4096
        je      no_match_field
        movzx   eax, byte [rbp - 26]
        bt      eax, esi                        ; does If-Match name it?
        jae     precondition_failed
        jmp     none_match_field                ; If-Unmodified-Since is not asked then
no_match_field:
        test    r9d, 16384
        jne     precondition_failed
none_match_field:
        test    r9d, 2048
        je      no_none_match_field
        movzx   eax, byte [rbp - 25]
        bt      eax, esi                        ; does If-None-Match name it?
        jb      not_modified
range_to_serve_way_31:
        jmp     range_to_serve                  ; If-Modified-Since is not asked then
no_none_match_field:
        test    r9d, 8192
        je      range_to_serve_way_31
not_modified:
        or      r9d, 0x80000
framing_way_32:
        jmp     framing

; 412 (RFC 9110, 15.5.13)
; out: rbx response
precondition_failed:
        lea     rbx, [rel response_412]
        jmp     framing_way_32

; in: ecx place behind an element's name; r11 the value's end
; out: eax 1 + its q-value * 1000, ecx behind it; eax 0 where another parameter is there
; clobbers: rsi rdi
weight:
        mov     eax, 1001                       ; q=1, if there is no weight
        call    space_over
        jae     q_known
        cmp     byte [rbp + rcx], 59
        jne     q_known
        inc     ecx

; likewise, but in: ecx place behind the semicolon
parameter:
        call    space_over
        movzx   esi, word [rbp + rcx]
        or      esi, 32                         ; q in either case
        cmp     esi, 15729
        jne     no_weight                       ; no weight
        movzx   eax, byte [rbp + rcx + 2]
        sub     eax, 48
        cmp     eax, 1                          ; 0 or 1, a point, up to three digits
        ja      no_weight
        add     ecx, 3
        mov     esi, 3                          ; digits that may follow
        cmp     byte [rbp + rcx], 46
        jne     q_rest
q_digit:
        inc     ecx
        movzx   edi, byte [rbp + rcx]
        sub     edi, 48
        cmp     edi, 9
        ja      q_rest
        lea     eax, [rax + rax*4]              ; times five
        lea     eax, [rdi + rax*2]              ; times two, and the digit
        dec     esi
        jne     q_digit
        inc     ecx
q_rest:
        test    esi, esi
        je      q_complete
        lea     eax, [rax + rax*4]
        add     eax, eax
        dec     esi
        jmp     q_rest
q_complete:
        cmp     eax, 1000                       ; more than 1 is no weight
        ja      no_weight
        inc     eax
q_known:
        ret
no_weight:
        xor     eax, eax
        ret

; in: rsi path; ecx its length
; out: zero set where its last segment is the name of an asset
; clobbers: rax rcx rdx rdi
is_asset:
        mov     edx, ecx
asset_byte:
        dec     edx                             ; from the end
        js      no_asset                        ; never: a path begins with a slash
        movzx   eax, byte [rsi + rdx]
        cmp     al, 47
        je      no_asset                        ; no dot in the segment
        cmp     al, 46
        jne     asset_byte
        lea     edi, [rdx + 1]                  ; behind the last dot
asset_segment:
        dec     edx                             ; on to the segment's start
        js      no_asset                        ; never
        cmp     byte [rsi + rdx], 47
        jne     asset_segment
        cmp     byte [rsi + rdx + 1], 46        ; the segment begins with one
        je      asset_known
        mov     rax, [rsi + rdi]                ; the extension's text,
        mov     rdx, 0x2020202020202020
        or      rax, rdx                        ; letters in lower case; no other byte of a path becomes one of the text's
        sub     ecx, edi                        ; and its length
        cmp     ecx, 8
        jae     asset_long
        shl     ecx, 3
        neg     ecx                             ; 64 - 8 * length, as a shift takes it
        shl     rax, cl                         ; in the upper bytes, zeros below; an empty one stays what stands behind it, and has none
        lea     rdi, [rel asset_extensions]
        mov     ecx, 76
asset_extension:
        cmp     rax, [rdi + rcx*8 - 8]
        je      asset_known
        dec     ecx
        jne     asset_extension
no_asset:
        or      ecx, 1                          ; zero is clear
asset_known:
        ret
asset_long:
        cmp     ecx, 11                         ; the one that is longer than a word
        jne     asset_known
        cmp     rax, [rel asset_long_text]
        jne     asset_known
        mov     rax, [rsi + rdi + 3]            ; its last word, which overlaps the one before
        or      rax, rdx
        cmp     rax, [rel asset_long_text + 3]
        ret

; in: esi index of the variant; rbx its response; r9
; out: r9 is206 or is416; slotFirst, slotLast the part
range_to_serve:
        test    r9d, 32768
        je      whole
        test    r9b, 32                         ; Range is for GET alone
        jne     whole
        cmp     esi, 3
        jne     whole
        test    r9d, 0x20000
        je      range_cut
        movzx   eax, byte [rbp - 27]
        bt      eax, esi
        jae     whole                           ; it is another one by now
range_cut:
        mov     ecx, [rbx + 10]                 ; the content's length
        mov     rax, [rbp - 64]
        test    r9d, 0x10000
        je      range_first
        test    rax, rax                        ; nothing is asked for
        je      range_none
        test    ecx, ecx                        ; the last bytes of no content: satisfiable (RFC 9110, 14.1.2),
        je      whole                           ; but Content-Range cannot say so
        mov     edx, ecx
        sub     rdx, rax                        ; where the suffix starts
        mov     eax, 0
        cmovae  rax, rdx                        ; or all of it, where it is shorter
range_first:
        cmp     rax, rcx
        jae     range_none                      ; it starts behind the end
        mov     [rbp - 64], rax
        dec     ecx                             ; the last byte there is
        mov     rax, [rbp - 72]
        cmp     rax, rcx
        cmova   rax, rcx
        cmp     rax, [rbp - 64]                 ; the part has a byte: the range was valid, and starts before the end
        jb      whole
        mov     [rbp - 72], rax
        or      r9d, 0x100000
framing_way_33:
        jmp     framing
range_none:
        or      r9d, 0x200000
whole:
        jmp     framing_way_33

; in: ecx, edx start and end of the list; rbx resource; edi whether weak ones count
; out: eax a bit for each variant that is named
; clobbers: rcx rdx rsi r8 r11
tag_list:
        xor     r8d, r8d                        ; the bits; the line's start is not needed any more
tag_next:
        call    list_element
        jae     tag_end_way_34
        movzx   eax, byte [rbp + rcx]
        cmp     al, 42                          ; any
        jne     tag_weak
        mov     r8d, 15
tag_end_way_34:
        jmp     tag_end
tag_weak:
        mov     esi, 1                          ; a strong one counts
        cmp     al, 87
        jne     tag_opaque
        cmp     byte [rbp + rcx + 1], 47
        jne     tag_end                         ; no entity-tag
        mov     esi, edi                        ; a weak one if that is wanted
        add     ecx, 2                          ; behind W/
tag_opaque:
        cmp     byte [rbp + rcx], 34
        jne     tag_end                         ; no entity-tag: nothing behind it counts
        inc     ecx
        test    esi, esi
        je      tag_close
        cmp     byte [rbp + rcx + 16], 34       ; as long as ours are?
        jne     tag_close
        xor     esi, esi                        ; for each variant:
tag_variant:
        mov     eax, [rbx + rsi*4 + 10]
        test    eax, eax
        je      tag_other
        lea     r11, [r15 + rax]                ; its response
        movzx   eax, word [r11 + 16]            ; where its ETag field is
        add     r11, rax
        mov     rax, [rbp + rcx]
        cmp     rax, [r11 + 27]
        jne     tag_other
        mov     rax, [rbp + rcx + 8]
        cmp     rax, [r11 + 35]
        jne     tag_other
        bts     r8d, esi                        ; named
tag_other:
        inc     esi
        cmp     esi, 4
        jb      tag_variant
tag_close:
        cmp     ecx, edx
        jae     tag_end
        inc     ecx
        cmp     byte [rbp + rcx - 1], 34
        jne     tag_close
        jmp     tag_next
tag_end:
        mov     eax, r8d
        ret

; in: ecx, edx place in a list and its end
; out: ecx start of the next element, or carry clear at the end
; clobbers: rax
list_element:
        cmp     ecx, edx
        jae     list_end
        movzx   eax, byte [rbp + rcx]
        inc     ecx
        cmp     al, 32                          ; space or tab
        jbe     list_element
        cmp     al, 44                          ; empty elements are passed over (RFC 9110, 5.6.1)
        je      list_element
        dec     ecx
        cmp     ecx, edx
list_end:
        ret

; in: ecx place in a value; r11 its end
; out: ecx behind spaces and tabs, or carry clear at the end
space_over:
        cmp     ecx, r11d
        jae     list_end
        inc     ecx
        cmp     byte [rbp + rcx - 1], 32
        jbe     space_over
        dec     ecx
        cmp     ecx, r11d
        ret

; in: rbx a variant's response; r9; slotFirst, slotLast; rdi where it goes
; out: rdi behind the last field
; clobbers: rax rcx rdx rsi
derive:
        test    r9d, 0x80000
        je      derive_range
        lea     rsi, [rel start_304]
        call    append
        movzx   eax, word [rbx + 16]            ; where the fields start that a 304 has too
derive_fields:
        movsx   ecx, word [rbx]                 ; its header block
        lea     rcx, [rbx + rcx + 18]           ; the header block's end, but for the empty line
        lea     rsi, [rbx + rax + 20]
        sub     rcx, rsi
        cmp     rcx, 211                        ; or it would not fit, or is below 0:
        ja      finish                          ; no variant's response: never
        rep movsb
        ret
derive_range:
        test    r9d, 0x100000
        jne     derive_206
        lea     rsi, [rel start_416]
        call    append
        call    append_length
        movzx   eax, word [rbx + 18]
derive_fields_way_35:
        jmp     derive_fields
derive_206:
        lea     rsi, [rel start_206]
        call    append
        mov     eax, [rbp - 72]
        sub     eax, [rbp - 64]
        inc     eax
        call    append_number                   ; Content-Length
        lea     rsi, [rel content_range]
        call    append
        mov     eax, [rbp - 64]
        call    append_number
        mov     byte [rdi], 45
        inc     rdi
        mov     eax, [rbp - 72]
        call    append_number
        mov     byte [rdi], 47
        inc     rdi
        call    append_length
        movzx   eax, word [rbx + 14]
        jmp     derive_fields_way_35

; The content's whole length, as its own Content-Length has it, and CRLF.
; in: rbx; rdi where it goes
; out: rdi behind it
; clobbers: rcx rsi
append_length:
        movzx   ecx, word [rbx + 14]
        sub     ecx, 33
        cmp     ecx, 12                         ; or it would not fit, or is below 0:
        ja      finish                          ; no variant's response: never
        lea     rsi, [rbx + 53]
        rep movsb
        ret

; ---- body: read, checked and discarded -------------------------------------

; in: eax the bits of r9 that say how a message is framed
; ends: in respond, or in an error
frame:
        test    r9b, 128                        ; the trailers' end
        jne     respond_way_36
        test    al, 3                           ; HTTP/1.1 without Host (RFC 9112, 3.2)
        je      bad_request
        rdtsc
        lea     r12d, [rdx + 10]                ; the body's deadline
        test    r9b, 8
        jne     chunked
        test    r9b, 4
        je      respond_way_36
        mov     r10, [rbp - 8]                  ; Content-Length
        test    r10, r10
        je      respond_way_36
        mov     eax, 0x100000                   ; the limit of a body
        cmp     r10, rax
        ja      content_too_large_way_37
        call    continue
        call    discard
respond_way_36:
        jmp     respond

; in: r8 behind the head; r14 end of what was read
; 100 (Continue), if the client waits for it: RFC 9110, 10.1.1
continue:
        mov     eax, r9d
        and     eax, 18
        cmp     al, 16                          ; an HTTP/1.0 client does not know it
        jne     continue_end
        cmp     r8d, r14d                       ; the body is on its way already
        jne     continue_end
        call    flush                           ; earlier responses first
        lea     rsi, [r15 - 165]                ; response_100
        mov     edx, 25
        call    send
continue_end:
        ret

; in: r10 bytes to read over; r8 cursor
; out: r8 behind them
discard:
        mov     eax, r14d
        sub     eax, r8d                        ; what is in the buffer
        cmp     r10, rax
        jbe     discard_rest
        sub     r10, rax
        call    refill
        jmp     discard
discard_rest:
        add     r8d, r10d
        ret

; in: r8 cursor
; out: eax the byte there; r8 behind it; or leaves for content_too_large
; clobbers: rcx rdx rsi rdi r11 where more must be read
next_byte:
        cmp     r8d, r14d
        jb      byte_there
        call    refill
byte_there:
        movzx   eax, byte [rbp + r8]
        inc     r8d
        dec     dword [rbp - 32]
        js      content_too_large_way_37
        ret
content_too_large_way_37:
        jmp     content_too_large

; in: r8 behind the head; rbx response
; Transfer-Encoding with Content-Length, or in HTTP/1.0, is an attack or a fault (RFC 9112, 6.1).
chunked:
        test    r9b, 6
        jne     bad_request
        call    continue
        mov     eax, 0x100000                   ; the limit of a body
        mov     [rbp - 8], rax                  ; what it may still have
        mov     dword [rbp - 32], 0x100000      ; and what may frame it
chunk:
        xor     r10d, r10d                      ; the chunk's size
        call    next_byte
size_digit:
        call    hex_digit                       ; there is one at least
        shl     r10, 4
        or      r10, rdx
        mov     rdx, r10
        shr     rdx, 59                         ; one more digit could overflow 63 bits
        jne     bad_request_way_38
        call    next_byte
        test    byte [r15 + rax], 64            ; a hexadecimal digit?
        jne     size_digit
extension_or_end:
        cmp     al, 13
        je      size_line_end
        call    skip_space
        cmp     al, 59
        jne     bad_request_way_38
extension:
        call    skip_one
        call    token                           ; its name
        cmp     al, 13
        je      size_line_end
        call    skip_space
        cmp     al, 59
        je      extension
        cmp     al, 61
        jne     bad_request_way_38
        call    skip_one
        cmp     al, 34
        je      quoted
        call    token                           ; its value
        jmp     extension_or_end
quoted:
        call    next_byte
        cmp     al, 34
        je      quoted_end
        cmp     al, 92
        jne     quoted_byte
        call    next_byte                       ; the escaped one
quoted_byte:
        cmp     al, 9
        je      quoted
        cmp     al, 127                         ; DEL
        je      bad_request_way_38
        cmp     al, 32
        jae     quoted
bad_request_way_38:
        jmp     bad_request
quoted_end:
        call    next_byte
        jmp     extension_or_end
size_line_end:
        call    line_feed
        test    r10, r10
        je      trailer                         ; the last chunk
        sub     [rbp - 8], r10
        jb      content_too_large
        call    discard
        call    next_byte
        cmp     al, 13
        jne     bad_request_way_38
        call    line_feed
        jmp     chunk

; in: eax first byte of a token
; out: eax the byte behind it; or leaves for bad_request
token:
        test    byte [r15 + rax], 1             ; a token's?
        je      bad_request_way_38
token_byte:
        call    next_byte
        test    byte [r15 + rax], 1             ; a token's?
        jne     token_byte
        ret

; in: eax a byte
; out: eax that byte, or the first behind it that is no space or tab
skip_space:
        cmp     al, 32
        je      skip_one
        cmp     al, 9
        jne     skip_end

; out: eax the next byte, or the first behind it that is no space or tab
skip_one:
        call    next_byte
        jmp     skip_space
skip_end:
        ret

; The line feed of a CRLF; anything else is an error.
line_feed:
        call    next_byte
        cmp     al, 10
        jne     bad_request_way_38
        ret

; in: r8 behind the last chunk's size; r14 end of what was read
; ends: in next_field, which ends in frame, and so in respond
trailer:
        or      r9b, 128                        ; the body is
        lea     rsi, [rbp + r8]
        mov     rdi, rbp
        sub     r14d, r8d
        mov     ecx, r14d
        rep movsb
        xor     eax, eax
        movdqu  [rdi], xmm3                     ; zeros behind what was read, again
        mov     [rbp - 12], eax                 ; the request is not needed any more
        lea     r10d, [rax - 2]                 ; next_field adds a CRLF
        jmp     next_field

; ---- boot routines, and what is said where the boot fails ------------------

; in: edi signal; rbp struct sigaction
; clobbers: rax rcx rdx rsi r10 r11
set_action:
        mov     r10d, 8                         ; size of a signal set
        xor     edx, edx                        ; the old action is not wanted
        mov     rsi, rbp
        mov     eax, 13                         ; rt_sigaction
        syscall

; in: eax a call's result; ebx offset of its name
; ends: in boot_failed where that is an error
check:
        test    eax, eax                        ; an errno is negative
        js      boot_failed
        ret

; in: edi descriptor; rsi text; edx length
; clobbers: rax rcx r11
tell:
        mov     eax, 1                          ; write
        syscall
        ret

; in: edi descriptor; rsi text, edx length; r9 the port's text
; Writes the text, the port and a new line.
; clobbers: rax rcx rdx rsi r11
tell_port:
        call    tell
        mov     rsi, r9
        mov     edx, [rbp - 12]
        call    tell
        lea     rsi, [rel newline]
        mov     edx, 1
        jmp     tell

; in: eax -errno; ebx offset of the call's name; r9 the port's text if the environment gave it
boot_failed:
        neg     eax                             ; errno
        mov     r14d, eax
        mov     edi, 2                          ; standard error, for all that follows
        lea     rsi, [rel call_names]
        add     rsi, rbx                        ; the name's length, then the name
        movzx   edx, byte [rsi]
        inc     rsi
        call    tell                            ; which call
        lea     rsi, [rel errno_names]          ; errno, length, name; the last errno is 0
errno_next:
        movzx   eax, byte [rsi]                 ; an errno
        movzx   edx, byte [rsi + 1]             ; the length of its name
        add     rsi, 2
        test    eax, eax
        je      errno_found                     ; the last one stands for all that have no name here
        cmp     eax, r14d
        je      errno_found
        add     rsi, rdx
        jmp     errno_next
errno_found:
        call    tell                            ; why
        lea     rsi, [rel banner + 20]          ; and on which address, as in the banner
        mov     edx, 4
        call    tell_port
        dec     edi                             ; status 1, one less than standard error
        jmp     exit
text_end:

; ---- data ------------------------------------------------------------------
        data_offset equ text_end - elf_header

        section .rodata start=data_offset vstart=data_offset+PAGE
data:

; how every stock response ends
stock_end:
        db      13, 10
        db      "Content-Length: 0", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10

; it starts as every stock response does
response_100:
        db      "HTTP/1.1 100 Continue", 13, 10
        db      13, 10

chunked_text:
        db      7
        db      "chunked"

continue_text:
        db      12
        db      "100-continue"

close_text:
        db      5
        db      "close"

keep_alive_text:
        db      10
        db      "keep-alive"

name_content_length:
        db      "content-length"

name_transfer_encoding:
        db      "transfer-encoding"

name_expect:
        db      "expect"

name_connection:
        db      "connection"

name_range:
        db      "range"

name_if_match:
        db      "if-match"

name_if_range:
        db      "if-range"

name_if_none_match:
        db      "if-none-match"

name_accept_encoding:
        db      "accept-encoding"

name_accept:
        db      "accept"

; what each byte may be part of; r15 points here
classes:
        times   33 db 0
        db      0x2f, 0x04, 0x01, 0x2f, 0x05, 0x2f, 0x2f, 0x2e, 0x2e, 0x2f, 0x2f, 0x2e
        db      0x2f, 0x3f, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
        db      0xff, 0x36, 0x2e, 0x04, 0x2e, 0x04, 0x04, 0x26, 0x7f, 0x7f, 0x7f, 0x7f
        db      0x7f, 0x7f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f
        db      0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x26, 0x04
        db      0x26, 0x27, 0x2f, 0x05, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x2f, 0x2f
        db      0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f
        db      0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x04, 0x27, 0x04, 0x2f, 0x00, 0x00
        times   127 db 0

; a method in the upper bytes, its column in the lowest
methods:
        dq      0x4441454800000000              ; HEAD
        dq      0x534e4f4954504f01              ; OPTIONS
        dq      0x54534f5000000002              ; POST
        dq      0x5455500000000002              ; PUT
        dq      0x4843544150000002              ; PATCH
        dq      0x4554454c45440002              ; DELETE
        dq      0x4543415254000002              ; TRACE

; setsockopt: level, name, length of the value, its distance
options:
        dd      0x11101401                      ; SO_RCVTIMEO: no silent client holds a process
        dd      0x1d101501                      ; SO_SNDTIMEO: nor one that does not read
        dd      0x9040201                       ; SO_REUSEADDR: a restart binds at once
        dd      0x5040106                       ; TCP_NODELAY: a response leaves when it is written
        db      0                               ; the end
        db      0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 ; the values
        db      0x00, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
        db      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00

; struct sockaddr of bind(2)
address:
        db      0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 ; and for sin_zero whatever follows

; the environment variable with the port
port_name:
        db      "PORT="

port_invalid_text:
        db      "$PORT must be a port from 1 to 65535", 10

; the port where the environment gives none
port_default:
        db      "8080"

banner:
        db      ">> server listening on :"

bytes_text:
        db      6
        db      "bytes="

coding_br:
        db      2
        db      "br"

coding_zstd:
        db      4
        db      "zstd"

coding_gzip:
        db      4
        db      "gzip"

coding_x_gzip:
        db      6
        db      "x-gzip"

coding_identity:
        db      8
        db      "identity"

coding_star:
        db      1
        db      "*"

range_html:
        db      9
        db      "text/html"

range_text:
        db      6
        db      "text/*"

range_any:
        db      3
        db      "*/*"

close_field:
        db      "Connection: close", 13, 10

keep_alive_field:
        db      "Connection: keep-alive", 13, 10

; in the upper bytes of a word
asset_extensions:
        dq      0x6c6d746800000000              ; html
        dq      0x6d74680000000000              ; htm
        dq      0x6c6d746878000000              ; xhtml
        dq      0x736a000000000000              ; js
        dq      0x736a6d0000000000              ; mjs
        dq      0x736a630000000000              ; cjs
        dq      0x7373630000000000              ; css
        dq      0x70616d0000000000              ; map
        dq      0x6d73617700000000              ; wasm
        dq      0x6e6f736a00000000              ; json
        dq      0x646c6e6f736a0000              ; jsonld
        dq      0x6e6f736a6f656700              ; geojson
        dq      0x6c6d780000000000              ; xml
        dq      0x7373720000000000              ; rss
        dq      0x6d6f746100000000              ; atom
        dq      0x7478740000000000              ; txt
        dq      0x7673630000000000              ; csv
        dq      0x646d000000000000              ; md
        dq      0x676e700000000000              ; png
        dq      0x67706a0000000000              ; jpg
        dq      0x6765706a00000000              ; jpeg
        dq      0x6669670000000000              ; gif
        dq      0x6776730000000000              ; svg
        dq      0x7062657700000000              ; webp
        dq      0x6669766100000000              ; avif
        dq      0x676e706100000000              ; apng
        dq      0x6f63690000000000              ; ico
        dq      0x706d620000000000              ; bmp
        dq      0x6669740000000000              ; tif
        dq      0x6666697400000000              ; tiff
        dq      0x6369656800000000              ; heic
        dq      0x6c786a0000000000              ; jxl
        dq      0x66666f7700000000              ; woff
        dq      0x3266666f77000000              ; woff2
        dq      0x6674740000000000              ; ttf
        dq      0x66746f0000000000              ; otf
        dq      0x746f650000000000              ; eot
        dq      0x33706d0000000000              ; mp3
        dq      0x34706d0000000000              ; mp4
        dq      0x61346d0000000000              ; m4a
        dq      0x76346d0000000000              ; m4v
        dq      0x6361610000000000              ; aac
        dq      0x63616c6600000000              ; flac
        dq      0x67676f0000000000              ; ogg
        dq      0x61676f0000000000              ; oga
        dq      0x76676f0000000000              ; ogv
        dq      0x7375706f00000000              ; opus
        dq      0x7661770000000000              ; wav
        dq      0x6162657700000000              ; weba
        dq      0x6d62657700000000              ; webm
        dq      0x766f6d0000000000              ; mov
        dq      0x766b6d0000000000              ; mkv
        dq      0x7474760000000000              ; vtt
        dq      0x3875336d00000000              ; m3u8
        dq      0x64706d0000000000              ; mpd
        dq      0x7374000000000000              ; ts
        dq      0x6664700000000000              ; pdf
        dq      0x70697a0000000000              ; zip
        dq      0x7a67000000000000              ; gz
        dq      0x7262000000000000              ; br
        dq      0x74737a0000000000              ; zst
        dq      0x7a67740000000000              ; tgz
        dq      0x7261740000000000              ; tar
        dq      0x6e69620000000000              ; bin
        dq      0x6174616400000000              ; data
        dq      0x626c670000000000              ; glb
        dq      0x66746c6700000000              ; gltf
        dq      0x3278746b00000000              ; ktx2
        dq      0x7264680000000000              ; hdr
        dq      0x7363690000000000              ; ics
        dq      0x6275706500000000              ; epub
        dq      0x7068700000000000              ; php
        dq      0x7073610000000000              ; asp
        dq      0x7870736100000000              ; aspx
        dq      0x70736a0000000000              ; jsp
        dq      0x6967630000000000              ; cgi

asset_long_text:
        db      "webmanifest"

start_304:
        db      27
        db      "HTTP/1.1 304 Not Modified", 13, 10

start_206:
        db      46
        db      "HTTP/1.1 206 Partial Content", 13, 10
        db      "Content-Length: "

content_range:
        db      23
        db      13, 10
        db      "Content-Range: bytes "

start_416:
        db      78
        db      "HTTP/1.1 416 Range Not Satisfiable", 13, 10
        db      "Content-Length: 0", 13, 10
        db      "Content-Range: bytes */"

newline:
        db      10

; the boot's calls, in their order
call_names:
        db      8
        db      "socket: "
        db      12
        db      "setsockopt: "
        db      6
        db      "bind: "
        db      8
        db      "listen: "
        db      14
        db      "rt_sigaction: "

; errno, length of the name, name
errno_names:
        db      98, 11
        db      "EADDRINUSE "
        db      13, 7
        db      "EACCES "
        db      1, 6
        db      "EPERM "
        db      99, 14
        db      "EADDRNOTAVAIL "
        db      97, 13
        db      "EAFNOSUPPORT "
        db      22, 7
        db      "EINVAL "
        db      24, 7
        db      "EMFILE "
        db      23, 7
        db      "ENFILE "
        db      12, 7
        db      "ENOMEM "
        db      105, 8
        db      "ENOBUFS "
        db      38, 7
        db      "ENOSYS "
        db      0, 8
        db      "errno ? "

; /api/rooms
methods_route_api_rooms:
        dd      response_200 - classes          ; GET
        dd      response_204 - classes          ; OPTIONS
        dd      response_405 - classes          ; POST

; /
methods_route_root:
        dd      resource_root - classes         ; GET
        dd      response_204 - classes          ; OPTIONS
        dd      response_405 - classes          ; POST

; /app.6c851710.js
methods_route_app_6c851710_js:
        dd      resource_app_6c851710_js - classes ; GET
        dd      response_204 - classes          ; OPTIONS
        dd      response_405 - classes          ; POST

; /index.html
methods_route_index_html:
        dd      resource_index_html - classes   ; GET
        dd      response_204 - classes          ; OPTIONS
        dd      response_405 - classes          ; POST

; /style.fac7ad80.css
methods_route_style_fac7ad80_css:
        dd      resource_style_fac7ad80_css - classes ; GET
        dd      response_204 - classes          ; OPTIONS
        dd      response_405 - classes          ; POST

; /apple-app-site-association
methods_route_apple_app_site_association:
        dd      response_404 - classes          ; GET
        dd      response_404 - classes          ; OPTIONS
        dd      response_404 - classes          ; POST

; resource: mark, modification, variants by coding
resource_root:
        dw      49152
        dq      0                               ; modification
        dd      response_200_3 - classes        ; br
        dd      response_200_4 - classes        ; zstd
        dd      response_200_5 - classes        ; gzip
        dd      response_200_2 - classes        ; identity
        dd      0                               ; whatever is accepted

; resource: mark, modification, variants by coding
resource_app_6c851710_js:
        dw      49152
        dq      0                               ; modification
        dd      response_200_7 - classes        ; br
        dd      response_200_8 - classes        ; zstd
        dd      response_200_9 - classes        ; gzip
        dd      response_200_6 - classes        ; identity
        dd      0                               ; whatever is accepted

; resource: mark, modification, variants by coding
resource_index_html:
        dw      49152
        dq      0                               ; modification
        dd      response_200_3 - classes        ; br
        dd      response_200_4 - classes        ; zstd
        dd      response_200_5 - classes        ; gzip
        dd      response_200_2 - classes        ; identity
        dd      0                               ; whatever is accepted

; resource: mark, modification, variants by coding
resource_style_fac7ad80_css:
        dw      49152
        dq      0                               ; modification
        dd      response_200_11 - classes       ; br
        dd      response_200_12 - classes       ; zstd
        dd      response_200_13 - classes       ; gzip
        dd      response_200_10 - classes       ; identity
        dd      0                               ; whatever is accepted

; resource: mark, modification, variants by coding
page_root:
        dw      49152
        dq      0                               ; modification
        dd      response_200_15 - classes       ; br
        dd      response_200_16 - classes       ; zstd
        dd      response_200_17 - classes       ; gzip
        dd      response_200_14 - classes       ; identity
        dd      response_404 - classes          ; for what does not accept HTML

; stock responses: length, mark, and what is their own
stock:

response_400:
        db      15, 128
        db      "400 Bad Request"

response_408:
        db      19, 128
        db      "408 Request Timeout"

response_413:
        db      21, 128
        db      "413 Content Too Large"

response_414:
        db      16, 128
        db      "414 URI Too Long"

response_417:
        db      22, 128
        db      "417 Expectation Failed"

response_431:
        db      35, 128
        db      "431 Request Header Fields Too Large"

response_501:
        db      19, 128
        db      "501 Not Implemented"

response_503:
        db      23, 128
        db      "503 Service Unavailable"

response_505:
        db      30, 128
        db      "505 HTTP Version Not Supported"

response_404:
        dw      101                             ; header block
        dd      111                             ; and content
        dd      response_404 - classes + 121    ; content
        dd      10
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 404 Not Found", 13, 10
        db      "Content-Type: text/plain; charset=utf-8", 13, 10
        db      "Vary: Accept", 13, 10
        db      "Content-Length: 10", 13, 10
        db      13, 10
        db      "Not found", 10

response_204:
        dw      54                              ; header block
        dd      54                              ; and content
        dd      response_204 - classes + 74     ; content
        dd      0
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: GET, HEAD, OPTIONS", 13, 10
        db      13, 10

response_405:
        dw      81                              ; header block
        dd      81                              ; and content
        dd      response_405 - classes + 101    ; content
        dd      0
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 405 Method Not Allowed", 13, 10
        db      "Allow: GET, HEAD, OPTIONS", 13, 10
        db      "Content-Length: 0", 13, 10
        db      13, 10

response_200:
        dw      71                              ; header block
        dd      92                              ; and content
        dd      response_200 - classes + 91     ; content
        dd      21
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Type: application/json", 13, 10
        db      "Content-Length: 21", 13, 10
        db      13, 10
        db      "[", '"kitchen","library"]'

response_200_2:
        dw      176                             ; header block
        dd      176                             ; and content
        dd      body_1 - classes                ; content, stored apart
        dd      453
        dw      38                              ; where a 206's fields start
        dw      100                             ; a 304's
        dw      174                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 453", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Accept-Ranges: bytes", 13, 10
        db      "ETag: ", '"3E36CxKmHAazGEEn"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_200_3:
        dw      176                             ; header block
        dd      357                             ; and content
        dd      response_200_3 - classes + 196  ; content
        dd      181
        dw      38                              ; where a 206's fields start
        dw      100                             ; a 304's
        dw      174                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 181", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: br", 13, 10
        db      "ETag: ", '"BY4wN13qpQJOqNMn"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10
        db      0x82, 0x38, 0x00, 0x84, 0x71, 0x92, 0xaa, 0xbe, 0xc6, 0x99, 0xdb, 0x28
        db      0xf5, 0xcb, 0xb2, 0x27, 0xe8, 0x44, 0xc4, 0xd4, 0x87, 0x4f, 0x12, 0x59
        db      0x32, 0x15, 0x82, 0x96, 0x2c, 0xb7, 0x31, 0x42, 0x8e, 0x77, 0xf7, 0x10
        db      0x7c, 0xe6, 0xf6, 0x2d, 0x9a, 0x40, 0x0c, 0x12, 0x9a, 0x86, 0x6e, 0x28
        db      0x49, 0x73, 0x4b, 0x3f, 0x8f, 0x20, 0x71, 0xdd, 0x10, 0x41, 0x91, 0xd2
        db      0xb3, 0x78, 0xd1, 0xd8, 0x87, 0xfd, 0x30, 0x24, 0x8e, 0x14, 0x15, 0x75
        db      0xdc, 0xd0, 0xbf, 0xc4, 0x35, 0xf4, 0xb5, 0x63, 0x7e, 0xbc, 0xed, 0x56
        db      0x11, 0xb8, 0x32, 0x2e, 0x33, 0x33, 0x4b, 0x8f, 0x74, 0x7c, 0x9a, 0xaf
        db      0x2a, 0xe6, 0x59, 0x51, 0x6b, 0x76, 0xc8, 0x81, 0x49, 0x45, 0x4b, 0x29
        db      0xb6, 0x78, 0xd2, 0xc4, 0x0e, 0x00, 0x1a, 0x8c, 0xfb, 0xab, 0x47, 0x50
        db      0x99, 0x35, 0xab, 0xa9, 0x60, 0xf0, 0x7c, 0xfe, 0x9f, 0x19, 0x7e, 0x77
        db      0x2f, 0xdb, 0x1b, 0xfb, 0xb4, 0xf1, 0x62, 0x92, 0xfc, 0x78, 0x9a, 0x66
        db      0xac, 0x24, 0xd3, 0x5c, 0x96, 0x5f, 0x43, 0xa7, 0x0e, 0x58, 0xbb, 0x82
        db      0x21, 0x9d, 0x47, 0x8f, 0xc3, 0x2c, 0x99, 0x80, 0x4a, 0x07, 0x81, 0xdc
        db      0x9d, 0x76, 0x7f, 0x6d, 0xaf, 0xff, 0x1a, 0x55, 0xd0, 0x8f, 0x50, 0xbc
        db      0x01

response_200_4:
        dw      178                             ; header block
        dd      178                             ; and content
        dd      body_2 - classes                ; content, stored apart
        dd      294
        dw      38                              ; where a 206's fields start
        dw      102                             ; a 304's
        dw      176                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 294", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: zstd", 13, 10
        db      "ETag: ", '"DmzXnCdD_wsW6umV"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_200_5:
        dw      178                             ; header block
        dd      178                             ; and content
        dd      body_3 - classes                ; content, stored apart
        dd      300
        dw      38                              ; where a 206's fields start
        dw      102                             ; a 304's
        dw      176                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 300", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: gzip", 13, 10
        db      "ETag: ", '"IYz31U0pbHwvWoEK"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_200_6:
        dw      210                             ; header block
        dd      1495                            ; and content
        dd      response_200_6 - classes + 230  ; content
        dd      1285
        dw      39                              ; where a 206's fields start
        dw      107                             ; a 304's
        dw      208                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 1285", 13, 10
        db      "Content-Type: text/javascript; charset=utf-8", 13, 10
        db      "Accept-Ranges: bytes", 13, 10
        db      "ETag: ", '"bIUXEPqiJBknTbW9"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      "// Draws the page that the address names. Links change the address witho"
        db      "ut a request;", 10
        db      "// an address that is opened directly comes here too, as the server answ"
        db      "ers it with", 10
        db      "// index.html.", 10
        db      "const pages = {", 10
        db      "  '/': () => ['Rooms', 'Choose a room.'],", 10
        db      "  '/rooms/:name': (name) => [`Room ${name}`, `Nobody is in ${name} now.`"
        db      "],", 10
        db      "};", 10
        db      10
        db      "function find(path) {", 10
        db      "  for (const [pattern, page] of Object.entries(pages)) {", 10
        db      "    const match = path.match(new RegExp(`^${pattern.replace(/:[a-z]+/g, "
        db      "'([^/]+)')}$`));", 10
        db      "    if (match) return page(...match.slice(1).map(decodeURIComponent));", 10
        db      "  }", 10
        db      "  return ['Nothing here', `There is no ${path}.`];", 10
        db      "}", 10
        db      10
        db      "function draw() {", 10
        db      "  const [title, text] = find(location.pathname);", 10
        db      "  document.title = title;", 10
        db      "  document.querySelector('h1').textContent = title;", 10
        db      "  document.querySelector('#text').textContent = text;", 10
        db      "  for (const link of document.querySelectorAll('nav a')) {", 10
        db      "    link.toggleAttribute('aria-current', link.pathname === location.path"
        db      "name);", 10
        db      "  }", 10
        db      "}", 10
        db      10
        db      "document.addEventListener('click', (event) => {", 10
        db      "  const link = event.target.closest('a[href^=", '"/"]', "');", 10
        db      "  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event"
        db      ".button !== 0) return;", 10
        db      "  event.preventDefault();", 10
        db      "  history.pushState(null, '', link.href);", 10
        db      "  draw();", 10
        db      "});", 10
        db      "addEventListener('popstate', draw);", 10
        db      "draw();", 10

response_200_7:
        dw      209                             ; header block
        dd      780                             ; and content
        dd      response_200_7 - classes + 229  ; content
        dd      571
        dw      38                              ; where a 206's fields start
        dw      106                             ; a 304's
        dw      207                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 571", 13, 10
        db      "Content-Type: text/javascript; charset=utf-8", 13, 10
        db      "Content-Encoding: br", 13, 10
        db      "ETag: ", '"EqZSvl37aiWXGsmu"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0x82, 0xa0, 0x00, 0x80, 0x65, 0x81, 0xed, 0x9e, 0x83, 0x4e, 0x2a, 0x94
        db      0xa1, 0xc0, 0x13, 0x5f, 0x47, 0xa4, 0x18, 0xad, 0x9f, 0x78, 0xdd, 0xc3
        db      0x64, 0x53, 0x83, 0xf4, 0xbd, 0x9c, 0xb4, 0x60, 0x9b, 0x9d, 0x92, 0x9e
        db      0xd9, 0xfd, 0x83, 0x57, 0xb1, 0x3c, 0x69, 0x4b, 0xf8, 0xc4, 0x44, 0x4f
        db      0xd6, 0x95, 0xf4, 0x49, 0xc2, 0x47, 0x67, 0x97, 0xb2, 0x92, 0x55, 0xca
        db      0x5b, 0x2b, 0x80, 0xb4, 0x6c, 0x4d, 0x36, 0x29, 0xba, 0x4c, 0x2a, 0xcb
        db      0xb3, 0xfa, 0xfd, 0x86, 0x34, 0x2a, 0x21, 0x24, 0x52, 0x83, 0xdd, 0x77
        db      0xdf, 0x11, 0xb1, 0x6a, 0x9a, 0x4c, 0x12, 0x21, 0x32, 0x5d, 0x23, 0xa1
        db      0x31, 0x9d, 0x46, 0x4b, 0x58, 0x98, 0xd7, 0xf1, 0x59, 0x70, 0x15, 0x4c
        db      0x2a, 0x25, 0x6e, 0xef, 0x96, 0xd9, 0xbe, 0x1e, 0xb9, 0x26, 0xa6, 0x66
        db      0x0a, 0x33, 0x9e, 0x60, 0x10, 0x11, 0x54, 0x31, 0x59, 0xed, 0x47, 0x4f
        db      0x44, 0x45, 0xe6, 0xb4, 0xef, 0x36, 0x35, 0x87, 0xbf, 0xb8, 0xbb, 0x9a
        db      0xde, 0xa1, 0xe1, 0x17, 0xe1, 0x1f, 0x08, 0x36, 0x7a, 0x7b, 0x34, 0x6a
        db      0xae, 0xd7, 0x30, 0x52, 0x26, 0x38, 0x49, 0xb4, 0x00, 0xdf, 0xe5, 0xf5
        db      0x5c, 0x32, 0x96, 0xb2, 0x49, 0x75, 0x0e, 0x3b, 0x7d, 0x13, 0xe2, 0xab
        db      0xb0, 0x82, 0x17, 0x0b, 0x85, 0x4b, 0x19, 0xae, 0xa9, 0x95, 0xcb, 0xc1
        db      0x92, 0x0f, 0x56, 0x73, 0x39, 0x76, 0x8a, 0x28, 0x8c, 0xbe, 0x19, 0xe5
        db      0x12, 0x76, 0x9b, 0x07, 0x42, 0xd4, 0x2b, 0x62, 0x5f, 0x5d, 0xa0, 0xce
        db      0xb7, 0xed, 0xe0, 0xbf, 0x36, 0xaa, 0x47, 0x0f, 0x9d, 0x3e, 0xb3, 0x3e
        db      0x74, 0xfb, 0x8b, 0x0e, 0x9f, 0x56, 0x5d, 0x18, 0x1a, 0x81, 0x08, 0x2e
        db      0x6e, 0xb1, 0x3f, 0x59, 0xa2, 0x12, 0x23, 0xb1, 0xc3, 0x9a, 0x86, 0xb3
        db      0xfd, 0x40, 0x62, 0xb7, 0x0c, 0x2d, 0x3a, 0x2e, 0xc8, 0x4f, 0xe5, 0x61
        db      0xe1, 0xa0, 0x2d, 0x7e, 0x91, 0x14, 0x94, 0x4c, 0x40, 0x12, 0x21, 0xd8
        db      0x0a, 0x98, 0xb4, 0x0e, 0xf3, 0x27, 0x3d, 0x18, 0x74, 0xed, 0xba, 0xec
        db      0x7c, 0x59, 0x2f, 0x9d, 0x4e, 0xce, 0xaf, 0x6f, 0xf6, 0x85, 0x6e, 0x2f
        db      0x8d, 0x10, 0x59, 0x69, 0x17, 0xba, 0x40, 0xfe, 0x9d, 0x5a, 0xc4, 0x07
        db      0xd1, 0xc6, 0x1b, 0x16, 0xfc, 0xa5, 0x52, 0x25, 0xb6, 0x52, 0x06, 0xaf
        db      0x5b, 0x48, 0xdc, 0xd5, 0x2a, 0x98, 0x25, 0x66, 0xf3, 0x60, 0x52, 0x1d
        db      0x67, 0x19, 0x39, 0xc5, 0xaa, 0x92, 0xe1, 0x90, 0xce, 0xb0, 0xc8, 0x0b
        db      0x7c, 0xf2, 0x1a, 0xac, 0x1e, 0x80, 0xa3, 0x92, 0x6f, 0x57, 0x7f, 0xeb
        db      0x0a, 0x5f, 0x8e, 0x05, 0x20, 0x70, 0xd8, 0x5e, 0x71, 0x23, 0xae, 0xaf
        db      0x8a, 0x3d, 0x54, 0xa4, 0x28, 0x74, 0x4d, 0x1d, 0x1e, 0xc1, 0x08, 0x4e
        db      0x4f, 0x05, 0xf4, 0x08, 0x2c, 0xe3, 0xd2, 0xac, 0x5f, 0xed, 0xca, 0x88
        db      0xaf, 0x50, 0x61, 0xf1, 0x78, 0x61, 0xac, 0xdc, 0xb1, 0xb8, 0x4b, 0x64
        db      0xda, 0x99, 0xce, 0x6a, 0xd3, 0xac, 0x2f, 0xd0, 0xe6, 0x8c, 0xef, 0xbb
        db      0x58, 0xd8, 0x67, 0x0b, 0x66, 0x9f, 0x52, 0x18, 0x87, 0xe6, 0x41, 0x0d
        db      0x32, 0x50, 0x39, 0x56, 0x74, 0x4f, 0xa7, 0x83, 0xd1, 0x05, 0xe3, 0x6a
        db      0x12, 0x48, 0x4c, 0x4e, 0x81, 0x3d, 0x6a, 0xb6, 0xdf, 0x40, 0xa1, 0x04
        db      0x17, 0xb1, 0x72, 0x5b, 0x4d, 0xfe, 0xfa, 0x25, 0x11, 0x64, 0x97, 0xbb
        db      0x36, 0x43, 0x02, 0x42, 0xb9, 0xb8, 0xbc, 0xae, 0xbf, 0x1d, 0x5e, 0x2c
        db      0x20, 0x85, 0x12, 0xf2, 0x1c, 0x80, 0x14, 0xd0, 0x1c, 0xb3, 0x07, 0x4b
        db      0xb9, 0xdd, 0x2a, 0x20, 0x8f, 0xe1, 0xc7, 0x56, 0xe9, 0xd2, 0xbf, 0xdf
        db      0xff, 0xd5, 0xf4, 0x76, 0xd9, 0xf5, 0xbb, 0x65, 0xe0, 0x7e, 0x7e, 0x6b
        db      0x08, 0xc7, 0xab, 0x7f, 0x49, 0xed, 0x3a, 0x6a, 0x28, 0x38, 0x21, 0x11
        db      0x22, 0xd8, 0xc7, 0x5a, 0x14, 0xa3, 0x70, 0x2d, 0x41, 0x41, 0x4a, 0xc3
        db      0x6b, 0x99, 0xc7, 0x81, 0xcf, 0x08, 0x1c, 0x0b, 0xda, 0xb2, 0x6f, 0x06
        db      0x2e, 0x19, 0x48, 0xda, 0xe0, 0x20, 0xc5, 0xd3, 0xf1, 0x04, 0x85, 0x49
        db      0xb0, 0xe7, 0xd0, 0x0f, 0xb5, 0xa0, 0x01

response_200_8:
        dw      211                             ; header block
        dd      920                             ; and content
        dd      response_200_8 - classes + 231  ; content
        dd      709
        dw      38                              ; where a 206's fields start
        dw      108                             ; a 304's
        dw      209                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 709", 13, 10
        db      "Content-Type: text/javascript; charset=utf-8", 13, 10
        db      "Content-Encoding: zstd", 13, 10
        db      "ETag: ", '"4RQgvG2LAYGIdeJ5"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0x28, 0xb5, 0x2f, 0xfd, 0x60, 0x05, 0x04, 0xdd, 0x15, 0x00, 0xa2, 0xea
        db      0x79, 0x24, 0x10, 0x53, 0xdd, 0x8f, 0xd1, 0x18, 0x9d, 0x2a, 0xda, 0x64
        db      0x42, 0xe6, 0xef, 0xb4, 0x82, 0xc5, 0x0f, 0x39, 0x77, 0xfa, 0x72, 0x6f
        db      0x71, 0x0c, 0x1c, 0xb0, 0xbf, 0xa9, 0x36, 0x7d, 0x22, 0x00, 0x00, 0x82
        db      0x03, 0x01, 0x8a, 0xb3, 0x38, 0x09, 0xa4, 0x92, 0xe2, 0x2c, 0x4c, 0xab
        db      0x97, 0x5f, 0x8a, 0xb3, 0x64, 0x8a, 0xd3, 0x96, 0x99, 0x13, 0x6b, 0xc7
        db      0x0f, 0x9f, 0xa2, 0xaa, 0xd8, 0xf5, 0x26, 0xd4, 0xbf, 0xca, 0xca, 0xfd
        db      0xc4, 0xe0, 0xc4, 0x0c, 0xf4, 0x32, 0xd8, 0xe7, 0x01, 0xd8, 0xf6, 0x7f
        db      0x2c, 0xf2, 0x93, 0xac, 0x2a, 0x7c, 0xb6, 0x26, 0xfc, 0x30, 0xe9, 0xc7
        db      0x8f, 0x0f, 0x80, 0x06, 0x05, 0x34, 0x01, 0xcf, 0xc5, 0xc4, 0xb4, 0x82
        db      0xc0, 0xe6, 0xbe, 0x72, 0xf5, 0x19, 0xdf, 0x33, 0x45, 0xe1, 0xbf, 0x7d
        db      0xd8, 0x2d, 0xd3, 0x32, 0xa2, 0x9c, 0xb1, 0x39, 0xca, 0xcd, 0x5f, 0x25
        db      0xc4, 0x37, 0x6f, 0x34, 0x48, 0x12, 0xcc, 0xf6, 0x79, 0x9e, 0x65, 0xda
        db      0x37, 0x53, 0x8a, 0xc5, 0x02, 0x28, 0x29, 0x6c, 0x8e, 0x1f, 0x8b, 0x48
        db      0xfa, 0xaf, 0xc0, 0x93, 0xa2, 0xfc, 0x5f, 0x83, 0xbb, 0x01, 0xbb, 0xb9
        db      0x39, 0x15, 0x32, 0x5a, 0x4e, 0xe7, 0x39, 0x58, 0xe0, 0x9b, 0xbf, 0x7d
        db      0xe1, 0x2d, 0xed, 0xa0, 0x6a, 0x8e, 0xfa, 0x47, 0x9e, 0x4c, 0x31, 0xa1
        db      0x8c, 0x69, 0xec, 0xb3, 0xef, 0x9b, 0x2d, 0x2c, 0xba, 0xf4, 0x60, 0xf4
        db      0xf9, 0x2c, 0xf4, 0x1c, 0xfc, 0xcb, 0xf0, 0x7c, 0xf9, 0x4e, 0x02, 0xa9
        db      0x94, 0x29, 0x0e, 0x14, 0xbd, 0xac, 0x5a, 0xef, 0x8a, 0x68, 0x99, 0x46
        db      0xb5, 0xac, 0xde, 0x23, 0x1a, 0x64, 0x95, 0xec, 0x9b, 0xdb, 0x2f, 0xcb
        db      0x17, 0x1c, 0x26, 0x2c, 0x58, 0xf2, 0xc8, 0x92, 0xbb, 0xa0, 0xf5, 0x96
        db      0x03, 0xc7, 0x51, 0xce, 0xfa, 0xde, 0x73, 0x4d, 0xb1, 0x67, 0xba, 0x8b
        db      0xdb, 0x49, 0x3a, 0xcb, 0x12, 0x0d, 0x64, 0x4b, 0x5b, 0x08, 0xa0, 0xe6
        db      0x02, 0xe2, 0xda, 0x32, 0x54, 0x43, 0x00, 0x75, 0x14, 0x40, 0x08, 0x42
        db      0xe3, 0x38, 0xc2, 0x79, 0x31, 0x7d, 0x1e, 0x03, 0x17, 0x91, 0xbb, 0x38
        db      0x1a, 0x28, 0x9e, 0x58, 0x09, 0xb7, 0x7b, 0xfb, 0x6c, 0x15, 0x1f, 0x5a
        db      0xbb, 0x8b, 0xab, 0x2c, 0xe9, 0x37, 0xbf, 0x8f, 0x8c, 0x11, 0x91, 0xd8
        db      0xc9, 0x17, 0x62, 0x9a, 0xf2, 0x3f, 0xbc, 0x20, 0x6e, 0xa9, 0x4f, 0x4b
        db      0xf5, 0xf0, 0x72, 0x52, 0xcb, 0x69, 0xdb, 0xe5, 0xc7, 0xc6, 0x26, 0x45
        db      0x71, 0x32, 0x85, 0x81, 0xa2, 0x27, 0xf1, 0xde, 0x96, 0x13, 0xc9, 0x23
        db      0x1e, 0x11, 0x2d, 0x13, 0x65, 0x1e, 0x03, 0x1b, 0x21, 0x34, 0x95, 0x81
        db      0xda, 0xb3, 0xdc, 0xb9, 0xba, 0x57, 0x0b, 0x6d, 0x99, 0x56, 0x2d, 0xf7
        db      0x89, 0x06, 0xd9, 0x84, 0x67, 0x17, 0xb7, 0x08, 0xad, 0x69, 0xbb, 0x8a
        db      0xc7, 0x3e, 0x5b, 0xbf, 0xb6, 0x47, 0xe5, 0x4d, 0xeb, 0xab, 0xc7, 0xc1
        db      0x52, 0xcb, 0x97, 0x5b, 0x29, 0x4b, 0x6a, 0xc3, 0xa5, 0xbc, 0x41, 0xb9
        db      0xc2, 0x65, 0xdc, 0x7f, 0x99, 0x72, 0xb5, 0x95, 0x2d, 0x8f, 0x3b, 0x99
        db      0x1f, 0x99, 0x4a, 0x69, 0x25, 0x6e, 0xbe, 0x7c, 0xab, 0x6c, 0xb8, 0x4d
        db      0xa3, 0x38, 0x5f, 0x19, 0xd3, 0x60, 0xba, 0x70, 0x1f, 0xf3, 0xea, 0xa5
        db      0x84, 0xa9, 0x86, 0x55, 0xdc, 0x9a, 0xd1, 0x12, 0x62, 0x5f, 0x65, 0x0b
        db      0xf6, 0xd6, 0xca, 0x54, 0x92, 0xe0, 0xc3, 0xea, 0x97, 0x29, 0x78, 0x2d
        db      0x57, 0xbf, 0x55, 0x02, 0x29, 0xc3, 0x36, 0x4d, 0x57, 0x20, 0x00, 0x40
        db      0x60, 0x14, 0x73, 0xe7, 0x01, 0x2c, 0xc1, 0x02, 0x02, 0x02, 0x81, 0xbe
        db      0xb8, 0x64, 0xa0, 0x75, 0xd0, 0xa2, 0x05, 0xb1, 0x40, 0x83, 0xa7, 0x8b
        db      0x7b, 0xeb, 0x20, 0x9a, 0x48, 0x36, 0x24, 0x12, 0x91, 0x6a, 0x1e, 0xfa
        db      0x87, 0x10, 0xb7, 0xc1, 0x4a, 0xbc, 0xd1, 0xfc, 0xa3, 0x65, 0x7d, 0x23
        db      0xce, 0x79, 0xf8, 0xbb, 0x45, 0xde, 0x42, 0x28, 0x27, 0x01, 0xec, 0x82
        db      0xff, 0x16, 0x6c, 0x39, 0xb8, 0x11, 0x28, 0xdd, 0x97, 0x04, 0x20, 0xe7
        db      0x2b, 0x02, 0xf8, 0xae, 0x70, 0xa6, 0x1a, 0xa4, 0x1b, 0x90, 0x6e, 0x64
        db      0xd2, 0x70, 0x98, 0xb2, 0xee, 0x1b, 0x19, 0x1d, 0x56, 0xee, 0x39, 0xb0
        db      0xdf, 0xb0, 0xf6, 0x01, 0xb2, 0x80, 0x14, 0x01, 0x24, 0x71, 0xa5, 0x02
        db      0xd1, 0xc4, 0xd0, 0x91, 0x65, 0xf0, 0x7e, 0x68, 0x96, 0x19, 0x27, 0x7d
        db      0x13, 0xb3, 0x06, 0x78, 0xd3, 0xc9, 0xb4, 0x13, 0xe4, 0x0d, 0x28, 0xe3
        db      0x37, 0x66, 0x06, 0xe5, 0x1c, 0xe7, 0x46, 0xca, 0x2d, 0x1e, 0x2d, 0xb9
        db      0xc0, 0xbe, 0xd6, 0x16, 0xcf, 0x61, 0xe4, 0x0f, 0xb3, 0xd4, 0xdd, 0xd9
        db      0x4d, 0xa6, 0x82, 0x0f, 0x92, 0x35, 0xb2, 0x7d, 0x13, 0x66, 0x67, 0xcd
        db      0x75, 0x5f, 0xc2, 0x15, 0x61, 0x18, 0xe0, 0x0d, 0x78, 0x65, 0x03, 0x34
        db      0xd0, 0x6c, 0x43, 0x50, 0xd7, 0x5b, 0x5b, 0xf6, 0x42, 0x80, 0xa5, 0x77
        db      0x31, 0xc1, 0x7c, 0xd5, 0x0b, 0x20, 0x2a, 0xc6, 0x23, 0x87, 0xc5, 0x55
        db      0xc4

response_200_9:
        dw      211                             ; header block
        dd      910                             ; and content
        dd      response_200_9 - classes + 231  ; content
        dd      699
        dw      38                              ; where a 206's fields start
        dw      108                             ; a 304's
        dw      209                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 699", 13, 10
        db      "Content-Type: text/javascript; charset=utf-8", 13, 10
        db      "Content-Encoding: gzip", 13, 10
        db      "ETag: ", '"MCq2L7YD6QuG3F76"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x8c, 0x52
        db      0xc1, 0x6e, 0xdc, 0x36, 0x10, 0xbd, 0xeb, 0x2b, 0x26, 0xa9, 0x01, 0x52
        db      0x88, 0x42, 0x35, 0x57, 0x2f, 0x54, 0x20, 0x70, 0x72, 0x28, 0x1a, 0xa4
        db      0x80, 0xd3, 0x9e, 0x16, 0x6b, 0x2c, 0x4d, 0xcd, 0x2e, 0x59, 0x53, 0x1c
        db      0x85, 0x1c, 0x79, 0xbd, 0x75, 0xf4, 0xef, 0x05, 0x29, 0xaf, 0xd3, 0x45
        db      0x7c, 0xc8, 0x49, 0xe2, 0xcc, 0xbc, 0x37, 0x6f, 0xde, 0x4c, 0xdb, 0xc2
        db      0x87, 0xa8, 0x0f, 0x09, 0xd8, 0x22, 0x8c, 0x7a, 0x8f, 0xc0, 0x56, 0x73
        db      0x79, 0xe9, 0xbe, 0x8f, 0x98, 0x12, 0x04, 0x3d, 0x60, 0x52, 0xf0, 0xc9
        db      0x85, 0xbb, 0x04, 0xc6, 0xea, 0xb0, 0xc7, 0xb3, 0xfc, 0xc1, 0xb1, 0xa5
        db      0x89, 0x41, 0x43, 0xc4, 0xaf, 0x13, 0x26, 0x5e, 0x55, 0x6d, 0x0b, 0x3a
        db      0x3c, 0x17, 0x14, 0x46, 0x97, 0x80, 0x46, 0x0c, 0xd8, 0x43, 0xef, 0x22
        db      0x1a, 0xf6, 0x47, 0x30, 0x34, 0x60, 0x02, 0x8b, 0x11, 0x81, 0x89, 0x1a
        db      0xd0, 0x8b, 0x8a, 0x84, 0xf1, 0x1e, 0x23, 0xe8, 0x90, 0x0e, 0x18, 0x13
        db      0x38, 0x2e, 0x1d, 0x32, 0xa7, 0x0b, 0x3d, 0x3e, 0x28, 0xcb, 0x83, 0x57
        db      0x95, 0xa1, 0x90, 0xb8, 0x28, 0x4e, 0xd0, 0xc1, 0x63, 0x05, 0x20, 0x5a
        db      0x71, 0x09, 0xb2, 0x86, 0xee, 0x37, 0x58, 0x8b, 0x6b, 0xa2, 0x21, 0x89
        db      0x06, 0xc4, 0x95, 0x25, 0x4a, 0x98, 0xc5, 0x11, 0x0d, 0x4a, 0x6c, 0x9a
        db      0x52, 0x99, 0x1f, 0xa9, 0xbd, 0xcc, 0xa3, 0x65, 0x50, 0xfe, 0x2e, 0xc0
        db      0x6d, 0x06, 0xc2, 0xc5, 0x63, 0x8e, 0xcc, 0xdb, 0x06, 0xb6, 0x9f, 0xe9
        db      0x96, 0xfa, 0x63, 0x96, 0xef, 0xc2, 0x29, 0x0e, 0x81, 0x0e, 0x6a, 0xbb
        db      0x69, 0xaa, 0x79, 0x55, 0x55, 0xbb, 0x29, 0x18, 0x76, 0x14, 0x60, 0xe7
        db      0x42, 0x2f, 0x47, 0xcd, 0xb6, 0x2e, 0x72, 0x76, 0x14, 0x41, 0x2e, 0x2a
        db      0xd7, 0xa3, 0x66, 0xc6, 0x18, 0x9a, 0xa2, 0x77, 0x03, 0xb4, 0x83, 0x3f
        db      0x6f, 0xff, 0x41, 0xc3, 0x0a, 0x03, 0x47, 0x87, 0x49, 0x96, 0x39, 0xea
        db      0x05, 0x08, 0xb0, 0xa0, 0x06, 0xcd, 0xc6, 0x42, 0x07, 0x99, 0x52, 0x95
        db      0x87, 0x0c, 0x78, 0x80, 0x6b, 0xdc, 0x7f, 0x7c, 0x18, 0xe5, 0xf6, 0xe6
        db      0xe2, 0xf1, 0x89, 0x56, 0x45, 0x1c, 0xbd, 0x36, 0x28, 0xdb, 0xcb, 0xb5
        db      0x7e, 0xfb, 0xef, 0xe6, 0x4d, 0xbb, 0x6f, 0x40, 0xc8, 0xf5, 0x4d, 0xbb
        db      0x79, 0x53, 0x8b, 0x7a, 0xbe, 0xd8, 0xd6, 0xf5, 0xaa, 0x10, 0xbb, 0x1d
        db      0xc8, 0xc2, 0x54, 0x43, 0x44, 0x9e, 0x62, 0x28, 0x82, 0xa4, 0x52, 0x0b
        db      0xbf, 0x4a, 0xde, 0x19, 0x94, 0xef, 0x6a, 0x35, 0xe8, 0x51, 0xf6, 0x68
        db      0xa8, 0xc7, 0xbf, 0xaf, 0x7f, 0xbf, 0xa2, 0x61, 0xa4, 0x80, 0x81, 0x17
        db      0x9a, 0xb9, 0x82, 0x13, 0x7a, 0x2d, 0x3e, 0x13, 0x5b, 0x17, 0xf6, 0x65
        db      0x8b, 0xa2, 0x81, 0xed, 0x5f, 0xf9, 0x27, 0xbb, 0x15, 0x08, 0x8a, 0x40
        db      0x3b, 0xab, 0xed, 0x66, 0x55, 0xcd, 0xff, 0x33, 0xaa, 0x8f, 0xfa, 0x20
        db      0x97, 0x59, 0x9f, 0xfc, 0x61, 0xc7, 0x1e, 0x1b, 0x60, 0x7c, 0xe0, 0x0d
        db      0x74, 0x8b, 0x93, 0x9e, 0x8c, 0xce, 0xe5, 0x2a, 0x93, 0x94, 0x05, 0xe5
        db      0xe6, 0x3d, 0x99, 0x69, 0xc0, 0xc0, 0xaa, 0x40, 0xa0, 0x83, 0xf2, 0x3d
        db      0xcb, 0x7c, 0x9d, 0x30, 0x1e, 0xbf, 0xa0, 0x47, 0xc3, 0x14, 0xa5, 0xb0
        db      0xef, 0x44, 0xad, 0x32, 0xf3, 0x15, 0x05, 0xc6, 0xc0, 0x3f, 0x83, 0xf9
        db      0x25, 0xd7, 0xff, 0x08, 0xc3, 0x07, 0x5e, 0x9d, 0x6f, 0xd6, 0xbb, 0x70
        db      0x97, 0xd7, 0xf9, 0x32, 0xd1, 0x7b, 0xef, 0xa5, 0x08, 0xfa, 0x1e, 0xb4
        db      0x78, 0xde, 0x6d, 0x46, 0x28, 0xa6, 0xfd, 0xde, 0xe3, 0x7b, 0xe6, 0xe8
        db      0x6e, 0x27, 0x46, 0x29, 0x74, 0x74, 0xfa, 0xad, 0x99, 0x62, 0xc4, 0xc0
        db      0xa2, 0x59, 0x8a, 0x4e, 0x73, 0x43, 0xd7, 0x75, 0xf0, 0xb2, 0x1b, 0x73
        db      0xf6, 0xf5, 0xb9, 0xb7, 0xee, 0xfb, 0x8f, 0xf7, 0x18, 0xf8, 0x93, 0x4b
        db      0x8c, 0x01, 0xa3, 0x14, 0xc6, 0x3b, 0x73, 0x27, 0x1a, 0x90, 0x98, 0xe3
        db      0xe5, 0xc2, 0xbf, 0xbb, 0x5e, 0xb4, 0x77, 0x50, 0x52, 0x8a, 0x75, 0xdc
        db      0x23, 0x2b, 0xe3, 0x29, 0x61, 0x62, 0x29, 0xf4, 0xda, 0x46, 0xdc, 0xdd
        db      0x74, 0xaf, 0xdb, 0xd7, 0x1b, 0x51, 0x7a, 0xe5, 0xdb, 0x79, 0x55, 0x30
        db      0xdf, 0xbe, 0x3d, 0x81, 0x0c, 0x47, 0xff, 0x07, 0x1e, 0xbf, 0x07, 0x06
        db      0x64, 0x7d, 0x16, 0x48, 0xd6, 0xed, 0xf8, 0x2c, 0x72, 0x3b, 0x31, 0x53
        db      0x80, 0x57, 0x5d, 0x07, 0xbf, 0x9e, 0xae, 0x30, 0xd3, 0x2f, 0xd9, 0x31
        db      0x96, 0xef, 0x07, 0xdc, 0xe9, 0xc9, 0xb3, 0x2c, 0x8d, 0xad, 0x4b, 0x4c
        db      0xf1, 0xa8, 0xc6, 0x29, 0xd9, 0x2f, 0xac, 0x19, 0x65, 0x98, 0xbc, 0x6f
        db      0x40, 0x9c, 0x8c, 0xca, 0x4a, 0x97, 0xe3, 0x28, 0x87, 0xb5, 0xaa, 0xe6
        db      0x7a, 0x55, 0xfd, 0x68, 0xc6, 0x48, 0x63, 0xca, 0x70, 0xd1, 0x94, 0xc2
        db      0x7a, 0x55, 0x9d, 0xea, 0xff, 0x1b, 0x00, 0xb8, 0x3d, 0x68, 0xb1, 0x05
        db      0x05, 0x00, 0x00

response_200_10:
        dw      202                             ; header block
        dd      392                             ; and content
        dd      response_200_10 - classes + 222 ; content
        dd      190
        dw      38                              ; where a 206's fields start
        dw      99                              ; a 304's
        dw      200                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 190", 13, 10
        db      "Content-Type: text/css; charset=utf-8", 13, 10
        db      "Accept-Ranges: bytes", 13, 10
        db      "ETag: ", '"-setgBowPGfe7cd6"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      "body { margin: 2rem auto; max-width: 36rem; padding: 0 1rem; font: 1rem/"
        db      "1.6 system-ui, sans-serif }", 10
        db      "nav a { margin-right: 1rem }", 10
        db      "a[aria-current] { font-weight: bold; text-decoration: none }", 10

response_200_11:
        dw      202                             ; header block
        dd      312                             ; and content
        dd      response_200_11 - classes + 222 ; content
        dd      110
        dw      38                              ; where a 206's fields start
        dw      99                              ; a 304's
        dw      200                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 110", 13, 10
        db      "Content-Type: text/css; charset=utf-8", 13, 10
        db      "Content-Encoding: br", 13, 10
        db      "ETag: ", '"BPQ_9GD1e52Z6FIe"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0xa2, 0x17, 0x00, 0x8c, 0x71, 0xb2, 0xcc, 0x2c, 0x66, 0x91, 0xba, 0x2d
        db      0xd5, 0x85, 0x72, 0xf5, 0x0a, 0x0f, 0xa6, 0x2a, 0x86, 0x47, 0xc3, 0x0d
        db      0x07, 0x45, 0x38, 0xa6, 0x42, 0x58, 0x99, 0x4e, 0x0e, 0x98, 0xbb, 0x66
        db      0x69, 0x6b, 0x41, 0x9a, 0x06, 0x92, 0x50, 0x5b, 0x20, 0x81, 0xa6, 0x37
        db      0x7c, 0x3e, 0x13, 0x21, 0xb1, 0x67, 0x00, 0x1d, 0x01, 0x69, 0x43, 0x54
        db      0xdf, 0x58, 0x91, 0x59, 0x8f, 0xb8, 0x9e, 0x26, 0xbe, 0xbd, 0x0e, 0x2d
        db      0x60, 0x04, 0x83, 0xe5, 0x6e, 0x64, 0xe6, 0x24, 0xc8, 0x39, 0xe8, 0x2c
        db      0x8d, 0xd9, 0xff, 0xed, 0x2e, 0x14, 0x71, 0x81, 0x10, 0x47, 0xde, 0xaa
        db      0x43, 0x7d, 0x29, 0xb5, 0xb0, 0x4c, 0xc4, 0x9e, 0xb6, 0x65, 0x83, 0xfe
        db      0xc9, 0x07

response_200_12:
        dw      204                             ; header block
        dd      357                             ; and content
        dd      response_200_12 - classes + 224 ; content
        dd      153
        dw      38                              ; where a 206's fields start
        dw      101                             ; a 304's
        dw      202                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 153", 13, 10
        db      "Content-Type: text/css; charset=utf-8", 13, 10
        db      "Content-Encoding: zstd", 13, 10
        db      "ETag: ", '"Oor3vKTDmQxWe_eO"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x85, 0x04, 0x00, 0x92, 0xc9, 0x1e
        db      0x1e, 0x50, 0x31, 0xb5, 0x01, 0x58, 0x63, 0xbf, 0x45, 0xe2, 0xaf, 0xe4
        db      0x4e, 0xbb, 0xc3, 0x16, 0xce, 0x47, 0x00, 0x84, 0xf4, 0x27, 0x1b, 0x9c
        db      0x19, 0x8d, 0x02, 0x8a, 0xa4, 0x50, 0x1a, 0xc5, 0xf4, 0x5c, 0xb7, 0x5f
        db      0xeb, 0xb4, 0x91, 0x9d, 0x92, 0x4c, 0x35, 0x94, 0x7d, 0x84, 0x25, 0x5c
        db      0x92, 0x8f, 0x92, 0x8e, 0xe8, 0x4d, 0x66, 0x47, 0x51, 0xa8, 0x8c, 0x07
        db      0x2c, 0xa6, 0x37, 0x8c, 0xb2, 0xc2, 0x07, 0xe0, 0x16, 0xd3, 0x17, 0xe5
        db      0x7c, 0xea, 0x2d, 0xbe, 0x07, 0xd4, 0x51, 0x2d, 0xfb, 0x45, 0xef, 0x87
        db      0xc0, 0x18, 0xac, 0x5e, 0xb7, 0x18, 0x27, 0x7c, 0x31, 0xab, 0x8c, 0x21
        db      0xc0, 0x91, 0x96, 0x7c, 0x18, 0xbe, 0x9a, 0x66, 0xfa, 0x28, 0x08, 0xdb
        db      0x11, 0xd7, 0x0e, 0xbe, 0x25, 0x17, 0xbe, 0x56, 0x19, 0xc6, 0x76, 0xe9
        db      0x11, 0x73, 0x49, 0x06, 0x00, 0x49, 0x67, 0xc8, 0xc2, 0x65, 0x5a, 0xb3
        db      0x16, 0x1a, 0xea, 0xbd, 0x9c, 0x46, 0x6a, 0x27, 0x14

response_200_13:
        dw      204                             ; header block
        dd      367                             ; and content
        dd      response_200_13 - classes + 224 ; content
        dd      163
        dw      38                              ; where a 206's fields start
        dw      101                             ; a 304's
        dw      202                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 163", 13, 10
        db      "Content-Type: text/css; charset=utf-8", 13, 10
        db      "Content-Encoding: gzip", 13, 10
        db      "ETag: ", '"jdwtPCgKky5pq_jP"', 13, 10
        db      "Vary: Accept-Encoding", 13, 10
        db      "Cache-Control: public, max-age=31536000, immutable", 13, 10
        db      13, 10
        db      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x3c, 0x8d
        db      0x41, 0x4e, 0x85, 0x40, 0x10, 0x44, 0xf7, 0x9c, 0xa2, 0x0e, 0xe0, 0xa8
        db      0x68, 0xc2, 0x62, 0x38, 0x8a, 0x71, 0xd1, 0x30, 0x0d, 0x74, 0xe2, 0xf4
        db      0x98, 0x9e, 0x46, 0x20, 0x84, 0xbb, 0x9b, 0xa0, 0xf9, 0xbb, 0x4a, 0xa5
        db      0xea, 0xbd, 0xa1, 0xa4, 0x03, 0x27, 0x32, 0xd9, 0x2c, 0x1a, 0xf1, 0x66
        db      0x9c, 0x41, 0xab, 0x97, 0x1e, 0x99, 0xf6, 0xb0, 0x49, 0xf2, 0x25, 0xe2
        db      0xbd, 0x33, 0xce, 0x3d, 0xbe, 0x29, 0x25, 0xd1, 0x39, 0xe2, 0x15, 0xed
        db      0x5d, 0x4c, 0x45, 0x3d, 0xde, 0xf9, 0xa5, 0x7d, 0xee, 0x50, 0x8f, 0xea
        db      0x9c, 0xc3, 0x2a, 0x4f, 0xa8, 0xa4, 0x35, 0x54, 0x36, 0x99, 0x70, 0x35
        db      0x4a, 0x3f, 0xa0, 0x87, 0x24, 0x98, 0xcc, 0xcb, 0xff, 0x0d, 0x57, 0x43
        db      0x1f, 0x64, 0x42, 0x61, 0x5c, 0xcd, 0x58, 0xfd, 0x13, 0xe7, 0x4d, 0x0d
        db      0x1b, 0xff, 0xad, 0x86, 0xf2, 0x95, 0x7a, 0x38, 0xef, 0x1e, 0x12, 0x8f
        db      0xc5, 0xc8, 0xa5, 0x68, 0x84, 0x16, 0x65, 0x5c, 0xcd, 0xef, 0x00, 0x78
        db      0x4e, 0x07, 0x13, 0xbe, 0x00, 0x00, 0x00

response_204_2:
        dw      43                              ; header block
        dd      43                              ; and content
        dd      response_204_2 - classes + 63   ; content
        dd      0
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: OPTIONS", 13, 10
        db      13, 10

response_405_2:
        dw      70                              ; header block
        dd      70                              ; and content
        dd      response_405_2 - classes + 90   ; content
        dd      0
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 405 Method Not Allowed", 13, 10
        db      "Allow: OPTIONS", 13, 10
        db      "Content-Length: 0", 13, 10
        db      13, 10

response_404_2:
        dw      87                              ; header block
        dd      97                              ; and content
        dd      response_404_2 - classes + 107  ; content
        dd      10
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 404 Not Found", 13, 10
        db      "Content-Type: text/plain; charset=utf-8", 13, 10
        db      "Content-Length: 10", 13, 10
        db      13, 10
        db      "Not found", 10

response_200_14:
        dw      184                             ; header block
        dd      184                             ; and content
        dd      body_1 - classes                ; content, stored apart
        dd      453
        dw      38                              ; where a 206's fields start
        dw      100                             ; a 304's
        dw      182                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 453", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Accept-Ranges: bytes", 13, 10
        db      "ETag: ", '"3E36CxKmHAazGEEn"', 13, 10
        db      "Vary: Accept, Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_200_15:
        dw      184                             ; header block
        dd      365                             ; and content
        dd      response_200_15 - classes + 204 ; content
        dd      181
        dw      38                              ; where a 206's fields start
        dw      100                             ; a 304's
        dw      182                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 181", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: br", 13, 10
        db      "ETag: ", '"BY4wN13qpQJOqNMn"', 13, 10
        db      "Vary: Accept, Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10
        db      0x82, 0x38, 0x00, 0x84, 0x71, 0x92, 0xaa, 0xbe, 0xc6, 0x99, 0xdb, 0x28
        db      0xf5, 0xcb, 0xb2, 0x27, 0xe8, 0x44, 0xc4, 0xd4, 0x87, 0x4f, 0x12, 0x59
        db      0x32, 0x15, 0x82, 0x96, 0x2c, 0xb7, 0x31, 0x42, 0x8e, 0x77, 0xf7, 0x10
        db      0x7c, 0xe6, 0xf6, 0x2d, 0x9a, 0x40, 0x0c, 0x12, 0x9a, 0x86, 0x6e, 0x28
        db      0x49, 0x73, 0x4b, 0x3f, 0x8f, 0x20, 0x71, 0xdd, 0x10, 0x41, 0x91, 0xd2
        db      0xb3, 0x78, 0xd1, 0xd8, 0x87, 0xfd, 0x30, 0x24, 0x8e, 0x14, 0x15, 0x75
        db      0xdc, 0xd0, 0xbf, 0xc4, 0x35, 0xf4, 0xb5, 0x63, 0x7e, 0xbc, 0xed, 0x56
        db      0x11, 0xb8, 0x32, 0x2e, 0x33, 0x33, 0x4b, 0x8f, 0x74, 0x7c, 0x9a, 0xaf
        db      0x2a, 0xe6, 0x59, 0x51, 0x6b, 0x76, 0xc8, 0x81, 0x49, 0x45, 0x4b, 0x29
        db      0xb6, 0x78, 0xd2, 0xc4, 0x0e, 0x00, 0x1a, 0x8c, 0xfb, 0xab, 0x47, 0x50
        db      0x99, 0x35, 0xab, 0xa9, 0x60, 0xf0, 0x7c, 0xfe, 0x9f, 0x19, 0x7e, 0x77
        db      0x2f, 0xdb, 0x1b, 0xfb, 0xb4, 0xf1, 0x62, 0x92, 0xfc, 0x78, 0x9a, 0x66
        db      0xac, 0x24, 0xd3, 0x5c, 0x96, 0x5f, 0x43, 0xa7, 0x0e, 0x58, 0xbb, 0x82
        db      0x21, 0x9d, 0x47, 0x8f, 0xc3, 0x2c, 0x99, 0x80, 0x4a, 0x07, 0x81, 0xdc
        db      0x9d, 0x76, 0x7f, 0x6d, 0xaf, 0xff, 0x1a, 0x55, 0xd0, 0x8f, 0x50, 0xbc
        db      0x01

response_200_16:
        dw      186                             ; header block
        dd      186                             ; and content
        dd      body_2 - classes                ; content, stored apart
        dd      294
        dw      38                              ; where a 206's fields start
        dw      102                             ; a 304's
        dw      184                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 294", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: zstd", 13, 10
        db      "ETag: ", '"DmzXnCdD_wsW6umV"', 13, 10
        db      "Vary: Accept, Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_200_17:
        dw      186                             ; header block
        dd      186                             ; and content
        dd      body_3 - classes                ; content, stored apart
        dd      300
        dw      38                              ; where a 206's fields start
        dw      102                             ; a 304's
        dw      184                             ; and a 416's
        db      "HTTP/1.1 200 OK", 13, 10
        db      "Content-Length: 300", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Encoding: gzip", 13, 10
        db      "ETag: ", '"IYz31U0pbHwvWoEK"', 13, 10
        db      "Vary: Accept, Accept-Encoding", 13, 10
        db      "Cache-Control: no-cache", 13, 10
        db      13, 10

response_412:
        dw      55                              ; header block
        dd      55                              ; and content
        dd      response_412 - classes + 75     ; content
        dd      0
        dw      0                               ; where a 206's fields start
        dw      0                               ; a 304's
        dw      0                               ; and a 416's
        db      "HTTP/1.1 412 Precondition Failed", 13, 10
        db      "Content-Length: 0", 13, 10
        db      13, 10

body_1:
        db      "<!doctype html>", 10
        db      "<html lang=", '"en">', 10
        db      "<meta charset=", '"utf-8">', 10
        db      "<meta name=", '"viewport" content="width=device-width">', 10
        db      "<title>Rooms</title>", 10
        db      "<link rel=", '"stylesheet" href="/style.fac7ad80.css">', 10
        db      "<link rel=", '"icon" href="data:,">', 10
        db      "<script type=", '"module" src="/app.6c851710.js"></script>', 10
        db      "<nav><a href=", '"/">All</a><a href="/rooms/kitchen">Kitchen</a><a href="/ro'
        db      "oms/library", '">Library</a></nav>', 10
        db      "<main>", 10
        db      "<h1>Rooms</h1>", 10
        db      "<p id=", '"text">This page needs JavaScript.</p>', 10
        db      "</main>", 10
        db      "</html>", 10

body_2:
        db      0x28, 0xb5, 0x2f, 0xfd, 0x40, 0x00, 0xc5, 0x00, 0xdd, 0x08, 0x00, 0x52
        db      0x92, 0x36, 0x1f, 0x50, 0x6b, 0xf2, 0x63, 0x2c, 0xb2, 0x2a, 0x4b, 0x05
        db      0xbb, 0x11, 0xd2, 0x66, 0x2d, 0x91, 0x5f, 0xbc, 0x14, 0x7b, 0xb2, 0x32
        db      0x12, 0xed, 0x2f, 0x7e, 0x9a, 0x27, 0x53, 0x8d, 0xd1, 0x61, 0x46, 0x3d
        db      0xf8, 0x0d, 0x21, 0x36, 0x6a, 0x22, 0x46, 0x14, 0x7a, 0x69, 0x83, 0x53
        db      0x99, 0x7b, 0x3c, 0xce, 0xe8, 0x79, 0xaa, 0x6b, 0x0b, 0x6a, 0xff, 0xc1
        db      0x7f, 0x13, 0x73, 0x67, 0xb2, 0x51, 0x49, 0x4b, 0xa2, 0x6b, 0xc8, 0x06
        db      0x21, 0xa8, 0x7d, 0xd0, 0xa6, 0x0c, 0xee, 0x1d, 0xb4, 0xf5, 0xae, 0x81
        db      0x68, 0x23, 0x7e, 0xaf, 0x40, 0x6d, 0xb3, 0x5a, 0x3a, 0xb2, 0x51, 0x88
        db      0xd5, 0xd6, 0x06, 0x24, 0x91, 0x28, 0x12, 0x01, 0x65, 0x0d, 0x20, 0x73
        db      0x36, 0xda, 0xb4, 0x68, 0x3d, 0xeb, 0xcf, 0xc1, 0x24, 0xdc, 0x74, 0x7e
        db      0x3a, 0xba, 0x6a, 0x00, 0x41, 0x7f, 0xb3, 0x28, 0x97, 0xdb, 0x5a, 0x17
        db      0x92, 0x50, 0x58, 0x2b, 0x56, 0x2f, 0x10, 0xb4, 0x69, 0xe1, 0xb4, 0x9d
        db      0x7d, 0xf7, 0x56, 0xfd, 0x3d, 0xbe, 0x6e, 0x7a, 0x4e, 0x4f, 0x23, 0xba
        db      0xc7, 0x06, 0x71, 0x85, 0x52, 0x26, 0x28, 0x7f, 0xef, 0x1e, 0xe1, 0xcb
        db      0x2d, 0xce, 0x52, 0x7b, 0xe6, 0x1c, 0x36, 0x7d, 0xf4, 0x8f, 0x72, 0x9d
        db      0x7d, 0x2a, 0xa7, 0x83, 0xbb, 0x65, 0x93, 0xc3, 0x8e, 0x0a, 0x62, 0xf1
        db      0x8e, 0x4d, 0xef, 0x95, 0x76, 0x5b, 0xa7, 0xdf, 0x21, 0x1b, 0xb5, 0xd1
        db      0x37, 0x31, 0x62, 0xbf, 0xc3, 0x46, 0x3d, 0xf8, 0xed, 0xf8, 0x7c, 0xfc
        db      0x92, 0x0c, 0x80, 0x03, 0x18, 0x00, 0x47, 0x24, 0x77, 0xca, 0xda, 0x37
        db      0xec, 0x5f, 0xb6, 0xdd, 0x22, 0xc3, 0x3a, 0x20, 0x82, 0x3b, 0xe0, 0x51
        db      0x14, 0x58, 0x78, 0x3f, 0xd6, 0xaa, 0x67, 0xec, 0xb5, 0x31, 0xdc, 0xc7
        db      0xe4, 0x2c, 0xea, 0x3c, 0xad, 0x09, 0x33, 0x54, 0x28, 0x50, 0x11, 0x84
        db      0x55, 0xa7, 0xb6, 0x79, 0x1d, 0x77, 0xfe, 0xaa, 0x08, 0x86, 0x79, 0x1f
        db      0x74, 0xd6, 0xab, 0xa0, 0x2c, 0x01

body_3:
        db      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x6c, 0x91
        db      0xc1, 0x6e, 0x23, 0x21, 0x0c, 0x86, 0xef, 0xf3, 0x14, 0xac, 0xcf, 0x9b
        db      0x21, 0x73, 0xd8, 0x4d, 0xb4, 0x02, 0xa4, 0xbd, 0xb6, 0x3d, 0xb5, 0x7d
        db      0x01, 0x17, 0x9c, 0x40, 0xc3, 0x30, 0x08, 0x9c, 0x49, 0xf3, 0xf6, 0x15
        db      0x33, 0x4d, 0xd5, 0x4a, 0x3d, 0x61, 0xff, 0x7c, 0xc6, 0xe6, 0xb7, 0xfa
        db      0xe5, 0x26, 0xcb, 0xd7, 0x4c, 0xc2, 0xf3, 0x18, 0x4d, 0xa7, 0xda, 0x21
        db      0x22, 0xa6, 0xa3, 0x06, 0x4a, 0x60, 0x3a, 0x35, 0x12, 0xa3, 0xb0, 0x1e
        db      0x4b, 0x25, 0xd6, 0x70, 0xe6, 0xc3, 0x66, 0xff, 0x29, 0x27, 0x1c, 0x49
        db      0xc3, 0x1c, 0xe8, 0x92, 0xa7, 0xc2, 0x20, 0xec, 0x94, 0x98, 0x12, 0x6b
        db      0xb8, 0x04, 0xc7, 0x5e, 0x3b, 0x9a, 0x83, 0xa5, 0xcd, 0x92, 0xb4, 0x1a
        db      0x0e, 0x1c, 0xc9, 0x3c, 0x4e, 0xd3, 0x58, 0x95, 0x5c, 0x93, 0x4e, 0xc5
        db      0x90, 0x4e, 0xa2, 0x50, 0xd4, 0x50, 0xf9, 0x1a, 0xa9, 0x7a, 0x22, 0x06
        db      0xe1, 0x0b, 0x1d, 0x34, 0xc8, 0x45, 0xea, 0x0f, 0x68, 0x77, 0xe8, 0xf6
        db      0xdb, 0xde, 0xd6, 0x0a, 0xdf, 0x4a, 0x82, 0x9d, 0xd2, 0x0d, 0x76, 0xc8
        db      0xf8, 0xef, 0x77, 0xbb, 0xaf, 0xb6, 0x84, 0xcc, 0xa2, 0x7d, 0x4b, 0xc3
        db      0x38, 0xb9, 0x73, 0x24, 0x10, 0xb5, 0x58, 0x0d, 0x12, 0x73, 0xee, 0xff
        db      0xda, 0xfd, 0x9f, 0x61, 0x37, 0x6c, 0xfb, 0xd7, 0x0a, 0x46, 0xc9, 0x95
        db      0x36, 0x9d, 0x4a, 0x38, 0x1b, 0x85, 0xb7, 0xd6, 0x60, 0xfe, 0xc7, 0xa8
        db      0x24, 0x7e, 0x91, 0x4a, 0x9b, 0x5c, 0x9e, 0x02, 0x5b, 0xdf, 0xbc, 0xb9
        db      0x5f, 0x83, 0x9f, 0x98, 0x18, 0x5e, 0x0a, 0x96, 0x2b, 0x98, 0x87, 0x35
        db      0x58, 0x18, 0xd9, 0x1a, 0x74, 0x6a, 0xc4, 0x90, 0x9a, 0xd1, 0xc3, 0xcd
        db      0x09, 0x3f, 0x98, 0x4e, 0x65, 0x11, 0x9c, 0x06, 0xa6, 0x37, 0x06, 0xf3
        db      0xec, 0x43, 0x15, 0x19, 0x8f, 0x24, 0x12, 0x91, 0xab, 0xe2, 0x0e, 0x67
        db      0x7c, 0x5a, 0xa6, 0xec, 0x95, 0xcc, 0xa6, 0x53, 0xf2, 0xe3, 0x0d, 0xb9
        db      0x2e, 0xed, 0x7d, 0x00, 0xe0, 0xf9, 0x23, 0x31, 0xc5, 0x01, 0x00, 0x00

data_end:
