import Release

// How long it takes to load releases and to check options. Each release is loaded once in a process, as in Polyvisor.

func milliseconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(work)
    return Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

func shown(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

let list = milliseconds { precondition(!Release.names.isEmpty) }
print("list of releases   \(shown(list)) ms")
var firsts: [Double] = []
for name in Release.names {
    let catalog = try Release(named: name).catalog
    let one = try milliseconds { _ = try catalog.namespaces(of: "nova.conf") }
    let all = try milliseconds { for file in ConfigFile.names { _ = try catalog.namespaces(of: file) } }
    firsts.append(one + all)
    print("\(name): nova.conf \(shown(one)) ms, all its files \(shown(one + all)) ms")
}
firsts.sort()
print("median of a whole release \(shown(firsts[firsts.count / 2])) ms, worst \(shown(firsts[firsts.count - 1])) ms")

let catalog = try Release(named: "zed").catalog
let good = OptionSetting(file: "nova.conf", section: "vmware", option: "host_port", values: ["443"])
let count = 100_000
var found = 0
let checks = try milliseconds { for _ in 0..<count { found += try catalog.check(good).count } }
precondition(found == 0, "the option is right")
print("\(count) checks of an option that is right: \(shown(checks)) ms")
let wrong = OptionSetting(file: "nova.conf", section: "vmware", option: "datastore_regexp", values: ["x"])
print("an option that no release knows, the first one: \(shown(try milliseconds { _ = try catalog.check(wrong) })) ms")
print("the next one: \(shown(try milliseconds { _ = try catalog.check(wrong) })) ms")
