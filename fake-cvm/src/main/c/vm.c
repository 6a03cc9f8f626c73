#include "vm.h"

#include "log.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vm *vms;
static int created;

void platform_lock(void) {
    pthread_mutex_lock(&lock);
}

void platform_unlock(void) {
    pthread_mutex_unlock(&lock);
}

/* `array` with room for one more. */
static void *grown(void *array, size_t count, size_t size) {
    void *bigger = realloc(array, (count + 1) * size);
    if (!bigger) {
        fputs("fake-cvm: out of memory\n", stderr);
        abort();
    }
    return bigger;
}

struct vm *vm_create(enum kind kind, int system_fd) {
    struct vm *vm = grown(NULL, 0, sizeof *vm);
    *vm = (struct vm) {.next = vms, .number = ++created, .kind = kind, .system_fd = system_fd};
    sha384_start(&vm->measured);
    vms = vm;
    return vm;
}

void vm_discard(struct vm *vm) {
    struct vm **link = &vms;
    while (*link != vm) {
        link = &(*link)->next;
    }
    *link = vm->next;
    for (size_t i = 0; i < vm->region_count; i++) {
        free(vm->regions[i].content);
    }
    free(vm->regions);
    free(vm->slots);
    free(vm->descriptors);
    free(vm);
}

const char *vm_kind_name(const struct vm *vm) {
    static const char *const names[] = {"plain", "sev", "sev-es", "sev-snp", "tdx"};
    return names[vm->kind];
}

struct vm *vm_of(int fd, enum role role) {
    for (struct vm *vm = vms; vm; vm = vm->next) {
        for (size_t i = 0; i < vm->descriptor_count; i++) {
            if (vm->descriptors[i].fd == fd && vm->descriptors[i].role == role) {
                return vm;
            }
        }
    }
    return NULL;
}

void vm_add_descriptor(struct vm *vm, struct descriptor descriptor) {
    vm->descriptors = grown(vm->descriptors, vm->descriptor_count, sizeof descriptor);
    vm->descriptors[vm->descriptor_count++] = descriptor;
}

static bool remove_descriptor(struct vm *vm, int fd) {
    for (size_t i = 0; i < vm->descriptor_count; i++) {
        if (vm->descriptors[i].fd == fd) {
            size_t behind = --vm->descriptor_count - i;
            memmove(vm->descriptors + i, vm->descriptors + i + 1, behind * sizeof *vm->descriptors);
            return true;
        }
    }
    return false;
}

void vm_descriptor_closed(int fd) {
    for (struct vm *vm = vms; vm; vm = vm->next) {
        if (remove_descriptor(vm, fd)) {
            if (vm->descriptor_count == 0) {
                log_begin(vm, "END");
                log_end(0);
                vm_discard(vm);
            }
            return;
        }
    }
}

bool vm_take_key(struct vm *vm) {
    int taken = 0;
    for (struct vm *other = vms; other; other = other->next) {
        taken += other->has_key;
    }
    vm->has_key = vm->has_key || taken < faults_keys();
    return vm->has_key;
}

void vm_set_slot(struct vm *vm, struct slot slot) {
    size_t at = 0;
    while (at < vm->slot_count && vm->slots[at].id != slot.id) {
        at++;
    }
    if (at == vm->slot_count) {
        vm->slots = grown(vm->slots, vm->slot_count++, sizeof slot);
    }
    vm->slots[at] = slot;
}

void *vm_host_address(const struct vm *vm, uint64_t gpa, uint64_t length) {
    for (size_t i = 0; i < vm->slot_count; i++) {
        const struct slot *slot = &vm->slots[i];
        if (gpa >= slot->gpa && gpa - slot->gpa < slot->size && length <= slot->size - (gpa - slot->gpa)) {
            return (void *) (slot->host + (gpa - slot->gpa));
        }
    }
    return NULL;
}

bool vm_guest_address(const struct vm *vm, uint64_t host, uint64_t *gpa) {
    for (size_t i = 0; i < vm->slot_count; i++) {
        const struct slot *slot = &vm->slots[i];
        if (host >= slot->host && host - slot->host < slot->size) {
            *gpa = slot->gpa + (host - slot->host);
            return true;
        }
    }
    return false;
}

bool vm_fill(struct vm *vm, struct region region) {
    for (size_t i = 0; i < vm->region_count; i++) {
        const struct region *before = &vm->regions[i];
        if (region.gpa < before->gpa + before->length && before->gpa < region.gpa + region.length) {
            return false;
        }
    }
    vm->regions = grown(vm->regions, vm->region_count, sizeof region);
    vm->regions[vm->region_count++] = region;
    return true;
}
