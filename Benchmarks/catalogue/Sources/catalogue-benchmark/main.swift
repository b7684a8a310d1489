import Foundation
import Release

// How long it takes to load releases and to check options, as JSON. Each release is loaded once in a process, as in
// Polyvisor. Processor time is what the work costs; wall time has besides what others do on the machine.

struct Cost: Encodable {
    var wall_ms: Double
    var cpu_ms: Double

    static func of(_ work: () throws -> Void) rethrows -> Cost {
        let (wall, cpu) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        try work()
        return Cost(
            wall_ms: rounded(seconds(CLOCK_MONOTONIC) - wall), cpu_ms: rounded(seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu))
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e3 }
}

struct Result: Encodable {
    var list_of_releases: Cost
    /// nova.conf alone, the first file that the process loads of the release.
    var nova_conf: [String: Cost] = [:]
    /// The other files of the release after it.
    var other_files: [String: Cost] = [:]
    var checks_100000: Cost?
    var first_unknown_option: Cost?
}

var result = Result(list_of_releases: Cost.of { precondition(!Release.names.isEmpty) })
for name in CommandLine.arguments.count > 1 ? Array(CommandLine.arguments.dropFirst()) : Release.names {
    let catalog = try Release(named: name).catalog
    result.nova_conf[name] = try Cost.of { _ = try catalog.namespaces(of: "nova.conf") }
    result.other_files[name] = try Cost.of { for file in ConfigFile.names { _ = try catalog.namespaces(of: file) } }
}
let catalog = try Release(named: "zed").catalog
let good = OptionSetting(file: "nova.conf", section: "vmware", option: "host_port", values: ["443"])
var found = 0
result.checks_100000 = try Cost.of { for _ in 0..<100_000 { found += try catalog.check(good).count } }
precondition(found == 0, "the option is right")
let wrong = OptionSetting(file: "nova.conf", section: "vmware", option: "datastore_regexp", values: ["x"])
result.first_unknown_option = try Cost.of { _ = try catalog.check(wrong) }
let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
print(String(decoding: try encoder.encode(result), as: UTF8.self))
