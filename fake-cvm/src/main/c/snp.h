/* AMD SEV-SNP: the launch commands. */
#ifndef FAKE_CVM_SNP_H
#define FAKE_CVM_SNP_H

struct sev_command;
struct vm;

int snp_answer(struct vm *vm, struct sev_command *command);

#endif
