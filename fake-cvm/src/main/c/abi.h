/* What KVM and /dev/sev take and give, as far as distributions' headers may be too old for it (Linux 6.16, uapi). */
#ifndef FAKE_CVM_ABI_H
#define FAKE_CVM_ABI_H

#include <linux/kvm.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define PAGE_SIZE 4096ULL

enum vm_type { TYPE_DEFAULT = 0, TYPE_SEV = 2, TYPE_SEV_ES = 3, TYPE_SNP = 4, TYPE_TDX = 5 };

enum capability {
    CAP_EXIT_HYPERCALL = 201,
    CAP_USER_MEMORY2 = 231,
    CAP_MEMORY_FAULT_INFO = 232,
    CAP_MEMORY_ATTRIBUTES = 233,
    CAP_GUEST_MEMFD = 234,
    CAP_VM_TYPES = 235,
    CAP_PRE_FAULT_MEMORY = 236,
    CAP_APIC_BUS_CYCLES_NS = 237,
};

#define HYPERCALL_MAP_GPA_RANGE (1 << 12)
#define ATTRIBUTE_PRIVATE (1 << 3)

struct memory_region2 {
    uint32_t slot, flags;
    uint64_t gpa, size, host, guest_memfd_offset;
    uint32_t guest_memfd, pad1;
    uint64_t pad2[14];
};

struct guest_memfd {
    uint64_t size, flags, reserved[6];
};

struct memory_attributes {
    uint64_t address, size, attributes, flags;
};

#define CALL_CREATE_VM _IO(KVMIO, 0x01)
#define CALL_CREATE_VCPU _IO(KVMIO, 0x41)
#define CALL_SET_MEMORY_REGION2 _IOW(KVMIO, 0x49, struct memory_region2)
#define CALL_SET_TSC_KHZ _IO(KVMIO, 0xa2)
#define CALL_GET_TSC_KHZ _IO(KVMIO, 0xa3)
#define CALL_ENCRYPT_OP _IOWR(KVMIO, 0xba, unsigned long)
#define CALL_REGISTER_REGION _IOR(KVMIO, 0xbb, uint64_t[2])
#define CALL_UNREGISTER_REGION _IOR(KVMIO, 0xbc, uint64_t[2])
#define CALL_GET_XSAVE2 _IOR(KVMIO, 0xcf, struct kvm_xsave)
#define CALL_SET_MEMORY_ATTRIBUTES _IOW(KVMIO, 0xd2, struct memory_attributes)
#define CALL_CREATE_GUEST_MEMFD _IOWR(KVMIO, 0xd4, struct guest_memfd)

/* KVM_HAS_DEVICE_ATTR and KVM_GET_DEVICE_ATTR on /dev/kvm: which VMSA features there are. */
#define ATTRIBUTE_GROUP_SEV 1
#define ATTRIBUTE_VMSA_FEATURES 0

/* AMD: the argument of CALL_ENCRYPT_OP, and what its `data` points to. */
enum sev_command_id {
    SEV_INIT = 0,
    SEV_ES_INIT = 1,
    SEV_LAUNCH_START = 2,
    SEV_LAUNCH_UPDATE_DATA = 3,
    SEV_LAUNCH_UPDATE_VMSA = 4,
    SEV_LAUNCH_SECRET = 5,
    SEV_LAUNCH_MEASURE = 6,
    SEV_LAUNCH_FINISH = 7,
    SEV_INIT2 = 22,
    SNP_LAUNCH_START = 100,
    SNP_LAUNCH_UPDATE = 101,
    SNP_LAUNCH_FINISH = 102,
};

/* What the firmware gives as reason beside the errno. */
enum sev_firmware_error {
    FIRMWARE_INVALID_GUEST_STATE = 2,
    FIRMWARE_INVALID_LENGTH = 4,
    FIRMWARE_HARDWARE_ERROR = 19,
    FIRMWARE_UNSUPPORTED = 21,
};

struct sev_command {
    uint32_t id, pad;
    uint64_t data;
    uint32_t error, sev_fd;
};

struct sev_init2 {
    uint64_t vmsa_features;
    uint32_t flags;
    uint16_t ghcb_version, pad1;
    uint32_t pad2[8];
};

struct sev_launch_start {
    uint32_t handle, policy;
};

struct sev_launch_update {
    uint64_t host;
    uint32_t length;
};

struct sev_launch_measure {
    uint64_t host;
    uint32_t length;
};

struct snp_launch_start {
    uint64_t policy;
    uint8_t gosvw[16];
    uint16_t flags;
    uint8_t pad0[6];
    uint64_t pad1[4];
};

enum snp_page_type { PAGE_NORMAL = 1, PAGE_VMSA = 2, PAGE_ZERO = 3, PAGE_UNMEASURED = 4, PAGE_SECRETS = 5, PAGE_CPUID = 6 };

struct snp_launch_update {
    uint64_t gfn, host, length;
    uint8_t type, pad0;
    uint16_t flags;
    uint32_t pad1;
    uint64_t pad2[4];
};

#define ID_BLOCK_SIZE 96
#define ID_AUTH_SIZE 4096

struct snp_launch_finish {
    uint64_t id_block, id_auth;
    uint8_t id_block_enabled, author_key_enabled, vcek_disabled;
    uint8_t host_data[32];
    uint8_t pad0[3];
    uint16_t flags;
    uint64_t pad1[4];
};

/* /dev/sev */
struct __attribute__((packed)) sev_issue {
    uint32_t command;
    uint64_t data;
    uint32_t error;
};

#define CALL_SEV_ISSUE _IOWR('S', 0x0, struct sev_issue)
#define SEV_PLATFORM_STATUS 1

struct __attribute__((packed)) sev_platform_status {
    uint8_t api_major, api_minor, state;
    uint32_t flags;
    uint8_t build;
    uint32_t guests;
};

/* Intel: the argument of CALL_ENCRYPT_OP, and what its `data` points to. */
enum tdx_command_id {
    TDX_CAPABILITIES = 0,
    TDX_INIT_VM = 1,
    TDX_INIT_VCPU = 2,
    TDX_INIT_MEM_REGION = 3,
    TDX_FINALIZE_VM = 4,
    TDX_GET_CPUID = 5,
};

#define TDX_MEASURE_REGION 1

struct tdx_command {
    uint32_t id, flags;
    uint64_t data, hardware_error;
};

struct tdx_capabilities {
    uint64_t attributes, xfam, reserved[254];
    struct kvm_cpuid2 cpuid;
};

struct tdx_init_vm {
    uint64_t attributes, xfam;
    uint8_t mr_config_id[48], mr_owner[48], mr_owner_config[48];
};

struct tdx_memory_region {
    uint64_t source, gpa, pages;
};

#endif
