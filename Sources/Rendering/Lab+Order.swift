import Topology

extension Lab {
    /// The lab with everything that has a name in the order of the names, so that the order in which a topology's keys
    /// stand changes no byte of what is rendered.
    var inOrderOfNames: Lab {
        var lab = self
        lab.nodes.sort { $0.name < $1.name }
        for index in lab.nodes.indices {
            lab.nodes[index].physicalInterfaces.sort { $0.physicalNetwork < $1.physicalNetwork }
        }
        lab.vcenters.sort { $0.name < $1.name }
        for index in lab.vcenters.indices { lab.vcenters[index].clusters.sort { $0.name < $1.name } }
        lab.networks.sort { $0.name < $1.name }
        lab.aggregates.sort { $0.name < $1.name }
        for index in lab.aggregates.indices { lab.aggregates[index].properties.sort { $0.name < $1.name } }
        return lab
    }
}
