import Foundation
import Testing

@testable import Verification

@Suite("what is left of an instance")
struct VerdictsLeftoversTests {
    private let id = Recorded.id
    private var folder: String { "/var/lib/nova/instances/\(id)" }

    @Test("nothing in Nova, or what state it is in")
    func nova() throws {
        #expect(CheckVerdict.goneFromNova(nil) == .passed(nil))
        let stuck = try Recorded.server("ERROR", task: "deleting", fault: "Unable to\ndestroy")
        #expect(CheckVerdict.goneFromNova(stuck) == nil)
        #expect(
            CheckVerdict.stillInNova(stuck, waited: .seconds(60), look: "L").failure?.reason
                == "the instance is still ERROR (task deleting): \"Unable to destroy\" 60 s after it was deleted")
    }

    @Test("a domain, a folder, both or nothing on a libvirt node")
    func libvirt() throws {
        let others = "4c1f3f0e-1111-4222-8333-444444444444\n\n"
        #expect(CheckVerdict.goneFromLibvirt("", id: id, folder: folder) == .passed(nil))
        #expect(CheckVerdict.goneFromLibvirt(others, id: id, folder: folder) == .passed(nil))
        func left(_ output: String) -> String? {
            #expect(CheckVerdict.goneFromLibvirt(output, id: id, folder: folder) == nil)
            return CheckVerdict.stillInLibvirt(output, id: id, folder: folder, look: "L").failure?.reason
        }
        #expect(left(others + " \(id.uppercased()) \n") == "still has the domain of the instance")
        #expect(left("\n\(folder)\n") == "still has the folder \(folder) of the instance")
        #expect(left("\(id)\n\n\(folder)\n") == "still has the domain and the folder \(folder) of the instance")
    }

    @Test("the command for a node prints the folder only if it is there")
    func command() throws {
        let command = CheckVerdict.libvirtCommand(uri: "qemu:///system", folder: NSTemporaryDirectory())
        let test = try #require(command.range(of: " && ").map { String(command[$0.upperBound...]) })
        #expect(try shell(test) == NSTemporaryDirectory() + "\n")
        let missing = CheckVerdict.libvirtCommand(uri: "qemu:///system", folder: "/nowhere/\(id)")
        #expect(missing.hasPrefix("virsh --connect qemu:///system --readonly list --all --uuid && "))
        #expect(try shell(String(missing.drop { $0 != "&" }.dropFirst(3))) == "")
    }

    private func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }

    @Test("allocations, ports and VMs by name")
    func others() throws {
        let held = ["rp2": ["VCPU": 1, "MEMORY_MB": 128], "rp1": ["DISK_GB": 1]]
        #expect(
            CheckVerdict.stillInPlacement(held, id: "i", look: "L").failure?.reason
                == "still allocates 1 DISK_GB of rp1; 128 MEMORY_MB, 1 VCPU of rp2 to the instance i")
        #expect(
            CheckVerdict.stillInNeutron([try Recorded.port("bridge", host: "kvm1")], look: "L").failure?.reason
                == "still has port p1 of the instance")
        #expect(
            CheckVerdict.stillInVCenter(vm: "x", folders: ["[ds] x"], vcenter: "vc1", look: "L").failure?.reason
                == "vc1: still has the VM x and the folder [ds] x of the instance")
    }

    @Test(
        "folders on datastores",
        arguments: [
            ("[shared-1] abc/abc.vmdk", "shared-1", "abc"), ("[a b] x y/z/d.vmdk", "a b", "x y/z"),
        ])
    func folders(_ path: String, _ datastore: String, _ name: String) {
        #expect(InstanceFolder(ofFile: path) == InstanceFolder(datastore: datastore, name: name))
    }

    @Test("a file that lies in no folder names none", arguments: ["[shared-1] abc.vmdk", "", "abc/abc.vmdk", "[x]"])
    func noFolder(_ path: String) { #expect(InstanceFolder(ofFile: path) == nil) }
}
