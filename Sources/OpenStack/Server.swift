/// A server (an instance) of Nova.
public struct Server: Sendable, Equatable, Decodable {
    /// Nova's id, a UUID.
    public var id: String
    /// What its owner calls it; several may have the same.
    public var name: String
    /// BUILD, ACTIVE, ERROR, …
    public var status: String
    /// What Nova is doing with it, e.g. `spawning`; nil: nothing.
    public var taskState: String?
    /// The nova-compute that has it; nil while none has, or without admin rights.
    public var host: String?
    /// The compute node that it is on, as Placement names it; nil without admin rights.
    public var hypervisorHostname: String?
    /// The zone of its host; nil or empty while it has none.
    public var availabilityZone: String?
    /// `instance-0000000a`: the libvirt domain's name, and what the metadata's `i-0000000a` is made of.
    public var instanceName: String?
    /// What its owner noted of it.
    public var metadata: [String: String]
    /// Nova's last trouble with it; nil unless it is in ERROR or deleted.
    public var fault: Fault?
    /// `True` where it was given a config drive.
    public var configDrive: String?
    /// Which host it is on, in a form that only tells hosts apart.
    public var hostID: String?

    /// Why a server is in ERROR.
    public struct Fault: Sendable, Equatable, Decodable {
        /// Nova's own words, for users: the details are in the log of nova-compute.
        public var message: String
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status, metadata, fault
        case configDrive = "config_drive"
        case hostID = "hostId"
        case taskState = "OS-EXT-STS:task_state"
        case host = "OS-EXT-SRV-ATTR:host"
        case hypervisorHostname = "OS-EXT-SRV-ATTR:hypervisor_hostname"
        case availabilityZone = "OS-EXT-AZ:availability_zone"
        case instanceName = "OS-EXT-SRV-ATTR:instance_name"
    }
}

/// A server to be made, pinned to a host or not.
public struct NewServer: Sendable, Equatable {
    /// What the owner calls it.
    public var name: String
    /// The ids of image, flavor and network.
    public var image: String
    /// The flavor's id.
    public var flavor: String
    /// The id of the network that its one port is in.
    public var network: String
    /// The nova-compute that has to take it. Nova's filters still have their say (API 2.74 and later).
    public var host: String?
    /// A zone, or `ZONE:HOST`, which asks no filter.
    public var availabilityZone: String?
    /// What the owner notes of it.
    public var metadata: [String: String]
    /// Names of security groups; empty: the project's default one.
    public var securityGroups: [String] = []
    /// Whether it gets its metadata on a disk as well; nil leaves that to Nova.
    public var configDrive: Bool?
    /// The id of a volume that it boots from, instead of the image; it outlives the server.
    public var rootVolume: String?

    /// A server in the project's default security group, with a config drive only where Nova wants one.
    public init(
        name: String, image: String, flavor: String, network: String, host: String?,
        availabilityZone: String? = nil, metadata: [String: String] = [:]
    ) {
        self.name = name
        self.image = image
        self.flavor = flavor
        self.network = network
        self.host = host
        self.availabilityZone = availabilityZone
        self.metadata = metadata
    }
}

/// What is sent to make a server.
struct ServerBody: Encodable {
    var name: String
    var imageRef: String?
    var flavorRef: String
    var networks: [[String: String]]
    var host, availability_zone: String?
    var metadata: [String: String]
    var security_groups: [[String: String]]?
    var config_drive: Bool?
    var block_device_mapping_v2: [BlockDevice]?

    struct BlockDevice: Encodable {
        var boot_index = 0
        var uuid: String
        var source_type = "volume"
        var destination_type = "volume"
        var delete_on_termination = false
    }

    init(_ server: NewServer) {
        name = server.name
        imageRef = server.rootVolume == nil ? server.image : nil
        block_device_mapping_v2 = server.rootVolume.map { [BlockDevice(uuid: $0)] }
        flavorRef = server.flavor
        networks = [["uuid": server.network]]
        host = server.host
        availability_zone = server.availabilityZone
        metadata = server.metadata
        security_groups =
            server.securityGroups.isEmpty ? nil : server.securityGroups.map { ["name": $0] }
        config_drive = server.configDrive
    }
}

/// An action on a server.
public struct ServerAction: Sendable, Equatable, Decodable {
    /// create, reboot, migrate, …
    public var action: String
    /// What to search the services' logs for, `req-…`.
    public var requestID: String
    /// Why it went wrong; nil unless it did.
    public var message: String?
    /// Only where one action was asked for.
    public var events: [Event]?

    /// A step of an action on a host.
    public struct Event: Sendable, Equatable, Decodable {
        /// e.g. `compute__do_build_and_run_instance`
        public var event: String
        /// Success or Error; nil while it runs.
        public var result: String?
        /// Only administrators see it.
        public var traceback: String?
        /// Where the step ran; nil without admin rights or before API 2.62.
        public var host: String?
        /// What went wrong, for users: the message of an exception of Nova's own, and only the name of another; from API 2.84 on.
        public var details: String?

        /// The traceback's last line with words: those that Python 3.11 underlines with `^^^` are followed by such a line.
        /// Without a traceback, what is told to users.
        public var lastWords: Substring? {
            (traceback ?? details)?.split(whereSeparator: \.isNewline).last { $0.contains(where: \.isLetter) }
        }
    }

    enum CodingKeys: String, CodingKey {
        case action, message, events
        case requestID = "request_id"
    }
}

/// A console that a browser shows. The URL lets in whoever has it, so it is not printed.
public struct RemoteConsole: Sendable, CustomStringConvertible, CustomReflectable {
    /// Where a browser finds it. The token in it lasts for Nova's `[consoleauth] token_ttl`, 600 seconds unless changed.
    public let url: String
    /// How it speaks.
    public let type: Kind

    /// What Nova calls the type.
    public enum Kind: String, Sendable, Decodable {
        case novnc, webmks, serial
        case spice = "spice-html5"

        var `protocol`: String {
            switch self {
            case .novnc: "vnc"
            case .webmks: "mks"
            case .serial: "serial"
            case .spice: "spice"
            }
        }
    }

    public var description: String { "\(type.rawValue) console" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
