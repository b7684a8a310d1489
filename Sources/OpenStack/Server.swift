/// A server (an instance) of Nova.
public struct Server: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String
    /// BUILD, ACTIVE, ERROR, …
    public var status: String
    public var taskState: String?
    /// The nova-compute that has it; nil while none has, or without admin rights.
    public var host: String?
    public var hypervisorHostname: String?
    public var availabilityZone: String?
    /// `instance-0000000a`: the libvirt domain's name, and what the metadata's `i-0000000a` is made of.
    public var instanceName: String?
    public var metadata: [String: String]
    public var fault: Fault?
    /// `True` where it was given a config drive.
    public var configDrive: String?
    /// Which host it is on, in a form that only tells hosts apart.
    public var hostID: String?

    /// Why a server is in ERROR.
    public struct Fault: Sendable, Equatable, Decodable {
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
    public var name: String
    /// The ids of image, flavor and network.
    public var image: String
    public var flavor: String
    public var network: String
    /// The nova-compute that has to take it. Nova's filters still have their say (API 2.74 and later).
    public var host: String?
    /// A zone, or `ZONE:HOST`, which asks no filter.
    public var availabilityZone: String?
    public var metadata: [String: String]
    /// Names of security groups; empty: the project's default one.
    public var securityGroups: [String] = []
    /// Whether it gets its metadata on a disk as well; nil leaves that to Nova.
    public var configDrive: Bool?

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
    var name, imageRef, flavorRef: String
    var networks: [[String: String]]
    var host, availability_zone: String?
    var metadata: [String: String]
    var security_groups: [[String: String]]?
    var config_drive: Bool?

    init(_ server: NewServer) {
        name = server.name
        imageRef = server.image
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
    public var action: String
    public var requestID: String
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
    public let url: String
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
