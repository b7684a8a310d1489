import Synchronization

/// A table of a file: where its entries begin and how many there are.
struct Table: Sendable, Equatable {
    let start: UInt64
    let count: Int
}

/// Tables of offsets, read in slices and kept up to a bound: what was used longest ago goes first.
///
/// One cache is for tables whose slices have the same size, so that a place in the file says how much is kept of it.
final class TableCache<Entry: FixedWidthInteger & Sendable>: Sendable {
    private struct Slot {
        var entries: [Entry]
        var used: UInt64
    }

    private struct State {
        var slots: [UInt64: Slot] = [:]
        var clock: UInt64 = 0

        mutating func entries(at place: UInt64) -> [Entry]? {
            guard let index = slots.index(forKey: place) else { return nil }
            clock += 1
            slots.values[index].used = clock
            return slots.values[index].entries
        }

        mutating func keep(_ entries: [Entry], at place: UInt64, atMost limit: Int) {
            clock += 1
            if slots.count >= limit, let oldest = slots.min(by: { $0.value.used < $1.value.used }) {
                slots[oldest.key] = nil
            }
            slots[place] = Slot(entries: entries, used: clock)
        }
    }

    private let file: FileBytes
    private let name: String
    private let bigEndian: Bool
    private let entriesPerSlice: Int
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: "L2 table", for errors.
    ///   - entriesPerSlice: how many entries are read at once.
    ///   - memory: how many bytes of tables are kept; one slice always is.
    init(of file: FileBytes, named name: String, bigEndian: Bool, entriesPerSlice: Int, memory: Int) {
        self.file = file
        self.name = name
        self.bigEndian = bigEndian
        self.entriesPerSlice = entriesPerSlice
        limit = max(1, memory / (entriesPerSlice * MemoryLayout<Entry>.size))
    }

    /// The entries of a table from one on, at least that one, up to wherever a slice ends.
    func entries(of table: Table, from index: Int) throws(DiskImageError) -> ArraySlice<Entry> {
        let first = index / entriesPerSlice * entriesPerSlice
        let place = table.start + UInt64(first * MemoryLayout<Entry>.size)
        if let kept = state.withLock({ $0.entries(at: place) }) { return kept[(index - first)...] }
        let read = try load(min(entriesPerSlice, table.count - first), at: place)
        state.withLock { $0.keep(read, at: place, atMost: limit) }
        return read[(index - first)...]
    }

    private func load(_ count: Int, at place: UInt64) throws(DiskImageError) -> [Entry] {
        var entries = [Entry](repeating: 0, count: count)
        var failure: DiskImageError?
        entries.withUnsafeMutableBytes { buffer in
            do throws(DiskImageError) { try file.read(into: buffer, at: place, name) } catch { failure = error }
        }
        if let failure { throw failure }
        for index in entries.indices {
            entries[index] = bigEndian ? Entry(bigEndian: entries[index]) : Entry(littleEndian: entries[index])
        }
        return entries
    }
}
