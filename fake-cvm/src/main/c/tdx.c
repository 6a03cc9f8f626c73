#include "tdx.h"

#include "abi.h"
#include "kvm.h"
#include "log.h"
#include "vm.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ATTRIBUTE_SEPT_VE_DISABLE (1ULL << 28)
#define ATTRIBUTE_PKS (1ULL << 30)
#define ATTRIBUTE_PERFMON (1ULL << 63)
#define XFAM 0x602e7ULL
#define EXTEND_SIZE 256

static int refuse(struct vm *vm, const char *step, const char *reason, int error) {
    log_begin(vm, step);
    log_text("refused", reason);
    return fails_with(log_end(error));
}

/* Hands CPUID entries over, or says how much room they need, as KVM does. */
static int give_cpuid(const struct kvm_cpuid2 *from, struct kvm_cpuid2 *to) {
    if (!from) {
        return fails_with(ENOMEM);
    }
    uint32_t room = to->nent;
    to->nent = from->nent;
    if (room < from->nent) {
        return fails_with(E2BIG);
    }
    memcpy(to->entries, from->entries, from->nent * sizeof *from->entries);
    return 0;
}

static int capabilities(struct vm *vm, struct tdx_command *command) {
    struct tdx_capabilities *to = (void *) command->data;
    struct kvm_cpuid2 *cpuid = kvm_supported_cpuid(vm->system_fd);
    to->attributes = ATTRIBUTE_SEPT_VE_DISABLE | ATTRIBUTE_PKS | ATTRIBUTE_PERFMON;
    to->xfam = XFAM;
    int answer = give_cpuid(cpuid, &to->cpuid);
    free(cpuid);
    return answer;
}

/* What the module made otherwise than it was told to: nothing. So QEMU keeps the features that it gave to init_vm(). */
static int get_cpuid(struct tdx_command *command) {
    struct kvm_cpuid2 *to = (void *) command->data;
    to->nent = 0;
    return 0;
}

static int init_vm(struct vm *vm, struct tdx_command *command) {
    const struct tdx_init_vm *wanted = (void *) command->data;
    log_begin(vm, step_name(STEP_INIT_VM));
    log_address("attributes", wanted->attributes);
    log_address("xfam", wanted->xfam);
    log_bytes("mrconfigid", wanted->mr_config_id, sizeof wanted->mr_config_id);
    log_bytes("mrowner", wanted->mr_owner, sizeof wanted->mr_owner);
    log_bytes("mrownerconfig", wanted->mr_owner_config, sizeof wanted->mr_owner_config);
    if (vm->progress != CREATED) {
        log_text("refused", "out of order");
        return fails_with(log_end(EINVAL));
    }
    if (!vm_take_key(vm)) {
        log_text("refused", "no key id is free");
        return fails_with(log_end(ENOSPC)); /* Linux 6.16, __tdx_td_init() */
    }
    vm->progress = LAUNCHING;
    return log_end(0);
}

static int init_vcpu(struct vm *vm, struct tdx_command *command) {
    log_begin(vm, step_name(STEP_INIT_VCPU));
    log_address("hob", command->data);
    return log_end(0);
}

/* MRTD: a line for each page added, and one with content for each 256 bytes that are measured (TDX module 1.5 ABI). */
static void measure_line(struct vm *vm, const char *name, uint64_t gpa) {
    uint8_t line[128] = {0};
    memcpy(line, name, strlen(name));
    memcpy(line + 16, &gpa, sizeof gpa);
    sha384_add(&vm->measured, line, sizeof line);
}

static void measure_page(struct vm *vm, uint64_t gpa, const uint8_t *content, bool extend) {
    measure_line(vm, "MEM.PAGE.ADD", gpa);
    for (uint64_t done = 0; extend && done < PAGE_SIZE; done += EXTEND_SIZE) {
        measure_line(vm, "MR.EXTEND", gpa + done);
        sha384_add(&vm->measured, content + done, EXTEND_SIZE);
    }
}

static void log_region(const struct vm *vm, const struct tdx_memory_region *region, bool extend) {
    log_begin(vm, step_name(STEP_INIT_MEM_REGION));
    log_address("gpa", region->gpa);
    log_address("length", region->pages * PAGE_SIZE);
    log_number("pages", region->pages);
    log_number("measured", extend);
    log_sha384((void *) region->source, region->pages * PAGE_SIZE);
}

/* Pages go into private memory, which QEMU cannot reach any more: here into a copy, written by finalize(). */
static int init_memory_region(struct vm *vm, struct tdx_command *command) {
    struct tdx_memory_region *region = (void *) command->data;
    bool extend = command->flags & TDX_MEASURE_REGION;
    struct region filled = {.gpa = region->gpa, .length = region->pages * PAGE_SIZE};
    log_region(vm, region, extend);
    if (vm->progress != LAUNCHING || !(filled.content = malloc(filled.length))) {
        log_text("refused", "out of order");
        return fails_with(log_end(EINVAL));
    }
    if (!vm_fill(vm, filled)) {
        free(filled.content);
        log_text("refused", "twice in one launch");
        return fails_with(log_end(EIO));
    }
    memcpy(filled.content, (void *) region->source, filled.length);
    for (uint64_t done = 0; done < filled.length; done += PAGE_SIZE) {
        measure_page(vm, region->gpa + done, (uint8_t *) filled.content + done, extend);
    }
    region->source += filled.length;
    region->gpa += filled.length;
    region->pages = 0;
    return log_end(0);
}

/* QEMU 11 has thrown its own copy of the firmware away just before (tdx_finalize_vm: ram_block_discard_range). */
static void write_private_memory(struct vm *vm) {
    for (size_t i = 0; i < vm->region_count; i++) {
        struct region *region = &vm->regions[i];
        void *host = vm_host_address(vm, region->gpa, region->length);
        if (host) {
            memcpy(host, region->content, region->length);
        }
        free(region->content);
        region->content = NULL;
    }
}

static int finalize_vm(struct vm *vm, struct tdx_command *command) {
    uint8_t mrtd[SHA384_SIZE];
    (void) command;
    if (vm->progress != LAUNCHING) {
        return refuse(vm, step_name(STEP_FINALIZE_VM), "out of order", EINVAL);
    }
    write_private_memory(vm);
    sha384_end(&vm->measured, mrtd);
    vm->progress = LAUNCHED;
    log_begin(vm, step_name(STEP_FINALIZE_VM));
    log_bytes("digest", mrtd, sizeof mrtd);
    return log_end(0);
}

static int take(struct vm *vm, struct tdx_command *command, enum step step,
        int (*action)(struct vm *, struct tdx_command *)) {
    int error = step_taken(vm, step);
    return error ? fails_with(error) : action(vm, command);
}

int tdx_answer(struct vm *vm, struct tdx_command *command) {
    if (!command) {
        return fails_with(EINVAL);
    }
    command->hardware_error = 0;
    switch (command->id) {
    case TDX_CAPABILITIES: return capabilities(vm, command);
    case TDX_INIT_VM: return take(vm, command, STEP_INIT_VM, init_vm);
    case TDX_INIT_VCPU: return take(vm, command, STEP_INIT_VCPU, init_vcpu);
    case TDX_INIT_MEM_REGION: return take(vm, command, STEP_INIT_MEM_REGION, init_memory_region);
    case TDX_FINALIZE_VM: return take(vm, command, STEP_FINALIZE_VM, finalize_vm);
    case TDX_GET_CPUID: return get_cpuid(command);
    default: return fails_with(EINVAL);
    }
}
