#pragma once
#include <cstddef>

// LOCI_LINK_FILE(NAME, PATH), at file scope: the bytes of the file at PATH become part of the
// read-only data, so that a program maps them from its own file and copies nothing. They lie from
// NAME_begin to NAME_end, two arrays of std::byte with C linkage that begin at a cache line.

// clang-format off
#define LOCI_LINK_FILE(NAME, PATH)                                                                 \
    __asm__(                                                                                       \
        ".pushsection .rodata\n"                                                                   \
        ".balign 64\n"                                                                             \
        ".hidden " #NAME "_begin\n"                                                                \
        ".globl " #NAME "_begin\n"                                                                 \
        #NAME "_begin:\n"                                                                          \
        ".incbin \"" PATH "\"\n"                                                                   \
        ".hidden " #NAME "_end\n"                                                                  \
        ".globl " #NAME "_end\n"                                                                   \
        #NAME "_end:\n"                                                                            \
        ".byte 0\n"                                                                                \
        ".popsection\n");                                                                          \
    extern "C" std::byte const NAME##_begin[];                                                     \
    extern "C" std::byte const NAME##_end[]
// clang-format on
