package io.reseal.igvm.format;

/**
 * How large a file may be; beyond it, {@link IgvmException.LimitExceeded}.
 *
 * @param fileBytes of the whole file
 * @param areaBytes of each parameter area: the format sets no bound (64 bits), and measuring walks each page of it
 * @param measuredPages of 4 KiB that one measurement covers, areas and 2 MiB pages counted in full
 * @param headers variable headers, each of which is kept as a value
 */
public record Limits(long fileBytes, long areaBytes, long measuredPages, int headers) {
    private static final long GIB = 1L << 30;

    /** 1 GiB file, 1 GiB areas, 4 GiB measured, a million headers. */
    public static final Limits DEFAULT = new Limits(GIB, GIB, 4 * GIB / IgvmFile.PAGE, 1 << 20);
}
