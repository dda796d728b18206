; server.asm: routes.yaml as assembly, for x86-64 Linux.

;     nasm -f bin server.asm -o server && chmod +x server

; gives the 420 bytes of the server, the same as its compiler wrote.

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

; ---- start -----------------------------------------------------------------

; in: nothing
; out: does not return
_start:
        lea     rsi, [rel greeting]             ; what to say
        mov     edx, [rel lengths + 4]          ; how much of it
        call    say                             ; [routes.yaml:3:5]
        xor     edi, edi                        ; no error
leave:
        mov     eax, 60                         ; exit
        syscall

; ---- output ----------------------------------------------------------------

; in: rsi text, rdx length
; clobbers: rax rcx rdi r11
say:
        mov     edi, 1                          ; standard output
again:
        mov     eax, edi                        ; write
        syscall
        cmp     rax, -4                         ; EINTR: once more
        je      again
        cmp     byte [rsi], 0
        je      leave
        ret
text_end:

; ---- data ------------------------------------------------------------------
        data_offset equ (text_end - elf_header + 15) & -16

        section .rodata start=data_offset vstart=data_offset+PAGE
data:

; the answer to GET /
greeting:
        db      "HTTP/1.1 200 OK", 13, 10       ; head
        db      "Content-Length: 15", 13, 10
        db      13, 10
        db      "Hello, ", '"World"!', 10
        times   1 db 0                          ; to a multiple of 8

lengths:
        dd      lengths - greeting              ; padding too
        dd      55, 1
        dw      2
        dd      greeting - data + 3, lengths - data - 3
        dq      0xa0d0a0d0a0d0a0d

mask:
        db      0xff, 0x00, 0xff, 0x01, 0x02, 0x03
        times   40 db 0

data_end:
