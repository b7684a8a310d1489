import Foundation

/// What a guest said of itself on its console.
public struct GuestReport: Sendable, Equatable {
    /// The guest's kernel and its script ran.
    public var booted = false
    /// The address that DHCP gave it, without its prefix length; nil: none so far.
    public var address: String?
    /// Nova's UUID of the instance, or its EC2 id where the metadata service knows only that; nil: no metadata so far.
    public var instanceID: String?
    /// The name from the metadata service.
    public var hostname: String?
    /// Seconds since its kernel started, when it last spoke of it.
    public var uptime: Double?
    /// The guest has what it waited for, or gave up waiting: address and instance say which.
    public var ready = false
    /// The guest looks into its metadata for questions: which other guests it reaches.
    public var takesQuestions = false
    /// What DHCP gave it; nil: no lease so far, or an older guest, which does not say.
    public var lease: GuestLease?
    /// What it reaches.
    public var wayOut = GuestWayOut()

    /// The TCP port on which the guest tells its identity, and answers whether it reaches another one.
    public static let port = 7

    /// The key in an instance's metadata under which the guest finds addresses to be probed, with commas between them.
    public static let questionKey = "polyvisor_probe"

    /// The key in an instance's metadata of a place outside of its network, as `ADDRESS:PORT`, which the guest then tries.
    public static let placeKey = "polyvisor_beyond"

    /// The value by which the guest knows that questions will come.
    public static let noQuestion = "none"

    /// The property of an image in Glance whose guest speaks like this; what it is set to does not matter.
    public static let imageProperty = "polyvisor_guest"

    /// Begins each line that the guest prints.
    public static let marker = "POLYVISOR-GUEST"

    /// Reads the text of a serial console, of which the beginning may be cut off, and in which the kernel's and the
    /// boot loader's words may stand before ours in a line. What was said last counts; a last line without its end
    /// does not, since the guest may be in the middle of it.
    public init(consoleLog: String) {
        let lines = consoleLog.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for line in lines.dropLast() {
            guard let marker = line.firstRange(of: Self.marker + " ") else { continue }
            let words = line[marker.upperBound...].split(separator: " ")
            guard let topic = words.first.map(String.init) else { continue }
            read(topic, fields: words.dropFirst())
        }
    }

    /// Reads what a guest said since it was started again; nil: it was not, or has not said so yet.
    ///
    /// - Parameters:
    ///   - consoleLog: the console now. It may go on from the earlier one, or be a new one.
    ///   - earlier: the console before the start; the guest may have said more since.
    public init?(startedAgainIn consoleLog: String, after earlier: String) {
        // Long enough to be the only such place: the guest's lines have addresses and times.
        let end = String(earlier.suffix(200))
        let seen = end.isEmpty ? nil : consoleLog.range(of: end, options: [.backwards, .literal])
        let new = consoleLog[(seen?.upperBound ?? consoleLog.startIndex)...]
        guard let start = new.range(of: Self.marker + " BOOT ", options: .literal) else { return nil }
        self.init(consoleLog: String(new[start.lowerBound...]))
    }

    private mutating func read(_ topic: String, fields: ArraySlice<Substring>) {
        booted = true
        switch topic {
        // It speaks of another guest.
        case "PROBE": return
        case "LEASE":
            lease = GuestLease(fields)
            return
        case "GATEWAY", "DNS", "BEYOND":
            wayOut.read(topic, fields)
            return
        // The guest was started again: what it said before is no longer true.
        case "BOOT": self = GuestReport(booted: true)
        case "READY", "STATUS": ready = true
        default: break
        }
        for field in fields {
            guard let equals = field.firstIndex(of: "=") else { continue }
            let value = field[field.index(after: equals)...]
            switch field[..<equals] {
            case "address": address = Self.known(value.prefix { $0 != "/" })
            case "instance": instanceID = Self.known(value)
            case "hostname": hostname = Self.known(value)
            case "told": takesQuestions = value == "probe"
            case "uptime": uptime = Double(value)
            default: break
            }
        }
    }

    private init(booted: Bool) { self.booted = booted }

    private static func known(_ value: Substring) -> String? {
        value.isEmpty || value == "none" ? nil : String(value)
    }
}
