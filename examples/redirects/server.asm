; server.asm: routes.yaml as assembly, for x86-64 Linux.

;     nasm -f bin server.asm -o server && chmod +x server

; gives the 13519 bytes of the server, the same as its compiler wrote.

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
        movdqu  [rbp - 112], xmm3               ; no query, no path, no host
        call    compose
        mov     edi, r13d
        call    tell
        jmp     close_client

; ---- the child: one request ------------------------------------------------

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

; in: r8 cursor, at the start of a request; r14 end of what was read
request:
        mov     dword [rbp - 40], 0x20c040      ; reads that may be made for it
        xor     ebx, ebx                        ; no response is chosen
        xor     r9d, r9d                        ; nothing is known of the request
        xor     r12d, r12d                      ; the clock does not run
        movdqu  [rbp - 72], xmm3                ; four segments of the path
        movdqu  [rbp - 112], xmm3               ; no query, no path, no host

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
        mov     [rbp - 108], cx                 ; its place, for a Location
        inc     ecx                             ; behind it the query
        mov     dl, 4                           ; a query's?
        call    span                            ; al, ecx: the byte behind the query
        mov     [rbp - 106], cx
        add     r11d, 4                         ; the column for those with a query

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
        mov     [rbp - 104], si                 ; the path
        mov     [rbp - 102], di
        test    rbx, rbx
        jne     next_field                      ; OPTIONS * has its response already

; ---- route: which response -------------------------------------------------

; in: rsi, rdi start and end of the path; r11 column
; out: rbx response
match_route:
        mov     [rbp - 48], esi
        mov     [rbp - 52], edi
        shl     r11d, 28
        or      r9d, r11d                       ; the column
        mov     dword [rbp - 92], 0             ; no field is in front of Host, yet
        lea     rbx, [rel host_1]               ; the request line is read: what is too large is a field
        test    r9d, 0x8000000                  ; that of the target counts (RFC 9112, 3.2.2)
        jne     host_authority
        lea     r8d, [r10 + 2]
        call    next_line                       ; r10: its end
        mov     eax, [rbp + r8]
        or      eax, 0x20202020                 ; in lower case
        cmp     eax, 0x74736f68
        jne     host_later
        lea     ecx, [r8 + 4]
        cmp     byte [rbp + rcx], 58
        jne     host_later
host_line:
        call    field_value                     ; ecx, edx: its start and end

; in: ecx, edx start and end of an authority without userinfo
host_value:
        mov     eax, edx                        ; from the end:
        mov     edi, 6
port_byte:
        cmp     eax, ecx
        jbe     port_cut                        ; digits alone are no port
        dec     edi
        js      port_cut                        ; nor are more than there can be
        dec     eax
        movzx   esi, byte [rbp + rax]
        test    byte [r15 + rsi], 128           ; a digit?
        jne     port_byte
        cmp     esi, 58
        jne     port_cut
        mov     edx, eax                        ; what stands in front of the port
port_cut:
        sub     edx, ecx                        ; the name's length
        jbe     host_default
        lea     esi, [rcx + rdx - 1]            ; its last byte
        cmp     byte [rbp + rsi], 46            ; the root's dot (RFC 1034, 3.1)
        jne     name_cut
        dec     edx
        je      host_default
name_cut:
        cmp     edx, 16
        jbe     name_fits
        add     ecx, edx                        ; of a longer one its end
        sub     ecx, 16
        mov     edx, 16
name_fits:
        movdqu  [rbp - 88], xmm3
        lea     rsi, [rbp + rcx]
        lea     rdi, [rbp - 88]
        mov     ecx, edx
        mov     [rbp - 44], edx
        rep movsb
        movdqu  xmm0, [rbp - 88]
        por     xmm0, xmm4                      ; in lower case: no other two bytes of a host become the same
        movdqu  [rbp - 88], xmm0
        lea     rdi, [rel host_names]
        lea     rsi, [rbp - 88]
        mov     ecx, edx
        call    find                            ; the name itself
        test    rbx, rbx
        jne     host_found
host_default:
        lea     rbx, [rel host_1]
host_found:
        mov     rdi, rbx                        ; the host
        mov     r11d, r9d
        shr     r11d, 28                        ; the method's column
        cmp     r11d, 7
        ja      bad_request                     ; never
        mov     ecx, [rbp - 52]
        cmp     ecx, r10d
        ja      bad_request                     ; never
        mov     esi, [rbp - 48]
        cmp     esi, ecx
        jae     bad_request                     ; never
        mov     [rbp - 48], esi
        mov     [rbp - 52], ecx
        sub     ecx, esi                        ; the path's length
        add     rsi, rbp
        cmp     ecx, 38
        ja      walk                            ; longer than any that is given as a whole
        call    find                            ; as a whole
        test    rbx, rbx
        jne     route_found
walk:
        mov     eax, [rdi + 4]
        lea     rdi, [r15 + rax]
        mov     eax, 0x2f2f2f2f                 ; the slash between segments
        movd    xmm1, eax
        punpckldq xmm1, xmm1                    ; twice,
        punpcklqdq xmm1, xmm1                   ; and four times
        mov     dword [rbp - 56], 5             ; segments of the longest pattern
        mov     esi, [rbp - 48]

; in: rdi state; esi the slash in front of a segment; xmm1 slashes
$segment:
        dec     dword [rbp - 56]
        js      short path_rest                 ; never: no state leads further
        inc     esi                             ; behind the slash
        mov     ecx, esi
segment_scan:
        cmp     ecx, [rbp - 52]
        jae     segment_last
        movdqu  xmm0, [rbp + rcx]               ; 16 bytes at a time:
        pcmpeqb xmm0, xmm1                      ; is there a slash?
        pmovmskb eax, xmm0
        add     ecx, 16
        test    eax, eax
        je      segment_scan
        bsf     eax, eax                        ; the first one
        lea     ecx, [rcx + rax - 16]
        cmp     ecx, [rbp - 52]                 ; in the path?
        jb      segment_known
segment_last:
        mov     ecx, [rbp - 52]                 ; it ends with the path
segment_known:
        mov     eax, [rbp - 56]                 ; how many may follow
        cmp     eax, 1                          ; is it one of the first ones?
        jb      segment_kept
        mov     edx, esi                        ; where it starts
        mov     [rbp + rax*4 - 76], dx
        mov     edx, ecx                        ; and ends
        mov     [rbp + rax*4 - 74], dx
segment_kept:
        mov     [rbp - 44], ecx
        sub     ecx, esi                        ; its length
        je      segment_empty
        cmp     ecx, 6
        ja      segment_any                     ; longer than any that is given
        add     rsi, rbp
        call    find                            ; a segment that goes on from here
        test    rbx, rbx
        jne     segment_found
segment_any:
        mov     eax, [rdi + 4]                  ; or any segment
        test    eax, eax
        je      path_rest
        lea     rbx, [r15 + rax]
segment_found:
        mov     rdi, rbx                        ; the next state
        mov     esi, [rbp - 44]
        cmp     esi, [rbp - 52]
        jb      $segment
        mov     eax, [rdi + 8]                  ; the path ends here
        jmp     path_known
segment_empty:
        mov     eax, [rdi + 12]                 ; the path ends with a slash,
        cmp     esi, [rbp - 52]
        je      path_known
path_rest:
        mov     eax, [rdi + 16]                 ; or the route takes all that is left
path_known:
        lea     rbx, [r15 + rax]
route_found:

