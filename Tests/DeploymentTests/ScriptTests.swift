import Foundation
import LabViews
import LocalShell
import Testing

@testable import Deployment

@Suite("scripts for nodes")
struct ScriptTests {
    @Test("are valid shell", arguments: ["sandbox", "mixed-lab"])
    func valid(_ name: String) throws {
        let view = try Views.fresh(name)
        let steps = view.plan().steps + (try Views.bare(name).preparation().steps)
        let system = NodeSystem(view)
        #expect(steps.count { system.script(for: $0) != nil } > 20)
        for step in steps {
            if let text = system.script(for: step)?.wrapped(lock: step.title) {
                _ = try Self.shell("sh -n <<'END_OF_SCRIPT'\n\(text)\nEND_OF_SCRIPT\n")
            }
        }
    }

    @Test("cannot swallow their own text, and stop at the first failure")
    func input() throws {
        let name = "test \(UUID().uuidString)"
        let script = Script(text: "cat\necho after", timeoutSeconds: 5, stamp: nil)
        #expect(try Self.shell(script.wrapped(lock: name)) == "after\n")
        let failing = Script(text: "echo one\nfalse\necho two", timeoutSeconds: 5, stamp: nil)
        #expect(try Self.shell(failing.wrapped(lock: name), status: 1) == "one\n")
        unlink("/run/polyvisor-\(name.replacing(" ", with: "-")).lock")
    }

    private static func shell(_ text: String, status expected: Int32 = 0) throws -> String {
        let answer = try localShell(text)
        #expect(answer.status == expected)
        return answer.output
    }
}
