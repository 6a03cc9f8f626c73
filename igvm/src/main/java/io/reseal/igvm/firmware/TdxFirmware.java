package io.reseal.igvm.firmware;

import io.reseal.igvm.launch.Mrtd;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a TD that is started with {@code -bios} is measured as (QEMU 11.1, hw/i386/tdvf.c and target/i386/kvm/tdx.c): it depends
 * on the image alone. Confirmed against three other implementations.
 *
 * @param mrtd 96 hexadecimal digits
 * @param sections of the TDVF metadata, in the order of the image, which is that of the launch
 */
public record TdxFirmware(String mrtd, List<Section> sections) {
    private static final UUID METADATA = UUID.fromString("e47a6535-984a-4798-865e-4685a7bf8ec2");
    private static final int SECTION = 32;
    private static final long MOST = 64L << 20;

    /** What a section is; the constant's place is its number. */
    public enum Type {
        BFV,
        CFV,
        TD_HOB,
        TEMP_MEM
    }

    /**
     * A part of the guest's first memory.
     *
     * @param dataOffset where its data is in the image
     * @param dataSize of that, in bytes, as the metadata says; QEMU launches {@code size} bytes from there on
     * @param gpa guest-physical address
     * @param size in bytes
     * @param type what it is
     * @param extended whether its content is measured; all its addresses are
     */
    public record Section(long dataOffset, long dataSize, long gpa, long size, Type type, boolean extended) {}

    public TdxFirmware {
        sections = List.copyOf(sections);
    }

    /**
     * Measures an image.
     *
     * @throws FirmwareException if QEMU would not launch it
     */
    public static TdxFirmware of(FirmwareImage image) {
        long at = image.metadata(METADATA, "TDVF");
        int count = image.sections(at, "TDVF", SECTION);
        metadata(image.u32(at + 4) == 16 + (long) count * SECTION, at, image.u32(at + 4) + " bytes of metadata");
        var sections = new ArrayList<Section>();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long place = at + 16 + (long) i * SECTION;
            var section = section(image, place);
            bytes += section.size();
            if (bytes > MOST) {
                throw new FirmwareException(
                        FirmwareException.Fault.LIMIT, place, "sections of " + bytes + " bytes", "up to " + MOST);
            }
            sections.add(section);
        }
        metadata(sections.size() > 1, at, sections.size() + " sections");
        metadata(sections.stream().anyMatch(each -> each.type() == Type.TD_HOB), at, "no TD_HOB section");
        var mrtd = new Mrtd();
        sections.forEach(section -> measure(image, section, mrtd));
        return new TdxFirmware(mrtd.finish(), sections);
    }

    private static Section section(FirmwareImage image, long at) {
        long type = image.u32(at + 24);
        need(type < Type.values().length, at, "section type " + type, "0 (BFV) to 3 (TEMP_MEM)");
        var section = new Section(
                image.u32(at),
                image.u32(at + 4),
                image.u64(at + 8),
                image.u64(at + 16),
                Type.values()[(int) type],
                (image.u32(at + 28) & 1) != 0);
        need(
                section.gpa() % FirmwareImage.PAGE == 0 && section.size() % FirmwareImage.PAGE == 0,
                at,
                "0x%x bytes at 0x%x".formatted(section.size(), section.gpa()),
                "whole pages");
        need(
                section.size() >= 0 && section.size() <= MOST,
                at,
                "a section of " + Long.toUnsignedString(section.size()) + " bytes",
                "up to " + MOST);
        data(image, section, at);
        return section;
    }

    private static void data(FirmwareImage image, Section section, long at) {
        long size = section.dataSize();
        need(
                size <= section.size(),
                at,
                size + " bytes of data in a section of " + section.size(),
                "the section's size");
        need(
                (size != 0) == fromImage(section),
                at,
                size + " bytes of data in " + section.type(),
                "only in BFV and CFV");
        need(
                !fromImage(section) || image.contains(section.dataOffset(), section.size()),
                at,
                "%d bytes from 0x%x on".formatted(section.size(), section.dataOffset()),
                "what lies within the image");
        // the list of memory is QEMU's own, another one with other memory
        need(section.type() != Type.TD_HOB || !section.extended(), at, "a TD_HOB whose content is measured", "others");
    }

    private static boolean fromImage(Section section) {
        return section.type() == Type.BFV || section.type() == Type.CFV;
    }

    private static void metadata(boolean holds, long at, String found) {
        if (!holds) {
            throw new FirmwareException(
                    FirmwareException.Fault.BAD_METADATA, at, found, "two or more sections, a TD_HOB, nothing else");
        }
    }

    private static void need(boolean holds, long at, String found, String allowed) {
        if (!holds) {
            throw new FirmwareException(FirmwareException.Fault.BAD_SECTION, at, found, allowed);
        }
    }

    private static void measure(FirmwareImage image, Section section, Mrtd mrtd) {
        for (long at = 0; at < section.size(); at += FirmwareImage.PAGE) {
            long gpa = section.gpa() + at;
            mrtd.add(gpa);
            if (section.extended()) {
                long data = fromImage(section) ? FirmwareImage.PAGE : 0;
                mrtd.extend(gpa, image.bytes().asSlice(data == 0 ? 0 : section.dataOffset() + at, data));
            }
        }
    }
}
