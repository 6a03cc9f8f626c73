#define _GNU_SOURCE
#include "kvm.h"

#include "abi.h"
#include "log.h"
#include "sev.h"
#include "tdx.h"
#include "vm.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CPUID_ENTRIES 256
#define VMSA_FEATURES 0x3f

int kvm_call(int fd, unsigned long request, const void *argument) {
    return (int) syscall(SYS_ioctl, fd, request, argument);
}

int fails_with(int error) {
    errno = error;
    return -1;
}

struct kvm_cpuid2 *kvm_supported_cpuid(int system_fd) {
    struct kvm_cpuid2 *cpuid = calloc(1, sizeof *cpuid + CPUID_ENTRIES * sizeof *cpuid->entries);
    if (cpuid) {
        cpuid->nent = CPUID_ENTRIES;
    }
    if (cpuid && kvm_call(system_fd, KVM_GET_SUPPORTED_CPUID, cpuid) < 0) {
        free(cpuid);
        return NULL;
    }
    return cpuid;
}

static enum kind kind_of(unsigned long type) {
    switch (type) {
    case TYPE_SEV: return KIND_SEV;
    case TYPE_SEV_ES: return KIND_SEV_ES;
    case TYPE_SNP: return KIND_SNP;
    case TYPE_TDX: return KIND_TDX;
    default: return KIND_PLAIN;
    }
}

static int create_vm(int system_fd, unsigned long type) {
    struct vm *vm = vm_create(kind_of(type), system_fd);
    int error = step_taken(vm, STEP_CREATE_VM);
    int fd = error ? fails_with(error) : kvm_call(system_fd, CALL_CREATE_VM, (void *) TYPE_DEFAULT);
    if (fd < 0) {
        error = errno;
        vm_discard(vm);
        return fails_with(error);
    }
    vm_add_descriptor(vm, (struct descriptor) {.role = ROLE_VM, .fd = fd});
    log_begin(vm, step_name(STEP_CREATE_VM));
    log_end(0);
    return fd;
}

static int create_vcpu(struct vm *vm, int vm_fd, void *argument) {
    int error = step_taken(vm, STEP_CREATE_VCPU);
    int fd = error ? fails_with(error) : kvm_call(vm_fd, CALL_CREATE_VCPU, argument);
    if (fd >= 0) {
        uint32_t id = (uint32_t) (uintptr_t) argument;
        vm_add_descriptor(vm, (struct descriptor) {.role = ROLE_VCPU, .fd = fd, .id = id});
        log_begin(vm, step_name(STEP_CREATE_VCPU));
        log_number("vcpu", id);
        log_end(0);
    }
    return fd;
}

static int create_guest_memfd(struct vm *vm, const struct guest_memfd *wanted) {
    int error = step_taken(vm, STEP_CREATE_GUEST_MEMFD);
    int fd = error ? fails_with(error) : memfd_create("guest_memfd", MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t) wanted->size) < 0) {
        error = errno;
        syscall(SYS_close, fd); /* not close(): that would wait for the lock held here */
        return fails_with(error);
    }
    if (fd >= 0) {
        vm_add_descriptor(vm, (struct descriptor) {.role = ROLE_MEMORY, .fd = fd});
        log_begin(vm, step_name(STEP_CREATE_GUEST_MEMFD));
        log_address("length", wanted->size);
        log_end(0);
    }
    return fd;
}

/* The guest runs in QEMU's ordinary memory; the guest_memfd beside it stays empty. */
static int set_memory_region(struct vm *vm, int vm_fd, const struct memory_region2 *region) {
    struct kvm_userspace_memory_region ordinary = {
        .slot = region->slot,
        .flags = region->flags & (KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY),
        .guest_phys_addr = region->gpa,
        .memory_size = region->size,
        .userspace_addr = region->host,
    };
    int answer = kvm_call(vm_fd, KVM_SET_USER_MEMORY_REGION, &ordinary);
    if (answer == 0) {
        vm_set_slot(vm, (struct slot) {region->slot, region->gpa, region->size, region->host});
    }
    return answer;
}

/* Plain SEV has no guest_memfd, so QEMU may give its memory by the older call, which is the beginning of the new one. */
static int set_old_memory_region(struct vm *vm, int vm_fd, const struct kvm_userspace_memory_region *region) {
    struct memory_region2 same = {
        .slot = region->slot,
        .flags = region->flags,
        .gpa = region->guest_phys_addr,
        .size = region->memory_size,
        .host = region->userspace_addr,
    };
    return set_memory_region(vm, vm_fd, &same);
}

