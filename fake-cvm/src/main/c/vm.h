/* The VMs of this process, and what of them must be remembered between two calls. */
#ifndef FAKE_CVM_VM_H
#define FAKE_CVM_VM_H

#include "faults.h"
#include "sha384.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind { KIND_PLAIN, KIND_SEV, KIND_SEV_ES, KIND_SNP, KIND_TDX };

/* How far a launch has come. Steps out of order are refused, as firmware does. */
enum progress { CREATED, INITIALISED, LAUNCHING, MEASURED, LAUNCHED };

enum role { ROLE_VM, ROLE_VCPU, ROLE_MEMORY };

/* An open descriptor that keeps a VM alive. */
struct descriptor {
    enum role role;
    int fd;
    uint32_t id;
};

/* A memory slot: where QEMU has the memory of the guest. */
struct slot {
    uint32_t id;
    uint64_t gpa, size, host;
};

/* Guest memory that this launch has filled; `content` where it is still to be written. */
struct region {
    uint64_t gpa, length;
    void *content;
};

struct vm {
    struct vm *next;
    int number;
    enum kind kind;
    enum progress progress;
    bool has_key;
    int system_fd;
    int taken[STEP_COUNT];
    struct descriptor *descriptors;
    size_t descriptor_count;
    struct slot *slots;
    size_t slot_count;
    struct region *regions;
    size_t region_count;
    uint64_t policy, vmsa_features;
    struct sha384 measured;              /* SEV, TDX: all that was measured so far */
    uint8_t launch_digest[SHA384_SIZE]; /* SNP: the chain of pages so far */
};

/* One lock for all of the platform: launches are rare, and their order is what matters. */
void platform_lock(void);
void platform_unlock(void);

struct vm *vm_create(enum kind kind, int system_fd);
void vm_discard(struct vm *vm);
const char *vm_kind_name(const struct vm *vm);

/* The VM that a descriptor of that role belongs to, or NULL. */
struct vm *vm_of(int fd, enum role role);
void vm_add_descriptor(struct vm *vm, struct descriptor descriptor);

/* A descriptor is closed; with its last one a VM ends and its key is free. KVM: a vCPU or a guest_memfd holds its VM. */
void vm_descriptor_closed(int fd);

/* An address space id or a TDX key id for the VM, as long as it lives; false when there is none left. */
bool vm_take_key(struct vm *vm);

/* Remembers a slot in place of the former one of that id; one of size 0 is none. */
void vm_set_slot(struct vm *vm, struct slot slot);
/* Where QEMU has that guest memory, or NULL when it is not in one slot. */
void *vm_host_address(const struct vm *vm, uint64_t gpa, uint64_t length);
/* The reverse; false when it is guest memory in no slot. */
bool vm_guest_address(const struct vm *vm, uint64_t host, uint64_t *gpa);

/* Remembers that the launch has filled this; false when it has done so before with a part of it. */
bool vm_fill(struct vm *vm, struct region region);

#endif
