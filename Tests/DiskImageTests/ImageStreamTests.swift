import DiskImage
import Foundation
import Synchronization
import Testing

@Suite("An image as a stream")
struct ImageStreamTests {
    @Test(
        "carries the bytes that a file would have, and knows its length where tables come first", arguments: Target.all)
    func sameAsFile(_ target: Target) async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 33 << 20, pieces: 20, seed: 2), to: "source")
            let image = try shop.image("source")
            try await image.write(to: shop.path("output"), as: target.encoding)
            let stream = try await ImageStream.start(image, as: target.encoding)
            var bytes: [UInt8] = []
            while let piece = try await stream.next() { bytes += piece }
            #expect(Data(bytes) == (try Data(contentsOf: URL(filePath: shop.path("output")))))
            if case .streamOptimized = target.encoding {
                #expect(stream.length == nil)
            } else {
                #expect(stream.length == UInt64(bytes.count))
            }
            #expect(try await stream.next() == nil)
        }
    }

    @Test("a stream that nobody reads to its end stops, and is not taken for a whole one")
    func stopped() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 100 << 20, pieces: 40, longest: 300_000, seed: 4), to: "source")
            for _ in 0..<20 {
                let stream = try await ImageStream.start(try shop.image("source"), as: .streamOptimized())
                _ = try await stream.next()
                stream.stop()
                await #expect(throws: DiskImageError.self) { try await stream.next()?.count }
            }
        }
    }

    @Test("what is wrong with the source comes out at the place where it is")
    func damaged() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 30 << 20, pieces: 30, seed: 5), to: "source")
            try await shop.convert("source", ["-O", "vmdk", "-o", "subformat=streamOptimized"], to: "image")
            var bytes = try shop.bytes(of: "image")
            for index in 0..<4 { bytes[65_536 + 8 + index] = 0xFF }
            try shop.put(bytes, in: "image")
            let stream = try await ImageStream.start(try shop.image("image"), as: .streamOptimized())
            await #expect(throws: DiskImageError.self) { while try await stream.next() != nil {} }
        }
    }

    @Test("progress ends at the disk's end, and never goes back")
    func progress() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 20 << 20, pieces: 20, seed: 6), to: "source")
            let seen = Positions()
            let stream = try await ImageStream.start(try shop.image("source"), as: .streamOptimized()) { seen.add($0) }
            while try await stream.next() != nil {}
            let positions = await seen.all
            #expect(positions == positions.sorted() && positions.last == 20 << 20)
        }
    }
}

/// What a conversion told.
private final class Positions: Sendable {
    private let list = Mutex<[UInt64]>([])
    func add(_ position: UInt64) { list.withLock { $0.append(position) } }
    var all: [UInt64] { get async { list.withLock { $0 } } }
}
