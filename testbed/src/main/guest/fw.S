# The tiny guest: a firmware that is a whole guest. It says "B" on COM1 at each boot, then obeys letters from COM1:
#   r  reboot through port 0xcf9        t  triple fault
#   p  report a panic through pvpanic   h  halt for good
#   w  work: 2000 exits to the hypervisor, then say "W"
#   e  run code where no memory is: KVM gives up with an internal error
#   s  sleep (ACPI S3), on machine q35; a wake-up boots it again
#   i  reboot through port 0xcf9 with interrupts enabled
#   o  start the other processors, which from then on halt with interrupts enabled, then say "O"
# Any other letter is sent back.
#
# It sleeps between letters, so that hundreds of guests share a core. A timer tick (18 Hz) wakes it: like in a real
# guest, KVM's `exits` counter grows as long as the guest lives, and a smaller count tells a rebuilt one.
# Interrupts come by way of the APICs alone: a TD has no 8259 (QEMU 11: tdx_kvm_init).
#
# Everything but the stack is in the image at 4 GiB - 64 KiB: a confidential guest has no copy of the firmware
# below 1 MiB. Descriptors in ROM have their "accessed" bit set, as the processor could not set it.
.set BASE, 0xffff0000
.set COM1, 0x3f8
.set LINE_STATUS, COM1 + 5
.set STACK, 0x7000
.set APIC, 0xfee00000
.set IO_APIC, 0xfec00000
.set NOWHERE, 0xd0000000
.set OTHERS, 0x8000             # where the other processors start: a page that a SIPI can name
.set OTHERS_CODE, 0xfcebf4fb    # sti; hlt; jmp to the sti
.set INIT_OTHERS, 0xc4500
.set START_OTHERS, 0xc4600 + (OTHERS >> 12)

.code16
start:
  cli
  lgdtl %cs:(gdt_pointer - start)
  mov %cr0, %eax
  or $1, %al
  mov %eax, %cr0
  ljmpl $8, $(BASE + (protected - start))

.code32
.macro write value, port
  mov $(\value), %al
  mov $(\port), %dx
  out %al, (%dx)
.endm

protected:
  mov $16, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $STACK, %esp
  lidt BASE + (idt_pointer - start)

  movl $0x1ff, APIC + 0xf0      # local APIC: on
  movl $0x0b, APIC + 0x3e0      # its timer: a count for each tick of its 1 GHz clock,
  movl $0x20020, APIC + 0x320   # periodic, vector 0x20
  movl $55000000, APIC + 0x380
  write 0xff, 0x21              # the 8259, where there is one, stays silent
  movl $0x18, IO_APIC           # COM1 is input 4 of the I/O APIC: vector 0x24, rising edge, to the first processor
  movl $0x24, IO_APIC + 0x10
  movl $0x19, IO_APIC
  movl $0, IO_APIC + 0x10
  write 0x03, COM1 + 3          # COM1: 8 bits, interrupt on each letter
  write 0x01, COM1 + 1
  write 0x0b, COM1 + 4

  write 'B', COM1
  write '\n', COM1

wait:
  cli
  mov $LINE_STATUS, %dx
  in (%dx), %al
  test $1, %al
  jnz obey
  sti                           # takes effect after the next instruction: a letter between test and hlt still wakes
  hlt
  jmp wait

obey:
  mov $COM1, %dx
  in (%dx), %al
  cmp $'r', %al
  je reboot
  cmp $'p', %al
  je panic
  cmp $'h', %al
  je halt
  cmp $'t', %al
  je triple_fault
  cmp $'w', %al
  je work
  cmp $'e', %al
  je nowhere
  cmp $'s', %al
  je sleep
  cmp $'i', %al
  je reboot_enabled
  cmp $'o', %al
  je start_others
  out %al, (%dx)
  jmp wait

work:
  mov $LINE_STATUS, %dx
  mov $2000, %ecx
one_more:
  in (%dx), %al
  loop one_more
  write 'W', COM1
  jmp wait

start_others:
  movl $OTHERS_CODE, OTHERS
  movl $INIT_OTHERS, APIC + 0x300
  movl $START_OTHERS, APIC + 0x300
  write 'O', COM1
  jmp wait

nowhere:
  mov $NOWHERE, %eax
  jmp *%eax

.macro configure value, register
  mov $(0x8000f800 + \register), %eax   # the ICH9's function 0:31.0
  mov $0xcf8, %dx
  out %eax, (%dx)
  mov $\value, %eax
  mov $0xcfc, %dx
  out %eax, (%dx)
.endm

sleep:
  configure 0x601, 0x40         # power management at port 0x600,
  configure 0x80, 0x44          # enabled
  mov $0x2400, %ax              # SLP_EN, and SLP_TYP 1, which is S3 to QEMU
  mov $0x604, %dx
  out %ax, (%dx)
  jmp wait

reboot:
  write 0x06, 0xcf9
  jmp halt

reboot_enabled:
  sti
  nop                           # sti takes effect after this
  write 0x06, 0xcf9
  jmp wait

panic:
  write 0x01, 0x505
halt:
  cli
  hlt
  jmp halt

triple_fault:
  lidt BASE + (no_idt - start)
  xor %ecx, %ecx
  div %ecx                      # no handler for this one, none for what follows

# Interrupts come at `hlt` alone, so the handler need not return: it drops what was interrupted. (KVM above PVM, where
# every instruction outside of paging is emulated, has no `iret` in protected mode.)
on_interrupt:
  movl $0, APIC + 0xb0
  mov $STACK, %esp
  jmp wait

.balign 8
gdt:
  .quad 0
  .quad 0x00cf9b000000ffff      # 8: code, flat
  .quad 0x00cf93000000ffff      # 16: data, flat
gdt_pointer:
  .word gdt_pointer - gdt - 1
  .long BASE + (gdt - start)

.macro gate handler
  .word \handler - start, 8, 0x8e00, BASE >> 16
.endm

.balign 8
idt:
  .fill 0x20, 8, 0              # no exception is expected: any is a triple fault, which is seen outside
  gate on_interrupt
  .fill 3, 8, 0
  gate on_interrupt
idt_pointer:
  .word idt_pointer - idt - 1
  .long BASE + (idt - start)
no_idt:
  .word 0
  .long 0
