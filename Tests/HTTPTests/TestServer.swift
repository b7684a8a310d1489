import Foundation

/// A real HTTP or HTTPS server (Python's) on 127.0.0.1, for the time of one test.
final class TestServer {
    let port: Int
    private let process: Process
    private let log: String
    private let input = Pipe()

    /// - Parameter certificate: without one it speaks plain HTTP.
    init(certificate: Certificate? = nil, port: Int = 0) throws {
        log = "/tmp/polyvisor-http-test-\(UUID().uuidString).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "-c", Self.script, log, "\(port)"] + (certificate.map { [$0.chain, $0.key] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        // The server ends when this pipe is closed, also when the tests die.
        process.standardInput = input
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let number = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ServerProblem("python3 did not start a server: \(line)")
        }
        self.port = number
    }

    deinit {
        stop()
        unlink(log)
    }

    /// Ends it by its process id.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// A line for each connection (`connection`) and each request (`POST /echo`) so far.
    var seen: [String] {
        get throws { try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init) }
    }

    var requests: [String] { get throws { try seen.filter { $0 != "connection" } } }

    private static let script = #"""
        import http.server, json, os, ssl, sys, threading, time, urllib.parse, zlib
        log, port, tls = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

        def note(line):
            with open(log, "a") as file:
                file.write(line + "\n")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.count = 0
                note("connection")

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                data = b""
                while size := int(self.rfile.readline(), 16):
                    data += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return data

            def answer(self, status, data=b"", headers={}):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            def serve(self):
                self.count += 1
                note(self.command + " " + self.path)
                parts = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(parts.query))
                if parts.path == "/early":
                    self.close_connection = True
                    return self.answer(413, b"too much")
                body = self.body()
                if parts.path == "/drop" and self.count > 1:
                    self.close_connection = True
                elif parts.path == "/slow":
                    time.sleep(float(query["s"]))
                    self.answer(200, b"slow")
                elif parts.path == "/stall":
                    self.send_response(200)
                    self.send_header("Content-Length", "100")
                    self.end_headers()
                    self.wfile.write(b"x" * 10)
                    self.wfile.flush()
                    time.sleep(float(query["s"]))
                    self.close_connection = True
                elif parts.path == "/big":
                    self.answer(int(query.get("status", "200")), b"x" * int(query["bytes"]))
                elif parts.path == "/redirect":
                    self.answer(302, headers={"Location": "/echo"})
                else:
                    facts = {"method": self.command, "path": self.path, "length": len(body),
                             "checksum": zlib.adler32(body),
                             "headers": {name.lower(): value for name, value in self.headers.items()}}
                    self.answer(200, json.dumps(facts).encode(), {"X-Seen-By": "tests"})

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request, address):
                pass

            # The handshake belongs into the thread of the connection.
            def finish_request(self, request, address):
                if tls:
                    request = context.wrap_socket(request, server_side=True)
                super().finish_request(request, address)

        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
        server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """#
}

struct ServerProblem: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
