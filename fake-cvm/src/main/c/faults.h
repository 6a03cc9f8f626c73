/* What is to go wrong, as the environment tells it. */
#ifndef FAKE_CVM_FAULTS_H
#define FAKE_CVM_FAULTS_H

#include <stdbool.h>

struct vm;

enum step {
    STEP_CREATE_VM,
    STEP_CREATE_VCPU,
    STEP_CREATE_GUEST_MEMFD,
    STEP_INIT2,
    STEP_LAUNCH_START,
    STEP_LAUNCH_UPDATE,
    STEP_LAUNCH_UPDATE_VMSA,
    STEP_LAUNCH_MEASURE,
    STEP_LAUNCH_FINISH,
    STEP_INIT_VM,
    STEP_INIT_VCPU,
    STEP_INIT_MEM_REGION,
    STEP_FINALIZE_VM,
    STEP_COUNT,
};

const char *step_name(enum step step);

/* Notes that a VM is at a step once more, waits as told, and answers the error that is to come of it, or 0. */
int step_taken(struct vm *vm, enum step step);

/* How many encryption contexts may live at once in this process; see vm_take_key(). */
int faults_keys(void);

/* kHz of a TD's time stamp counter. */
int faults_tsc_khz(void);

#endif
