/* The calls of QEMU that come here first, because this library is loaded before the C library. */
#define _GNU_SOURCE
#include "abi.h"
#include "kvm.h"
#include "sev.h"
#include "vm.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* Running a vCPU and raising interrupts is what QEMU does all the time: that is not to pass through the lock. */
static bool concerns_platform(unsigned long request) {
    switch (request) {
    case KVM_CHECK_EXTENSION:
    case KVM_ENABLE_CAP:
    case KVM_HAS_DEVICE_ATTR:
    case KVM_GET_DEVICE_ATTR:
    case KVM_SET_USER_MEMORY_REGION:
    case CALL_CREATE_VM:
    case CALL_CREATE_VCPU:
    case CALL_CREATE_GUEST_MEMFD:
    case CALL_SET_MEMORY_REGION2:
    case CALL_SET_MEMORY_ATTRIBUTES:
    case CALL_REGISTER_REGION:
    case CALL_UNREGISTER_REGION:
    case CALL_SET_TSC_KHZ:
    case CALL_GET_TSC_KHZ:
    case CALL_ENCRYPT_OP:
    case CALL_SEV_ISSUE: return true;
    default: return false;
    }
}

EXPORTED int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    request &= 0xffffffff; /* callers that hold it in an int have extended its sign */
    if (!concerns_platform(request)) {
        return kvm_call(fd, request, argument);
    }
    int answer;
    platform_lock();
    bool answered = request == CALL_SEV_ISSUE ? sev_device_answer(argument, &answer)
                                              : kvm_answer(fd, request, argument, &answer);
    platform_unlock();
    return answered ? answer : kvm_call(fd, request, argument);
}

static int open_file(const char *path, int flags, mode_t mode) {
    return strcmp(path, "/dev/sev") == 0 ? sev_device_open() : (int) syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* A mode is given only when a file may come into being. */
static bool takes_mode(int flags) {
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

EXPORTED int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = takes_mode(flags) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_file(path, flags, mode);
}

EXPORTED int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = takes_mode(flags) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_file(path, flags | O_LARGEFILE, mode);
}

EXPORTED int close(int fd) {
    platform_lock();
    vm_descriptor_closed(fd);
    platform_unlock();
    return (int) syscall(SYS_close, fd);
}