; in: rbx route; r11 column
; out: rbx response
matched:
        mov     eax, [rbx + r11*4 + 4]          ; the method's response
        lea     rbx, [r15 + rax]
        cmp     dword [rbp - 92], 0
        jne     first_field
        cmp     r8d, r10d                       ; is a line read already? It may be empty
        jbe     field_line

; ---- fields: Host, framing, Expect -----------------------------------------

; in: r10 end of the line before
; keeps: rbx response
next_field:
        lea     r8d, [r10 + 2]                  ; behind its CRLF
        call    next_line                       ; r10: its end
field_line:
        cmp     r10d, r8d                       ; an empty line ends the head
        je      head_end
        mov     ecx, r8d
        mov     dl, 1                           ; a token's?
        call    plain_span                      ; al, ecx: the byte behind the name
        cmp     al, 58                          ; no whitespace before it (RFC 9112, 5.1), and no folded line (5.2)
        jne     bad_request_way_2
        mov     edx, ecx
        sub     edx, r8d                        ; the name's length
        je      bad_request_way_2
        mov     eax, [rbp + r8]
        add     eax, edx                        ; its first byte and its length, modulo 32, whatever the letter's case,
        mov     edi, 0x21a20                    ; have a bit for each name that is known
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
        jne     next_field                      ; a name that only looks alike modulo 32
        jmp     maybe_expect                    ; Expect
bad_request_way_2:
        jmp     bad_request

; in: r8 name, of edx bytes; eax its first four bytes, plus edx; ecx colon; r10 end of the line
maybe_host:
        or      eax, 0x20202020                 ; in every request: compared at once,
        cmp     eax, 0x74736f6c                 ; with its length, 4, in the first byte
        jne     next_field
        call    field_value                     ; ecx, edx: its start and end
        bts     r9d, 0                          ; Host is there
        jb      bad_request_way_2               ; twice
        mov     edi, edx
        mov     r11d, [rbp - 100]               ; an absolute-form's host wins (RFC 9112, 3.2.2)
        call    check_host
        cmp     ecx, edi                        ; and nothing behind it
        jne     bad_request_way_2
        test    r11d, r11d
        je      host_kept
        mov     [rbp - 100], r11w
        shr     r11d, 16
        mov     [rbp - 98], r11w
host_kept:
        jmp     next_field

; in: r10 the empty line's end; rbx response
; out: r8 behind the head
head_end:
        cmp     byte [rbp - 112], 1
        je      by_http
scheme_passed:
        cmp     byte [rbx + 1], 160             ; does it have blanks?
        je      form
        lea     r8d, [r10 + 2]
        mov     eax, r9d
        and     eax, 15
        cmp     al, 1                           ; HTTP/1.1 with its Host, and no body
        jne     frame

; ---- respond: the chosen response, in as few writes as it takes ------------

; in: rbx response; r9, r14 the request
respond:
        call    send_extended
        test    r9b, 64
        jne     drain_or_finish
drain_if_full:
        cmp     r14d, 16384                     ; a full buffer: there may be more to read
        je      drain

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
        test    r14d, r14d
        je      drain
        cmp     byte [rbp + r14 - 1], 10
        je      drain_if_full

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
        jne     bad_request_way_3
        cmp     ecx, r14d
        jae     line_read
bad_request_way_3:
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
        jmp     bad_request_way_3
span_end:
        ret

; ---- find: where a text leads to -------------------------------------------

; in: rdi host or state that it is looked up in; rsi text; ecx its length, not 0
; out: rbx the record that it leads to, or 0 where it is not there
; clobbers: rax rcx rdx
find:
        mov     eax, ecx
        shl     rax, 32                         ; the length
        mov     edx, [rdi]
        or      rax, rdx                        ; and the seed are the first word
        mov     rbx, 0x3a64f475796ec4f5
        imul    rax, rbx
        bswap   rax
        sub     ecx, 8                          ; where the last word starts
        jb      find_short
        xor     edx, edx
        jmp     find_more
find_word:
        xor     rax, [rsi + rdx]
        imul    rax, rbx
        bswap   rax
        add     edx, 8
find_more:
        cmp     edx, ecx
        jb      find_word
        xor     rax, [rsi + rcx]                ; the last word may overlap the one before
        imul    rax, rbx
        bswap   rax
        mov     edx, eax
        and     edx, 0                          ; the bucket
        mov     edx, [r15 + rdx*4 + 256]
        add     rdx, r15
        imul    rax, [rdx]
        shr     rax, 59                         ; the slot
        mov     edx, [rdx + rax*4 + 8]
        add     rdx, r15                        ; the one key that it can be
        cmp     ecx, [rdx + 4]                  ; by length,
        jne     short find_end
        mov     eax, [rdi]
        cmp     eax, [rdx]                      ; seed
        jne     find_end
        xor     eax, eax
        jmp     find_compare_more
find_compare:
        mov     rbx, [rsi + rax]
        cmp     rbx, [rdx + rax + 13]           ; and words
        jne     find_end
        add     eax, 8
find_compare_more:
        cmp     eax, ecx
        jb      find_compare
        mov     rbx, [rsi + rcx]
        cmp     rbx, [rdx + rcx + 13]
        jne     find_end
        jmp     find_there

; in: rax, rbx as in find; ecx the length less 8
find_short:
        add     ecx, 8
        shl     ecx, 3
        neg     ecx                             ; 64 - 8 * length, as a shift takes it
        mov     rdx, [rsi]
        shl     rdx, cl                         ; the text in the upper bytes, zeros below
        xor     rax, rdx
        imul    rax, rbx
        bswap   rax
        mov     edx, eax
        and     edx, 0                          ; the bucket
        mov     edx, [r15 + rdx*4 + 256]
        add     rdx, r15
        imul    rax, [rdx]
        shr     rax, 59                         ; the slot
        mov     edx, [rdx + rax*4 + 8]
        add     rdx, r15                        ; the one key that it can be
        cmp     cl, [rdx + 12]                  ; by length,
        jne     find_end
        mov     eax, [rdi]
        cmp     eax, [rdx]                      ; seed
        jne     find_end
        mov     rax, [rsi]
        xor     rax, [rdx + 13]
        shl     rax, cl                         ; and text
        jne     find_end
find_there:
        mov     ebx, [rdx + 8]
        add     rbx, r15
        ret
find_end:
        xor     ebx, ebx
        ret

; ---- read: more of the request, within its limits of size and time ---------

; Empties the buffer and reads: a body's bytes are not kept.
; out: r8 cursor, at the new bytes
; clobbers: rax rcx rdx rsi rdi r11
refill:
        xor     r8d, r8d
        xor     r14d, r14d

; in: r14 end of what was read
; out: r14 at least one byte further; or leaves where the client, the buffer, the time or the reads are at their end
; keeps: rbx r8 r9 r10 r12 r13 (r8, r10, r14 move with the bytes)
; clobbers: rax rcx rdx rsi rdi r11
read_more:
        mov     eax, r14d
        or      eax, r12d                       ; no byte yet, and no clock: nothing is measured
        je      read
        rdtsc                                   ; the coarse clock: edx counts units of 2^32 ticks, no system call
        test    r12d, r12d
        jne     clock_runs
        lea     r12d, [rdx + 5]                 ; the head's deadline
clock_runs:
        cmp     edx, r12d
        ja      timed_out_way_4                 ; a client that drips
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
        je      finish_way_5                    ; never, but where input is drained: each brings a byte
        add     r14d, eax
        movdqu  [rbp + r14], xmm3               ; zeros behind: 16 bytes may be looked at anywhere in the buffer
        ret

; in: eax 0 or -errno
read_failed:
        cmp     eax, -11                        ; EAGAIN: SO_RCVTIMEO is over
        je      silent
        cmp     eax, -4                         ; EINTR: stopped and continued
        je      read_more
