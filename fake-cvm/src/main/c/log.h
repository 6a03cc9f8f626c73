/* The launch log: one JSON object for each line, appended to the file that RESEAL_CVM_LOG names; none without it. */
#ifndef FAKE_CVM_LOG_H
#define FAKE_CVM_LOG_H

#include <stddef.h>
#include <stdint.h>

struct vm;

/* A line is begun, given its fields, and ended; all under the platform's lock. */
void log_begin(const struct vm *vm, const char *step);
void log_number(const char *name, uint64_t value);
void log_address(const char *name, uint64_t value);
void log_text(const char *name, const char *value);
void log_bytes(const char *name, const void *value, size_t length);
void log_sha384(const void *content, size_t length);

/* Ends the line, with the name of the error unless that is 0, and hands the error back. */
int log_end(int error);

#endif
