#pragma once

#include <malloc.h> /* Which Swift's Glibc leaves out. */

/* Swift has no word for it. */
static inline void prefetch(const void *address) { __builtin_prefetch(address); }
