import Foundation
import Mustache

/// The pages of HTML that are written: each a template, with the parts that several of them have.
enum HTMLPage: String {
    case report
    case capacity = "capacity-page"

    /// What templates take in by `{{> name}}`.
    private static let parts = ["style", "capacity"]

    func render(_ values: [String: Any]) throws -> String {
        var templates: [String: MustacheTemplate] = [:]
        for name in Self.parts + [rawValue] { templates[name] = try Self.template(name) }
        guard let text = MustacheLibrary(templates: templates).render(values, withTemplate: rawValue) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return text
    }

    private static func template(_ name: String) throws -> MustacheTemplate {
        guard let url = Bundle.module.url(forResource: name, withExtension: "mustache", subdirectory: "Templates")
        else { throw CocoaError(.fileNoSuchFile) }
        return try MustacheTemplate(string: String(contentsOf: url, encoding: .utf8))
    }
}
