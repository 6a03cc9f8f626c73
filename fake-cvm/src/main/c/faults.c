#define _GNU_SOURCE
#include "faults.h"

#include "log.h"
#include "vm.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ERRNO_MAX 133
#define TSC_KHZ 2500000 /* a multiple of 25 MHz, as QEMU 11 wants of a TD (tdx_pre_create_vcpu) */

static const char *const names[STEP_COUNT] = {
    [STEP_CREATE_VM] = "KVM_CREATE_VM",
    [STEP_CREATE_VCPU] = "KVM_CREATE_VCPU",
    [STEP_CREATE_GUEST_MEMFD] = "KVM_CREATE_GUEST_MEMFD",
    [STEP_INIT2] = "INIT2",
    [STEP_LAUNCH_START] = "LAUNCH_START",
    [STEP_LAUNCH_UPDATE] = "LAUNCH_UPDATE",
    [STEP_LAUNCH_UPDATE_VMSA] = "LAUNCH_UPDATE_VMSA",
    [STEP_LAUNCH_MEASURE] = "LAUNCH_MEASURE",
    [STEP_LAUNCH_FINISH] = "LAUNCH_FINISH",
    [STEP_INIT_VM] = "INIT_VM",
    [STEP_INIT_VCPU] = "INIT_VCPU",
    [STEP_INIT_MEM_REGION] = "INIT_MEM_REGION",
    [STEP_FINALIZE_VM] = "FINALIZE_VM",
};

/* One entry of RESEAL_CVM_FAIL or RESEAL_CVM_SLOW: "STEP LAUNCH TIME VALUE", entries parted by ';'. */
struct entry {
    char step[32], value[32];
    int launch, time;
};

const char *step_name(enum step step) {
    return names[step];
}

static int number_of(const char *variable, int otherwise) {
    const char *text = getenv(variable);
    return text && *text ? atoi(text) : otherwise;
}

int faults_keys(void) {
    return number_of("RESEAL_CVM_KEYS", INT_MAX);
}

int faults_tsc_khz(void) {
    return number_of("RESEAL_CVM_TSC_KHZ", TSC_KHZ);
}

/* A test that thinks it has asked for a fault must not pass for want of one. */
static void reject(const char *variable, const char *text) {
    fprintf(stderr, "fake-cvm: %s is \"%s\", expected entries of the form \"STEP LAUNCH TIME VALUE\" parted by ';'\n",
            variable, text);
    exit(2);
}

static const char *next_entry(const char *variable, const char *text, struct entry *entry) {
    int used = 0;
    if (sscanf(text, " %31s %d %d %31[^; ]%n", entry->step, &entry->launch, &entry->time, entry->value, &used) != 4) {
        reject(variable, text);
    }
    text += used;
    return text + strspn(text, "; ");
}

/* The value of the entry for this time of this step; for slowness also for all later launches. */
static bool find(const char *variable, struct vm *vm, enum step step, struct entry *entry) {
    bool slow = strcmp(variable, "RESEAL_CVM_SLOW") == 0;
    for (const char *text = getenv(variable); text && *text;) {
        text = next_entry(variable, text, entry);
        if (strcmp(entry->step, names[step]) == 0 && entry->time == vm->taken[step]
                && (entry->launch == vm->number || (slow && entry->launch < vm->number))) {
            return true;
        }
    }
    return false;
}

/* Others go on in that time: they may want to close descriptors or to log. */
static void wait_milliseconds(long count) {
    struct timespec left = {count / 1000, count % 1000 * 1000000};
    platform_unlock();
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
    platform_lock();
}

static int error_of(const char *name) {
    for (int error = 1; error <= ERRNO_MAX; error++) {
        const char *known = strerrorname_np(error);
        if (known && strcmp(known, name) == 0) {
            return error;
        }
    }
    fprintf(stderr, "fake-cvm: RESEAL_CVM_FAIL asks for the error \"%s\", expected a name such as EIO\n", name);
    exit(2);
}

int step_taken(struct vm *vm, enum step step) {
    struct entry entry;
    vm->taken[step]++;
    if (find("RESEAL_CVM_SLOW", vm, step, &entry)) {
        wait_milliseconds(atol(entry.value));
    }
    if (!find("RESEAL_CVM_FAIL", vm, step, &entry)) {
        return 0;
    }
    log_begin(vm, names[step]);
    log_number("injected", 1);
    return log_end(error_of(entry.value));
}
