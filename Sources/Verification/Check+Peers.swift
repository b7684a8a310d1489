import GuestImage
import Wording

/// From guest to guest, whatever hypervisors they are on.
extension Check {
    /// Each guest pings others and connects to them, and tells what it heard: asked in the network's namespace, or by its
    /// metadata where there is no way there.
    static let peers = Check(
        .peers, in: .neutron, needs: [.active], unless: [.guestReady, .guestAddress, .reach], within: .meeting
    ) { evidence, setting in
        let (meeting, host) = (setting.meeting, setting.subject.host)
        if let reason = setting.noMeeting(evidence) {
            await meeting.withdraw(host)
            return .skipped(reason)
        }
        guard let id = evidence.instance, let address = evidence.address else { return .skipped("it has no address") }
        let kind = setting.subject.driver.title
        let network = try setting.ingredients.get().network.id
        await meeting.arrive(.init(host: host, kind: kind, address: address, id: id, network: network))
        let others = try await Polling(limit: setting.timeout * 3, pause: .milliseconds(100)).first {
            await meeting.others(than: host)
        }
        guard let others else { return .skipped("guests of other hypervisors were not ready in time") }
        let peers = others.askedBy(host)
        guard !peers.isEmpty else { return .skipped("no other guest ran at the same time in its network") }
        let verdict = try await heard(of: peers, by: address, id, evidence, setting)
        await meeting.finish(host)
        // A guest that is still asked must not be removed.
        _ = try await Polling(limit: setting.grace.meeting, pause: .milliseconds(100)).first {
            await meeting.allHaveAsked ? true : nil
        }
        return verdict
    }

    private static func heard(
        of peers: [GuestMeeting.Guest], by address: String, _ id: String, _ evidence: Evidence, _ setting: Setting
    ) async throws -> CheckVerdict {
        let look = setting.subject.log
        if let run = setting.access.node, let node = setting.networkNode {
            let network = try setting.ingredients.get().network.id
            let command = CheckVerdict.probeCommand(network: network, from: address, to: peers.map(\.address))
            // A busy guest takes its time, and the first packets may be lost while addresses are looked up.
            return try await Polling(limit: setting.grace.reach, pause: .seconds(2)).verdict {
                .untilPassed(.peers(try await run(node, command).output, from: address, to: peers, look: look))
            }
        }
        guard evidence.guest != nil else {
            return .skipped("it can be asked by others, and nobody hears its own answers: Nova shows no console of it")
        }
        var round = 0
        return try await Polling(limit: setting.grace.reach, pause: .seconds(2)).verdict {
            let question = MetadataQuestion(cloud: setting.access.cloud, instance: id, peers: peers, round: round)
            round += 1
            return .untilPassed(.peers(try await question.console(), from: address, to: peers, look: look))
        }
    }
}

extension Setting {
    /// The node that has the namespaces of networks; nil: no topology names it.
    var networkNode: String? {
        access.node == nil ? nil : lab?.nodes.first { $0.roles.contains(.network) }?.name
    }

    /// Whether the guest will be there for others.
    func meetsOthers(_ selection: CheckSelection) -> Bool {
        let chosen = selection.chosen(from: Check.proof(of: subject.driver))
        return chosen.contains { $0.name == .peers } && guestAnswers && securityGroup != nil
    }

    /// Why a guest cannot take part; nil: it can.
    fileprivate func noMeeting(_ evidence: Evidence) -> String? {
        if let guestIsUnplugged { return guestIsUnplugged }
        guard guestAnswers else { return "the image is not Polyvisor's own, so its guest asks and answers nothing" }
        guard securityGroup != nil else { return "the run has no security group of its own" }
        guard evidence.address != nil else { return "the guest has no address" }
        guard networkNode == nil else { return nil }
        guard let guest = evidence.guest else {
            return evidence.isReached ? nil : "nobody has heard the guest: Nova shows no console of it"
        }
        guard guest.instanceID != nil else {
            return "the guest has no metadata service, through which it could be asked where no topology names the "
                + "network node"
        }
        return guest.takesQuestions
            ? nil : "the cloud's guest image is older than this Polyvisor, and takes no questions by metadata"
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
        // Asked by its metadata, a guest says nothing of its identity in between.
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
