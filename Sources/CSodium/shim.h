#include <sodium.h>
#include <sys/prctl.h>

/* Glibc's Swift overlay has no variadic prctl. */
static inline void name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