static int enable_capability(int fd, const struct kvm_enable_cap *wanted) {
    int answer = kvm_call(fd, KVM_ENABLE_CAP, wanted);
    return answer < 0 && wanted->cap == CAP_EXIT_HYPERCALL ? 0 : answer;
}

static bool answer_extension(int fd, uintptr_t extension, int *answer) {
    switch (extension) {
    case CAP_VM_TYPES:
        *answer = 1 << TYPE_DEFAULT | 1 << TYPE_SEV | 1 << TYPE_SEV_ES | 1 << TYPE_SNP | 1 << TYPE_TDX;
        return true;
    case CAP_GUEST_MEMFD:
    case CAP_USER_MEMORY2:
    case CAP_MEMORY_FAULT_INFO:
    case CAP_APIC_BUS_CYCLES_NS: *answer = 1; return true;
    case CAP_PRE_FAULT_MEMORY: *answer = 0; return true;
    case CAP_MEMORY_ATTRIBUTES: *answer = ATTRIBUTE_PRIVATE; return true;
    case CAP_EXIT_HYPERCALL:
        *answer = kvm_call(fd, KVM_CHECK_EXTENSION, (void *) extension) | HYPERCALL_MAP_GPA_RANGE;
        return true;
    default: return false;
    }
}

static bool answer_attribute(bool read, const struct kvm_device_attr *wanted, int *answer) {
    if (wanted->group != ATTRIBUTE_GROUP_SEV || wanted->attr != ATTRIBUTE_VMSA_FEATURES) {
        return false;
    }
    if (read) {
        *(uint64_t *) (uintptr_t) wanted->addr = VMSA_FEATURES;
    }
    *answer = 0;
    return true;
}

/* Calls on /dev/kvm. */
static bool answer_system(int fd, unsigned long request, void *argument, int *answer) {
    switch (request) {
    case CALL_CREATE_VM: *answer = create_vm(fd, (unsigned long) argument); return true;
    case KVM_HAS_DEVICE_ATTR: return answer_attribute(false, argument, answer);
    case KVM_GET_DEVICE_ATTR: return answer_attribute(true, argument, answer);
    default: return false;
    }
}

/* A TD has its own clock and 25 MHz bus; the guest that really runs keeps those of KVM. */
static bool answer_tdx(unsigned long request, const void *argument, int *answer) {
    const struct kvm_enable_cap *wanted = argument;
    *answer = request == CALL_GET_TSC_KHZ ? faults_tsc_khz() : 0;
    return request == CALL_GET_TSC_KHZ || request == CALL_SET_TSC_KHZ
            || (request == KVM_ENABLE_CAP && wanted->cap == CAP_APIC_BUS_CYCLES_NS);
}

static bool answer_vm(struct vm *vm, int fd, unsigned long request, void *argument, int *answer) {
    switch (request) {
    case CALL_CREATE_VCPU: *answer = create_vcpu(vm, fd, argument); return true;
    case CALL_CREATE_GUEST_MEMFD: *answer = create_guest_memfd(vm, argument); return true;
    case CALL_SET_MEMORY_REGION2: *answer = set_memory_region(vm, fd, argument); return true;
    case KVM_SET_USER_MEMORY_REGION: *answer = set_old_memory_region(vm, fd, argument); return true;
    case CALL_SET_MEMORY_ATTRIBUTES:
    case CALL_REGISTER_REGION:
    case CALL_UNREGISTER_REGION: *answer = 0; return true;
    case CALL_ENCRYPT_OP:
        *answer = vm->kind == KIND_TDX ? tdx_answer(vm, argument) : sev_answer(vm, argument);
        return true;
    case KVM_ENABLE_CAP: *answer = enable_capability(fd, argument); return true;
    default: return false;
    }
}

bool kvm_answer(int fd, unsigned long request, void *argument, int *answer) {
    if (request == KVM_CHECK_EXTENSION) {
        return answer_extension(fd, (uintptr_t) argument, answer);
    }
    struct vm *vm = vm_of(fd, ROLE_VM);
    struct vm *owner = vm ? vm : vm_of(fd, ROLE_VCPU);
    if (owner && owner->kind == KIND_TDX && answer_tdx(request, argument, answer)) {
        return true;
    }
    if (vm) {
        return answer_vm(vm, fd, request, argument, answer);
    }
    if (owner && owner->kind == KIND_TDX && request == CALL_ENCRYPT_OP) {
        *answer = tdx_answer(owner, argument);
        return true;
    }
    return !owner && answer_system(fd, request, argument, answer);
}
