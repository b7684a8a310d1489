import Release
import Topology

/// What Nova's libvirt driver needs to move instances between nodes: it copies disks by `ssh` and `scp` as the account
/// nova (remote_filesystem_transport), and libvirt, as root, reaches the other node's libvirt by the same way.
///
/// An SSH server of its own, with keys of the lab, so that neither the machine's own server nor anybody's keys are
/// touched; see docs/decisions/0009.
extension NodeRecipes {
    func novaSSH() -> [Recipe] {
        guard lab.movesInstances(of: node), let keys = cloud.novaSSHKeys else { return [] }
        let unit = distribution.unit(of: .novaSSH)
        let host = TemplateValue.text(cloud.novaSSHHost)
        func text(_ name: String, _ text: String, units: [String] = [unit]) -> Recipe {
            Recipe(path: "\(folder)/\(name)", source: .text(text), units: units)
        }
        return [
            .open(
                "/etc/ssh/ssh_config.d/polyvisor-nova.conf", units: [], template: "nova/ssh_config",
                [
                    "hosts": .text(lab.management.cidr.pattern), "host_key_alias": host, "folder": .text(folder),
                    "port": .text("\(cloud.port(.novaSSH))"),
                ]),
            .open(
                "\(folder)/sshd_config", units: [unit], template: "nova/sshd_config",
                ["address": address, "folder": .text(folder), "port": .text("\(cloud.port(.novaSSH))")]),
            .open(
                "/etc/systemd/system/\(unit).service", units: [unit], template: "nova/\(unit).service",
                ["folder": .text(folder)]),
            text(
                "authorized_keys",
                "restrict,from=\"\(lab.management.cidr)\" \(keys.account.publicKey) nova of \(lab.name)\n"),
            text("known_hosts", "\(cloud.novaSSHHost) \(keys.host.publicKey)\n", units: []),
            key("id_ed25519", keys.account, of: "nova", units: []),
            key("ssh_host_ed25519_key", keys.host, of: "root", units: [unit]),
        ]
    }

    private var folder: String { "/etc/nova/ssh" }

    private func key(_ name: String, _ pair: SSHKeyPair, of owner: String, units: [String]) -> Recipe {
        Recipe(
            path: "\(folder)/\(name)", source: .text(pair.privateKey), owner: owner, group: owner, mode: 0o600,
            isSecret: true, units: units)
    }
}

/// Nova's own SSH.
enum NovaSSH {
    /// The keys of a lab: with which nova logs in, and by which its servers are known.
    struct Keys: Sendable {
        let account: SSHKeyPair
        let host: SSHKeyPair
    }
}

extension CloudDesign {
    /// The name under which the servers' key is known, whatever their addresses.
    var novaSSHHost: String { "nova.\(lab.name).polyvisor" }

    /// nil where no instance moves.
    static func novaSSHKeys(_ input: RenderInput) -> NovaSSH.Keys? {
        guard input.lab.nodes.contains(where: input.lab.movesInstances),
            let account = input.secrets[.novaSSH]?.reveal(), let host = input.secrets[.novaSSHHost]?.reveal(),
            let accountKey = try? SSHKeyPair(secret: account, comment: "nova of \(input.lab.name)"),
            let hostKey = try? SSHKeyPair(secret: host, comment: "nova's SSH of \(input.lab.name)")
        else { return nil }
        return NovaSSH.Keys(account: accountKey, host: hostKey)
    }
}

extension IPv4Network {
    /// The narrowest pattern of ssh_config(5), whose `*` knows no bits, that every address of the network matches.
    var pattern: String {
        let whole = base.description.split(separator: ".").prefix(prefixLength / 8)
        return prefixLength < 32 ? (whole + ["*"]).joined(separator: ".") : base.description
    }
}
