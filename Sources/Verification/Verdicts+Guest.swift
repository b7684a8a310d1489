import GuestImage
import Wording

/// What a guest says of itself, judged.
extension CheckVerdict {
    /// Whether the guest's script ran to its end. nil: it has not yet, and may still.
    static func guestReady(_ report: GuestReport, after seconds: Double) -> CheckVerdict? {
        report.ready ? .passed("\(Self.short(seconds)) after the request") : nil
    }

    /// Why a guest that never became ready did not.
    ///
    /// - Parameters:
    ///   - console: the serial console's text; nil if Nova gave none.
    ///   - trouble: what Nova said instead.
    static func guestNotReady(console: String?, trouble: String?, waited: Duration, look: String) -> CheckVerdict {
        let wait = "within \(waited.components.seconds) s"
        if let trouble, console == nil {
            return .failed(CheckFailure(layer: .nova, reason: "gave no console \(wait): \"\(trouble)\"", look: look))
        }
        let text = (console ?? "").split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let last = text.last else {
            let reason = "printed nothing on its serial console \(wait)"
            return .failed(CheckFailure(layer: .guest, reason: reason, look: look))
        }
        let stage = GuestReport(consoleLog: console ?? "").booted ? "started but was not ready" : "did not start"
        let quoted = VisibleText(String(last.suffix(200))).folded
        return .failed(
            CheckFailure(layer: .guest, reason: "\(stage) \(wait); its console ends with \"\(quoted)\"", look: look))
    }

    /// Whether the guest got the address that Neutron gave its port.
    static func guestAddress(_ report: GuestReport, port addresses: [String], look: String) -> CheckVerdict {
        let wanted = addresses.joined(separator: ", ")
        guard let address = report.address else {
            let reason = "got no address by DHCP; its port has \(wanted.isEmpty ? "none either" : wanted)"
            return .failed(CheckFailure(layer: .guest, reason: reason, look: look))
        }
        guard addresses.contains(address) else {
            let reason = "has the address \(address), its port has \(wanted.isEmpty ? "none" : wanted)"
            return .failed(CheckFailure(layer: .guest, reason: reason, look: look))
        }
        return .passed(address)
    }

    /// Whether the metadata service told the guest who it is.
    ///
    /// The UUID proves it. An EC2 id counts a table of its own in Nova, so it may differ from the number in the
    /// instance's name when instances are made at the same time; then the host name, which is unique, decides.
    static func guestMetadata(_ report: GuestReport, id: String, name: String, look: String) -> CheckVerdict {
        guard let told = report.instanceID else {
            return .failed(CheckFailure(layer: .guest, reason: "got nothing from the metadata service", look: look))
        }
        if told.lowercased() == id.lowercased() { return .passed(told) }
        let hostname = report.hostname.map { $0.split(separator: ".").first.map(String.init) ?? $0 }
        if told.hasPrefix("i-"), let hostname, hostname == Self.hostName(of: name) {
            return .passed("\(told), \(hostname)")
        }
        let who = "\"\(VisibleText(told).folded)\"\(report.hostname.map { ", \"\(VisibleText($0).folded)\"" } ?? "")"
        let reason = "was told by the metadata service that it is \(who), and it is \(id), \"\(name)\""
        return .failed(CheckFailure(layer: .guest, reason: reason, look: look))
    }

    /// What Nova makes of a server's name: `nova.utils.sanitize_hostname`, for the characters of our names.
    private static func hostName(of name: String) -> String {
        String(name.lowercased().replacing("_", with: "-").replacing(" ", with: "-").prefix(63))
    }

    static func short(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10) s" }

    /// From the namespace of a network's DHCP server: one ping, and the guest's word on TCP port 7.
    ///
    /// - Parameter address: digits and dots, as our guest's report has it from Neutron.
    static func reachCommand(network: String, address: String) -> String {
        let address = address.filter { $0.isNumber || $0 == "." }
        let inside = "ip netns exec qdhcp-\(network)"
        return "\(inside) ping -c 1 -W 2 \(address) 2>&1; "
            + "\(inside) timeout 5 bash -c 'exec 3<>/dev/tcp/\(address)/7 && head -n 1 <&3' 2>&1; true"
    }

    /// nil while the guest does not answer both.
    static func reach(_ output: String, id: String, address: String) -> CheckVerdict? {
        guard let time = output.firstMatch(of: /time=([0-9.]+) ms/), output.contains("\(GuestReport.marker) IDENTITY")
        else { return nil }
        // A guest without metadata knows no id; that is another check's business.
        let ids = ["instance=\(id.lowercased())", "instance=i-", "instance=none"]
        guard ids.contains(where: output.lowercased().contains) else {
            let reason = "another guest answers at \(address): \"\(VisibleText(output).folded.suffix(200))\""
            return .failed(CheckFailure(layer: .neutron, reason: reason, look: "`openstack port list`"))
        }
        return .passed("ping \(time.1) ms, TCP")
    }

    static func notReached(_ output: String, address: String, node: String, look: String) -> CheckVerdict {
        let ping = output.contains("1 received") ? "answers ping" : "does not answer ping"
        let reason = "the guest \(ping) at \(address) from \(node), and says on TCP port 7: "
        let words = VisibleText(String(output.split(whereSeparator: \.isNewline).last ?? "nothing")).folded
        return .failed(
            CheckFailure(layer: .neutron, reason: reason + "\"\(words.prefix(200))\"", look: "security groups, \(look)")
        )
    }
}
