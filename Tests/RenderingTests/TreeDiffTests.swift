import Foundation
import Testing
import Topology

@testable import Rendering

@Suite("an earlier rendering")
struct TreeDiffTests {
    private func folder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func tree(_ selection: Selection = Selection(), change: (inout RenderInput) -> Void = { _ in }) throws
        -> RenderedTree
    {
        RenderedTree(try Labs.render(Labs.sandbox, change: change), lab: "sandbox", selection: selection)
    }

    @Test("that is the same has no differences")
    func same() throws {
        try folder { path in
            try tree().write(to: path)
            #expect(try TreeDiff(tree(), with: path).files.isEmpty)
            #expect(try TreeDiff(tree(), with: path).text == "")
        }
    }

    @Test("differs in hunks, and shows no secret of either side")
    func changed() throws {
        try folder { path in
            try tree().write(to: path)
            let next = try tree { input in
                input.virtTypes = ["kvm1": .qemu]
                for name in input.secrets.keys { input.secrets[name] = Secret("other-\(name)") }
            }
            let diff = try TreeDiff(next, with: path)
            #expect(!diff.text.contains("golden-") && !diff.text.contains("other-") && !diff.text.contains("Golden"))
            let compute = try #require(diff.files.first { $0.path == "kvm1/etc/nova/nova-compute.conf" })
            #expect(
                compute.hunks == """
                    @@ -4,4 +4,6 @@
                     compute_driver = libvirt.LibvirtDriver
                     
                     [libvirt]
                    -virt_type = kvm
                    +virt_type = qemu
                    +# QEMU emulates its own processor; host-model is for KVM.
                    +cpu_mode = none

                    """)
            #expect(diff.text.contains("\n-password = •••\n+password = •••\n"))
        }
    }

    @Test("shows no secret in a comment, nor any line of a private key")
    func hidden() {
        let old = "# An option: password.\n#admin_password = hunter2\n#verbose = true\n"
        let commented = TreeDiff.File("n/a.conf", before: old, after: "[DEFAULT]\n")
        #expect(commented.text.contains("-# An option: password.\n-#admin_password = •••\n-#verbose = true\n"))
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2hvcnQ=\n-----END OPENSSH PRIVATE KEY-----\n"
        #expect(!TreeDiff.File("n/id", before: key, after: nil).text.contains("c2hvcnQ"))
        #expect(TreeDiff.File("n/mode", before: key, after: key).text == "n/mode: owner or mode differ\n")
    }

    @Test("names files that come and go")
    func files() throws {
        try folder { path in
            try tree().write(to: path)
            var lab = try Labs.sandbox
            lab.nodes.remove(at: 1)
            let diff = try TreeDiff(RenderedTree(try Labs.render(lab), lab: "sandbox"), with: path)
            #expect(diff.files.contains { $0.path == "kvm1/etc/nova/nova.conf" && $0.change == .removed })
            let part = Selection(nodes: ["kvm1"], files: ["nova.conf"])
            #expect(try TreeDiff(tree(part), with: path, selection: part).files.isEmpty)
        }
    }

    @Test("has to be one of ours")
    func foreign() throws {
        try folder { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            #expect(throws: TreeError.self) { try TreeDiff(tree(), with: path) }
        }
    }

    @Test("is not needed for a selection: one file is its text")
    func selection() throws {
        let one = try tree(Selection(nodes: ["kvm1"], files: ["nova.conf"]))
        #expect(one.text.hasPrefix("# Made by Polyvisor from templates/modern/nova/nova.conf.mustache for node kvm1."))
        #expect(one.counts.map(\.files) == [1])
        #expect(try tree(Selection(files: ["nova.conf"])).text.hasPrefix("==> controller/etc/nova/nova.conf\n"))
        let words = Selection(nodes: ["kvm9"], files: ["nova.cnf"]).problems(in: try Labs.render(Labs.sandbox))
        #expect(words.map { $0.split(separator: "\n").last ?? "" } == ["  hint: did you mean kvm1?"])
        let file = Selection(files: ["nova.cnf"]).problems(in: try Labs.render(Labs.sandbox))
        #expect(file == ["no node has a file nova.cnf\n  hint: did you mean nova.conf?"])
    }

    @Test("as a tar archive has owners and modes, and is the same each time")
    func tar() throws {
        let bytes = try tree().tar()
        #expect(try bytes == tree().tar() && bytes.count % 512 == 0)
        try folder { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let archive = "\(path)/a.tar"
            try Data(bytes).write(to: URL(fileURLWithPath: archive))
            let list = try run("/bin/tar", "-tvf", archive)
            #expect(list.contains("-rw-r----- root/nova"))
            #expect(list.contains("1970-01-01") && list.contains("vmware1/etc/nova/nova-compute-cluster_b.conf"))
            let text = try run("/bin/tar", "-xOf", archive, "kvm1/etc/nova/nova.conf")
            let file = try Labs.render(Labs.sandbox).files(of: "kvm1").first { $0.path == "/etc/nova/nova.conf" }
            #expect(text == file?.contents)
        }
    }

    /// The output of a program that ends by itself.
    private func run(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        let pipe = Pipe()
        (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