finish_way_5:
        jmp     finish                          ; the client closed its side, or is gone

; The read timeout is over without a byte.
silent:
        mov     eax, r14d
        or      eax, r12d                       ; no byte of a request: nothing to answer
        je      finish_way_5
timed_out_way_4:
        jmp     timed_out

; ---- errors: each ends the connection --------------------------------------

; 400 (RFC 9110, 15.5.1)
bad_request:
        lea     rbx, [rel response_400]
        jmp     fail

; 501 (RFC 9110, 15.6.2)
not_implemented:
        lea     rbx, [rel response_501]
        jmp     fail

; 505 (RFC 9110, 15.6.6)
version_not_supported:
        lea     rbx, [rel response_505]
        jmp     fail

; 417 (RFC 9110, 15.5.18)
expectation_failed:
        lea     rbx, [rel response_417]
        jmp     fail

; 413 (RFC 9110, 15.5.14)
content_too_large:
        lea     rbx, [rel response_413]
        jmp     fail

; 414 in the request line, 431 behind it (RFC 9110, 15.5.15; RFC 6585, 5)
head_too_large:
        test    rbx, rbx                        ; a response is chosen once the request line is read
        jne     fields_too_large

; 414: what a form would become is longer than there is room for
uri_too_long:
        lea     rbx, [rel response_414]
        jmp     fail
fields_too_large:
        lea     rbx, [rel response_431]
        jmp     fail

; 408 (RFC 9110, 15.5.9)
timed_out:
        test    r9b, 64                         ; while draining there is nothing to say
        jne     finish_way_5
        lea     rbx, [rel response_408]
        jmp     fail

; in: bl a stock response's place
fail_stock:
        movzx   ebx, bl
        lea     rsi, [rel stock]
        add     rbx, rsi

; in: rbx a final response
fail:
        or      r9d, 64
        jmp     respond

; in: rbx a stock response
; out: rsi, edx its bytes
; clobbers: rcx rdi
compose:
        lea     rdi, [rbp + 16416]
        push    rdi
        lea     rsi, [r15 - 127]                ; response_100: its start
        mov     ecx, 9
        rep movsb
        lea     rsi, [rbx + 2]                  ; its status, and its own fields
        movzx   ecx, byte [rbx]
        rep movsb
        lea     rsi, [r15 - 169]                ; stock_end
        mov     cl, 40                          ; the rest of rcx is 0
        rep movsb
        call    append_policy
        mov     word [rdi], 2573                ; the empty line
        add     rdi, 2
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
        je      exit_0_way_6                    ; does not wait
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
exit_0_way_6:
        jmp     exit_0

; ---- the rarer requests ----------------------------------------------------
bad_request_way_7:
        jmp     bad_request

; in: r8 start of the line; r10 its end
; out: r11 column; ecx start of the target
other_method:
        mov     ecx, r8d
        mov     dl, 1                           ; a token's?
        call    span                            ; al, ecx: the byte behind the method
        cmp     al, 32                          ; one space, and nothing else, ends the method
        jne     bad_request_way_7
        mov     esi, ecx
        sub     ecx, r8d                        ; its length
        je      bad_request_way_7
        cmp     ecx, 7
        ja      not_implemented_way_8           ; longer than any method known
        mov     rax, [rbp + r8]
        shl     ecx, 3
        neg     ecx                             ; 64 - 8 * length, as a shift takes it
        shl     rax, cl                         ; the method in the upper bytes, zeros below
        lea     rdx, [rel methods]
        xor     ecx, ecx
method_next:
        mov     r11, [rdx + rcx]
        xor     r11, rax                        ; a known method leaves its column
        cmp     r11, 3                          ; and any other more than the last one
        jbe     method_known
        add     ecx, 8
        cmp     ecx, 56
        jb      method_next
not_implemented_way_8:
        jmp     not_implemented                 ; a method unknown to HTTP
method_known:
        lea     ecx, [rsi + 1]                  ; the target, behind the space
        test    r11d, r11d                      ; the first column again: HEAD
        jne     target_way_9
        or      r9d, 32
target_way_9:
        jmp     target

; in: rax difference to HTTP/1.1; ecx the space before it
; keeps: rbx rsi rdi r11
other_version:
        movzx   edx, byte [rbp + rcx + 8]       ; the minor version
        sub     edx, 48
        cmp     edx, 9
        ja      bad_request_way_10
        shl     rax, 8                          ; all but the minor version
        jne     other_major
        test    edx, edx
        jne     version_known_way_11
        or      r9d, 2
version_known_way_11:
        jmp     version_known
other_major:
        cmp     byte [rbp + rcx + 7], 46
        jne     bad_request_way_10
        shl     rax, 16                         ; drops the dot and the major version: HTTP/ is left
        je      version_not_supported
bad_request_way_10:
        jmp     bad_request

; in: ecx start of a target that has no slash there; r11 column
; out: as absolute-form leaves it, for path
other_form:
        cmp     byte [rbp + rcx], 42            ; asterisk-form (RFC 9112, 3.2.4)
        jne     absolute_form
asterisk:
        mov     esi, ecx                        ; the path that is kept
        lea     edi, [rcx + 1]
        inc     ecx
        movzx   eax, byte [rbp + rcx]
        cmp     r11d, 2                         ; is for OPTIONS only
        jne     bad_request_way_10
        lea     rbx, [rel response_204]
        or      r9d, 0x8000000                  ; which no host changes
        xor     eax, eax
        mov     [rbp - 48], eax
        mov     [rbp - 52], eax
        movzx   eax, byte [rbp + rcx]
        jmp     version
bad_request_way_12:
        jmp     bad_request_way_10
absolute_form:
        mov     eax, [rbp + rcx]
        or      eax, 0x20202020                 ; schemes are case-insensitive
        cmp     eax, 0x70747468
        jne     bad_request_way_10
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
        jne     bad_request_way_10
        add     ecx, 3
        mov     eax, ecx                        ; where it starts
        mov     [rbp - 44], eax
        mov     edi, ecx
        call    check_host                      ; al, ecx: the byte behind the authority
        mov     eax, ecx                        ; and ends
        mov     [rbp - 56], eax
        or      r9d, 0x8000000
        movzx   eax, byte [rbp + rcx]
        cmp     al, 47
        je      path
        cmp     al, 63
        je      no_path
        cmp     al, 32
        jne     bad_request_way_12
        cmp     r11d, 2                         ; no path and no query: of the whole server (RFC 9112, 3.2.4)
        jne     no_path
        dec     ecx                             ; the authority's last byte
        mov     byte [rbp + rcx], 42            ; is kept as the path
        jmp     asterisk
no_path:
        lea     esi, [rdi - 1]                  ; the slash in front of the authority
path_end_way_14:
        jmp     path_end
bad_request_way_13:
        jmp     bad_request

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
        jae     bad_request_way_13
        movzx   eax, byte [rbp + rcx]
        cmp     al, 37
        je      escape
        test    byte [r15 + rax], 2             ; a path's?
        je      path_end_way_14
        mov     [rbp + rdi], al
        inc     edi
        inc     ecx
        jmp     copy_path
bad_request_way_15:
        jmp     bad_request_way_13

; in: slotAuthority; r10 end of its line
; out: as host_value has it
host_authority:
        mov     edx, [rbp - 56]
        cmp     edx, r10d
        ja      bad_request_way_15              ; never
        mov     ecx, [rbp - 44]
        cmp     ecx, edx
        ja      bad_request_way_15              ; never
        lea     r8d, [r10 + 1]                  ; no line behind it is read yet
        jmp     host_value

