import Foundation
import Subprocess
import Testing

@testable import GuestImage

@Suite("whether KVM can really start a guest")
struct KVMProbeTests {
    @Test("the verdict has the reason")
    func verdicts() {
        #expect(KVMProbe.verdict(from: "KVM-PROBE booted\n", status: 0) == .usable)
        #expect(
            KVMProbe.verdict(from: "KVM-PROBE no-device\n", status: 0)
                == .unusable(reason: "there is no /dev/kvm"))
        #expect(
            KVMProbe.verdict(
                from: "KVM-PROBE ended\nqemu: error: failed to set MSR 0x10a to 0x69\nqemu: Assertion failed\n",
                status: 0)
                == .unusable(
                    reason: "qemu ended before the guest spoke: qemu: error: failed to set MSR 0x10a to 0x69"))
        #expect(
            KVMProbe.verdict(from: "sh: 1: nonsense", status: 127)
                == .unusable(reason: "the probe ended with status 127 and no result"))
    }

    @Test("a warning of qemu does not spoil a guest that spoke")
    func warning() {
        #expect(KVMProbe.verdict(from: "KVM-PROBE booted\nqemu: warning: TSC\n", status: 0) == .usable)
    }

    @Test("a path with a quote stays one word")
    func quoting() async throws {
        let output = try await probe(KVMProbe.command(imagePath: "/nowhere/it's; echo KVM-PROBE booted"))
        #expect(!output.contains("booted"))
    }

    /// Boots the real guest; where KVM works the guest speaks, and elsewhere the probe says why not, and soon.
    @Test("on this machine the probe ends with an outcome in time", .enabled(if: canBuildGuest))
    func here() async throws {
        let image = try await builtGuest()
        let start = ContinuousClock.now
        let output = try await probe(KVMProbe.command(imagePath: image.qcow2))
        let verdict = KVMProbe.verdict(from: output, status: 0)
        #expect(ContinuousClock.now - start < .seconds(900))
        if case .unusable(let reason) = verdict {
            #expect(!reason.contains("no result") && !reason.contains("image"), "\(reason)")
        }
    }

    /// The same command with qemu's emulation instead of KVM: shows that a guest which can boot is seen to.
    @Test("a guest that boots is seen", .enabled(if: canBuildGuest && isInstalled("qemu-system-x86_64")))
    func boots() async throws {
        let image = try await builtGuest()
        let command = KVMProbe.command(imagePath: image.qcow2)
            .replacing("-accel kvm -cpu host", with: "-accel tcg").replacing("[ -c /dev/kvm ]", with: "true")
            .replacing("-lt \(KVMProbe.secondsToBoot * 5)", with: "-lt 300")
        #expect(KVMProbe.verdict(from: try await probe(command), status: 0) == .usable)
    }

    @Test(
        "a guest that stays silent is given up, and its qemu ended",
        .enabled(if: canBuildGuest && isInstalled("qemu-system-x86_64")))
    func silent() async throws {
        let image = try await builtGuest()
        let link = image.directory + "/silent-\(UUID().uuidString).qcow2"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: image.qcow2)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let command = KVMProbe.command(imagePath: link)
            .replacing("-accel kvm -cpu host", with: "-accel tcg").replacing("[ -c /dev/kvm ]", with: "true")
            .replacing("-lt \(KVMProbe.secondsToBoot * 5)", with: "-lt 2")
        let verdict = KVMProbe.verdict(from: try await probe(command), status: 0)
        #expect(verdict == .unusable(reason: "the guest did not speak within \(KVMProbe.secondsToBoot) seconds"))
        let left = try await run(.name("pgrep"), arguments: ["-f", link], output: .string(limit: 4096))
        #expect(left.standardOutput == "")
    }

    private func probe(_ command: String) async throws -> String {
        let result = try await run(
            .name("sh"), arguments: ["-c", command], output: .string(limit: 65536), error: .string(limit: 65536))
        return result.standardOutput
    }
}
