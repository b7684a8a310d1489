import Foundation
import Testing

@testable import Rendering

@Suite("templates")
struct TemplateLibraryTests {
    /// The bundled templates with one of them changed.
    private func changed(_ name: String, _ change: (inout String) -> Void) throws -> TemplateLibrary {
        let bundled = try TemplateLibrary.bundled()
        var texts = bundled.texts
        change(&texts[name, default: ""])
        return try TemplateLibrary(texts: texts, plugins: bundled.plugins)
    }

    @Test(
        "with a wrong option fail at its line",
        arguments: [
            ("state_path = {{state_path}}", "stat_path = {{state_path}}", "modern/nova/nova.conf", 12),
            ("server_listen = 0.0.0.0", "server_listening = 0.0.0.0", "modern/nova/nova.conf", 38),
            ("osapi_compute_workers = 1", "osapi_compute_workers = none", "modern/nova/nova.conf", 16),
            ("username = {{service}}", "user_name = {{service}}", "modern/partials/authtoken", 9),
        ])
    func wrongOption(_ old: String, _ new: String, _ name: String, _ line: Int) throws {
        let library = try changed(name) { $0 = $0.replacing(old, with: new) }
        let problems = try Labs.problems(Labs.sandbox, templates: library)
        #expect(Set(problems.map(\.place)) == [.template(name, line: line)], "\(problems)")
    }

    @Test("that name a value which does not exist fail at its line")
    func unknownName() throws {
        let library = try changed("modern/keystone/keystone.conf") { $0 += "[cache]\nenabled = {{nothing}}\n" }
        let problems = try Labs.problems(Labs.sandbox, templates: library)
        #expect(problems.map(\.place).contains(.template("modern/keystone/keystone.conf", line: 16)), "\(problems)")
    }

    @Test("of a user take the place of ours, or come behind them")
    func users() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func put(_ name: String, _ text: String) throws {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try put("modern/keystone/keystone.conf.mustache", "[token]\nprovider = fernet\n")
        try put("modern/keystone/keystone.conf.append.mustache", "[cache]\nenabled = {{is_clustered}}\n")
        let library = try TemplateLibrary.bundled(with: folder)
        let files = try Rendering(Labs.input(Labs.sandbox), templates: library).files(of: "controller")
        #expect(
            files.first { $0.path == "/etc/keystone/keystone.conf" }?.contents
                == "[token]\nprovider = fernet\n[cache]\nenabled = false\n")
        try put("modern/keystone/keystne.conf.mustache", "")
        let error = #expect(throws: RenderFailure.self) { try TemplateLibrary.bundled(with: folder) }
        #expect(error?.problems.first?.hint == "did you mean modern/keystone/keystone.conf?")
    }

    @Test("that do not parse are all told, each with its line")
    func syntax() {
        let texts = ["a": "fine\n{{#open}}\n", "b": "{{/close}}", "c": "fine {{x}}"]
        let error = #expect(throws: RenderFailure.self) { try TemplateLibrary(texts: texts, plugins: [:]) }
        #expect(error?.problems.count == 2)
        #expect(error?.problems.last?.place == .template("b", line: 1))
    }

    @Test("write values as they are, and no line for a tag that stands alone")
    func plain() throws {
        let library = try TemplateLibrary(
            texts: ["t": "{{#list}}\n{{.}} <&>\n{{/list}}\n{{^off}}\nx={{x}}\n{{/off}}\n"], plugins: [:])
        let result = library.render("t", ["list": .list(["a&b", "c\"d"]), "off": false, "x": "$1"], syntax: .oslo)
        #expect(result.text == "a&b <&>\nc\"d <&>\nx=$$1\n")
        #expect(result.problems == [])
    }
}
