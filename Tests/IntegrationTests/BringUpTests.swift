import Deployment
import Foundation
import Records
import Rendering
import Subprocess
import Testing
import Topology

/// One whole sandbox, from nothing to a proof from each hypervisor and to nothing again. It takes minutes, so it is
/// one test whose steps follow each other.
@Suite("a whole sandbox", .serialized, .enabled(if: getuid() == 0, "a sandbox needs root"))
struct BringUpTests {
    @Test("comes up, proves itself, stays as it is, and goes without a trace", .timeLimit(.minutes(40)))
    func wholeLine() async throws {
        let lab = try IntegrationLab()
        try await lab.writeDisk()
        do {
            try await bringUp(lab)
            try await comesUpAgain(lab)
            try await plansOnlyWhatDiffers(lab)
            try await GlanceUploads(lab: lab).run()
            try await hasNoSecretInTheOpen(lab)
            try await isAcceptedByOpenStack(lab)
        } catch {
            _ = try await lab.polyvisor("down", lab.topology, "--yes", "--force")
            throw error
        }
        try await goesDown(lab)
    }

    private func bringUp(_ lab: IntegrationLab) async throws {
        let watch = Task { await ProcessListWatch(lab: lab).run() }
        let junit = lab.topology + ".junit.xml"
        let up = try await lab.polyvisor("up", lab.topology, "--json", "--junit", junit)
        watch.cancel()
        let (seen, looks) = await watch.value
        try #require(up.status == 0, "\(up.errors)\n\(up.output)")
        #expect(seen == [], "secrets in the process list")
        #expect(looks > 20)
        let report = try JSONDecoder().decode(Report.self, from: Data(up.output.utf8))
        #expect(report.hypervisors.map(\.host).sorted() == ["kvm1", "vmware1-cluster_a", "vmware1-cluster_b"])
        #expect(report.hypervisors.allSatisfy { $0.verdict == "passed" })
        let xml = try String(contentsOfFile: junit, encoding: .utf8)
        #expect(xml.contains("failures=\"0\"") && xml.contains("vmware1-cluster_b"))
    }

    private func comesUpAgain(_ lab: IntegrationLab) async throws {
        let again = try await lab.polyvisor("up", lab.topology)
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("0 changed"), "\(again.errors)")
        let cache = try await lab.polyvisor("vcenter", "cache", lab.topology)
        #expect(cache.output.contains("tiny-vmdk, put there by Polyvisor"), "\(cache)")
        #expect(cache.output.contains("vc1/cluster_b") && cache.output.contains("fetched by Nova"), "\(cache)")
        let status = try await lab.polyvisor("status", lab.topology, "--json")
        #expect(status.status == 0, "\(status.output)")
    }

    /// Nothing to do is planned; then what was changed by hand is, and nothing is touched by looking.
    private func plansOnlyWhatDiffers(_ lab: IntegrationLab) async throws {
        let none = try await lab.polyvisor("plan", lab.topology, "--exit-code")
        #expect(none.status == 0 && none.output.hasPrefix("Nothing to do"), "\(none)")
        let file = "/etc/nova/nova.conf"
        _ = try await lab.on("kvm1", "cp -p \(file) /root/kept && printf '# by hand\\n[DEFAULT]\\n' >> \(file)")
        let some = try await lab.polyvisor("plan", lab.topology, "--exit-code", "--diff")
        #expect(some.status == 1, "\(some)")
        #expect(some.output.contains("  kvm1: write files (\(file) differs)\n"), "\(some)")
        #expect(some.output.contains("--- a/kvm1\(file)\n") && some.output.contains("\n-# by hand\n"), "\(some)")
        for secret in try lab.secrets() { #expect(!some.output.contains(secret), "a secret is in the plan") }
        let still = try await lab.on("kvm1", "tail -n 1 \(file); cp -p /root/kept \(file); rm /root/kept")
        #expect(still.output == "[DEFAULT]\n")
        let history = try await lab.polyvisor("history", lab.topology)
        #expect(history.output.contains("  up  passed  "), "\(history)")
    }

    /// Journal, logs and every file of a node that all may read.
    private func hasNoSecretInTheOpen(_ lab: IntegrationLab) async throws {
        let secrets = try lab.secrets()
        #expect(secrets.count > 10)
        let folder = URL(fileURLWithPath: lab.state).appendingPathComponent(IntegrationLab.name)
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for file in files where !file.hasSuffix("secrets.json") {
            let data = FileManager.default.contents(atPath: folder.appendingPathComponent(file).path) ?? Data()
            for secret in secrets { #expect(data.range(of: Data(secret.utf8)) == nil, "a secret is in \(file)") }
        }
        let patterns = secrets.joined(separator: "\\n")
        for node in ["controller", "kvm1", "vmware1"] {
            // printf is built into the shell: the patterns are in no process's arguments.
            let search = """
                exec 2>/dev/null; p=$(mktemp); printf '\(patterns)\\n' > $p
                find / -xdev -type f -perm -o=r -size -20M -print0 | xargs -0 grep -lF -f $p | grep -v "^$p"; rm -f $p
                """
            let found = try await lab.on(node, search)
            #expect(found.output == "", "world-readable files with a secret on \(node)")
        }
    }

    /// `oslo-config-validator` of the node's own packages, on every file that oslo.config reads there.
    private func isAcceptedByOpenStack(_ lab: IntegrationLab) async throws {
        setenv("POLYVISOR_STATE", lab.state, 1)
        defer { unsetenv("POLYVISOR_STATE") }
        let topology = try Lab.read(contentsOf: lab.topology).lab
        let rendering = try await OfflineRendering(of: topology).rendering(secretsOf: FileStore(of: topology))
        var checked = 0
        for node in rendering.nodes {
            for file in node.files {
                guard let target = file.oslo else { continue }
                let namespaces = target.namespaces.map { "--namespace \($0)" }.joined(separator: " ")
                let answer = try await lab.on(
                    node.node, "oslo-config-validator --input-file \(file.path) \(namespaces) 2>&1")
                #expect(answer.status == 0, "\(node.node):\(file.path)\n\(answer.output)")
                checked += 1
            }
        }
        #expect(checked >= 12)
    }

    private func goesDown(_ lab: IntegrationLab) async throws {
        let down = try await lab.polyvisor("down", lab.topology, "--yes", "--force")
        #expect(down.status == 0, "\(down.errors)")
        // Foundation cuts files of /proc after a page.
        let mounts = try await Subprocess.run(
            .name("cat"), arguments: ["/proc/mounts"], output: .string(limit: 4 << 20)
        ).standardOutput
        #expect(try !#require(mounts).contains("/labs/\(IntegrationLab.name)/"))
        let namespaces = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        #expect(namespaces.filter { $0.contains(IntegrationLab.name) } == [])
        #expect(!FileManager.default.fileExists(atPath: "/var/lib/polyvisor/labs/\(IntegrationLab.name)"))
        let again = try await lab.polyvisor("down", lab.topology, "--yes")
        #expect(again.status == 0)
    }

    private struct Report: Decodable {
        var hypervisors: [Hypervisor]
        struct Hypervisor: Decodable { var host, verdict: String }
    }
}
