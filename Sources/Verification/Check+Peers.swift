import GuestImage
import Preflight

/// From guest to guest, whatever hypervisors they are on.
extension Check {
    /// Asked in the network's namespace, each guest pings others and connects to them, and tells what it heard.
    static let peers = Check(.peers, in: .neutron, needs: [.reach], within: .boots(3)) { evidence, setting in
        guard let id = evidence.instance, let address = evidence.address, let run = setting.access.node,
            let node = setting.networkNode
        else { return .skipped("the guest has no address, or there is no way to the network node") }
        let (meeting, host) = (setting.meeting, setting.subject.host)
        await meeting.arrive(.init(host: host, kind: setting.subject.driver.title, address: address, id: id))
        let others = try await Polling(limit: setting.timeout * 3, pause: .milliseconds(100)).first {
            await meeting.others(than: host)
        }
        guard let others else { return .skipped("guests of other hypervisors were not ready in time") }
        let peers = others.askedBy(host)
        guard !peers.isEmpty else { return .skipped("no other guest ran at the same time") }
        let network = try setting.ingredients.get().network.id
        let command = CheckVerdict.probeCommand(network: network, from: address, to: peers.map(\.address))
        let output = try await run(node, command).output
        let verdict = CheckVerdict.peers(output, from: address, to: peers, look: setting.subject.log)
        await meeting.finish(host)
        // A guest that is still asked must not be removed.
        _ = try await Polling(limit: .seconds(60), pause: .milliseconds(100)).first {
            await meeting.allHaveAsked ? true : nil
        }
        return verdict
    }
}

extension Setting {
    /// The node that has the namespaces of networks; nil: no topology names it.
    var networkNode: String? { lab?.nodes.first { $0.roles.contains(.network) }?.name }

    /// Whether the guest will be there for others.
    func meetsOthers(_ selection: CheckSelection) -> Bool {
        let chosen = selection.chosen(from: Check.proof(of: subject.driver))
        guard chosen.contains(where: { $0.name == .peers }), access.node != nil, networkNode != nil else {
            return false
        }
        if case .vcenter = subject.driver, isSimulated { return false }
        return true
    }
}

extension Evidence {
    /// The guest's address: by its own word, or where it cannot be heard the one of its port.
    var address: String? { guest?.address ?? port?.fixedIPs.first?.address }
}

extension CheckVerdict {
    /// Asks the guest at one address to look at others, all at once.
    ///
    /// - Parameters: addresses of digits and dots, as Neutron gave them.
    static func probeCommand(network: String, from address: String, to peers: [String]) -> String {
        func plain(_ text: String) -> String { text.filter { $0.isNumber || $0 == "." } }
        let inside = "ip netns exec qdhcp-\(network)"
        let questions = peers.map { peer in
            "\(inside) timeout 30 bash -c 'exec 3<>/dev/tcp/\(plain(address))/\(GuestReport.port) && "
                + "echo probe \(plain(peer)) >&3 && cat <&3' 2>&1 &"
        }
        return questions.joined(separator: " ") + " wait; true"
    }

    /// What a guest heard of each of the others.
    static func peers(_ output: String, from address: String, to peers: [GuestMeeting.Guest], look: String)
        -> CheckVerdict
    {
        let lines = output.split(whereSeparator: \.isNewline)
        if lines.contains(where: { $0.contains("IDENTITY") }), !lines.contains(where: { $0.contains(" asks=probe") }) {
            return .skipped("the lab's guest image is older than this Polyvisor; `polyvisor up` uploads the new one")
        }
        var found: [String] = []
        var missing: [String] = []
        for peer in peers {
            let line = lines.last { $0.contains(" PROBE peer=\(peer.address) ") }
            let time = line?.firstMatch(of: /ping=([0-9.]+)/)?.1
            let heard = line?.firstMatch(of: /instance=(\S+)/)?.1
            // A guest without metadata, or with old metadata only, does not know its UUID.
            let isIt = heard.map { $0.lowercased() == peer.id.lowercased() || $0.hasPrefix("i-") || $0 == "none" }
            if let time, isIt == true {
                found.append("\(peer.host) (\(peer.kind)) \(time) ms")
                continue
            }
            let words: [String?] =
                line == nil
                ? ["was not asked: the guest at \(address) says \"\(lines.last.map(String.init) ?? "nothing")\""]
                : [
                    time == nil ? "does not answer ping" : nil, heard == "silent" ? "does not answer on TCP" : nil,
                    heard != "silent" && isIt == false ? "is answered for by instance \(heard ?? "")" : nil,
                ]
            let what = VisibleText(words.compactMap(\.self).joined(separator: " and ")).folded
            missing.append("the guest of \(peer.host) at \(peer.address) \(what)")
        }
        guard missing.isEmpty else {
            let reason = "from the guest at \(address), \(missing.joined(separator: "; "))"
            let agents = "the layer-2 agents' logs on both nodes (/var/log/neutron), security groups, \(look)"
            return .failed(CheckFailure(layer: .neutron, reason: reason, look: agents))
        }
        return .passed("ping and TCP: \(found.joined(separator: ", "))")
    }
}
