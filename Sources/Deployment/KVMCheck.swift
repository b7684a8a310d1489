import Foundation
import GuestImage
import SSH

/// Asks a node once, by starting a guest, whether KVM works there, and lets the node remember.
struct KVMCheck: Sendable {
    var guest: GuestImage

    private static let image = "/var/lib/polyvisor/kvm-probe.qcow2"
    private static let answer = "/var/lib/polyvisor/stamps/kvm-probe"

    /// The remembered answer holds for one kernel, one qemu and one guest.
    func verdict(over link: SSHConnection) async throws -> KVMProbe.Verdict {
        let versions = try await link.output(
            of: "uname -r; qemu-system-x86_64 --version | head -n 1; ls -l /dev/kvm 2>&1")
        let key = sha256(of: [versions, guest.directory])
        let remembered = try await link.read(Self.answer).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = remembered.split(separator: "\n", maxSplits: 1).map(String.init)
        if lines.first == key { return lines.count == 1 ? .usable : .unusable(reason: lines[1]) }
        _ = try await link.output(of: "mkdir -p -m 700 /var/lib/polyvisor /var/lib/polyvisor/stamps")
        try await link.upload(guest.qcow2, to: Self.image)
        let result = try await link.run(KVMProbe.command(imagePath: Self.image), timeout: .seconds(60))
        let verdict = KVMProbe.verdict(from: result.stdoutText + result.stderrText, status: result.status)
        var text = key
        if case .unusable(let reason) = verdict { text += "\n" + reason.replacing("\n", with: " ") }
        try await link.write(Data(text.utf8), to: Self.answer, mode: 0o600)
        return verdict
    }
}
