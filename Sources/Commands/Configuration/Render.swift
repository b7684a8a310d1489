import ArgumentParser
import Deployment
import Foundation
import Records
import Rendering
import Topology

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write every configuration file of every node into a folder, and touch nothing else.",
        discussion: """
            No node or vCenter needs to be reachable. The same topology always gives the same bytes. Polyvisor \
            keeps the secrets that it makes in the lab's own store, which only you can read, and uses them \
            again.

              polyvisor render lab.yaml -o out                          the whole tree, OUT/NODE/PATH
              polyvisor render lab.yaml --only nova.conf --node kvm1    one file, on standard output
              polyvisor render lab.yaml -o - | ssh host tar -xf -       a tar archive with owners and modes
              polyvisor render lab.yaml --diff out                      what would change since then
              polyvisor render lab.yaml --fix                           rename old options in the overrides

            Exit codes: 0 done, or --diff found no difference; 1 --diff found a difference; 2 the topology or \
            the arguments are wrong, and nothing was written; 3 the files were written and there are warnings, or \
            --fix left something to do by hand.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help:
            "The folder to write, made by polyvisor or new; - is a tar archive on standard output. (default: rendered)")
    var folder: String?

    @Option(help: ArgumentHelp("Only files of this name, e.g. nova.conf; may be repeated.", valueName: "file"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Only this node's files; may be repeated.", valueName: "node"))
    var node: [String] = []

    @Option(help: ArgumentHelp("Show what differs from an earlier rendering, and write nothing.", valueName: "folder"))
    var diff: String?

    @Option(
        help: ArgumentHelp(
            "A folder of templates. NAME.mustache replaces ours; NAME.append.mustache is appended to it.",
            valueName: "folder"))
    var templates: String?

    @Flag(help: "Only rename old options in the overrides, in the topology and in your own files.")
    var fix = false

    @Flag(help: "Do not ask before --fix writes.")
    var yes = false

    func validate() throws {
        if diff != nil, folder != nil { throw ValidationError("--diff writes nothing: leave --output out") }
        let isMore = diff != nil || folder != nil || templates != nil || !only.isEmpty || !node.isEmpty
        if fix, isMore { throw ValidationError("--fix renders nothing: give no other option with it but --yes") }
        if yes, !fix { throw ValidationError("--yes belongs to --fix") }
    }

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        if fix { return try mend(lab, console) }
        do {
            let rendering = try await OfflineRendering(of: lab).rendering(
                secretsOf: lab.store, templates: templates.map { URL(fileURLWithPath: $0) })
            for warning in rendering.warnings { console.complain(warning.line) }
            let selection = Selection(nodes: node, files: only)
            let problems = selection.problems(in: rendering)
            guard problems.isEmpty else { throw RenderWords(problems: problems) }
            try deliver(RenderedTree(rendering, lab: lab.name, selection: selection), selection, console)
            if diff == nil, !rendering.warnings.isEmpty { throw Exit.warnings }
        } catch let code as ExitCode {
            throw code
        } catch let failure as RenderFailure {
            console.complain("\(failure)")
            throw Exit.wrongInput
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }

    private func deliver(_ tree: RenderedTree, _ selection: Selection, _ console: Console) throws {
        if let diff {
            let found = try TreeDiff(tree, with: diff, selection: selection)
            try console.print(output.json ? try json(found) : found.files.isEmpty ? "nothing differs" : found.text)
            if !found.files.isEmpty { throw Exit.failed }
        } else if folder == "-" {
            guard isatty(1) == 0 else { throw RenderWords(problems: ["a tar archive is nothing for a terminal"]) }
            let archive = Data(try tree.tar())
            do {
                try FileHandle.standardOutput.write(contentsOf: archive)
            } catch {
                // A reader that has seen enough is no error.
                guard errno == EPIPE else { throw error }
            }
        } else if folder == nil, !selection.isEverything {
            try console.print(tree.text)
        } else {
            let folder = folder ?? "rendered"
            try tree.write(to: folder)
            let nodes = tree.counts.map { RenderedNode(folder: "\(folder)/\($0.node)", files: $0.files) }
            let text = nodes.map { "\($0.folder): \($0.files) files" }.joined(separator: "\n")
            try console.print(output.json ? try json(nodes) : text)
        }
    }

    private func mend(_ lab: Lab, _ console: Console) throws {
        do {
            let fixes = try MendedOverrides(of: lab)
            for problem in fixes.fixes.left { console.warn("\(problem)") }
            try console.print(output.json ? try json(fixes) : fixes.text)
            if !fixes.fixes.files.isEmpty {
                guard yes || console.confirm("Write this?") else {
                    throw RenderWords(problems: ["nothing was written; answer y, or give --yes"])
                }
                try fixes.write()
                console.say("written: \(fixes.fixes.files.map(\.path).joined(separator: ", "))")
            }
            if !fixes.fixes.left.isEmpty { throw Exit.warnings }
        } catch let code as ExitCode {
            throw code
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }

    /// What was written for one node.
    private struct RenderedNode: Encodable {
        var folder: String
        var files: Int
    }
}

/// What is wrong with the words of the command line.
struct RenderWords: Error, CustomStringConvertible {
    var problems: [String]
    var description: String { problems.joined(separator: "\n") }
}
