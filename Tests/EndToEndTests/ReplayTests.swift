import Clouds
import Controller
import CurlTransport
import EmbeddedPostgres
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// A recorded fleet whose machines are in moto, an EC2 that others wrote.
@Suite(.serialized)
struct ReplayTests {
  /// Minutes of the recording; a minute passes in a second.
  private static let minutes = 62

  /// What each pod does at a minute; true is work.
  private static let pods: [@Sendable (Int) -> Bool] = [
    { _ in false }, { $0 < 10 }, { _ in true }, { $0 % 20 < 3 }, { $0 < 45 }, { _ in false },
  ]

  private static var recording: String {
    var lines = ["t_s,pod,gpu_duty_pct,gpu_mem_used_mib"]
    for second in stride(from: 0, to: minutes * 60, by: 57) {
      for (pod, works) in pods.enumerated() {
        lines.append("\(second),\(pod),\(works(second / 60) ? "85.0,20000" : "0.0,400")")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(
    "In moto those nodes are stopped that the recording says were idle, and the money is exact",
    .enabled(if: Moto.program != nil, "moto_server is not installed"))
  func replay() async throws {
    let workshop = try Workshop()
    let file = try workshop.write(Self.recording, to: "fleet.csv")
    let moto = try await Moto.start(in: workshop.folder)
    let arguments = [
      "demo", "--replay", file.path, "--speed", "60", "--cloud-endpoint", moto.endpoint,
      "--format", "json", "--for", "\(Self.minutes)m", "--listen", "127.0.0.1:0",
    ]
    let (code, output) = try await FinopsProcess.run(
      arguments, environment: ["FINOPS_DATA": workshop.folder.path], in: workshop.folder,
      within: .seconds(150))
    #expect(code == 0, "\(output.suffix(3000))")
    let report = try ReportFile(in: output)
    let nodes = try await moto.nodes()
    let stopped = nodes.filter { $0.state == .stopped }
    #expect(nodes.count == 6)
    #expect(Set(stopped.compactMap { $0.tags["Name"] }) == ["replay-1", "replay-2", "replay-6"])
    #expect(Set(report.stops.map(\.node)) == Set(stopped.map(\.id.rawValue)))
    let start = try #require(nodes.map(\.launchedAt).min())
    for stop in report.stops { try expectIdle(stop, of: nodes, since: start) }
    try expectMoney(in: report)
    try await expectLedger(report, in: workshop.folder)
  }

  /// No work in the half hour before it was off.
  private func expectIdle(_ stop: ReportFile.Stop, of nodes: [Node], since start: Timestamp) throws
  {
    let name = try #require(nodes.first { $0.id.rawValue == stop.node }?.tags["Name"])
    let pod = try #require(Int(name.dropFirst("replay-".count))) - 1
    let from = try #require(Timestamp(rfc3339: stop.from))
    // The machines were made within seconds after the recording began: minutes of its time.
    let minute = Int(from.duration(since: start).inSeconds / 60)
    #expect(minute >= 28, "\(name) was off in minute \(minute)")
    #expect(!(minute - 28...minute).contains { Self.pods[pod](max(0, $0)) }, "\(name), \(minute)")
  }

  /// What was saved, computed anew from the times alone.
  private func expectMoney(in report: ReportFile) throws {
    let now = try #require(Timestamp(rfc3339: report.asOf))
    var saved: Int128 = 0
    for stop in report.stops {
      #expect(try ReportFile.nanos(stop.hourly) == 1_861_000_000)
      #expect(try ReportFile.nanos(stop.storageHourly) == 0)
      // The report's times are written in whole seconds, and in microseconds beside it; the moment
      // it was made only in seconds.
      let until = stop.untilMicroseconds ?? now.microseconds
      #expect(abs(until - stop.fromMicroseconds - stop.offMicroseconds) <= 1_000_000)
      if let end = stop.untilMicroseconds {
        #expect(end - stop.fromMicroseconds == stop.offMicroseconds)
      }
      let time = Int128(stop.offMicroseconds - stop.restartMicroseconds)
      let product = time * 1_861_000_000
      saved += (product * 2 + 3_600_000_000) / (2 * 3_600_000_000)
    }
    print("replay: saved \(report.totals.saved), computed anew \(saved) nano-dollars")
    #expect(try ReportFile.nanos(report.totals.saved) == saved)
    #expect(saved > 0)
    #expect(try report.faults() == [])
  }

  /// Saving begins when the cloud said `stopped`, never before it had accepted the call.
  private func expectLedger(_ report: ReportFile, in folder: URL) async throws {
    let server = try await EmbeddedPostgres.start(dataDirectory: folder.path + "/demo")
    var events: [LedgerEvent] = []
    do {
      let store = try await PostgresStore.open(
        conninfo: server.connectionString + " dbname=demo")
      events = try await store.events(after: 0)
      await store.close()
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
    for stop in report.stops {
      let done = events.filter {
        $0.key.rawValue == stop.decision && $0.kind.name == "succeeded"
      }
      #expect(done.count == 1)
      // In microseconds: in whole seconds it may seem to begin before the call.
      let from = Timestamp(microseconds: stop.fromMicroseconds)
      let late = from.duration(since: try #require(done.first).at)
      print("replay: off \(late.inSeconds) s of the fleet's time after the call")
      #expect(late >= .zero && late < .minutes(5))
    }
  }
}

/// moto's server, a child on a port of its own.
struct Moto: Sendable {
  let endpoint: String
  private let server: FinopsProcess

  static var program: URL? {
    let environment = ProcessInfo.processInfo.environment
    let folders =
      (environment["FINOPS_TEST_BIN"].map { [$0] } ?? [])
      + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return folders.map { URL(filePath: $0).appending(path: "moto_server") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  static func start(in folder: URL) async throws -> Moto {
    let port = try #require(freePort())
    let server = try FinopsProcess(
      ["-H", "127.0.0.1", "-p", "\(port)"], program: try #require(program), in: folder)
    let moto = Moto(endpoint: "http://127.0.0.1:\(port)", server: server)
    let up = await eventually(within: .seconds(60)) {
      try await Web.get(moto.endpoint + "/moto-api/").status == 200
    }
    try #require(up, "\(server.tail)")
    return moto
  }

  /// What moto says there is.
  func nodes() async throws -> [Node] {
    let transport = CurlTransport(TransportOptions(version: "e2e"))
    defer { transport.shutdown() }
    let cloud = EC2Actuator(
      cloud: "aws", region: "us-east-1", endpoint: endpoint,
      credentials: { () async throws(ActuateError) in
        AWSCredentials(accessKeyID: "AKIAE2E", secretAccessKey: Secret("e2e"))
      }, fleet: "replay", transport: transport, time: SystemTime())
    return try await cloud.inventory().nodes
  }

  private static func freePort() -> Int? {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    return named ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}
