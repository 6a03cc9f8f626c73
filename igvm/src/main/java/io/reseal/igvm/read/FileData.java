package io.reseal.igvm.read;

import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;

/**
 * Where file data may lie.
 *
 * @param start first byte behind the variable headers
 * @param end of the file
 */
record FileData(long start, long end) {
    /** Rejects data that begins in the headers or ends beyond the file; {@code size} is unsigned. */
    void contains(long dataOffset, long size, long headerOffset, String what) {
        boolean inside = dataOffset >= start && dataOffset <= end && Long.compareUnsigned(size, end - dataOffset) <= 0;
        if (!inside) {
            throw new IgvmException.Malformed(
                    Fault.DATA_RANGE,
                    headerOffset,
                    what + " with file data " + Hex.of(dataOffset) + "+" + Hex.of(size),
                    "[" + Hex.of(start) + "," + Hex.of(end) + ")");
        }
    }

    /** The same for data that may be left out, by an offset of 0. */
    void containsIfAny(long dataOffset, long size, long headerOffset, String what) {
        if (dataOffset != 0) {
            contains(dataOffset, size, headerOffset, what);
        }
    }
}
