import Foundation
import SeededGenerator
import Testing

@testable import DiskImage

@Suite("Compressing grains")
struct GrainCompressorTests {
    private static let levels =
        [CompressionLevel.fastest, .standard] + (1...12).compactMap { CompressionLevel("\($0)") }

    private func grain(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(bytes.cycled(to: ImageEncoding.grainSize)) }

    private var grains: [[UInt8]] {
        var random = SeededGenerator(5)
        return [
            grain([0]), grain([7, 7, 7, 8]), grain("A page of plain text, as a manual has it.\n".utf8),
            (0..<ImageEncoding.grainSize).map { _ in UInt8.random(in: 0...255, using: &random) },
            (0..<ImageEncoding.grainSize).map { $0 % 3 == 0 ? UInt8.random(in: 0...255, using: &random) : 65 },
        ]
    }

    @Test("any grain fits into the room for it and comes back the same, by Python's zlib", arguments: levels)
    func comesBack(_ level: CompressionLevel) async throws {
        try await Workshop.open { shop in
            let compressor = try #require(level.compressor())
            let script = "import sys,zlib;sys.stdout.buffer.write(zlib.decompress(open(sys.argv[1],'rb').read()))"
            var all: [UInt8] = []
            for (number, grain) in grains.enumerated() {
                let stream = compressed(grain, by: compressor)
                #expect(!stream.isEmpty && stream == compressed(grain, by: compressor))
                try shop.put(stream, in: "stream-\(number)")

                try await shop.run("sh", ["-c", "python3 -c \"\(script)\" stream-\(number) >out-\(number)"])
                all += try shop.bytes(of: "out-\(number)")
            }
            #expect(all == grains.flatMap { $0 })
        }
    }

    private func compressed(_ grain: [UInt8], by compressor: any GrainCompressor) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: DeflateCompressor.bound(of: grain.count)) { output, count in
            count = grain.withUnsafeBytes { compressor.compress($0, into: UnsafeMutableRawBufferPointer(output)) }
        }
    }

    @Test("the standard takes level 5 for a mixture of text and binary fields, and level 4 for either alone")
    func mixed() throws {
        var random = SeededGenerator(6)
        let text = grain("plain text has few capital letters\n".utf8)
        let noise = (0..<ImageEncoding.grainSize).map { _ in UInt8.random(in: 128...255, using: &random) }
        let both = (0..<ImageEncoding.grainSize).map { $0 % 100 < 25 ? text[$0] : noise[$0] }
        let balanced = try #require(CompressionLevel.standard.compressor())
        for (grain, level) in [(text, 4), (noise, 4), (both, 5)] {
            let expected = try #require(DeflateCompressor(level: level))
            #expect(compressed(grain, by: balanced) == compressed(grain, by: expected))
        }
    }

    @Test("levels are written as they are read, and no others are known")
    func names() {
        for level in Self.levels { #expect(CompressionLevel(level.name) == level) }
        for text in ["", "0", "13", "-1", "fastest", "1.5", "Fast"] { #expect(CompressionLevel(text) == nil) }
    }
}
