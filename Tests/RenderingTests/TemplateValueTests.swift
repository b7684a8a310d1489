import Foundation
import Testing

@testable import Rendering

@Suite("values in files")
struct TemplateValueTests {
    private static let awkward = [
        "Secret$1", "$$", "a$", "$state_path", "${x}", "it's", "'quoted'", "\"quoted\"", "\"'\"", "'", "\"", " blank ",
        "#hash", "a=b:c", "%d %%", "x\\y", "ünïcode€", "^shared-(a|b)$", "",
    ]

    @Test("escape dollar signs for oslo.config, and no other character")
    func dollars() throws {
        #expect(try Syntax.oslo.spell("a$b$$").get() == "a$$b$$$$")
        #expect(try Syntax.oslo.spell("100% [x] {y} #z").get() == "100% [x] {y} #z")
        #expect(try Syntax.plain.spell("a$b").get() == "a$b")
    }

    @Test(
        "that oslo.config cannot hold are refused without being named", arguments: ["a\nb", "a\\$b", "a\0b", "a\r\nb"])
    func refused(_ value: String) {
        let error = #expect(throws: Syntax.Unwritable.self) { try Syntax.oslo.spell(value).get() }
        #expect(error?.reason.contains(value) == false)
    }

    @Test(
        "come back from oslo.config's own reader as they were",
        .enabled(if: Python.has("oslo_config"), "python3 here has no oslo.config"))
    func roundTrip() throws {
        var text = "[x]\n"
        for (index, value) in Self.awkward.enumerated() {
            text += "v\(index) = \(try Syntax.oslo.spell(value).get())\n"
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString).conf")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let script = """
            import json, sys
            from oslo_config import cfg
            count = int(sys.argv[2]); conf = cfg.ConfigOpts()
            conf.register_opts([cfg.StrOpt("v%d" % i) for i in range(count)], "x")
            conf(["--config-file", sys.argv[1]])
            print(json.dumps([conf.x["v%d" % i] for i in range(count)]))
            """
        let output = try Python.run(["-c", script, file.path, String(Self.awkward.count)])
        #expect(try JSONDecoder().decode([String].self, from: output) == Self.awkward)
    }

    @Test("are quoted for URLs, shells and YAML")
    func quoting() {
        #expect(Quoting.percent("p@ss/w:rd%€") == "p%40ss%2Fw%3Ard%25%E2%82%AC")
        #expect(Quoting.percent("Az09-._~") == "Az09-._~")
        #expect(Quoting.shell("it's $HOME") == "'it'\\''s $HOME'")
        #expect(Quoting.yaml("a\"b\\c\n") == "\"a\\\"b\\\\c\\x0a\"")
    }
}

/// The machine's Python, for what only it can judge.
enum Python {
    static func has(_ module: String) -> Bool { (try? run(["-c", "import \(module)"])) != nil }

    /// Standard output; throws when Python fails.
    static func run(_ arguments: [String]) throws -> Data {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return data
    }

    struct Failure: Error { var status: Int32 }
}
