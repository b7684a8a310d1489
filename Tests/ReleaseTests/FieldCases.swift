import Foundation

@testable import Release

/// Files of the field on which lint once failed.
enum FieldCases {
    /// Lints a file of a case.
    static func lint(_ name: String, _ release: String, as file: String? = nil) throws -> Lint {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/cases/\(name)")
        let catalog = try Release(named: release).catalog
        return try Lint(Data(contentsOf: path), as: file ?? path.lastPathComponent, path: name, catalog: catalog)
    }

    /// Lints a text.
    static func lint(text: String, _ file: String, _ release: String = "zed") throws -> Lint {
        try Lint(text.utf8, as: file, path: file, catalog: Release(named: release).catalog)
    }
}

extension Lint {
    /// `LINE VERDICT KIND` of each point.
    var words: [String] { points.map { "\($0.line) \($0.verdict) \($0.kind)" } }
    var hints: [String] { points.compactMap(\.hint) }
}

extension SectionNames {
    /// Those of a file with `[DEFAULT] enabled_backends`.
    static func backends(_ value: String?) -> SectionNames {
        var names = SectionNames()
        if let value { names.note(section: "DEFAULT", option: "enabled_backends", value: value) }
        return names
    }
}
