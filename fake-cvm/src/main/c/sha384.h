/* SHA-384, by which AMD and Intel measure a launch. */
#ifndef FAKE_CVM_SHA384_H
#define FAKE_CVM_SHA384_H

#include <stddef.h>
#include <stdint.h>

#define SHA384_SIZE 48

struct sha384 {
    uint64_t state[8], length;
    uint8_t block[128];
};

void sha384_start(struct sha384 *sha);
void sha384_add(struct sha384 *sha, const void *data, size_t length);
void sha384_end(struct sha384 *sha, uint8_t digest[SHA384_SIZE]);

/* All of the above at once. */
void sha384(const void *data, size_t length, uint8_t digest[SHA384_SIZE]);

#endif
