/* Layout: AMD64 APM volume 2, appendix B.4; what goes in: Linux 6.16, sev_es_sync_vmsa() after init_vmcb(). */
#include "vmsa.h"

#include "abi.h"
#include "kvm.h"
#include "log.h"
#include "vm.h"
#include <stdlib.h>
#include <string.h>

#define MSR_PAT 0x277
#define XSAVE_SIZE 16384
#define FEATURE_SNP_ACTIVE 1
/* What KVM itself sets for any guest (init_vmcb, svm_set_cr0, svm_set_cr4, svm_set_efer). */
#define EFER_SVME 0x1000
#define CR4_MCE 0x40
#define CR0_ET 0x10
#define CR0_NW_CD 0x60000000

struct state {
    struct kvm_regs regs;
    struct kvm_sregs sregs;
    struct kvm_debugregs debug;
    struct kvm_xcrs xcrs;
    uint64_t pat;
    uint32_t mxcsr;
    uint16_t fcw;
};

static void read_fpu(int fd, struct state *state) {
    uint8_t *area = aligned_alloc(64, XSAVE_SIZE);
    if (area && (kvm_call(fd, CALL_GET_XSAVE2, area) == 0 || kvm_call(fd, KVM_GET_XSAVE, area) == 0)) {
        memcpy(&state->fcw, area, sizeof state->fcw);
        memcpy(&state->mxcsr, area + 24, sizeof state->mxcsr);
    }
    free(area);
}

static void read_state(int fd, struct state *state) {
    union {
        struct kvm_msrs list;
        char room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } msrs = {.list.nmsrs = 1};
    msrs.list.entries[0].index = MSR_PAT;
    memset(state, 0, sizeof *state);
    kvm_call(fd, KVM_GET_REGS, &state->regs);
    kvm_call(fd, KVM_GET_SREGS, &state->sregs);
    kvm_call(fd, KVM_GET_DEBUGREGS, &state->debug);
    kvm_call(fd, KVM_GET_XCRS, &state->xcrs);
    kvm_call(fd, KVM_GET_MSRS, &msrs);
    state->pat = msrs.list.entries[0].data;
    read_fpu(fd, state);
}

static void put(uint8_t *page, int offset, uint64_t value, size_t size) {
    memcpy(page + offset, &value, size);
}

static void put_segment(uint8_t *page, int offset, const struct kvm_segment *segment) {
    unsigned attributes = segment->type | segment->s << 4 | segment->dpl << 5 | segment->present << 7
            | segment->avl << 8 | segment->l << 9 | segment->db << 10 | segment->g << 11;
    put(page, offset, segment->selector, 2);
    put(page, offset + 2, segment->unusable ? 0 : attributes, 2);
    put(page, offset + 4, segment->limit, 4);
    put(page, offset + 8, segment->base, 8);
}

static void put_segments(uint8_t *page, const struct kvm_sregs *sregs) {
    put_segment(page, 0x00, &sregs->es);
    put_segment(page, 0x10, &sregs->cs);
    put_segment(page, 0x20, &sregs->ss);
    put_segment(page, 0x30, &sregs->ds);
    put_segment(page, 0x40, &sregs->fs);
    put_segment(page, 0x50, &sregs->gs);
    put(page, 0x64, sregs->gdt.limit, 4);
    put(page, 0x68, sregs->gdt.base, 8);
    put_segment(page, 0x70, &sregs->ldt);
    put(page, 0x84, sregs->idt.limit, 4);
    put(page, 0x88, sregs->idt.base, 8);
    put_segment(page, 0x90, &sregs->tr);
    put(page, 0xcb, sregs->ss.dpl, 1);
}

static void put_control(uint8_t *page, const struct state *state) {
    put(page, 0x0d0, state->sregs.efer | EFER_SVME, 8);
    put(page, 0x148, state->sregs.cr4 | CR4_MCE, 8);
    put(page, 0x150, state->sregs.cr3, 8);
    put(page, 0x158, (state->sregs.cr0 | CR0_ET) & ~(uint64_t) CR0_NW_CD, 8);
    put(page, 0x160, state->debug.dr7, 8);
    put(page, 0x168, state->debug.dr6, 8);
    put(page, 0x268, state->pat, 8);
    put(page, 0x3e8, state->xcrs.xcrs[0].value, 8);
    put(page, 0x408, state->mxcsr, 4);
    put(page, 0x410, state->fcw, 2);
}

static void put_registers(uint8_t *page, const struct kvm_regs *regs) {
    put(page, 0x170, regs->rflags, 8);
    put(page, 0x178, regs->rip, 8);
    put(page, 0x1d8, regs->rsp, 8);
    put(page, 0x1f8, regs->rax, 8);
    put(page, 0x308, regs->rcx, 8);
    put(page, 0x310, regs->rdx, 8);
    put(page, 0x318, regs->rbx, 8);
    put(page, 0x328, regs->rbp, 8);
    put(page, 0x330, regs->rsi, 8);
    put(page, 0x338, regs->rdi, 8);
    const uint64_t rest[] = {regs->r8, regs->r9, regs->r10, regs->r11, regs->r12, regs->r13, regs->r14, regs->r15};
    memcpy(page + 0x340, rest, sizeof rest);
}

/* All behind the last byte that is set would be zeros: the log leaves them out. */
static size_t used(const uint8_t *page) {
    size_t length = PAGE_SIZE;
    while (length > 0 && page[length - 1] == 0) {
        length--;
    }
    return length;
}

void vmsa_each(struct vm *vm, void (*use)(struct vm *, const uint8_t *vmsa)) {
    for (size_t i = 0; i < vm->descriptor_count; i++) {
        if (vm->descriptors[i].role == ROLE_VCPU) {
            struct state state;
            uint8_t page[PAGE_SIZE] = {0};
            read_state(vm->descriptors[i].fd, &state);
            put_segments(page, &state.sregs);
            put_control(page, &state);
            put_registers(page, &state.regs);
            put(page, 0x3b0, vm->vmsa_features | (vm->kind == KIND_SNP ? FEATURE_SNP_ACTIVE : 0), 8);
            log_begin(vm, "VMSA");
            log_number("vcpu", vm->descriptors[i].id);
            log_sha384(page, sizeof page);
            log_bytes("content", page, used(page));
            log_end(0);
            use(vm, page);
        }
    }
}
