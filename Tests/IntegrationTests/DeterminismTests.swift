import Foundation
import Subprocess
import SystemPackage
import Testing

/// The same topology gives the same bytes, whoever renders it and when.
@Suite("rendering elsewhere")
struct DeterminismTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("polyvisor-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// For programs that ask the C library for the time: it is another day.
    private static let anotherDay = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/time.h>
        #include <time.h>
        #define LATER (1000 * 86400 + 12345)
        int clock_gettime(clockid_t id, struct timespec *now) {
            int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(id, now);
            if (id == CLOCK_REALTIME) now->tv_sec += LATER;
            return result;
        }
        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
            int result = real(now, zone);
            now->tv_sec += LATER;
            return result;
        }
        time_t time(time_t *out) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (out) *out = now.tv_sec;
            return now.tv_sec;
        }
        """

    @Test("gives the same archive on another day, in another zone of time and in another locale")
    func sameBytes() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = try await laterClock()
        let topologies = "\(IntegrationLab.repository)/topologies"
        try copyTwoVCenters(from: topologies)
        let settings: [[Environment.Key: String]] = [
            [:], ["LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"],
            ["LC_ALL": "ar_EG.UTF-8", "TZ": "Pacific/Kiritimati"], ["LC_ALL": "C", "TZ": "America/Adak"],
            ["LD_PRELOAD": clock, "TZ": "Asia/Kathmandu"],
        ]
        let days = try await ["", clock].asyncMap { try await shell("date +%Y-%j", ["LD_PRELOAD": $0]).output }
        #expect(days[0] != days[1], "the other day is no other day")
        for name in ["\(topologies)/legacy-icehouse-neutron.yaml", "two.yaml"] {
            var archives: [Data] = []
            for setting in settings {
                let answer = try await shell(
                    "'\(IntegrationLab.polyvisor)' render '\(name)' -o - > archive.tar",
                    setting)
                // 3: done, with warnings, as of the defects that a release has.
                try #require([0, 3].contains(answer.status), "\(answer.errors)")
                archives.append(try Data(contentsOf: folder.appendingPathComponent("archive.tar")))
            }
            #expect(archives[0].count > 20_000 && archives.allSatisfy { $0 == archives[0] }, "\(name)")
        }
    }

    /// The topology with secrets of its own and authorities beside it.
    private func copyTwoVCenters(from topologies: String) throws {
        let text = try String(contentsOfFile: "\(topologies)/two-vcenters.yaml", encoding: .utf8)
        try text.write(to: folder.appendingPathComponent("two.yaml"), atomically: true, encoding: .utf8)
        let certificates = folder.appendingPathComponent("certs")
        try FileManager.default.createDirectory(at: certificates, withIntermediateDirectories: true)
        for name in ["vc1.pem", "vc2.pem"] {
            let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
            try pem.write(to: certificates.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
    }

    private func laterClock() async throws -> String {
        let source = folder.appendingPathComponent("later.c")
        try Self.anotherDay.write(to: source, atomically: true, encoding: .utf8)
        let answer = try await shell("cc -shared -fPIC -o later.so later.c -ldl", [:])
        try #require(answer.status == 0, "\(answer.errors)")
        return folder.appendingPathComponent("later.so").path
    }

    private func shell(
        _ command: String, _ setting: [Environment.Key: String]
    ) async throws -> IntegrationLab.Answer {
        let own: [Environment.Key: String] = [
            "POLYVISOR_STATE": "\(folder.path)/state", "VC1_PASSWORD": "Iıİi$1", "VC2_PASSWORD": "second",
        ]
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command],
            environment: .inherit.updating(own.merging(setting) { $1 }.mapValues { Optional($0) }),
            workingDirectory: FilePath(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return IntegrationLab.Answer(
            status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