; in: r8, r10 start and end of the first line behind the request line
host_later:
        mov     dword [rbp - 92], 1             ; the lines are read once more
host_scan:
        cmp     r10d, r8d                       ; the head is at its end, without Host
        je      host_default
        lea     r8d, [r10 + 2]
        call    next_line                       ; r10: its end
        mov     eax, [rbp + r8]
        or      eax, 0x20202020                 ; in lower case
        cmp     eax, 0x74736f68
        jne     host_scan
        lea     ecx, [r8 + 4]
        cmp     byte [rbp + rcx], 58
        jne     host_scan
        jmp     host_line

; in: rbx response
; out: r10 end of the request line
first_field:
        mov     r8d, [rbp - 52]                 ; behind the path
        call    next_line                       ; r10: the request line's end
        cmp     r10d, 14
        jb      bad_request_way_15              ; never
next_field_way_17:
        jmp     next_field
bad_request_way_16:
        jmp     bad_request_way_15

; in: eax a byte
; out: edx the value of the HEXDIG that it is; or leaves for bad_request
hex_digit:
        test    byte [r15 + rax], 64            ; a hexadecimal digit?
        je      bad_request_way_16
        mov     edx, eax
        and     edx, 15                         ; a digit's value, or 9 less than a letter's
        test    al, 64                          ; a letter
        je      hex_known
        add     edx, 9
hex_known:
        ret

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_content_length:
        lea     rdi, [r15 - 54]                 ; name_content_length
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_17
        xor     esi, esi
length_digit:
        movzx   eax, byte [rbp + rcx]           ; a space or the CR where the value is empty
        sub     eax, 48
        cmp     al, 9
        ja      bad_request_way_16
        lea     rsi, [rsi + rsi*4]              ; times five
        lea     rsi, [rax + rsi*2]              ; times two, and the digit
        mov     rax, rsi
        shr     rax, 59                         ; one more digit could overflow 63 bits
        jne     bad_request_way_16
        inc     ecx
        cmp     ecx, edx
        jb      length_digit
        bts     r9d, 2                          ; Content-Length is there
        jae     length_new
        cmp     [rbp - 8], rsi                  ; and was: the same?
        jne     bad_request_way_16
length_new:
        mov     [rbp - 8], rsi
next_field_way_19:
        jmp     next_field_way_17
bad_request_way_18:
        jmp     bad_request_way_16

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_transfer_encoding:
        lea     rdi, [r15 - 40]                 ; name_transfer_encoding
        call    is_field                        ; ecx, edx: start and end of its value
        jne     maybe_forwarded_proto
        bts     r9d, 3                          ; Transfer-Encoding is there
        jb      bad_request_way_18              ; twice: chunked would be applied again
        mov     r11d, ecx
        lea     ecx, [rdx - 7]                  ; where the last coding starts
        lea     rdi, [r15 - 102]                ; chunked_text
        call    is_value
        jne     bad_request_way_18              ; it is another one
        cmp     ecx, r11d                       ; the only one
        je      next_field_way_19
        movzx   eax, byte [rbp + rcx - 1]       ; what is in front of it
        test    byte [r15 + rax], 1             ; a token's?
        jne     bad_request_way_18              ; the end of a longer name
        jmp     not_implemented                 ; a coding in front that is not known here

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_expect:
        lea     rdi, [r15 - 23]                 ; name_expect
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_19
        cmp     byte [rbp + rdx - 1], 44        ; an empty element behind a comma is none (RFC 9110, 5.6.1.2)
        jne     expectation
        dec     edx
expectation:
        lea     rdi, [r15 - 94]                 ; continue_text
        call    is_value
        jne     expectation_failed
        or      r9d, 16
next_field_way_20:
        jmp     next_field

; in: r8 name, of edx bytes; ecx colon; r10 end of the line
maybe_forwarded_proto:
        mov     edx, ecx
        sub     edx, r8d                        ; the name's length, again
        lea     rdi, [r15 - 17]                 ; name_forwarded_proto
        call    is_field                        ; ecx, edx: start and end of its value
        jne     next_field_way_20
        xor     eax, eax
        mov     [rbp - 112], al                 ; neither, unless it says so
        mov     r11d, ecx                       ; where the value starts
        mov     r8d, edx                        ; and ends; the line's start is not needed any more
        lea     ecx, [r8 - 5]                   ; where the last one starts
        mov     edx, r8d
        lea     rdi, [r15 - 76]                 ; https_text
        call    is_value
        jne     scheme_other
        mov     dl, 2                           ; https
        jmp     scheme_found
scheme_other:
        lea     ecx, [r8 - 4]                   ; where the last one starts
        mov     edx, r8d
        lea     rdi, [r15 - 81]                 ; http_text
        call    is_value
        jne     next_field_way_20
        mov     dl, 1                           ; http
scheme_found:
        cmp     ecx, r11d                       ; the only one
        je      scheme_known
        movzx   eax, byte [rbp + rcx - 1]       ; what is in front of it
        test    byte [r15 + rax], 1             ; a token's?
        jne     next_field_way_20               ; the end of a longer name
scheme_known:
        mov     [rbp - 112], dl
        jmp     next_field_way_20

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
        mov     [rbp - 100], cx                 ; the name's place, for a Location
        cmp     byte [rbp + rcx], 91            ; an IPv6 address in brackets
        je      host_literal
host_name:
        mov     dl, 8                           ; a host name's?
        call    plain_span
        cmp     ecx, esi
        je      bad_request_way_21              ; empty
host_port:
        mov     [rbp - 98], cx
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
        jne     bad_request_way_21
        cmp     ecx, esi                        ; nothing in the brackets
        je      bad_request_way_21
        inc     ecx
        movzx   eax, byte [rbp + rcx]
        jmp     host_port
bad_request_way_21:
        jmp     bad_request

; in: rbx response; r9 the request; slotStamp, where there is a clock; no output waits
; clobbers: rax rcx rdx rsi rdi r11
send_extended:
        lea     rdi, [rbp + 16416]
        movsx   ecx, word [rbx]                 ; its header block
        sub     ecx, 2                          ; all but the empty line
        js      send_composed                   ; stored as its status
        lea     rsi, [rbx + 6]
        rep movsb
        call    append_policy
        mov     word [rdi], 2573                ; the empty line
        add     rdi, 2
        test    r9b, 32                         ; HEAD: the header block alone
        jne     send_made
        movsx   ecx, word [rbx]                 ; its header block
        lea     rsi, [rbx + rcx + 6]            ; the content behind the header block
        mov     ecx, [rbx + 2]
        movsx   eax, word [rbx]                 ; its header block
        sub     ecx, eax                        ; the content's length
send_bytes:
        lea     rax, [rbp + 32800]
        sub     rax, rdi                        ; room for the content
        cmp     rcx, rax
        ja      send_apart
        rep movsb
send_made:
        lea     rsi, [rbp + 16416]
        mov     edx, edi
        sub     edx, esi
        call    send
        ret
send_apart:
        lea     rsi, [rbp + 16416]
        mov     edx, edi
        sub     edx, esi
        call    send
        movsx   ecx, word [rbx]                 ; its header block
        lea     rsi, [rbx + rcx + 6]            ; the content behind the header block
        mov     ecx, [rbx + 2]
        movsx   eax, word [rbx]                 ; its header block
        sub     ecx, eax                        ; the content's length
send_known:
        mov     edx, ecx
        call    send
        ret
send_composed:
        call    compose
        call    send
        ret

