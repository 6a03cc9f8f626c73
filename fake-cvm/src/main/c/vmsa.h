/* The saved state of each vCPU, which is launched and measured with the guest. */
#ifndef FAKE_CVM_VMSA_H
#define FAKE_CVM_VMSA_H

#include <stdint.h>

struct vm;

/* Builds the page of each vCPU from its state in KVM, as KVM does, logs it, and hands it on. */
void vmsa_each(struct vm *vm, void (*use)(struct vm *, const uint8_t *vmsa));

#endif
