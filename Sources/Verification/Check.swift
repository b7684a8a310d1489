/// One thing that must be so for a hypervisor to be proven, as a value: `Check.proof` lists them in their order.
struct Check: Sendable {
    let name: CheckName
    /// Where an error is seen that has no layer of its own.
    let layer: CheckFailure.Layer
    /// Checks that must have passed; it is skipped otherwise.
    let needs: [CheckName]
    /// Checks that must not have failed; that they were skipped does not matter.
    let unless: [CheckName]
    /// How long it may take.
    let limit: Limit
    /// Whether users of a project may not see what it looks at.
    let needsAdmin: Bool
    /// Looks and judges. What it throws is a failure.
    let look: @Sendable (inout Evidence, Setting) async throws -> CheckVerdict

    /// After which time a check has failed, whatever it still waits for.
    enum Limit: Sendable {
        /// Some calls of an API. One may take 90 s and says itself when that is over, so this ends only what hangs.
        case calls
        /// The same, again and again as long as what is seen may change by itself.
        case waiting(KeyPath<Grace, Duration> & Sendable)
        /// A login to a vCenter and its inventory. One that is gone is reported by the connection, after 15 s.
        case login
        /// What takes as long as an instance does.
        case boot
        /// Several such steps, one after the other.
        case boots(Int)
        /// Waiting for the guests of all others, asking them, and being asked by them.
        case meeting
        /// A drill, which waits for what Nova does once a minute.
        case drill

        /// - Parameter timeout: how long an instance may take.
        func duration(_ timeout: Duration, _ grace: Grace) -> Duration {
            switch self {
            case .calls: Self.someCalls
            case .waiting(let path): grace[keyPath: path] + Self.someCalls
            case .login: .seconds(180)
            case .boot: timeout + Self.someCalls
            case .boots(let count): timeout * count + Self.someCalls
            case .meeting: timeout * 3 + grace.reach * 2 + grace.meeting + Self.someCalls
            case .drill: timeout * 3 + .seconds(1500)
            }
        }

        /// Two calls that take as long as they may, and some more.
        private static let someCalls = Duration.seconds(200)
    }

    init(
        _ name: CheckName, in layer: CheckFailure.Layer, needs: [CheckName] = [], unless: [CheckName] = [],
        within limit: Limit = .calls, needsAdmin: Bool = false,
        look: @escaping @Sendable (inout Evidence, Setting) async throws -> CheckVerdict
    ) {
        self.name = name
        self.layer = layer
        self.needs = needs
        self.unless = unless
        self.limit = limit
        self.needsAdmin = needsAdmin
        self.look = look
    }

    /// What proves a hypervisor: what it needs is there, and its instance boots and does what it should.
    static func proof(of driver: Subject.Driver) -> [Check] {
        let before = [serviceUp, hypervisorType, placementInventory, image, quota, capacity, networkAgents]
        let boot = [created, active, host]
        return switch driver {
        case .host(let kind) where kind.isLibvirt:
            before + boot + [guestReady, guestAddress, guestMetadata, portBinding, reach, console, peers, wayOut]
                + [secondBoot, configDrive] + onRequest
        case .cluster:
            before + [vcenterLogin, vcenterCluster, datastoreRoom, portGroup] + boot
                + [
                    noGuest, portBinding, console, vmFound, vmPower, vmCluster, vmDatastore, vmNetwork, vmDisk,
                    vmUnique, reachVSphere, peers,
                ]
                + [secondBoot] + onRequest
        case .host, .other: before + boot
        }
    }

    /// What is done with a running instance, the moves late: what comes after would look for it in the wrong place. The
    /// snapshot asks Nova alone, and one that fails on vSphere leaves the instance a disk that Nova does not move.
    private static let onRequest = [
        volume, volumeBoot, vcpus, stopStart, reboot, schedulingTagged, schedulingUntagged, liveMigration,
        coldMigration, resize, snapshot,
    ]

    /// What must be so at the end, whatever happened before.
    static func cleanUp(of driver: Subject.Driver) -> [Check] {
        let common = [deleted, goneFromNova, goneFromNeutron, goneFromPlacement]
        return switch driver {
        case .host(let kind) where kind.isLibvirt: common + [goneFromLibvirt]
        case .cluster: common + [goneFromVCenter]
        case .host, .other: common
        }
    }
}

/// Which checks a run performs.
public enum CheckSelection: Sendable, Equatable {
    /// All but those that take as long as a boot each.
    case quick
    case all
    /// These, and what they need. The instance is removed and looked for whatever was chosen.
    case only(Set<CheckName>)

    /// Takes as long as a boot each, and proves what not every user of a cloud needs.
    public static let slow: Set<CheckName> = lifecycle.union(scheduling).union([
        .configDrive, .secondBoot, .vcpus,
    ]).union(volumes)

    /// What users do with an instance.
    public static let lifecycle: Set<CheckName> = [
        .stopStart, .reboot, .snapshot, .resize, .coldMigration, .liveMigration,
    ]

    /// What is done with volumes.
    public static let volumes: Set<CheckName> = [.volume, .volumeBoot]

    /// Where Nova puts an instance for which nobody chose a host.
    public static let scheduling: Set<CheckName> = [.schedulingTagged, .schedulingUntagged]

    /// `quick`, `all`, or names of checks and of groups (`lifecycle`, `scheduling`, `volume`) with commas between them. The
    /// error has the first word that is none of these.
    public static func parse(_ text: String) -> Result<CheckSelection, UnknownCheck> {
        switch text {
        case "quick": return .success(.quick)
        case "all": return .success(.all)
        default:
            var names: Set<CheckName> = []
            for word in text.split(separator: ",") {
                switch word {
                case "lifecycle": names.formUnion(lifecycle)
                case "scheduling": names.formUnion(scheduling)
                case "volume": names.formUnion(volumes)
                default:
                    guard let name = CheckName(rawValue: String(word)), !drills.contains(name) else {
                        return .failure(UnknownCheck(String(word)))
                    }
                    names.insert(name)
                }
            }
            return names.isEmpty ? .failure(UnknownCheck(text)) : .success(.only(names))
        }
    }

    /// Asked for in another way, as they stop something.
    static let drills = Set(Drill.allCases.map(\.check.name))

    /// A name that no check has.
    public struct UnknownCheck: Error, Equatable, CustomStringConvertible {
        let name: String
        init(_ name: String) { self.name = name }
        public var description: String {
            "there is no check “\(name)”; there are quick, all, lifecycle, scheduling, and "
                + CheckName.allCases.filter { !drills.contains($0) }.map(\.rawValue).joined(separator: ", ")
        }
    }

    /// The same with what some further checks need.
    func including(_ further: [Check]) -> CheckSelection {
        guard case .only(let names) = self else { return self }
        return .only(names.union(further.flatMap(\.needs)))
    }

    /// What of a list is performed, in its order.
    func chosen(from list: [Check]) -> [Check] {
        switch self {
        case .quick: return list.filter { !Self.slow.contains($0.name) }
        case .all: return list
        case .only(let names):
            var wanted = names
            // What a check needs stands before it, so one look from the end finds all.
            for check in list.reversed() where wanted.contains(check.name) {
                wanted.formUnion(check.needs + check.unless)
            }
            return list.filter { wanted.contains($0.name) }
        }
    }
}