; in: rbx response; r10 end of the head; r9
; ends: in form, or where it came from
by_http:
        test    r9b, 128                        ; trailers: it was seen already
        jne     scheme_passed
        movzx   ecx, word [rbp - 104]           ; the path
        movzx   edx, word [rbp - 102]
        cmp     ecx, r10d
        jae     exit_0                          ; never: it is a part of the head
        cmp     byte [rbp + rcx], 47            ; OPTIONS * is for no path
        jne     scheme_passed
        lea     rbx, [rel response_308_4]
        jmp     form

; in: rdi where it goes
; out: rdi behind Strict-Transport-Security, where the request came by https
; clobbers: rax rcx rsi
append_policy:
        cmp     byte [rbp - 112], 2
        jne     no_policy
        lea     rsi, [rel policy]
        mov     ecx, 61
        rep movsb
no_policy:
        ret

; ---- forms: responses with blanks for what the request says ----------------

; in: rbx a form; r10 end of the head; r9
; ends: behind the response, or in an error
form:
        add     rbx, 8                          ; its response
        test    r9b, 3                          ; HTTP/1.1 without Host (RFC 9112, 3.2)
        je      bad_request
        or      r9d, 64                         ; a body is not waited for
        mov     edi, 16416                      ; where it goes
        movzx   eax, byte [rbx - 8]
        cmp     al, 0
        je      form_1
        cmp     al, 1
        je      form_2
        cmp     al, 2
        je      form_3
        cmp     al, 3
        je      form_4
        cmp     al, 4
        je      form_5
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 100]           ; the host
        movzx   edx, word [rbp - 98]
        cmp     ecx, edx                        ; HTTP/1.0 without Host
        jae     bad_request
        call    fill_host
        movzx   eax, word [rbx - 6]
        movzx   ecx, word [rbx - 4]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 104]           ; the path
        movzx   edx, word [rbp - 102]
        call    fill_span
        movzx   eax, word [rbx - 4]
        movzx   ecx, word [rbx - 2]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 108]           ; the query
        movzx   edx, word [rbp - 106]
        call    fill_span
        movzx   eax, word [rbx - 2]

; in: eax where the last blank is; edi where the rest goes
form_rest:
        movsx   ecx, word [rbx]                 ; its header block
        sub     ecx, 2                          ; all but the empty line
        call    fill_text
        cmp     byte [rbp - 112], 2
        jne     form_no_policy
        lea     rsi, [rel policy]
        mov     ecx, 61
        call    fill_bytes
form_no_policy:
        movsx   ecx, word [rbx]                 ; its header block
        lea     eax, [rcx - 2]                  ; the empty line
        call    fill_text
        test    r9b, 32                         ; HEAD has no content
        jne     form_filled
        movsx   eax, word [rbx]                 ; its header block
        mov     ecx, [rbx + 2]
        call    fill_text
form_filled:
        lea     rsi, [rbp + 16416]
        lea     edx, [rdi - 16416]
        call    send
        jmp     drain_or_finish
form_1:
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 104]           ; the path
        movzx   edx, word [rbp - 102]
        call    fill_span
        movzx   eax, word [rbx - 6]
        movzx   ecx, word [rbx - 4]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 108]           ; the query
        movzx   edx, word [rbp - 106]
        call    fill_span
        movzx   eax, word [rbx - 4]
form_rest_way_22:
        jmp     form_rest
form_2:
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 108]           ; the query
        movzx   edx, word [rbp - 106]
        call    fill_span
        movzx   eax, word [rbx - 6]
form_rest_way_23:
        jmp     form_rest_way_22
form_3:
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 64]            ; from the segment to the path's end
        movzx   edx, word [rbp - 102]
        call    fill_span
        movzx   eax, word [rbx - 6]
        movzx   ecx, word [rbx - 4]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 108]           ; the query
        movzx   edx, word [rbp - 106]
        call    fill_span
        movzx   eax, word [rbx - 4]
form_rest_way_24:
        jmp     form_rest_way_22
form_4:
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 72]            ; the segment
        movzx   edx, word [rbp - 70]
        call    fill_span
        movzx   eax, word [rbx - 6]
        movzx   ecx, word [rbx - 4]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 108]           ; the query
        movzx   edx, word [rbp - 106]
        call    fill_span
        movzx   eax, word [rbx - 4]
        jmp     form_rest_way_23
form_5:
        xor     eax, eax
        movzx   ecx, word [rbx - 6]             ; up to the blank
        call    fill_text
        movzx   ecx, word [rbp - 68]            ; the segment
        movzx   edx, word [rbp - 66]
        call    fill_argument
        movzx   eax, word [rbx - 6]
        jmp     form_rest_way_24

; in: rbx response; eax, ecx start and end of a part of it; edi where it goes
; out: edi behind it; or leaves for uri_too_long
; clobbers: rcx rsi
fill_text:
        sub     ecx, eax
        cmp     ecx, 139
        ja      exit_0                          ; never: as it is stored
        lea     rsi, [rbx + rax + 6]

; in: rsi, ecx bytes and how many; edi where they go
; out: edi behind them; or leaves for uri_too_long
; clobbers: rcx rsi
fill_bytes:
        cmp     edi, 25008                      ; room for the longest part that there is?
        ja      uri_too_long
        add     rdi, rbp
        rep movsb
        sub     rdi, rbp
        ret

; in: ecx, edx start and end of a host; r10 end of the head; edi where it goes
; out: as fill_span
fill_host:
        cmp     edx, r10d
        ja      exit_0                          ; never: it is a part of the head
        cmp     byte [rbp + rcx], 91            ; an IPv6 address in brackets: check_host has let nothing else pass between them
        jne     fill_span
        lea     rsi, [rbp + rcx]
        sub     edx, ecx
        mov     ecx, edx
        cmp     ecx, 64
        ja      bad_request                     ; no address is as long
        jmp     fill_bytes

; in: as fill_span
; out: as fill_span; what separates parameters of a query is encoded
; clobbers: rax rcx rsi r8
fill_argument:
        cmp     edx, r10d
        ja      exit_0                          ; never: it is a part of the head
        mov     r8d, 1
        jmp     fill_byte

; in: ecx, edx start and end of bytes of the request; r10 end of the head; edi where they go
; out: edi behind them, percent-encoded where a URI cannot have them; or leaves for uri_too_long
; clobbers: rax rcx rsi r8
fill_span:
        cmp     edx, r10d
        ja      exit_0                          ; never: it is a part of the head
        xor     r8d, r8d                        ; no parameter of a query
fill_byte:
        cmp     ecx, edx
        jae     fill_span_end
        movzx   eax, byte [rbp + rcx]
        inc     ecx
        cmp     edi, 25131                      ; an escape still fits
        ja      uri_too_long
        cmp     al, 39                          ; a quotation mark, if one that a URI may have
        je      fill_escape
        test    r8d, r8d                        ; for a parameter of a query?
        je      fill_no_argument
        cmp     al, 38
        je      fill_escape
        cmp     al, 61
        je      fill_escape
        cmp     al, 43
        je      fill_escape
        cmp     al, 59
        je      fill_escape
fill_no_argument:
        test    byte [r15 + rax], 8             ; a host name's?
        jne     fill_plain                      ; unreserved or a sub-delim (RFC 3986, 2.2)
        cmp     al, 47
        je      fill_plain
        cmp     al, 58
        je      fill_plain
        cmp     al, 64
        je      fill_plain
        cmp     al, 63
        je      fill_plain
        cmp     al, 37                          ; an escape of its own,
        jne     fill_escape
        movzx   esi, byte [rbp + rcx]           ; if two digits follow
        test    byte [r15 + rsi], 64            ; a hexadecimal digit?
        je      fill_escape
        movzx   esi, byte [rbp + rcx + 1]
        test    byte [r15 + rsi], 64            ; a hexadecimal digit?
        je      fill_escape
