/* AMD SEV and SEV-ES: the launch commands, and the device of the secure processor. */
#ifndef FAKE_CVM_SEV_H
#define FAKE_CVM_SEV_H

#include <stdbool.h>

struct sev_command;
struct sev_issue;
struct vm;

/* Answers KVM_MEMORY_ENCRYPT_OP on a VM of AMD's kinds, SNP included. */
int sev_answer(struct vm *vm, struct sev_command *command);

/* Ends a command that firmware, not KVM, refuses. */
int sev_refuse(struct sev_command *command, int error, int firmware_error);

/* Opens what stands for /dev/sev: an ordinary descriptor, so that a leaked one counts as it does on a host. */
int sev_device_open(void);
bool sev_device_answer(struct sev_issue *issue, int *answer);

#endif
