#pragma once

/* Swift has no word for it. */
static inline void prefetch(const void *address) { __builtin_prefetch(address); }
