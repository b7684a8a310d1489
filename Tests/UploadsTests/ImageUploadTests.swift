import Crypto
import DiskImage
import Foundation
import HTTP
import Synchronization
import Records
import Testing

@testable import Uploads

/// A destination that keeps what it gets, and can be told to break: which no real one does when asked.
private final class Shelf: ImageDestination {
    struct State {
        var received: [Data] = []
        var lengths: [Int64?] = []
        /// How many transfers break, and after how many pieces.
        var breaks = 0
        /// How often it cannot be asked after a transfer broke.
        var silences = 0
        var finished: String?
        var abandoned = 0
        var refusesChunks = false
        var refusesAll = false
    }

    struct Broken: Error {}
    struct LengthRequired: Error {}
    static let refusal = UploadRefusal(cause: "it is not allowed", hint: "ask")

    let name: String
    let state: Mutex<State>

    init(_ name: String, breaks: Int = 0, finished: String? = nil, refusesChunks: Bool = false) {
        self.name = name
        state = Mutex(State(breaks: breaks, finished: finished, refusesChunks: refusesChunks))
    }

    var last: Data { state.withLock { $0.received.last ?? Data() } }

    func prepare(for digest: String) async throws -> Bool {
        try state.withLock { state in
            if state.abandoned > 0, state.silences > 0 {
                state.silences -= 1
                throw Broken()
            }
            return state.finished == digest
        }
    }

    func receive(_ body: HTTPBody, digest: String) async throws {
        guard case .stream(let length, let next) = body else { return }
        let breaks = state.withLock { state in
            state.lengths.append(length)
            defer { state.breaks -= 1 }
            return state.breaks > 0
        }
        if length == nil, state.withLock(\.refusesChunks) { throw LengthRequired() }
        if state.withLock(\.refusesAll) { throw Self.refusal }
        var data = Data()
        while let piece = try await next() {
            data += piece
            if breaks, data.count > 1_000_000 { throw Broken() }
        }
        state.withLock { $0.received.append(data) }
    }

    func finish(_ receipt: UploadReceipt, digest: String) async throws {
        #expect(receipt.size == Int64(last.count))
        #expect(receipt.checksums["sha256"] == SHA256.hash(data: last).hexadecimal)
        #expect(receipt.checksums["sha512"] == SHA512.hash(data: last).map { String(format: "%02x", $0) }.joined())
        state.withLock { $0.finished = digest }
    }

    func abandon() async { state.withLock { $0.abandoned += 1 } }
    func needsLength(_ error: any Error) -> Bool { error is LengthRequired }
}

