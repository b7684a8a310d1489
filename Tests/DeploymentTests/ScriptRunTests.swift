import Foundation
import Planning
import Testing

@testable import Deployment

@Suite("scripts as a node's shell runs them")
struct ScriptRunTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("leave their stamp after success only")
    func stamp() throws {
        let stamp = Stamp(name: "database-nova", value: "2:26.2 it's $HOME")
        let failing = Script(text: "echo one\nfalse\necho two", timeoutSeconds: 600, stamp: stamp)
        let failed = try bench.run(failing, named: "migrate nova")
        #expect(failed.status == 1 && failed.output == "one\n")
        #expect(!bench.holds("state/stamps/database-nova"))
        let good = Script(text: "cat; echo 'done'", timeoutSeconds: 600, stamp: stamp)
        #expect(try bench.run(good, named: "migrate nova").output == "done\n")
        #expect(try bench.text("state/stamps/database-nova") == "2:26.2 it's $HOME\n")
        let mode = try FileManager.default.attributesOfItem(atPath: bench.folder.appending(path: "state/stamps").path)
        #expect(mode[.posixPermissions] as? Int == 0o700)
    }

    @Test("run one at a time under one name, and a background child does not keep the next from its turn")
    func lock() throws {
        let slow = Script(text: "echo in >> order\nsleep 0.5\necho out >> order", timeoutSeconds: 600, stamp: nil)
        let both = [try bench.start(slow, named: "a b"), try bench.start(slow, named: "a b")]
        for started in both { #expect(bench.answer(of: started).status == 0) }
        #expect(try bench.text("order") == "in\nout\nin\nout\n")
        let daemon = Script(text: "sleep 30 > /dev/null 2>&1 & echo $! > child", timeoutSeconds: 1, stamp: nil)
        #expect(try bench.run(daemon, named: "c").status == 0)
        let next = try bench.run(Script(text: "echo next", timeoutSeconds: 1, stamp: nil), named: "c")
        #expect(next.output == "next\n")
        if let child = Int32(try bench.text("child").trimmingCharacters(in: .whitespacesAndNewlines)) {
            kill(child, SIGKILL)
        }
    }

    @Test("say who keeps them waiting when their turn does not come")
    func busy() throws {
        let first = try bench.start(
            Script(text: "echo in; until [ -e over ]; do sleep 0.1; done", timeoutSeconds: 600, stamp: nil), named: "a")
        _ = try first.1.fileHandleForReading.read(upToCount: 3)
        let second = try bench.run(Script(text: "echo in", timeoutSeconds: 1, stamp: nil), named: "a")
        #expect(second.status != 0 && second.output == "")
        #expect(second.errors.contains("still runs on the node"))
        try Data().write(to: bench.folder.appending(path: "over"))
        #expect(bench.answer(of: first).status == 0)
    }

    @Test("quote what they are given")
    func quoting() throws {
        let odd = "it's; touch $(echo planted)"
        let change = UnitChange(restart: [odd], disable: [odd], mask: [odd])
        try bench.program("systemctl", #"for word in "$@"; do echo "<$word>" >> words; done"#)
        #expect(try bench.run(change.script, named: "units").status == 0)
        #expect(try bench.text("words").components(separatedBy: "<\(odd)>").count == 6)
        #expect(!bench.holds("planted"))
    }

    @Test("a unit that does not start is named, with the end of its journal")
    func deadUnit() throws {
        try bench.program("systemctl", #"case "$1" in restart|is-active) exit 1;; esac"#)
        try bench.program("journalctl", "echo 'Traceback: no such option'")
        let answer = try bench.run(UnitChange(restart: ["nova-api"]).script, named: "units")
        #expect(answer.status == 1)
        #expect(answer.errors == "Traceback: no such option\nnova-api does not start\n")
    }
}