fill_plain:
        mov     [rbp + rdi], al
        inc     edi
fill_byte_way_25:
        jmp     fill_byte
fill_escape:
        mov     byte [rbp + rdi], 37
        mov     esi, eax
        shr     esi, 4
        movzx   esi, byte [r15 + rsi - 70]
        mov     [rbp + rdi + 1], sil
        and     eax, 15
        mov     esi, eax
        movzx   esi, byte [r15 + rsi - 70]
        mov     [rbp + rdi + 2], sil
        add     edi, 3
        jmp     fill_byte_way_25
fill_span_end:
        ret

; ---- body: read, checked and discarded -------------------------------------

; in: eax the bits of r9 that say how a message is framed
; ends: in respond, or in an error
frame:
        test    r9b, 128                        ; the trailers' end
        jne     respond_way_26
        test    al, 3                           ; HTTP/1.1 without Host (RFC 9112, 3.2)
        je      bad_request
        rdtsc
        lea     r12d, [rdx + 10]                ; the body's deadline
        test    r9b, 8
        jne     chunked
        test    r9b, 4
        je      respond_way_26
        mov     r10, [rbp - 8]                  ; Content-Length
        test    r10, r10
        je      respond_way_26
        mov     eax, 0x100000                   ; the limit of a body
        cmp     r10, rax
        ja      content_too_large_way_27
        call    continue
        call    discard
respond_way_26:
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
        cmp     word [rbx], 0                   ; stored as its status: an error
        js      decided
        cmp     byte [rbx + 15], 51             ; the status's first digit
        jb      body_wanted
decided:
        jmp     fail
body_wanted:
        lea     rsi, [r15 - 127]                ; response_100
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
        js      content_too_large_way_27
        ret
content_too_large_way_27:
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
        jne     bad_request_way_28
        call    next_byte
        test    byte [r15 + rax], 64            ; a hexadecimal digit?
        jne     size_digit
extension_or_end:
        cmp     al, 13
        je      size_line_end
        call    skip_space
        cmp     al, 59
        jne     bad_request_way_28
extension:
        call    skip_one
        call    token                           ; its name
        cmp     al, 13
        je      size_line_end
        call    skip_space
        cmp     al, 59
        je      extension
        cmp     al, 61
        jne     bad_request_way_28
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
        je      bad_request_way_28
        cmp     al, 32
        jae     quoted
bad_request_way_28:
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
        jne     bad_request_way_28
        call    line_feed
        jmp     chunk

; in: eax first byte of a token
; out: eax the byte behind it; or leaves for bad_request
token:
        test    byte [r15 + rax], 1             ; a token's?
        je      bad_request_way_28
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
        jne     bad_request_way_28
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

http_text:
        db      4
        db      "http"

https_text:
        db      5
        db      "https"

; of escapes
hex_digits:
        db      "0123456789ABCDEF"

name_content_length:
        db      "content-length"

name_transfer_encoding:
        db      "transfer-encoding"

name_expect:
        db      "expect"

name_forwarded_proto:
        db      "x-forwarded-proto"

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

; where each bucket is
buckets:
        dd      bucket_1 - classes

; of a length that no text has
no_key:
        dd      0, 0x7fffffff, 0
        db      1
        dq      0

; a method in the upper bytes, its column in the lowest
methods:
        dq      0x4441454800000000              ; HEAD
        dq      0x54534f5000000001              ; POST
        dq      0x534e4f4954504f02              ; OPTIONS
        dq      0x5455500000000003              ; PUT
        dq      0x4843544150000003              ; PATCH
        dq      0x4554454c45440003              ; DELETE
        dq      0x4543415254000003              ; TRACE

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

; to what came by https
policy:
        db      "Strict-Transport-Security: max-age=86400; includeSubDomains", 13, 10

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

bucket_1:
        dq      0x7f21f94e4e80c1b9              ; multiplier
        dd      key_10 - classes, key_8 - classes, key_2 - classes, no_key - classes
        dd      key_14 - classes, key_15 - classes, key_3 - classes, key_1 - classes
        dd      key_16 - classes, no_key - classes, key_17 - classes, key_11 - classes
        dd      no_key - classes, no_key - classes, no_key - classes, key_5 - classes
        dd      no_key - classes, no_key - classes, key_18 - classes, key_9 - classes
        dd      no_key - classes, key_6 - classes, key_13 - classes, no_key - classes
        dd      key_7 - classes, no_key - classes, key_12 - classes, no_key - classes
        dd      no_key - classes, key_4 - classes, no_key - classes, no_key - classes

key_10:
        dd      0x33c6ef2, 0x7fffffff, route_rpc - classes
        db      224
        db      "/rpc"

key_8:
        dd      0x33c6ef2, 6, route_c3_bcber_uns - classes
        db      0
        db      "/%c3%bcber-uns"

key_2:
        dd      0x43c6ef2, 0x7fffffff, state_4 - classes
        db      232
        db      "api"

key_14:
        dd      0x33c6ef2, 6, route_article_php_2 - classes
        db      0
        db      "/article.php/2"

key_15:
        dd      0x33c6ef2, 1, route_feed_xml - classes
        db      0
        db      "/feed.xml"

key_3:
        dd      0x43c6ef2, 0x7fffffff, state_5 - classes
        db      224
        db      "blog"

key_1:
        dd      0x1000000, 7, host_2 - classes
        db      0
        db      "www.example.com"

key_16:
        dd      0x33c6ef2, 0x7fffffff, route_shop - classes
        db      216
        db      "/shop"

key_17:
        dd      0x33c6ef2, 30, route_downloads_manual_202nd_20edition_pdf - classes
        db      0
        db      "/downloads/manual,%202nd%20edition.pdf"

key_11:
        dd      0x33c6ef2, 0x7fffffff, route_latest - classes
        db      200
        db      "/latest"

key_5:
        dd      0x43c6ef2, 0x7fffffff, state_9 - classes
        db      216
        db      "forum"

key_18:
        dd      0x1000000, 7, host_3 - classes
        db      0
        db      "old.example.com"

key_9:
        dd      0x33c6ef2, 3, route_newsletter - classes
        db      0
        db      "/newsletter"

key_6:
        dd      0x33c6ef2, 0x7fffffff, route_root - classes
        db      248
        db      "/"

key_13:
        dd      0x33c6ef2, 6, route_article_php_1 - classes
        db      0
        db      "/article.php/1"

key_7:
        dd      0x33c6ef2, 3, route_index_html - classes
        db      0
        db      "/index.html"

key_12:
        dd      0x33c6ef2, 2, route_subscribe - classes
        db      0
        db      "/subscribe"

key_4:
        dd      0x4f1bbc8, 0x7fffffff, state_10 - classes
        db      208
        db      "thread"

state_1:
        dd      0x4000000                       ; of its segments
        dd      0                               ; no other segment
        dd      no_route - classes, no_route - classes, no_route - classes

state_2:
        dd      0x49e3779                       ; of its segments
        dd      0                               ; no other segment
        dd      no_routewww_example_com - classes, route_every - classes, route_every - classes

state_3:
        dd      0x43c6ef2                       ; of its segments
        dd      0                               ; no other segment
        dd      no_routeold_example_com - classes, no_routeold_example_com - classes, no_routeold_example_com - classes

