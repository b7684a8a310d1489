package import Facts
package import Release
package import Rendering
package import Topology

/// One node: what it should be and what it is.
package struct NodeView: Sendable {
    package var node: Node
    /// What it runs, in the words of its distribution.
    package var setup: NodeSetup
    /// What was rendered.
    package var files: [RenderedFile]
    /// Files of packages that have a known defect, as they should be.
    package var repairs: [RenderedFile] = []
    package var directories: [NeededDirectory]
    package var facts: NodeFacts
    /// Units that must have been started after a time (seconds since 1970): nova-compute keeps references to objects
    /// of its vCenter, and a simulated one that was restarted no longer has them.
    package var startAfter: [String: Double] = [:]

    package init(
        node: Node, setup: NodeSetup, files: [RenderedFile], directories: [NeededDirectory], facts: NodeFacts
    ) {
        (self.node, self.setup, self.files) = (node, setup, files)
        (self.directories, self.facts) = (directories, facts)
    }

    package var name: String { node.name }

    /// Every file that the node should have.
    package var wanted: [RenderedFile] { files + repairs }

    /// Files whose content, owner or mode differ from what is on the node.
    package func differing(_ files: [RenderedFile]) -> [RenderedFile] { files.filter { !matches($0) } }

    /// Directories that services need and that are not there, or not theirs.
    var missingDirectories: [NeededDirectory] {
        directories.filter { directory in
            let found = facts.files[directory.path]
            return found?.owner != directory.owner || found?.group != directory.group || found?.mode != directory.mode
        }
    }

    private func matches(_ file: RenderedFile) -> Bool {
        guard let found = facts.files[file.path] else { return false }
        return found.digest == file.digest && found.mode == file.mode && found.owner == file.owner
            && found.group == file.group
    }

    /// Units that run or would run at the next start although they must not.
    var unwanted: [String] {
        (setup.services.disable + setup.services.mask).filter { unit in
            guard let found = facts.units[unit], !found.enabled.isEmpty, found.enabled != "masked" else { return false }
            return found.active == "active" || found.enabled == "enabled" || setup.services.mask.contains(unit)
        }
    }

    /// Whether the node has not, or not with this value, what a finished step leaves.
    func lacks(_ stamp: Stamp) -> Bool { facts.stamps[stamp.name] != stamp.value }

    /// What the node has when a service's databases are of the version that is installed.
    func migrationStamp(of service: Service) -> Stamp {
        let version = setup.distribution.package(of: service.api.daemon).flatMap { facts.packages[$0] }
        return .databases(of: service.name, version: version ?? "unknown")
    }
}

extension NodeView {
    /// Of the units of a group, those that have to be started or restarted, and why.
    ///
    /// A unit also restarts when one of its files changed after it started: a run may have been killed
    /// between the two.
    func restarts(_ group: StartGroup) -> [(unit: String, reason: String)] {
        let changing = Set(differing(wanted).flatMap(\.units))
        return setup.units(group).compactMap { unit in
            let found = facts.units[unit]
            let newest = wanted.filter { $0.units.contains(unit) }.compactMap { facts.files[$0.path]?.changed }.max()
            if changing.contains(unit) { return (unit, "its configuration changes") }
            if found?.active != "active" { return (unit, "it is \(found?.active ?? "absent")") }
            if let newest, let started = found?.started, newest > started {
                return (unit, "its configuration is newer than it")
            }
            if let earliest = startAfter[unit], let started = found?.started, earliest > started {
                return (unit, "its vCenter was started anew")
            }
            return found?.enabled == "enabled" ? nil : (unit, "it is not enabled")
        }
    }

    /// A step that starts those units of a group which need it, once their files are there; nil if none does.
    func start(_ group: StartGroup, in phase: Phase, after: [Goal] = []) -> Step? {
        let restarts = restarts(group)
        guard let first = restarts.first else { return nil }
        let others = restarts.count == 1 ? "" : ", and \(restarts.count - 1) more"
        let change = UnitChange(
            restart: restarts.map(\.unit), awaitPorts: setup.awaitedPorts(group), portHolders: setup.units(group))
        return Step(
            phase, .running(group, on: name), because: "\(first.unit): \(first.reason)\(others)", .units(change),
            after: [.files(on: name), .repairs(on: name)] + after)
    }
}
