import Release
import Topology

extension Overrides {
    /// Overrides that give several compute services one `host`: Nova would take all of them for one service.
    ///
    /// The check of a node's files cannot see it, for the services are those of several nodes.
    func sharedHosts() -> [RenderProblem] {
        layered.indices.compactMap { index in
            let override = layered[index]
            guard override.section == "DEFAULT", override.option == "host", override.effect == .set,
                ConfigFile(override.file)?.component == "nova"
            else { return nil }
            let services = lab.nodes.filter { reaching($0).contains(index) }.flatMap { lab.computeServices(on: $0) }
            guard services.count > 1 else { return nil }
            return RenderProblem(
                place: .topology(file: lab.file, override.mark),
                what: "[DEFAULT] host is the same for \(services.count) compute services, and Nova takes them for one",
                hint: "leave it out: Polyvisor gives each service a host of its own")
        }
    }
}
