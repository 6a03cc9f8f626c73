#include "snp.h"

#include "abi.h"
#include "kvm.h"
#include "log.h"
#include "sev.h"
#include "vm.h"
#include "vmsa.h"
#include <errno.h>
#include <string.h>

#define VMSA_GPA 0xfffffffff000ULL

/* What each page adds to the launch digest: SEV-SNP firmware ABI 1.55, table 67, PAGE_INFO. */
struct __attribute__((packed)) page_info {
    uint8_t digest[SHA384_SIZE], contents[SHA384_SIZE];
    uint16_t length;
    uint8_t type, is_migration_image, permissions[3], reserved;
    uint64_t gpa;
};

static int refuse(struct vm *vm, const char *step, const char *reason, int error) {
    log_begin(vm, step);
    log_text("refused", reason);
    return fails_with(log_end(error));
}

static void measure(struct vm *vm, int type, uint64_t gpa, const void *contents) {
    struct page_info info = {.length = sizeof info, .type = (uint8_t) type, .gpa = gpa};
    memcpy(info.digest, vm->launch_digest, sizeof info.digest);
    if (type == PAGE_NORMAL || type == PAGE_VMSA) {
        sha384(contents, PAGE_SIZE, info.contents);
    }
    sha384(&info, sizeof info, vm->launch_digest);
}

static void measure_vmsa(struct vm *vm, const uint8_t *vmsa) {
    measure(vm, PAGE_VMSA, VMSA_GPA, vmsa);
}

static int launch_start(struct vm *vm, struct sev_command *command) {
    const struct snp_launch_start *start = (void *) command->data;
    if (vm->progress != INITIALISED) {
        return refuse(vm, step_name(STEP_LAUNCH_START), "out of order", EINVAL);
    }
    vm->policy = start->policy;
    vm->progress = LAUNCHING;
    log_begin(vm, step_name(STEP_LAUNCH_START));
    log_address("policy", start->policy);
    log_bytes("gosvw", start->gosvw, sizeof start->gosvw);
    return log_end(0);
}

static void log_update(const struct vm *vm, const struct snp_launch_update *update) {
    log_begin(vm, step_name(STEP_LAUNCH_UPDATE));
    log_address("gpa", update->gfn * PAGE_SIZE);
    log_address("length", update->length);
    log_number("type", update->type);
    if (update->host && update->type != PAGE_ZERO) {
        log_sha384((void *) update->host, update->length);
    }
}

static int launch_update(struct vm *vm, struct sev_command *command) {
    struct snp_launch_update *update = (void *) command->data;
    log_update(vm, update);
    if (vm->progress != LAUNCHING) {
        log_text("refused", "out of order");
        return fails_with(log_end(EINVAL));
    }
    if (!vm_fill(vm, (struct region) {.gpa = update->gfn * PAGE_SIZE, .length = update->length})) {
        log_text("refused", "twice in one launch");
        return fails_with(log_end(EEXIST)); /* Linux 6.16, sev_gmem_post_populate(): the page is assigned already */
    }
    for (uint64_t done = 0; done < update->length; done += PAGE_SIZE) {
        measure(vm, update->type, update->gfn * PAGE_SIZE + done, (uint8_t *) update->host + done);
    }
    update->gfn += update->length / PAGE_SIZE;
    update->host += update->host ? update->length : 0;
    update->length = 0;
    return log_end(0);
}

static int launch_finish(struct vm *vm, struct sev_command *command) {
    const struct snp_launch_finish *finish = (void *) command->data;
    if (vm->progress != LAUNCHING) {
        return refuse(vm, step_name(STEP_LAUNCH_FINISH), "out of order", EINVAL);
    }
    vmsa_each(vm, measure_vmsa);
    vm->progress = LAUNCHED;
    log_begin(vm, step_name(STEP_LAUNCH_FINISH));
    log_address("policy", vm->policy);
    log_bytes("hostData", finish->host_data, sizeof finish->host_data);
    if (finish->id_block_enabled && finish->id_block) {
        log_bytes("idBlock", (void *) finish->id_block, ID_BLOCK_SIZE);
    }
    if (finish->id_block_enabled && finish->id_auth) {
        log_bytes("idAuth", (void *) finish->id_auth, ID_AUTH_SIZE);
    }
    log_number("authorKeyEnabled", finish->author_key_enabled);
    log_number("vcekDisabled", finish->vcek_disabled);
    log_bytes("digest", vm->launch_digest, SHA384_SIZE);
    return log_end(0);
}

int snp_answer(struct vm *vm, struct sev_command *command) {
    enum step step = command->id == SNP_LAUNCH_START ? STEP_LAUNCH_START
            : command->id == SNP_LAUNCH_UPDATE       ? STEP_LAUNCH_UPDATE
                                                     : STEP_LAUNCH_FINISH;
    int error = step_taken(vm, step);
    if (error) {
        return sev_refuse(command, error, FIRMWARE_HARDWARE_ERROR);
    }
    switch (step) {
    case STEP_LAUNCH_START: return launch_start(vm, command);
    case STEP_LAUNCH_UPDATE: return launch_update(vm, command);
    default: return launch_finish(vm, command);
    }
}
