import DiskImage
import Foundation
import Testing

@Suite("Errors of disk images")
struct DiskImageErrorTests {
    @Test("an error says file, place, expectation and finding")
    func allParts() {
        let error = DiskImageError(
            .damaged, file: "a.qcow2", offset: 512, structure: "L1 table", expected: "a multiple of 65536",
            found: "17", hint: "run qemu-img check")
        #expect(
            "\(error)" == """
                a.qcow2: byte 512: L1 table: expected a multiple of 65536, found 17
                  hint: run qemu-img check
                """)
    }

    @Test("a refusal of the system is told in its own words")
    func system() {
        #expect("\(DiskImageError.io(2, file: "b", doing: "open"))" == "b: open: No such file or directory")
    }
}

@Suite("Files that cannot be opened or written")
struct FileErrorTests {
    @Test("say what to do")
    func hints() async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            try await shop.run("mkfifo", [shop.path("fifo")])
            for name in [shop.path("gone"), "-", shop.folder.path, shop.path("fifo")] {
                let error = #expect(throws: DiskImageError.self) { try ImageFile.open(name) }
                #expect(error?.hint != nil, "\(name)")
            }
            let error = await #expect(throws: DiskImageError.self) {
                try await shop.image("source").write(to: shop.path("none/output"), as: .raw)
            }
            #expect(error?.kind == .io(ENOENT) && error?.hint?.contains("none/output") == true)
        }
    }

    @Test("are told before anything is touched: an output that is there, that is no file, or that is the input")
    func target() async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            try shop.put("mine", in: "there")
            let image = try shop.image("source")
            for (name, replacing) in [("there", false), (".", true), ("source", true)] {
                #expect(throws: DiskImageError.self) { try image.checkTarget(shop.path(name), replacing: replacing) }
            }
            try image.checkTarget(shop.path("there"), replacing: true)
            try image.checkTarget(shop.path("new"), replacing: false)
        }
    }
}
