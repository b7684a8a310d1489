/// What has to be true of a lab beyond the form of its file: one function each.
///
/// A rule sees every value that could be read, says nothing about those that could not, and points at
/// the value that has to change.
enum Rules {
    typealias Rule = @Sendable (Draft) -> [Problem]

    static let all: [Rule] =
        [
            // Nodes
            labHasNodes, controllerExists, networkNodeExists, computeNodeExists, computeNodesHaveHypervisor,
            hypervisorNeedsComputeRole, clustersBelongToVMware, esxiAddressBelongsToESXi, groupsExist, sshNodesHaveKey,
            controllersShareAnAddress, apiAddressIsFree, volumeBackendsExist, volumeBackendsDiffer,
            sandboxSharesInstancesPath,
            // Addresses
            addressesAreUnique, addressesLieInManagement,
            // vCenters
            clustersExist, clustersHaveOneNode, clustersAreUsed, clusterNamesAreUnique, serviceHostsAreUnique,
            vcentersHaveOneTrust,
            sshVCentersHavePassword, hostsAreForSandboxes, insecureIsDoubtful, sandboxMakesClusterHosts,
            // Networks
            networkExists, networkTypesHaveTheirKeys, segmentsAreUnique, networksDoNotOverlap, gatewayLiesInNetwork,
            poolsLeaveMachinesAlone,
            poolLiesInNetwork, dnsServersAreReachable, physicalNetworksHaveInterfaces, vmwareHasPortGroup,
            portGroupNamesAreNoPartsOfOthers,
            // Images, flavors, verification, overrides
            aggregatesHaveHosts, imagesServeHypervisors, imagePropertiesAreTaken, vmwareMemoryIsMultipleOfFour,
            verifyNamesExist,
            overrideScopesExist,
        ] + interfaces + traffic
}

extension Draft {
    /// Where a missing member is reported: the key that should hold it, or the file's start.
    var nodesMark: Mark { nodes.mark ?? mark }

    /// Nodes that certainly drive vSphere.
    var vsphereNodes: [NodeDraft] { nodeList.filter { $0.hypervisor.value?.isVSphere ?? false } }
}
