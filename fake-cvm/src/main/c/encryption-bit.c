/* Prints the position of the encryption bit of this processor, 0 without SEV: QEMU compares it with its `cbitpos`. */
#include <cpuid.h>
#include <stdio.h>

int main(void) {
    unsigned eax, ebx = 0, ecx, edx;
    __get_cpuid_count(0x8000001f, 0, &eax, &ebx, &ecx, &edx);
    printf("%u\n", ebx & 0x3f);
    return 0;
}
