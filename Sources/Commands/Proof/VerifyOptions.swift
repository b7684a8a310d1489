import ArgumentParser
import Topology
import Verification

/// A topology, or a cloud instead of one.
struct OptionalTopology: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The topology file; none with --cloud.", valueName: "topology"),
        completion: .file(extensions: ["yaml", "yml"]))
    var path: String?

    @Option(help: ArgumentHelp("A cloud of clouds.yaml instead of a topology.", valueName: "name"))
    var cloud: String?

    @Option(help: ArgumentHelp("The region of that cloud.", valueName: "name"))
    var region: String?

    func validate() throws {
        guard path == nil || (cloud == nil && region == nil) else {
            throw ValidationError("a topology says itself which cloud it is of: give it, or --cloud, not both")
        }
    }

    /// The lab, or every problem of the file on standard error and exit code 2.
    func lab(_ console: Console) throws -> Lab { try Lab.read(path ?? "", reportingTo: console) }
}

/// What is verified, and how much of it.
struct VerifyChoice: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only this hypervisor, by the host of its compute service; repeatable.", valueName: "host"))
    var hypervisor: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only hypervisors of this kind: \(SubjectKind.names); repeatable.", valueName: "kind"),
        transform: SubjectKind.named)
    var kind: [SubjectKind] = []

    @Option(
        help: ArgumentHelp(
            "quick, all, or a list of checks and groups (lifecycle, scheduling, volume), separated by commas. The checks that "
                + "they need run as well.",
            discussion: "all adds the checks that each take as long as a boot: "
                + CheckSelection.slow.map(\.rawValue).sorted().joined(separator: ", ") + ".", valueName: "checks"))
    var checks = "quick"

    @Option(
        help: ArgumentHelp(
            "Cause a failure, and check that the cloud recovers from it: \(Drill.names). With one --hypervisor.",
            valueName: "drill"), transform: Drill.named)
    var drill: Drill?

    @Flag(help: "With --drill: do not ask for confirmation.")
    var yes = false

    @Option(help: "How many hypervisors to verify at once.")
    var maxWorkers: Int?

    @Option(help: "How many of one node's compute services to verify at once.")
    var maxWorkersPerNode: Int?

    @Option(
        help: ArgumentHelp(
            "How long an instance may take to become ACTIVE, and then again to prove itself.", valueName: "seconds"))
    var timeout: Int?

    @Flag(help: "Show what would be created where, and create nothing.")
    var dryRun = false

    @Flag(help: "Only remove what earlier, finished runs left behind.")
    var clean = false

    @Option(help: ArgumentHelp("With --cloud: the image to boot.", valueName: "name"))
    var image: String?

    @Option(help: ArgumentHelp("With --cloud: the flavor of the instances.", valueName: "name"))
    var flavor: String?

    @Option(help: ArgumentHelp("With --cloud: the network of the instances.", valueName: "name"))
    var network: String?

    @Flag(help: "With --cloud: boot only images that the cloud has; do not upload the tiny guest.")
    var noUpload = false

    @Flag(
        help: "With admin rights: use the user's own project instead of creating one for the run.")
    var noProject = false

    func validate() throws {
        for (name, value) in [
            ("max-workers", maxWorkers), ("max-workers-per-node", maxWorkersPerNode), ("timeout", timeout),
        ] {
            if let value, value < 1 { throw ValidationError("--\(name) \(value): it has to be at least 1") }
        }
        guard drill == nil || hypervisor.count == 1 else {
            throw ValidationError("--drill needs the --hypervisor that it is for, and only one")
        }
        guard drill == nil || !(clean || dryRun) else {
            throw ValidationError("--drill excludes --clean and --dry-run")
        }
        guard !(clean && dryRun) else { throw ValidationError("--clean and --dry-run exclude each other") }
        if case .failure(let unknown) = CheckSelection.parse(checks) { throw ValidationError("--checks: \(unknown)") }
    }

    /// The same with the time limit that was given.
    func target(_ target: Target) -> Target {
        var target = target
        if let timeout { target.timeout = .seconds(timeout) }
        return target
    }

    func apply(to options: Verification.Options) throws -> Verification.Options {
        var options = options
        if let maxWorkers { options.maxWorkers = maxWorkers }
        options.maxWorkersPerNode = maxWorkersPerNode
        options.hypervisors = Set(hypervisor)
        options.kinds = Set(kind)
        options.checks = try CheckSelection.parse(checks).get()
        options.drill = drill
        options.hasOwnProject = !noProject
        return options
    }
}

extension Drill {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    fileprivate static func named(_ text: String) throws -> Drill {
        guard let drill = Drill(rawValue: text) else { throw ValidationError("known drills are \(names)") }
        return drill
    }
}

extension SubjectKind {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    fileprivate static func named(_ text: String) throws -> SubjectKind {
        guard let kind = SubjectKind(rawValue: text) else { throw ValidationError("known kinds are \(names)") }
        return kind
    }
}
