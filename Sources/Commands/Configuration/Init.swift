import ArgumentParser
import Foundation
import Release
import Topology

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a topology to start from.",
        discussion: """
            On a terminal it asks for what the flags leave open. With --yes, or without a terminal, it takes the \
            defaults.

              polyvisor init lab.yaml --release 2025.1 --kvm 3
              polyvisor init lab.yaml --vcenter vc.example.org=Blue,Green --separate-nodes
            """)

    @Argument(help: ArgumentHelp("The file to write. An existing file is never overwritten.", valueName: "topology"))
    var path: String

    @Option(help: "The lab's name, at most 12 characters.") var name: String?
    @Option(help: "The OpenStack release; `polyvisor releases` lists them. (default: \(Self.newest))") var release:
        String?
    @Option(help: "The network of the nodes. (default: 192.0.2.0/24)") var management: String?
    @Option(help: "How many KVM nodes. (default: 1)") var kvm: Int?
    @Option(help: "How many QEMU nodes.") var qemu: Int = 0
    @Option(help: "How many LXC nodes.") var lxc: Int = 0
    @Option(help: "The interface that carries instances' networks. (default: eth1)") var interface: String?
    @Option(help: ArgumentHelp("A vCenter and its clusters; may be repeated.", valueName: "address=cluster,…"))
    var vcenter: [String] = []
    @Flag(help: "Give the network and storage roles their own nodes.") var separateNodes = false
    @Flag(help: "Ask no questions.") var yes = false

    func run() throws {
        let console = Console(quiet: false)
        do {
            let start = try answers()
            let problems = try check(start.text)
            guard problems.isEmpty else { throw RenderWords(problems: problems) }
            guard !FileManager.default.fileExists(atPath: path) else {
                throw RenderWords(problems: ["\(path) is there already\n  hint: name another file"])
            }
            try Data(start.text.utf8).write(to: URL(fileURLWithPath: path), options: [.withoutOverwriting])
            try console.print("\(path) is written; next: polyvisor validate \(path)")
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }

    /// The newest release that `up` can install.
    private static var newest: String { Release.installable.last ?? "" }

    private var isAsking: Bool { !yes && isatty(0) == 1 && isatty(2) == 1 }

    private func answers() throws -> StartTopology {
        let release = try Release(named: ask("OpenStack release", release, Self.newest)).name
        let cidr = ask("network of the nodes", management, "192.0.2.0/24")
        let parts = cidr.split(separator: "/")
        guard parts.count == 2, let base = IPv4Address(parts[0]), let length = Int(parts[1]), length <= 25,
            let network = IPv4Network(base: base, prefixLength: length)
        else {
            let problem =
                "the management network needs at least 128 addresses, and \(cidr) has fewer or is not a network"
            throw RenderWords(problems: ["\(problem)\n  hint: e.g. 192.0.2.0/24"])
        }
        var start = StartTopology(release: release, management: network)
        start.lab = ask("name of the lab", name, "lab")
        let count = ask("number of KVM nodes", kvm.map(String.init), "1")
        guard let kvm = Int(count), (0...80).contains(kvm), (0...80).contains(qemu + lxc) else {
            throw RenderWords(problems: ["\(count): the number of nodes is from 0 to 80"])
        }
        let counts: [(kind: HypervisorKind, count: Int)] = [(.kvm, kvm), (.qemu, qemu), (.lxc, lxc)]
        start.computes = counts.filter { $0.count > 0 }
        start.interface = ask("interface for instances' networks", interface, "eth1")
        start.vcenters = try vcenters()
        start.separates = separateNodes
        return start
    }

    private func vcenters() throws -> [(address: String, clusters: [String])] {
        var given = vcenter
        if given.isEmpty {
            let answer = ask("vCenter as ADDRESS=CLUSTER,… (empty: none)", nil, "")
            given = answer.isEmpty ? [] : [answer]
        }
        return try given.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            let clusters =
                parts.count == 2 ? parts[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } : []
            guard !clusters.isEmpty, clusters.allSatisfy({ !$0.isEmpty }) else {
                throw RenderWords(problems: [
                    "\(text) is not a vCenter with its clusters\n  hint: vc.example.org=Cluster A,Cluster B"
                ])
            }
            return (String(parts[0]), clusters)
        }
    }

    /// The flag, an answer on the terminal, or the default.
    private func ask(_ question: String, _ flag: String?, _ standard: String) -> String {
        if let flag { return flag }
        guard isAsking else { return standard }
        let hint = standard.isEmpty ? "" : " [\(standard)]"
        FileHandle.standardError.write(Data("\(question)\(hint): ".utf8))
        let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces)
        return answer.isEmpty ? standard : answer
    }

    /// What validation says of the text: what a user answered may not go together.
    private func check(_ text: String) throws -> [String] {
        do {
            _ = try Lab.read(text: text.utf8, file: path, releases: .known)
            return []
        } catch {
            return [error.description]
        }
    }
}
