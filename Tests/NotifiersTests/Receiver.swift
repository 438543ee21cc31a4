import TestSupport
import Foundation
import Ports

/// A real webhook receiver in a process of its own, written by someone else where it matters: the
/// signature is checked by PyPI's `standardwebhooks`.
final class Receiver: Sendable {
  let port: Int
  private let process: Process

  /// The interpreter: FINOPS_TEST_PYTHON, else python3.
  private static let python =
    PythonJudge.python

  static let hasPython = runs(["-c", "import http.server"])
  static let canVerify = runs(["-c", "import standardwebhooks"])

  private static func runs(_ arguments: [String]) -> Bool {
    let process = pythonProcess(arguments)
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    for _ in 0..<2000 where process.isRunning { usleep(5000) }
    return !process.isRunning && process.terminationStatus == 0
  }

  private static func pythonProcess(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    return process
  }

  struct NotStarted: Error {}

  init(secret: String = "") throws {
    let process = Self.pythonProcess(["-c", Self.script, secret])
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = Pipe()
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.filter(\.isNumber)) else {
      process.terminate()
      throw NotStarted()
    }
    self.port = port
    self.process = process
  }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Kills it: a test's child may have inherited a mask that blocks the polite signals.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    for _ in 0..<400 where process.isRunning { usleep(5000) }
  }

  /// POST /verify answers 204 when the signature holds and 400 when it does not; POST
  /// /status/N answers N, with Retry-After when `?after=` gives one.
  private static let script = """
    import http.server, sys, urllib.parse
    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urllib.parse.urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            if parts.path == "/verify":
                from standardwebhooks.webhooks import Webhook
                try:
                    Webhook(sys.argv[1]).verify(body, headers)
                    self.answer(204)
                except Exception as error:
                    print(error, file=sys.stderr)
                    self.answer(400)
                return
            after = urllib.parse.parse_qs(parts.query).get("after")
            self.answer(int(parts.path.rsplit("/", 1)[1]), after)
        def answer(self, status, after=None):
            self.send_response(status)
            if after: self.send_header("Retry-After", after[0])
            if status // 100 == 3: self.send_header("Location", "/status/200")
            self.send_header("Content-Length", "0")
            self.end_headers()
        def log_message(self, *ignored): pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """
}
