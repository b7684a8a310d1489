/// The disk that a guest sees, whatever format holds it.
///
/// Every reader of this room is one, and so is anything that a writer can take. Readers use `pread` and keep no file
/// position, so that any number of threads may read one source at once; `read` blocks, and so does not belong on
/// Swift's cooperative threads.
public protocol DiskSource: Sendable {
    /// The bytes that a guest sees.
    var capacity: UInt64 { get }

    /// The first stretch at or after an offset that may hold anything but zeros.
    ///
    /// What is unallocated or known to be zero is left out. A stretch that follows may touch this one: a reader is free
    /// to end a stretch wherever its tables do, so that finding the first costs no walk through the whole disk. What is
    /// in a stretch may still be zeros.
    ///
    /// - Parameter offset: in bytes; one at or past `capacity` has nothing after it.
    /// - Returns: a range in bytes, not empty, within `offset..<capacity`; nil when only zeros follow.
    /// - Throws: `DiskImageError` when the tables that say it cannot be read or are damaged.
    func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>?

    /// Fills a buffer with what the guest sees from an offset on, zeros where nothing is allocated.
    ///
    /// - Parameters:
    ///   - buffer: any size, also none; all of it is written.
    ///   - offset: in bytes, with no alignment asked for; `offset + buffer.count` has to be within `capacity`.
    /// - Throws: `DiskImageError`; what is in the buffer is then undefined.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError)
}
