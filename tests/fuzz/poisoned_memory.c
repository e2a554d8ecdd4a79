/* Memory in which faults show.

   What nobody has written is all ones, which is NaN in every floating-point type and -1 in every
   integer. So is what lies behind each block, where kernels that read too far read. A process that
   frees a block and has written behind it ends.

   The bytes behind a block of `size` bytes are those up to its last word, which holds `size`. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BEHIND = 256 };

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

/* Of `__libc_malloc`; glibc keeps the size of a chunk, and three flags, in front of it. */
static size_t held(const void *block) {
    size_t chunk = ((const size_t *)block)[-1];
    return (chunk & ~(size_t)7) - (chunk & 2 ? 2 : 1) * sizeof(size_t);
}

static size_t *word(const void *block) {
    return (size_t *)((char *)block + held(block) - sizeof(size_t));
}

static void *poisoned(void *block, size_t from, size_t size) {
    if (!block)
        return NULL;
    memset((char *)block + from, 0xff, held(block) - from);
    memcpy(word(block), &size, sizeof size);
    return block;
}

static size_t checked_size(const void *block) {
    size_t size;
    const char *end = (const char *)word(block), *byte;
    memcpy(&size, end, sizeof size);
    for (byte = (const char *)block + size; byte < end; byte++)
        if ((unsigned char)*byte != 0xff) {
            char line[100];
            int length = snprintf(line, sizeof line, "poisoned memory: something has written "
                                  "behind a block of %zu bytes\n", size);
            if (write(STDERR_FILENO, line, length) < 0)
                _exit(1);
            abort();
        }
    return size;
}

void *malloc(size_t size) {
    if (size > PTRDIFF_MAX - BEHIND)
        return errno = ENOMEM, NULL;
    return poisoned(__libc_malloc(size + BEHIND), 0, size);
}

void *calloc(size_t count, size_t size) {
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole) || whole > PTRDIFF_MAX - BEHIND)
        return errno = ENOMEM, NULL;
    return poisoned(__libc_calloc(1, whole + BEHIND), whole, whole);
}

void free(void *block) {
    if (block)
        checked_size(block);
    __libc_free(block);
}

void *realloc(void *block, size_t size) {
    void *made = malloc(size);
    if (block && made) {
        size_t former = checked_size(block);
        memcpy(made, block, former < size ? former : size);
        free(block);
    }
    return made;
}

void *memalign(size_t alignment, size_t size) {
    if (size > PTRDIFF_MAX - BEHIND)
        return errno = ENOMEM, NULL;
    return poisoned(__libc_memalign(alignment, size + BEHIND), 0, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    int before = errno;
    void *made = memalign(alignment, size);
    errno = before;
    if (!made)
        return ENOMEM;
    *block = made;
    return 0;
}

void *valloc(size_t size) {
    return memalign(sysconf(_SC_PAGESIZE), size);
}

size_t malloc_usable_size(void *block) {
    return block ? checked_size(block) : 0;
}
