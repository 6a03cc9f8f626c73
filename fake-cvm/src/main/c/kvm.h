/* KVM's own calls, as far as a confidential VM needs them changed. The VM below is an ordinary one. */
#ifndef FAKE_CVM_KVM_H
#define FAKE_CVM_KVM_H

#include <stdbool.h>

/* A call past this library. */
int kvm_call(int fd, unsigned long request, const void *argument);

/* What a call comes to: its value, or -1 with errno. */
int fails_with(int error);

/* Answers a call that is the platform's affair; false when it is KVM's. Under the platform's lock. */
bool kvm_answer(int fd, unsigned long request, void *argument, int *answer);

/* The CPUID entries that KVM gives to guests; to be freed. `system_fd` is the descriptor of /dev/kvm. */
struct kvm_cpuid2 *kvm_supported_cpuid(int system_fd);

#endif
