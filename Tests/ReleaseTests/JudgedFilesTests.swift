import Foundation
import Testing

@testable import Release

/// Mutated files with what the releases' own packages said of them (`scripts/compare-validator --record`).
@Suite("files that the releases' own packages judged")
struct JudgedFilesTests {
    private struct Judged: Decodable {
        var file: String
        var text: String
        /// `section/option`, as oslo-config-validator names them.
        var unknown: Set<String>
        var old: Set<String>
        /// What oslo.config itself does not take.
        var refused: Set<String>
        /// Differences that are none; docs/how-to/check-a-file.md says why.
        var explained: [String]
    }

    private static func judged(_ release: String) throws -> [Judged] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/judged-\(release).json")
        return try JSONDecoder().decode([Judged].self, from: Data(contentsOf: path))
    }

    @Test(
        "are judged alike, but for the differences that are explained",
        arguments: ["zed", "2024.1", "2025.1", "2026.2"])
    func alike(_ release: String) throws {
        let files = try Self.judged(release)
        let catalog = try Release(named: release).catalog
        for judged in files {
            let lint = try Lint(judged.text.utf8, as: judged.file, path: judged.file, catalog: catalog)
            #expect(differences(lint, judged).sorted() == judged.explained, "\(judged.file):\n\(judged.text)")
        }
        #expect(files.count == 60)
        #expect(files.count { !($0.unknown.isEmpty && $0.old.isEmpty && $0.refused.isEmpty) } >= 25)
    }

    private func differences(_ lint: Lint, _ judged: Judged) -> [String] {
        func names(_ points: [Lint.Point]) -> Set<String> {
            Set(points.map { "\($0.section ?? "")/\($0.option ?? "")" })
        }
        let unknown: Set = ["unknown-option", "unknown-section", "wrong-section", "removed", "not-yet"]
        let values: Set = ["wrong-type", "out-of-range", "not-a-choice"]
        let pairs = [
            ("unknown name", names(lint.points.filter { unknown.contains($0.kind) }), judged.unknown),
            ("old name", names(lint.points.filter { $0.kind == "renamed" }), judged.old),
            (
                "refused value",
                names(
                    lint.points.filter {
                        values.contains($0.kind) || ($0.kind == "contradiction" && $0.what.contains("names no option"))
                    }), judged.refused
            ),
        ]
        return pairs.flatMap { what, ours, theirs in
            ours.subtracting(theirs).map { "\(what) for Polyvisor alone: \($0)" }
                + theirs.subtracting(ours).map { "\(what) for the release alone: \($0)" }
        }
    }
}
