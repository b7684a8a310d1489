import Foundation
import LabViews
import Planning

@testable import Deployment

extension NodeSystem {
    /// How nodes of a view are told what to do.
    init(_ view: LabView) { self.init(view: view, secrets: Views.secrets(for: view.lab)) }
}

/// A folder in which scripts for nodes run for real, with their locks and stamps in it.
struct Workbench {
    let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")

    /// What a script said, and how it ended.
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    init() throws {
        for name in ["bin", "run"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
    }

    /// A program for scripts to call, before those of the machine.
    func program(_ name: String, _ text: String) throws {
        let path = folder.appending(path: "bin/\(name)")
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: path)
        chmod(path.path, 0o755)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: name).path) }

    /// Runs a script as a node's shell does, on standard input.
    func run(_ script: Script, named name: String) throws -> Answer { try answer(of: start(script, named: name)) }

    func start(_ script: Script, named name: String) throws -> (Process, Pipe, Pipe) {
        let text = script.wrapped(lock: name).replacing("/run/polyvisor-", with: "\(folder.path)/run/")
            .replacing("/var/lib/polyvisor", with: "\(folder.path)/state")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-s"]
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "\(folder.path)/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        return (process, output, errors)
    }

    func answer(of started: (process: Process, output: Pipe, errors: Pipe)) -> Answer {
        let output = started.output.fileHandleForReading.readDataToEndOfFile()
        let errors = started.errors.fileHandleForReading.readDataToEndOfFile()
        started.process.waitUntilExit()
        return Answer(
            status: started.process.terminationStatus, output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }
}
