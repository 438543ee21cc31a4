import Clouds
import CurlTransport
import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// A gRPC server that others wrote, grpclib with modal's own messages, in a process of its own.
final class ModalServer: Sendable {
  struct Function: Sendable, Encodable {
    var min = 1
    var max: Int?
    var gpu: [String]? = ["H100"]
    var stats: [String: Int] = [:]
  }

  struct Fault: Sendable, Encodable {
    var method = "FunctionUpdateSchedulingParams"
    var count = 1
    /// "error", "drop_before", "drop_after", "reset_after", "hang", "cut", "ignore".
    var effect: String
    var status: String?
    var message: String?
    var retry_after: Double?
  }

  struct Control: Sendable, Encodable {
    var functions = ["chat/serve": Function()]
    var tokens = [["ak-1", "as-1"]]
    var faults: [Fault] = []
    /// Containers there are machines for.
    var capacity: Int?
    /// Containers the workspace may have.
    var limit: Int?
    /// Deploys so far; one more wipes what was set.
    var deploys = 0
  }

  /// What the server decoded of one call.
  struct Call: Sendable, Decodable {
    var method: String
    /// Whether the bytes are those that modal's own writer makes of the same message.
    var canonical: Bool
    var metadata: [String: String]
    var status: String
    var request: [String: Field]
  }

  enum Field: Sendable, Hashable, Decodable {
    case text(String)
    case number(Int)
    case message([String: Field])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .message(try container.decode([String: Field].self))
      }
    }
  }

  let folder: URL
  let url: String
  private let process = Process()
  private let input = Pipe()
  private let control: Mutex<Control>

  /// - Parameter certificate: a PEM file and its key, to speak TLS.
  init(_ control: Control, certificate: (file: String, key: String)? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.control = Mutex(control)
    try Self.write(control, to: folder)
    let tools = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools")
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [PythonJudge.python, tools.appending(path: "modal_server.py").path, folder.path]
      + (certificate.map { [$0.file, $0.key] } ?? [])
    process.standardInput = input
    process.standardError = FileHandle.nullDevice
    try process.run()
    let scheme = certificate == nil ? "http" : "https"
    guard let port = Self.port(in: folder, of: process) else {
      kill(process.processIdentifier, SIGKILL)
      throw CocoaError(.featureUnsupported)
    }
    url = "\(scheme)://127.0.0.1:\(port)"
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  func change(_ edit: (inout Control) -> Void) throws {
    try control.withLock { control in
      edit(&control)
      try Self.write(control, to: folder)
    }
  }

  var calls: [Call] {
    let file = folder.appending(path: "log.jsonl").path
    let lines = (FileManager.default.contents(atPath: file) ?? Data()).split(separator: 0x0A)
    return lines.compactMap { try? JSONDecoder().decode(Call.self, from: $0) }
  }

  /// The numbers of containers that were asked for, by calls that came through.
  var written: [Int] {
    calls.filter { $0.method == "FunctionUpdateSchedulingParams" && $0.status == "OK" }
      .compactMap { call in
        guard case .message(let settings) = call.request["settings"],
          case .number(let number) = settings["min_containers"]
        else { return nil }
        return number
      }
  }

  private static func write(_ control: Control, to folder: URL) throws {
    let file = folder.appending(path: "control.json")
    try JSONEncoder().encode(control).write(to: file, options: .atomic)
  }

  /// Half a minute is enough for Python to load 285 methods on a busy machine.
  private static func port(in folder: URL, of process: Process) -> Int? {
    for _ in 0..<600 where process.isRunning {
      let bytes = FileManager.default.contents(atPath: folder.appending(path: "port").path)
      if let port = bytes.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) { return port }
      usleep(50_000)
    }
    return nil
  }
}

/// A token that can be changed while it is used.
final class ModalTokenBox: Sendable {
  private let secret: Mutex<String>
  init(_ secret: String = "as-1") { self.secret = Mutex(secret) }
  func set(_ new: String) { secret.withLock { $0 = new } }
  func issued() -> Issued<ModalToken> {
    Issued(ModalToken(id: "ak-1", secret: Secret(secret.withLock { $0 })), link: "a test")
  }
}

/// libcurl with a shorter time limit than a cloud has.
struct HastyTransport: HTTPTransport {
  let transport: any HTTPTransport
  let limit: Duration

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    var request = request
    request.limits.total = limit
    return try await transport.send(request)
  }
}

func modal(
  _ transport: any HTTPTransport, endpoint: String = "http://127.0.0.1:1",
  functions: [String] = ["chat/serve"], environment: String? = nil,
  token: ModalTokenBox = ModalTokenBox(), time: VirtualTime = VirtualTime()
) -> ModalActuator {
  ModalActuator(
    cloud: "modal", functions: functions, environment: environment, endpoint: endpoint,
    credentials: { () throws(ActuateError) in token.issued() }, transport: transport, time: time)
}

/// Runs a server for the time of `body`, with an actuator over libcurl in front of it.
func withModalServer(
  _ control: ModalServer.Control = .init(), token: ModalTokenBox = ModalTokenBox(),
  limit: Duration = .seconds(20),
  _ body: (ModalServer, ModalActuator, VirtualTime) async throws -> Void
) async throws {
  let server = try ModalServer(control)
  defer { server.stop() }
  let curl = CurlTransport(TransportOptions(version: "test"))
  defer { curl.shutdown() }
  let time = VirtualTime()
  let actuator = modal(
    HastyTransport(transport: curl, limit: limit), endpoint: server.url, token: token, time: time)
  try await body(server, actuator, time)
}

/// Whether the server's packages are there.
let hasModal = PythonJudge.has("modal_proto", "grpclib", "modal")
