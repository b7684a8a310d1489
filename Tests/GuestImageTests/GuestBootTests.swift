import Foundation
import Subprocess
import Testing

@testable import GuestImage

/// These boot the real image in qemu's emulation, with qemu's own DHCP server and a metadata service behind it.
@Suite(
    "the guest", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: canBuildGuest && isInstalled("qemu-system-x86_64")))
struct GuestBootTests {
    private static let uuid = "0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7"

    /// Answers as Nova's metadata service does; qemu runs it for each connection.
    private static let metadataService = """
        #!/bin/sh
        read -r verb path version
        while read -r header && [ "$(printf %s "$header" | tr -d '\\r')" ]; do :; done
        question=$(cat "$0.question" 2>/dev/null || echo none)
        meta='"meta": {"polyvisor_run": "x", "polyvisor_probe": "'$question'"}'
        body='{"uuid": "\(uuid)", '$meta', "hostname": "tiny.novalocal", "name": "tiny", "project_id": "x"}'
        [ "$path" = /openstack/latest/meta_data.json ] || { printf 'HTTP/1.0 404 Not Found\\r\\n\\r\\n'; exit; }
        printf 'HTTP/1.0 200 OK\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "${#body}" "$body"

        """

    @Test("finds its address and its metadata, in 96 MiB of memory", arguments: ["virtio-net-pci", "vmxnet3"])
    func ready(card: String) async throws {
        let image = try await builtGuest()
        try await withDirectory { directory in
            let service = "\(directory)/metadata"
            try Data(Self.metadataService.utf8).write(to: URL(fileURLWithPath: service))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: service)
            let network =
                "user,model=\(card),net=169.254.0.0/16,dhcpstart=169.254.0.15,restrict=on,"
                + "guestfwd=tcp:169.254.169.254:80-cmd:\(service)"
            let report = try await boot(image, in: directory, network: network, until: \.ready) {
                try await ask("169.254.0.15,reboot,169.254.0.99", service: service, console: "\(directory)/console")
            }
            #expect(report.ready && report.takesQuestions)
            #expect(report.address == "169.254.0.15")
            #expect(report.instanceID == Self.uuid)
            #expect(report.hostname == "tiny.novalocal")
        }
    }

    /// Puts a question into its metadata, and waits for what it says: itself is the one guest that it reaches here.
    private func ask(_ addresses: String, service: String, console: String) async throws {
        try Data(addresses.utf8).write(to: URL(fileURLWithPath: service + ".question"))
        var words = ""
        for _ in 0..<6000 where !words.contains("PROBE peer=169.254.0.99 ping=none instance=silent") {
            try await Task.sleep(for: .milliseconds(100))
            words = String(decoding: FileManager.default.contents(atPath: console) ?? Data(), as: UTF8.self)
        }
        #expect(words.contains(/POLYVISOR-GUEST PROBE peer=169\.254\.0\.15 ping=[0-9.]+ instance=\S+/), "\(words)")
        #expect(words.contains("PROBE peer=169.254.0.99 ping=none instance=silent") && !words.contains("peer=reboot"))
    }

    @Test("says its identity on TCP port 7, as often as it is asked, and whether it reaches another guest")
    func identity() async throws {
        let image = try await builtGuest()
        let port = try freePort()
        try await withDirectory { directory in
            let network = "user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:\(port)-:7"
            _ = try await boot(image, in: directory, network: network, until: { $0.address != nil }) {
                for _ in 1...2 {
                    let answer = try await run(
                        .name("bash"), arguments: ["-c", "timeout 10 head -n 1 <>/dev/tcp/127.0.0.1/\(port)"],
                        output: .string(limit: 4096), error: .string(limit: 4096))
                    #expect(
                        answer.standardOutput
                            == "POLYVISOR-GUEST IDENTITY address=10.0.2.15 instance=none hostname=none told=none asks=probe\n",
                        "\(answer.standardError)")
                }
                // Itself is the one guest that it reaches here; a name, or a command, is no address.
                let words = try await ask("10.0.2.15", port)
                #expect(words.contains(/PROBE peer=10\.0\.2\.15 ping=[0-9.]+ instance=none\n/), "\(words)")
                #expect(try await !ask("10.0.2.15;reboot", port).contains("PROBE"))
            }
        }
    }

    private func ask(_ peer: String, _ port: UInt16) async throws -> String {
        let question = "exec 3<>/dev/tcp/127.0.0.1/\(port); echo 'probe \(peer)' >&3; timeout 20 cat <&3"
        return try await run(
            .name("bash"), arguments: ["-c", question], output: .string(limit: 4096), error: .discarded
        ).standardOutput ?? ""
    }

    @Test("says what its lease has, and that the gateway answers")
    func wayOut() async throws {
        let image = try await builtGuest()
        try await withDirectory { directory in
            // qemu's router answers ping by itself.
            let report = try await boot(
                image, in: directory, network: "user,model=virtio-net-pci", until: { !$0.wayOut.gateways.isEmpty })
            #expect(report.lease?.server == "10.0.2.2" && report.lease?.gateways == ["10.0.2.2"])
            #expect(report.lease?.servers == ["10.0.2.3"])
            let answer = report.wayOut.gateways["10.0.2.2"]
            #expect(answer != nil && answer != GuestWayOut.Answer.none)
        }
    }

    @Test("is ready without a network card, and powers off when the button is pressed")
    func alone() async throws {
        let image = try await builtGuest()
        try await withDirectory { directory in
            let report = try await boot(image, in: directory, network: "none")
            #expect(report.ready)
            #expect(report.address == nil && report.instanceID == nil)
        }
    }

    /// Boots until the guest has said enough, does `then`, presses the power button, and checks that the guest goes.
    private func boot(
        _ image: GuestImage, in directory: String, network: String,
        until isDone: @escaping (GuestReport) -> Bool = \.ready, then: () async throws -> Void = {}
    ) async throws -> GuestReport {
        let console = "\(directory)/console"
        let arguments = [
            "-machine", "pc", "-accel", "tcg", "-m", "96", "-nodefaults", "-display", "none", "-no-reboot",
            "-drive", "file=\(image.qcow2),if=virtio,snapshot=on", "-serial", "file:\(console)", "-nic", network,
            "-monitor", "stdio",
        ]
        let result = try await run(
            .name("qemu-system-x86_64"), arguments: Arguments(arguments), input: .inputWriter, output: .discarded,
            error: .string(limit: 65536)
        ) { execution in
            var report = GuestReport(consoleLog: "")
            for _ in 0..<6000 where !isDone(report) {
                try await Task.sleep(for: .milliseconds(100))
                report = GuestReport(
                    consoleLog: String(decoding: FileManager.default.contents(atPath: console) ?? Data(), as: UTF8.self)
                )
            }
            try await then()
            try await press(execution.standardInputWriter, console: console)
            return report
        }
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        return result.closureResult
    }

    private func press(_ monitor: StandardInputWriter, console: String) async throws {
        _ = try await monitor.write("system_powerdown\n")
        let pressed = ContinuousClock.now
        var isOff = false
        while !isOff, ContinuousClock.now - pressed < .seconds(300) {
            try await Task.sleep(for: .milliseconds(100))
            let log = String(decoding: FileManager.default.contents(atPath: console) ?? Data(), as: UTF8.self)
            isOff = log.contains("POLYVISOR-GUEST POWEROFF")
        }
        #expect(isOff, "the guest did not heed the power button")
        if !isOff { _ = try await monitor.write("quit\n") }
        try await monitor.finish()
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "polyvisor-guest-boot-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }
}
