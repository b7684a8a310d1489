/// Options of our own: those of the ML2 mechanism driver in plugins/neutron.
enum PolyvisorOptions {
    /// Where oslo.config's tools find them on a node (an entry point of the driver).
    static let namespace = "polyvisor.ml2_vsphere"

    /// By component and section.
    static let options = [
        "ml2_conf": [
            "ml2_vsphere": [
                "hosts": OptionFacts(type: "list", isRepeatable: false),
                "port_groups": OptionFacts(type: "string", isRepeatable: true),
            ]
        ]
    ]
}
