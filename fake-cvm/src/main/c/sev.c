#define _GNU_SOURCE
#include "sev.h"

#include "abi.h"
#include "kvm.h"
#include "log.h"
#include "snp.h"
#include "vm.h"
#include "vmsa.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define API_MAJOR 1
#define API_MINOR 55
#define BUILD 9
#define PLATFORM_INITIALISED 1
#define PLATFORM_HAS_ES (1 << 8)

static uint32_t handles;

int sev_refuse(struct sev_command *command, int error, int firmware_error) {
    command->error = (uint32_t) firmware_error;
    return fails_with(error);
}

static int refuse_order(struct vm *vm, struct sev_command *command, const char *step) {
    log_begin(vm, step);
    log_text("refused", "out of order");
    return sev_refuse(command, log_end(EIO), FIRMWARE_INVALID_GUEST_STATE);
}

/* With the old commands a VM is of no kind until it is initialised. */
static int initialise(struct vm *vm, struct sev_command *command) {
    const struct sev_init2 *wanted = (void *) command->data;
    int error = step_taken(vm, STEP_INIT2);
    if (error) {
        return sev_refuse(command, error, FIRMWARE_HARDWARE_ERROR);
    }
    if (vm->kind == KIND_PLAIN) {
        vm->kind = command->id == SEV_ES_INIT ? KIND_SEV_ES : KIND_SEV;
    }
    vm->vmsa_features = command->id == SEV_INIT2 ? wanted->vmsa_features : 0;
    log_begin(vm, step_name(STEP_INIT2));
    log_address("vmsaFeatures", vm->vmsa_features);
    if (!vm_take_key(vm)) {
        log_text("refused", "no address space id is free");
        return fails_with(log_end(EBUSY)); /* Linux 6.16, sev_asid_new(): it is KVM that refuses */
    }
    vm->progress = INITIALISED;
    return log_end(0);
}

/* What is measured first; the firmware's own version is part of it, as the specification has it. */
static int launch_start(struct vm *vm, struct sev_command *command) {
    struct sev_launch_start *start = (void *) command->data;
    const uint8_t preamble[] = {API_MAJOR, API_MINOR, BUILD};
    vm->policy = start->policy;
    sha384_add(&vm->measured, preamble, sizeof preamble);
    sha384_add(&vm->measured, &start->policy, sizeof start->policy);
    log_begin(vm, step_name(STEP_LAUNCH_START));
    log_address("policy", start->policy);
    log_number("handleIn", start->handle);
    start->handle = ++handles;
    log_number("handle", start->handle);
    vm->progress = LAUNCHING;
    return log_end(0);
}

static int launch_update_data(struct vm *vm, struct sev_command *command) {
    const struct sev_launch_update *update = (void *) command->data;
    uint64_t gpa;
    sha384_add(&vm->measured, (void *) update->host, update->length);
    log_begin(vm, step_name(STEP_LAUNCH_UPDATE));
    if (vm_guest_address(vm, update->host, &gpa)) {
        log_address("gpa", gpa);
    }
    log_address("length", update->length);
    log_sha384((void *) update->host, update->length);
    return log_end(0);
}

static void measure_vmsa(struct vm *vm, const uint8_t *vmsa) {
    sha384_add(&vm->measured, vmsa, PAGE_SIZE);
}

static int launch_update_vmsa(struct vm *vm, struct sev_command *command) {
    (void) command;
    log_begin(vm, step_name(STEP_LAUNCH_UPDATE_VMSA));
    log_end(0);
    vmsa_each(vm, measure_vmsa);
    return 0;
}

/* The first question is for the length. The nonce is not random here: the same launch gives the same measurement. */
static int launch_measure(struct vm *vm, struct sev_command *command) {
    struct sev_launch_measure *wanted = (void *) command->data;
    if (!wanted->host || wanted->length < SHA384_SIZE) {
        wanted->length = SHA384_SIZE;
        return sev_refuse(command, EIO, FIRMWARE_INVALID_LENGTH);
    }
    wanted->length = SHA384_SIZE;
    sha384_end(&vm->measured, (uint8_t *) wanted->host);
    log_begin(vm, step_name(STEP_LAUNCH_MEASURE));
    log_bytes("measurement", (void *) wanted->host, SHA384_SIZE);
    vm->progress = MEASURED;
    return log_end(0);
}

static int launch_secret(struct vm *vm, struct sev_command *command) {
    (void) command;
    log_begin(vm, "LAUNCH_SECRET");
    return log_end(0);
}

static int launch_finish(struct vm *vm, struct sev_command *command) {
    (void) command;
    log_begin(vm, step_name(STEP_LAUNCH_FINISH));
    vm->progress = LAUNCHED;
    return log_end(0);
}

/* A step of the launch, taken when it is its turn and nothing is to go wrong there. */
static int take(struct vm *vm, struct sev_command *command, enum step step,
        int (*action)(struct vm *, struct sev_command *)) {
    enum progress wanted = step == STEP_LAUNCH_START ? INITIALISED : step == STEP_LAUNCH_FINISH ? MEASURED : LAUNCHING;
    if (vm->progress != wanted && vm->kind != KIND_SNP) {
        return refuse_order(vm, command, step_name(step));
    }
    int error = step_taken(vm, step);
    return error ? sev_refuse(command, error, FIRMWARE_HARDWARE_ERROR) : action(vm, command);
}

int sev_answer(struct vm *vm, struct sev_command *command) {
    if (!command) {
        return 0; /* QEMU asks in this way whether there is SEV at all (query-sev-capabilities) */
    }
    command->error = 0;
    switch (command->id) {
    case SEV_INIT:
    case SEV_ES_INIT:
    case SEV_INIT2: return initialise(vm, command);
    case SEV_LAUNCH_START: return take(vm, command, STEP_LAUNCH_START, launch_start);
    case SEV_LAUNCH_UPDATE_DATA: return take(vm, command, STEP_LAUNCH_UPDATE, launch_update_data);
    case SEV_LAUNCH_UPDATE_VMSA: return take(vm, command, STEP_LAUNCH_UPDATE_VMSA, launch_update_vmsa);
    case SEV_LAUNCH_MEASURE: return take(vm, command, STEP_LAUNCH_MEASURE, launch_measure);
    case SEV_LAUNCH_FINISH: return take(vm, command, STEP_LAUNCH_FINISH, launch_finish);
    case SEV_LAUNCH_SECRET:
        return vm->progress == MEASURED ? launch_secret(vm, command) : refuse_order(vm, command, "LAUNCH_SECRET");
    case SNP_LAUNCH_START:
    case SNP_LAUNCH_UPDATE:
    case SNP_LAUNCH_FINISH: return snp_answer(vm, command);
    default: return sev_refuse(command, EINVAL, FIRMWARE_UNSUPPORTED);
    }
}

int sev_device_open(void) {
    const char *path = getenv("RESEAL_CVM_DEVICE");
    return path ? (int) syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644)
                : memfd_create("/dev/sev", MFD_CLOEXEC);
}

bool sev_device_answer(struct sev_issue *issue, int *answer) {
    if (issue->command != SEV_PLATFORM_STATUS) {
        issue->error = FIRMWARE_UNSUPPORTED;
        *answer = fails_with(EIO);
        return true;
    }
    struct sev_platform_status *status = (void *) issue->data;
    *status = (struct sev_platform_status) {
        .api_major = API_MAJOR,
        .api_minor = API_MINOR,
        .state = PLATFORM_INITIALISED,
        .flags = PLATFORM_HAS_ES,
        .build = BUILD,
    };
    issue->error = 0;
    *answer = 0;
    return true;
}
