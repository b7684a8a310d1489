import Topology

/// libFuzzer's entry: any bytes have to give a lab or problems whose places lie in the text, never a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneTopology(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    // Lines as the widest reading of YAML counts them; columns can be one past the last character.
    let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
    func check(_ problems: TopologyProblems) {
        for problem in problems.problems {
            guard let mark = problem.mark else { continue }
            precondition(1...lines ~= mark.line && 1...(count + 1) ~= mark.column, "a problem outside of the text")
        }
        precondition(problems.isEmpty == problems.description.isEmpty, "a problem that prints as nothing")
        precondition(!problems.problems.contains { $0.what.contains("no rule says why") }, "a lab that no rule refuses")
    }
    do throws(TopologyProblems) {
        let (lab, warnings) = try Lab.read(text: bytes, file: "fuzz.yaml")
        check(warnings)
        precondition(!warnings.hasErrors && !lab.nodes.isEmpty && !lab.networks.isEmpty, "a lab with errors")
    } catch {
        precondition(error.hasErrors, "a failure without an error")
        check(error)
    }
    return 0
}
