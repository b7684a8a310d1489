import Foundation
import Testing

@testable import Release

@Suite("the catalogue's files")
struct CatalogueFilesTests {
    @Test(
        "hold each release's options, as many as were read from its packages",
        arguments: [
            ("havana", "nova.conf", 684), ("icehouse", "neutron.conf", 574), ("juno", "cinder.conf", 581),
            ("kilo", "glance-api.conf", 325), ("train", "nova.conf", 1031), ("zed", "placement.conf", 109),
            ("2024.1", "nova.conf", 1093), ("2026.2", "cinder.conf", 1460), ("2026.2", "placement.conf", 122),
        ])
    func counts(_ release: String, _ file: String, _ expected: Int) throws {
        let options = try #require(try Release(named: release).catalog.options(of: file))
        let own = try #require(options.components.first)
        let names = own.sections.flatMap { section in own.options(in: section).map { "\(section)/\($0)" } }
        #expect(Set(names).count == expected + additions(release, file))
    }

    /// What no list of the packages has: 8 options of Debian's, and those of `UnlistedOptions`.
    private func additions(_ release: String, _ file: String) -> Int {
        [
            "kilo glance-api.conf": 8, "train nova.conf": 2, "2024.1 nova.conf": 2, "zed placement.conf": 1,
            "2026.2 placement.conf": 1,
        ][release + " " + file] ?? 0
    }

    @Test("can be read in every line")
    func everyFact() throws {
        let folder = CatalogResource.folder
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".options") }
        var options = 0
        for name in names {
            let file = try OptionFile(component: String(name.dropLast(".options".count)))
            for row in try file.rows(of: ReleaseSet(rawValue: .max)) where !row.section.isEmpty {
                let facts = try file.decode(OptionFacts.self, row.facts)
                #expect(try file.oldNames(row.facts) == facts.oldNames, "\(name) \(file.text(row.name))")
                options += 1
            }
        }
        #expect(names.count >= 25 && options > 10_000)
    }

    @Test("name releases by letters and ranges")
    func letters() {
        let letters = ReleaseLetters(["h", "i", "j", "t"])
        func places(_ text: String) -> [Int]? { letters.releases(Array(text.utf8))?.indices }
        #expect(places("h") == [0] && places("hj") == [0, 2] && places("h-j") == [0, 1, 2])
        #expect(places("i-") == [1, 2, 3] && places("hj-") == [0, 2, 3] && places("h-it") == [0, 1, 3])
        #expect(places("") == [] && places("x") == nil && places("-h") == nil && places("j-h") == nil)
        #expect(places("h--") == nil)
    }

    @Test("that are damaged are told with the line")
    func damaged() {
        let file = OptionFile(bytes: Data("[a]\nb\th\t{}\nc\tnothing\n".utf8))
        let error = #expect(throws: OptionFile.FormatError.self) {
            try file.rows(of: ReleaseSet(index: 0))
        }
        #expect(error?.line == 3)
    }
}
