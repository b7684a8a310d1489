import Foundation
import Rendering
import SSH
import Wording

/// Does steps for real: on nodes over SSH, in the cloud over its APIs.
struct LivePerformer: StepPerformer {
    var shell: NodeShell
    var cloud: CloudPerformer
    var primer: CachePrimer
    /// Keeps a node's packages as a layer; only a sandbox has one.
    var keepLayer: @Sendable (_ node: String, _ packages: [String]) async throws -> Void
    var report: @Sendable (DeploymentEvent) -> Void

    /// Where a node keeps what a file was before Polyvisor wrote it.
    static let originals = "/var/lib/polyvisor/originals"

    func perform(_ step: Step) async throws {
        switch (step.action, step.node) {
        case (.install(let installation), let node?): try await install(installation, on: node)
        case (.keepLayer(let packages), let node?): try await keepLayer(node, packages)
        case (.write(let files, let directories), let node?): try await write(files, directories, on: node)
        case (.run(let script), let node?): try await shell.run(script, named: step.title, on: node)
        case (.units(let change), let node?): try await shell.run(change.script, named: step.title, on: node)
        case (.cloud(let action), _): try await cloud.perform(action)
        case (.primeCache(let priming), _): try await primer.prime(priming)
        case (_, nil): throw ActionFailure(cause: "the step has no node", hint: nil)
        }
    }

    private func install(_ installation: PackageInstallation, on node: String) async throws {
        let count = Tally()
        try await shell.run(installation.script, named: "install packages", on: node) { line in
            guard line.hasPrefix("Setting up ") else { return }
            let done = count.next()
            guard done.isMultiple(of: 100) else { return }
            report(.progress(node: node, "\(done) packages set up"))
        }
    }

    private func write(_ files: [RenderedFile], _ directories: [NeededDirectory], on node: String) async throws {
        let uploads = files.map { file in
            RemoteFile(
                path: file.path, contents: .data(Data(file.contents.utf8)), owner: file.owner, group: file.group,
                mode: file.mode)
        }
        try await shell.links.with(node) { link in
            try await link.write(
                uploads, options: WriteOptions(keepingOriginalsIn: Self.originals, makingParents: true))
        }
        for file in files { shell.log.write(node, "wrote \(file.path)") }
        guard !directories.isEmpty else { return }
        let lines = directories.map { directory in
            "install -d -o \(directory.owner) -g \(directory.group) -m \(String(directory.mode, radix: 8)) "
                + shellQuoted(directory.path)
        }
        let script = Script(text: lines.joined(separator: "\n"), timeoutSeconds: 60, stamp: nil)
        try await shell.run(script, named: "make directories", on: node)
    }
}

extension UnitChange {
    /// A unit that does not come up is shown with the last words of its journal.
    var script: Script {
        let restarted = restart.map { shellQuoted($0) }.joined(separator: " ")
        var text = "systemctl daemon-reload\n"
        if !mask.isEmpty { text += "systemctl mask -q --now \(mask.map { shellQuoted($0) }.joined(separator: " "))\n" }
        if !disable.isEmpty {
            text += "systemctl disable -q --now \(disable.map { shellQuoted($0) }.joined(separator: " "))\n"
        }
        if !restart.isEmpty {
            text += """
                systemctl enable -q \(restarted)
                systemctl reset-failed \(restarted) 2>/dev/null || true
                if ! systemctl restart \(restarted); then
                  for unit in \(restarted); do
                    if ! systemctl is-active -q "$unit"; then
                      journalctl -u "$unit" -n 30 --no-pager -o cat >&2
                      echo "$unit does not start" >&2
                    fi
                  done
                  exit 1
                fi

                """
        }
        return Script(text: portsAreFree + text + awaiting, timeoutSeconds: 300, stamp: nil)
    }

    /// uwsgi goes on without the port that it did not get, and another program's answers would be taken for its own.
    var portsAreFree: String {
        guard !awaitPorts.isEmpty else { return "" }
        return """
            for port in \(awaitPorts.map(String.init).joined(separator: " ")); do
              for pid in $(ss -ltnpH "sport = :$port" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
                unit=$(grep -o '[^/]*[.]\\(service\\|scope\\)' "/proc/$pid/cgroup" | tail -n 1 || true)
                case " \(portHolders.joined(separator: " ")) " in *" ${unit%.service} "*) continue ;; esac
                echo "port $port is in use by $(cat "/proc/$pid/comm"), process $pid${unit:+ of $unit}" >&2
                exit 1
              done
            done

            """
    }

    private var awaiting: String {
        guard !awaitPorts.isEmpty else { return "" }
        return """
            deadline=$(($(date +%s) + 120))
            for port in \(awaitPorts.map(String.init).joined(separator: " ")); do
              until bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null; do
                if [ "$(date +%s)" -gt "$deadline" ]; then echo "nothing answers on port $port" >&2; exit 1; fi
                sleep 0.3
              done
            done

            """
    }
}
