#pragma once

#include <malloc.h> /* Which Swift's Glibc leaves out. */
#include <stdint.h>
#include <sys/vfs.h> /* Left out too: the kind of a file system. */

/* Swift has no word for it. A number, because whoever has a pointer into an array must hold the array meanwhile, and
   to hold and to let go are two atomic instructions, each of which waits for every store before it. */
static inline void prefetch(uintptr_t address) { __builtin_prefetch((const void *)address); }
