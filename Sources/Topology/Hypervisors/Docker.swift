extension HypervisorKind {
    /// Docker's containers, which Nova itself drove in Havana.
    public static let docker = HypervisorKind(
        "docker", title: "DOCKER", driver: .own("docker.DockerDriver"),
        span: Span(until: "icehouse", after: "Nova's Docker driver left its tree with Icehouse"), reports: ["docker"],
        instances: ["docker"],
        image: ImageForm(hypervisorType: "docker", diskFormat: "docker", accepts: ["docker"]), lacks: [.vnc])
}