state_4:
        dd      0x4daa66b                       ; of its segments
        dd      0                               ; no other segment
        dd      no_routeold_example_com - classes, route_api_rest - classes, route_api_rest - classes

state_5:
        dd      0x478dde4                       ; of its segments
        dd      state_6 - classes               ; behind any other
        dd      no_routeold_example_com - classes, route_blog_rest - classes, route_blog_rest - classes

state_6:
        dd      0x417155d                       ; of its segments
        dd      state_7 - classes               ; behind any other
        dd      route_blog_rest - classes, route_blog_rest - classes, route_blog_rest - classes

state_7:
        dd      0x4b54cd6                       ; of its segments
        dd      state_8 - classes               ; behind any other
        dd      route_blog_rest - classes, route_blog_rest - classes, route_blog_rest - classes

state_8:
        dd      0x453844f                       ; of its segments
        dd      0                               ; no other segment
        dd      route_blog_year_month_slug - classes, route_blog_rest - classes, route_blog_rest - classes

state_9:
        dd      0x4f1bbc8                       ; of its segments
        dd      0                               ; no other segment
        dd      no_routeold_example_com - classes, no_routeold_example_com - classes, no_routeold_example_com - classes

state_10:
        dd      0x48ff341                       ; of its segments
        dd      state_11 - classes              ; behind any other
        dd      no_routeold_example_com - classes, no_routeold_example_com - classes, no_routeold_example_com - classes

state_11:
        dd      0x42e2aba                       ; of its segments
        dd      0                               ; no other segment
        dd      route_forum_thread_id - classes, no_routeold_example_com - classes, no_routeold_example_com - classes

host_names:
        dd      0x1000000                       ; of hosts

host_ends:
        dd      0x2000000                       ; of what hosts end with

host_1:
        dd      0x3000000                       ; of its paths
        dd      state_1 - classes

; www.example.com
host_2:
        dd      0x39e3779                       ; of its paths
        dd      state_2 - classes

; old.example.com
host_3:
        dd      0x33c6ef2                       ; of its paths
        dd      state_3 - classes

no_route:
        dd      0
        dd      response_421 - classes          ; GET
        dd      response_421 - classes          ; POST
        dd      response_421 - classes          ; OPTIONS
        dd      response_421 - classes          ; PUT
        dd      response_421 - classes          ; GET with a query
        dd      response_421 - classes          ; POST with a query
        dd      response_421 - classes          ; OPTIONS with a query
        dd      response_421 - classes          ; PUT with a query

; *
route_every:
        dd      0
        dd      response_308 - classes          ; GET
        dd      response_308 - classes          ; POST
        dd      response_308 - classes          ; OPTIONS
        dd      response_308 - classes          ; PUT
        dd      response_308 - classes          ; GET with a query
        dd      response_308 - classes          ; POST with a query
        dd      response_308 - classes          ; OPTIONS with a query
        dd      response_308 - classes          ; PUT with a query

no_routewww_example_com:
        dd      0
        dd      response_404 - classes          ; GET
        dd      response_404 - classes          ; POST
        dd      response_404 - classes          ; OPTIONS
        dd      response_404 - classes          ; PUT
        dd      response_404 - classes          ; GET with a query
        dd      response_404 - classes          ; POST with a query
        dd      response_404 - classes          ; OPTIONS with a query
        dd      response_404 - classes          ; PUT with a query

; /
route_root:
        dd      0
        dd      response_301 - classes + 8      ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301 - classes          ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /index.html
route_index_html:
        dd      0
        dd      response_301_2 - classes + 8    ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_2 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /%c3%bcber-uns
route_c3_bcber_uns:
        dd      0
        dd      response_301_3 - classes + 8    ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_3 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /blog/{rest...}
route_blog_rest:
        dd      0
        dd      response_301_4 - classes        ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_4 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /blog/{year}/{month}/{slug}
route_blog_year_month_slug:
        dd      0
        dd      response_301_5 - classes        ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_5 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /forum/thread/{id}
route_forum_thread_id:
        dd      0
        dd      response_301_6 - classes        ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_6 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /newsletter
route_newsletter:
        dd      0
        dd      response_301_7 - classes        ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_7 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /rpc
route_rpc:
        dd      0
        dd      response_308_2 - classes + 8    ; GET
        dd      response_308_2 - classes + 8    ; POST
        dd      response_204_3 - classes        ; OPTIONS
        dd      response_405_3 - classes        ; PUT
        dd      response_308_2 - classes        ; GET with a query
        dd      response_308_2 - classes        ; POST with a query
        dd      response_204_3 - classes        ; OPTIONS with a query
        dd      response_405_3 - classes        ; PUT with a query

; /latest
route_latest:
        dd      0
        dd      response_302 - classes + 8      ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_302 - classes          ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /api/{rest...}
route_api_rest:
        dd      0
        dd      response_307 - classes          ; GET
        dd      response_307 - classes          ; POST
        dd      response_307 - classes          ; OPTIONS
        dd      response_307 - classes          ; PUT
        dd      response_307 - classes          ; GET with a query
        dd      response_307 - classes          ; POST with a query
        dd      response_307 - classes          ; OPTIONS with a query
        dd      response_307 - classes          ; PUT with a query

; /subscribe
route_subscribe:
        dd      0
        dd      response_405_4 - classes        ; GET
        dd      response_303 - classes + 8      ; POST
        dd      response_204_4 - classes        ; OPTIONS
        dd      response_405_4 - classes        ; PUT
        dd      response_405_4 - classes        ; GET with a query
        dd      response_303 - classes          ; POST with a query
        dd      response_204_4 - classes        ; OPTIONS with a query
        dd      response_405_4 - classes        ; PUT with a query

; /article.php/1
route_article_php_1:
        dd      0
        dd      response_301_8 - classes + 8    ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_8 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /article.php/2
route_article_php_2:
        dd      0
        dd      response_301_9 - classes + 8    ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_9 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /feed.xml
route_feed_xml:
        dd      0
        dd      response_308_3 - classes + 8    ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_308_3 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /shop
route_shop:
        dd      0
        dd      response_302_2 - classes        ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_302_2 - classes        ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

; /downloads/manual,%202nd%20edition.pdf
route_downloads_manual_202nd_20edition_pdf:
        dd      0
        dd      response_301_10 - classes + 8   ; GET
        dd      response_405_2 - classes        ; POST
        dd      response_204_2 - classes        ; OPTIONS
        dd      response_405_2 - classes        ; PUT
        dd      response_301_10 - classes       ; GET with a query
        dd      response_405_2 - classes        ; POST with a query
        dd      response_204_2 - classes        ; OPTIONS with a query
        dd      response_405_2 - classes        ; PUT with a query

no_routeold_example_com:
        dd      0
        dd      response_404_2 - classes        ; GET
        dd      response_404_2 - classes        ; POST
        dd      response_404_2 - classes        ; OPTIONS
        dd      response_404_2 - classes        ; PUT
        dd      response_404_2 - classes        ; GET with a query
        dd      response_404_2 - classes        ; POST with a query
        dd      response_404_2 - classes        ; OPTIONS with a query
        dd      response_404_2 - classes        ; PUT with a query

; stock responses: length, mark, and what is their own
stock:

response_421:
        db      23, 128
        db      "421 Misdirected Request"

response_405:
        db      75, 128
        db      "405 Method Not Allowed", 13, 10
        db      "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

response_404:
        db      13, 128
        db      "404 Not Found"

response_405_2:
        db      49, 128
        db      "405 Method Not Allowed", 13, 10
        db      "Allow: GET, HEAD, OPTIONS"

response_405_3:
        db      55, 128
        db      "405 Method Not Allowed", 13, 10
        db      "Allow: GET, HEAD, POST, OPTIONS"

