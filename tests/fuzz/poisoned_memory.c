/* Memory that nobody has written is all ones, which is NaN in every floating-point type and -1 in
   every integer. So is what lies behind each block, where kernels that read too far read. */

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum { BEHIND = 128 };

extern void *__libc_malloc(size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void *poisoned(void *block, size_t size) {
    return block ? memset(block, 0xff, size + BEHIND) : NULL;
}

void *malloc(size_t size) {
    return poisoned(__libc_malloc(size + BEHIND), size);
}

void *memalign(size_t alignment, size_t size) {
    return poisoned(__libc_memalign(alignment, size + BEHIND), size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (!made)
        return ENOMEM;
    *block = made;
    return 0;
}