@Suite("Uploading an image", .timeLimit(.minutes(2)))
struct ImageUploadTests {
    /// 24 MB of which a part does not compress, in a file of its own.
    private func withDisk(_ body: (ImageFile, String) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "polyvisor-upload-\(UUID().uuidString)"
        defer { unlink(path) }
        var generator = SystemRandomNumberGenerator()
        let noise = Data((0..<500_000).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } })
        try (noise + Data(repeating: 0, count: 12 << 20) + noise).write(to: URL(fileURLWithPath: path))
        try await body(try ImageFile.open(path, as: .raw), path)
    }

    private func upload(_ disk: ImageFile, _ encoding: ImageEncoding = .streamOptimized()) -> ImageUpload {
        var options = ImageUpload.Options()
        options.pause = .milliseconds(1)
        return ImageUpload(disk, as: encoding, options: options)
    }

    /// The bytes that a conversion into a file gives.
    private func file(_ disk: ImageFile, _ path: String, _ encoding: ImageEncoding) async throws -> Data {
        let target = path + ".out"
        defer { unlink(target) }
        try await disk.write(to: target, as: encoding)
        return try Data(contentsOf: URL(fileURLWithPath: target))
    }

    @Test("sends one conversion to several places, each the bytes of the converted file")
    func several() async throws {
        try await withDisk { disk, path in
            let shelves = [Shelf("a"), Shelf("b"), Shelf("c")]
            let outcome = try await upload(disk).run(to: shelves)
            let expected = try await file(disk, path, .streamOptimized())
            #expect(outcome.uploaded.sorted() == ["a", "b", "c"] && outcome.failed.isEmpty)
            for shelf in shelves { #expect(shelf.last == expected) }
        }
    }

    @Test("sends nothing where the same image is already")
    func present() async throws {
        try await withDisk { disk, _ in
            let shelf = Shelf("a")
            _ = try await upload(disk).run(to: [shelf])
            let again = try await upload(disk).run(to: [shelf])
            #expect(again.present == ["a"] && again.uploaded.isEmpty && again.receipt == nil)
            #expect(shelf.state.withLock { $0.received.count } == 1)
            let other = try await upload(disk, .qcow2).run(to: [shelf])
            #expect(other.uploaded == ["a"])
        }
    }

    @Test("begins anew where a transfer breaks, from a clean start, and does not disturb the others")
    func broken() async throws {
        try await withDisk { disk, path in
            let (good, bad) = (Shelf("good"), Shelf("bad", breaks: 2))
            let outcome = try await upload(disk).run(to: [good, bad])
            #expect(outcome.uploaded == ["good", "bad"] && outcome.failed.isEmpty)
            #expect(good.state.withLock { $0.received.count } == 1)
            #expect(bad.state.withLock { $0.abandoned } == 2)
            #expect(bad.last == (try await file(disk, path, .streamOptimized())))
        }
    }

    @Test("asks again where the destination was away for a while after a transfer broke")
    func away() async throws {
        try await withDisk { disk, path in
            let shelf = Shelf("restarting", breaks: 1)
            shelf.state.withLock { $0.silences = 1 }
            let outcome = try await upload(disk).run(to: [shelf])
            #expect(outcome.uploaded == ["restarting"] && outcome.failed.isEmpty)
            #expect(shelf.last == (try await file(disk, path, .streamOptimized())))
        }
    }

    @Test("does not begin anew what was refused for good, and does not disturb the others")
    func refused() async throws {
        try await withDisk { disk, path in
            let (good, closed) = (Shelf("good"), Shelf("closed"))
            closed.state.withLock { $0.refusesAll = true }
            let outcome = try await upload(disk).run(to: [closed, good])
            #expect(outcome.uploaded == ["good"] && outcome.failed.map(\.name) == ["closed"])
            #expect(outcome.failed.first?.reason == "it is not allowed\n  hint: ask")
            #expect(closed.state.withLock(\.lengths).count == 1 && closed.state.withLock(\.abandoned) == 1)
            #expect(good.last == (try await file(disk, path, .streamOptimized())))
        }
    }

    @Test("gives up after its retries, says why, and has cleaned up each time")
    func givesUp() async throws {
        try await withDisk { disk, _ in
            let shelf = Shelf("bad", breaks: 9)
            let outcome = try await upload(disk).run(to: [shelf])
            #expect(outcome.failed.map(\.name) == ["bad"] && outcome.uploaded.isEmpty)
            #expect(shelf.state.withLock { $0.abandoned } == 3)
        }
    }

    @Test("finds out the length for a server that takes no chunks")
    func length() async throws {
        try await withDisk { disk, path in
            let shelf = Shelf("a", refusesChunks: true)
            let outcome = try await upload(disk).run(to: [shelf])
            let expected = try await file(disk, path, .streamOptimized())
            #expect(outcome.uploaded == ["a"] && shelf.last == expected)
            #expect(shelf.state.withLock { $0.lengths } == [nil, Int64(expected.count)])
        }
    }

    @Test("knows the length of qcow2 before the first byte")
    func knownLength() async throws {
        try await withDisk { disk, _ in
            let shelf = Shelf("a")
            _ = try await upload(disk, .qcow2).run(to: [shelf])
            #expect(shelf.state.withLock { $0.lengths } == [Int64(shelf.last.count)])
        }
    }

    @Test("a disk that differs in one byte, or is written otherwise, has another digest")
    func digests() async throws {
        try await withDisk { disk, path in
            let encodings: [ImageEncoding] = [.qcow2, .streamOptimized(), .streamOptimized(adapter: .ide)]
            let before = try await DiskDigest.of(disk, as: encodings)
            #expect(Set(before).count == 3)
            #expect(try await DiskDigest.of(disk, as: encodings) == before)
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try handle.seek(toOffset: 9_000_000)
            try handle.write(contentsOf: Data([1]))
            try handle.close()
            let after = try await DiskDigest.of(try ImageFile.open(path, as: .raw), as: encodings)
            #expect(Set(before).isDisjoint(with: after))
        }
    }
}

@Suite("The mark of an upload")
struct UploadMarkTests {
    @Test("comes back from its text, and other texts are none")
    func text() {
        let here = UploadMark()
        #expect(UploadMark(text: here.text) == here)
        for other in ["", "disk", "1-2-3", "0123456789ab-x-1-1", "0123456789ab-1-1-1-1"] {
            #expect(UploadMark(text: other) == nil)
        }
    }

    @Test("shows that this run is at work, and that one which was killed is not")
    func isOver() {
        let here = ProcessOwner.current()
        #expect(!UploadMark().isOver())
        let dead = ProcessOwner(place: here.place, process: here.process, started: here.started + 1)
        #expect(UploadMark(owner: dead).isOver())
        let elsewhere = ProcessOwner(place: "0123456789ab", process: 1, started: 1)
        #expect(!UploadMark(owner: elsewhere, since: 1000).isOver(now: 1060))
        #expect(UploadMark(owner: elsewhere, since: 1000).isOver(now: 1000 + 80 * 3600))
    }
}
