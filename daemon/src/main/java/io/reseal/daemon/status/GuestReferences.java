package io.reseal.daemon.status;

import io.reseal.qmp.SocketPath;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Which guests somebody may mean. */
public final class GuestReferences {
    /** Key of {@link GuestStatus.Identity#launch()}: the text of QEMU's {@code -name}, where libvirt puts the domain's name. */
    public static final String QEMU_NAME = "qemuName";

    /** QEMU's answer where it was given none: it tells nobody apart. */
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /**
     * The guest of that name, else all that have it as something else.
     *
     * <p>A guest that would have this name if it were not given to another one is not meant: that other one may be away now.
     *
     * @param full what the guest of a name is called in full
     */
    public static List<GuestStatus> find(List<GuestStatus> guests, String reference, UnaryOperator<String> full) {
        var called =
                guests.stream().filter(guest -> guest.name().equals(reference)).toList();
        return called.isEmpty() && !reference.isEmpty()
                ? guests.stream()
                        .filter(guest -> isMeant(guest, reference, full))
                        .toList()
                : called;
    }

    private static boolean isMeant(GuestStatus guest, String reference, UnaryOperator<String> full) {
        var path = SocketPath.text(guest.socket());
        var fullName = full.apply(guest.name());
        return path.equals(reference)
                || path.substring(path.lastIndexOf('/') + 1).equals(reference)
                || hasUuid(guest, reference)
                || (reference.equals(fullName) ? !NAME.matcher(fullName).matches() : reference.equals(qemuName(guest)));
    }

    private static boolean hasUuid(GuestStatus guest, String reference) {
        return guest.identity()
                .filter(identity -> identity.uuid().equalsIgnoreCase(reference) && !reference.equals(NO_UUID))
                .isPresent();
    }

    private static String qemuName(GuestStatus guest) {
        return guest.identity()
                .map(identity -> identity.launch().getOrDefault(QEMU_NAME, ""))
                .orElse("");
    }

    private GuestReferences() {}
}
