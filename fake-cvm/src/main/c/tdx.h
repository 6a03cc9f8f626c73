/* Intel TDX: the commands of KVM that build a TD. */
#ifndef FAKE_CVM_TDX_H
#define FAKE_CVM_TDX_H

struct tdx_command;
struct vm;

/* Answers KVM_MEMORY_ENCRYPT_OP on a TD or on one of its vCPUs. */
int tdx_answer(struct vm *vm, struct tdx_command *command);

#endif
