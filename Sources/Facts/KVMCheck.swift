import Foundation
package import GuestImage
package import SSH
import Wording

/// Asks a node once, by starting a guest, whether KVM works there, and lets the node remember.
package struct KVMCheck: Sendable {
    private var guest: GuestImage

    package init(guest: GuestImage) { self.guest = guest }

    private static let image = "\(Traces.folder)/kvm-probe.qcow2"
    private static let answer = "\(Traces.stamps)/kvm-probe"

    /// The remembered answer holds for one kernel, one qemu and one guest.
    package func verdict(over link: SSHConnection) async throws -> KVMProbe.Verdict {
        let key = try await key(over: link)
        if let remembered = try await remembered(key, over: link) { return remembered }
        _ = try await link.output(of: "mkdir -p -m 700 \(Traces.folder) \(Traces.stamps)")
        try await link.upload(guest.qcow2, to: Self.image)
        let result = try await link.run(KVMProbe.command(imagePath: Self.image), timeout: .seconds(60))
        let verdict = KVMProbe.verdict(from: result.stdoutText + result.stderrText, status: result.status)
        var text = key
        if case .unusable(let reason) = verdict { text += "\n" + reason.replacing("\n", with: " ") }
        try await link.write(Data(text.utf8), to: Self.answer, mode: 0o600)
        return verdict
    }

    /// The same without leaving anything on the node: the guest lies there for as long as it is tried.
    package func look(over link: SSHConnection) async throws -> KVMProbe.Verdict {
        if let remembered = try await remembered(try await key(over: link), over: link) { return remembered }
        let folder = try await link.output(of: "mktemp -d").trimmingCharacters(in: .whitespacesAndNewlines)
        let image = "\(folder)/kvm-probe.qcow2"
        do {
            try await link.upload(guest.qcow2, to: image)
            let result = try await link.run(KVMProbe.command(imagePath: image), timeout: .seconds(60))
            _ = try await link.run("rm -rf \(shellQuoted(folder))")
            return KVMProbe.verdict(from: result.stdoutText + result.stderrText, status: result.status)
        } catch {
            _ = try? await link.run("rm -rf \(shellQuoted(folder))")
            throw error
        }
    }

    private func key(over link: SSHConnection) async throws -> String {
        let versions = try await link.output(
            of: "uname -r; qemu-system-x86_64 --version | head -n 1; ls -l /dev/kvm 2>&1")
        return sha256(of: [versions, guest.directory])
    }

    private func remembered(_ key: String, over link: SSHConnection) async throws -> KVMProbe.Verdict? {
        let text = try await link.read(Self.answer).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard lines.first == key else { return nil }
        return lines.count == 1 ? .usable : .unusable(reason: lines[1])
    }
}