response_405_4:
        db      44, 128
        db      "405 Method Not Allowed", 13, 10
        db      "Allow: POST, OPTIONS"

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

response_204:
        dw      99                              ; header block
        dd      99                              ; and content
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10

response_308:
        db      0                               ; its blanks
        db      160                             ; a form
        dw      102                             ; where it has one
        dw      102                             ; where it has one
        dw      0                               ; where it has one
        dw      145                             ; header block
        dd      221                             ; and content
        db      "HTTP/1.1 308 Permanent Redirect", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com", 13, 10
        db      "Content-Length: 76", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Permanent Redirect</title>", 10
        db      "<p>Permanent Redirect</p>", 10

response_204_2:
        dw      73                              ; header block
        dd      73                              ; and content
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: GET, HEAD, OPTIONS", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10

response_301:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      102                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      176                             ; header block
        dd      281                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com/", 13, 10
        db      "Cache-Control: max-age=86400", 13, 10
        db      "Content-Length: 105", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://example.com/">https://example.com/</a>', 10

response_301_2:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      83                              ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      126                             ; header block
        dd      193                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: /", 13, 10
        db      "Content-Length: 67", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"/">/</a>', 10

response_301_3:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      107                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      156                             ; header block
        dd      281                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com/about#team", 13, 10
        db      "Content-Length: 125", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://example.com/about#team">https://example.com/about#team<'
        db      "/a>", 10

response_301_4:
        db      2                               ; its blanks
        db      160                             ; a form
        dw      107                             ; where it has one
        dw      107                             ; where it has one
        dw      0                               ; where it has one
        dw      150                             ; header block
        dd      224                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://blog.example.com/", 13, 10
        db      "Content-Length: 74", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<p>Moved Permanently</p>", 10

response_301_5:
        db      3                               ; its blanks
        db      160                             ; a form
        dw      107                             ; where it has one
        dw      107                             ; where it has one
        dw      0                               ; where it has one
        dw      150                             ; header block
        dd      224                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://blog.example.com/", 13, 10
        db      "Content-Length: 74", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<p>Moved Permanently</p>", 10

response_301_6:
        db      4                               ; its blanks
        db      160                             ; a form
        dw      115                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      158                             ; header block
        dd      232                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://forum.example.com/?topic=", 13, 10
        db      "Content-Length: 74", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<p>Moved Permanently</p>", 10

response_301_7:
        dw      156                             ; header block
        dd      281                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com/newsletter", 13, 10
        db      "Content-Length: 125", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://example.com/newsletter">https://example.com/newsletter<'
        db      "/a>", 10

response_204_3:
        dw      79                              ; header block
        dd      79                              ; and content
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: GET, HEAD, POST, OPTIONS", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10

response_308_2:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      110                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      154                             ; header block
        dd      274                             ; and content
        db      "HTTP/1.1 308 Permanent Redirect", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://api.example.com/rpc", 13, 10
        db      "Content-Length: 120", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Permanent Redirect</title>", 10
        db      "<a href=", '"https://api.example.com/rpc">https://api.example.com/rpc</a>', 10

response_302:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      107                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      151                             ; header block
        dd      278                             ; and content
        db      "HTTP/1.1 302 Found", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://downloads.example.com/v2.4.1/", 13, 10
        db      "Content-Length: 127", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Found</title>", 10
        db      "<a href=", '"https://downloads.example.com/v2.4.1/">https://downloads.exampl'
        db      "e.com/v2.4.1/</a>", 10

response_307:
        db      2                               ; its blanks
        db      160                             ; a form
        dw      110                             ; where it has one
        dw      110                             ; where it has one
        dw      0                               ; where it has one
        dw      153                             ; header block
        dd      229                             ; and content
        db      "HTTP/1.1 307 Temporary Redirect", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://api.example.com/v1/", 13, 10
        db      "Content-Length: 76", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Temporary Redirect</title>", 10
        db      "<p>Temporary Redirect</p>", 10

response_204_4:
        dw      68                              ; header block
        dd      68                              ; and content
        db      "HTTP/1.1 204 No Content", 13, 10
        db      "Allow: POST, OPTIONS", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10

response_303:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      103                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      147                             ; header block
        dd      262                             ; and content
        db      "HTTP/1.1 303 See Other", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com/thank-you", 13, 10
        db      "Content-Length: 115", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>See Other</title>", 10
        db      "<a href=", '"https://example.com/thank-you">https://example.com/thank-you</a'
        db      ">", 10

response_301_8:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      118                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      162                             ; header block
        dd      299                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://blog.example.com/hello-world", 13, 10
        db      "Content-Length: 137", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://blog.example.com/hello-world">https://blog.example.com/'
        db      "hello-world</a>", 10

response_301_9:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      119                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      163                             ; header block
        dd      302                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://blog.example.com/why-we-moved", 13, 10
        db      "Content-Length: 139", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://blog.example.com/why-we-moved">https://blog.example.com'
        db      "/why-we-moved</a>", 10

response_308_3:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      116                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      160                             ; header block
        dd      292                             ; and content
        db      "HTTP/1.1 308 Permanent Redirect", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://blog.example.com/feed.xml", 13, 10
        db      "Content-Length: 132", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Permanent Redirect</title>", 10
        db      "<a href=", '"https://blog.example.com/feed.xml">https://blog.example.com/fee'
        db      "d.xml</a>", 10

response_302_2:
        dw      148                             ; header block
        dd      269                             ; and content
        db      "HTTP/1.1 302 Found", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://shop.example.net/?from=old", 13, 10
        db      "Content-Length: 121", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Found</title>", 10
        db      "<a href=", '"https://shop.example.net/?from=old">https://shop.example.net/?f'
        db      "rom=old</a>", 10

response_301_10:
        db      1                               ; its blanks
        db      160                             ; a form
        dw      112                             ; where it has one
        dw      0                               ; where it has one
        dw      0                               ; where it has one
        dw      156                             ; header block
        dd      281                             ; and content
        db      "HTTP/1.1 301 Moved Permanently", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://example.com/manual.pdf", 13, 10
        db      "Content-Length: 125", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Moved Permanently</title>", 10
        db      "<a href=", '"https://example.com/manual.pdf">https://example.com/manual.pdf<'
        db      "/a>", 10

response_404_2:
        dw      106                             ; header block
        dd      280                             ; and content
        db      "HTTP/1.1 404 Not Found", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Content-Length: 174", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!doctype html>", 10
        db      "<html lang=", '"en">', 10
        db      "<title>Not found</title>", 10
        db      "<p>This page did not move, it is gone. What there is, is at", 10
        db      "<a href=", '"https://example.com/">example.com</a>.', 10
        db      "</html>", 10

response_308_4:
        db      5                               ; its blanks
        db      160                             ; a form
        dw      91                              ; where it has one
        dw      91                              ; where it has one
        dw      91                              ; where it has one
        dw      159                             ; header block
        dd      235                             ; and content
        db      "HTTP/1.1 308 Permanent Redirect", 13, 10
        db      "Content-Type: text/html; charset=utf-8", 13, 10
        db      "Location: https://", 13, 10
        db      "Vary: X-Forwarded-Proto", 13, 10
        db      "Content-Length: 76", 13, 10
        db      "Connection: close", 13, 10
        db      13, 10
        db      "<!DOCTYPE html>", 10
        db      "<title>Permanent Redirect</title>", 10
        db      "<p>Permanent Redirect</p>", 10

; paths are compared in words: no word of the last one ends behind the data
words_end:
        db      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00

data_end:
