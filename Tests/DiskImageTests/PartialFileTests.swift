import DiskImage
import Foundation
import Testing

@Suite("A file on its way")
struct PartialFileTests {
    private func names(in shop: Workshop) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: shop.folder.path))
    }

    @Test("an image that turns out damaged leaves no output, and what was there before stays")
    func failure() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 30 << 20, pieces: 30, seed: 5), to: "source")
            try await shop.convert("source", ["-O", "vmdk", "-o", "subformat=streamOptimized"], to: "image")
            var bytes = try shop.bytes(of: "image")
            // The size of the first grain's compressed data.
            for index in 0..<4 { bytes[65_536 + 8 + index] = 0xFF }
            try shop.put(bytes, in: "image")
            try shop.put("mine", in: "output")
            var options = ImageFile.WriteOptions()
            options.replacing = true
            await #expect(throws: DiskImageError.self) {
                try await shop.image("image").write(to: shop.path("output"), as: .qcow2, options: options)
            }
            #expect(try shop.bytes(of: "output") == Array("mine".utf8))
            #expect(try names(in: shop) == ["source", "image", "output"])
        }
    }

    @Test("a file that exists is not replaced unless that was asked for")
    func exists() async throws {
        try await Workshop.open { shop in
            try shop.put([1], in: "source")
            try shop.put("mine", in: "output")
            let error = try await #require(throws: DiskImageError.self) {
                try await shop.image("source").write(to: shop.path("output"), as: .raw)
            }
            #expect(error.kind == .io(EEXIST) && error.hint?.contains("--overwrite") == true)
            #expect(try shop.bytes(of: "output") == Array("mine".utf8))
        }
    }

    @Test("the file that the disk is read from is never the output")
    func sameFile() async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            try FileManager.default.linkItem(atPath: shop.path("source"), toPath: shop.path("other-name"))
            var options = ImageFile.WriteOptions()
            options.replacing = true
            await #expect(throws: DiskImageError.self) {
                try await shop.image("source").write(to: shop.path("other-name"), as: .qcow2, options: options)
            }
            #expect(try shop.bytes(of: "source") == [1, 2, 3])
        }
    }

    @Test("what a killed run left is taken over, and nothing else is")
    func leftover() async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            try shop.put([UInt8](repeating: 7, count: 100_000), in: ".output.polyvisor-partial")
            try shop.put("another's", in: ".other.polyvisor-partial")
            try await shop.image("source").write(to: shop.path("output"), as: .raw)
            #expect(try shop.bytes(of: "output").prefix(4) == [1, 2, 3, 0])
            #expect(try names(in: shop) == ["source", "output", ".other.polyvisor-partial"])
        }
    }

    @Test("two runs do not write the same file")
    func locked() async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            let other = open(shop.path(".output.polyvisor-partial"), O_RDWR | O_CREAT, 0o600)
            defer { close(other) }
            #expect(flock(other, LOCK_EX) == 0)
            let error = try await #require(throws: DiskImageError.self) {
                try await shop.image("source").write(to: shop.path("output"), as: .raw)
            }
            #expect(error.kind == .io(EWOULDBLOCK))
            #expect(try names(in: shop) == ["source", ".output.polyvisor-partial"])
        }
    }

    @Test("a cancelled task ends the conversion and leaves nothing")
    func cancelled() async throws {
        try await Workshop.open { shop in
            try shop.write(Layout.random(size: 1 << 30, pieces: 30, longest: 900_000, seed: 9), to: "source")
            let task = Task {
                try await shop.image("source").write(
                    to: shop.path("output"), as: .streamOptimized(level: CompressionLevel("12") ?? .standard))
            }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            await #expect(throws: DiskImageError.self) { try await task.value }
            #expect(try names(in: shop) == ["source"])
        }
    }
}
