#define _GNU_SOURCE
#include "log.h"

#include "sha384.h"
#include "vm.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *line;
static size_t line_length;
static FILE *stream;

/* Where lines go, or -1. Not by fopen: this library's own open() is not to see it. */
static int file(void) {
    static int fd = -2;
    if (fd == -2) {
        const char *path = getenv("RESEAL_CVM_LOG");
        fd = path ? (int) syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
        if (path && fd < 0) {
            fprintf(stderr, "fake-cvm: cannot write the launch log %s: %m; set RESEAL_CVM_LOG to another file\n", path);
        }
    }
    return fd;
}

void log_begin(const struct vm *vm, const char *step) {
    stream = file() < 0 ? NULL : open_memstream(&line, &line_length);
    if (stream) {
        fprintf(stream, "{\"pid\":%d,\"vm\":%d,\"kind\":\"%s\",\"step\":\"%s\"", (int) getpid(), vm->number,
                vm_kind_name(vm), step);
    }
}

void log_number(const char *name, uint64_t value) {
    if (stream) {
        fprintf(stream, ",\"%s\":%lu", name, value);
    }
}

void log_address(const char *name, uint64_t value) {
    if (stream) {
        fprintf(stream, ",\"%s\":\"%#lx\"", name, value);
    }
}

void log_text(const char *name, const char *value) {
    if (stream) {
        fprintf(stream, ",\"%s\":\"%s\"", name, value);
    }
}

void log_bytes(const char *name, const void *value, size_t length) {
    const uint8_t *from = value;
    if (stream) {
        fprintf(stream, ",\"%s\":\"", name);
        for (size_t i = 0; i < length; i++) {
            fprintf(stream, "%02x", from[i]);
        }
        fputc('"', stream);
    }
}

void log_sha384(const void *content, size_t length) {
    uint8_t digest[SHA384_SIZE];
    if (stream) {
        sha384(content, length, digest);
        log_bytes("sha384", digest, sizeof digest);
    }
}

int log_end(int error) {
    if (!stream) {
        return error;
    }
    if (error) {
        fprintf(stream, ",\"errno\":\"%s\"", strerrorname_np(error));
    }
    fputs("}\n", stream);
    fclose(stream);
    stream = NULL;
    /* one write for one line: another process that appends does not get in between */
    if (syscall(SYS_write, file(), line, line_length) < 0) {
        fprintf(stderr, "fake-cvm: a line of the launch log is lost: %m\n");
    }
    free(line);
    return error;
}
