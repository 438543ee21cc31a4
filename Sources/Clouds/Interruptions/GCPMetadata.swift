public import FleetModel
import Foundation
import Planner
public import Ports
import Synchronization

/// What a Compute Engine instance's own metadata server says of its end: that it is preempted (30 s
/// ahead, more where `preemptionNoticeDuration` is set), or that maintenance ends it (an hour ahead
/// for machines with GPUs).
///
/// One request waits there until something changes.
public final class GCPMetadata: InterruptionSource {
  public let cloud: CloudName
  private let calls: MetadataCalls
  private let named: NodeID?
  private let time: any TimeSource
  private let board: NoticeBoard
  /// Of the last answer; the next one waits until it is another.
  private let tag = Mutex<String?>(nil)

  static let path = "metadata"
  /// The server answers by then though nothing changed.
  static let wait = 20

  /// - Parameters:
  ///   - base: the server on this machine, or an agent's URL that passes requests on to it.
  ///   - node: whose metadata it is; nil: its zone and number, "us-central1-a/1234567890".
  ///   - time: says when a notice was seen first.
  public init(
    cloud: CloudName, base: String = "http://metadata.google.internal", node: NodeID? = nil,
    transport: any HTTPTransport, time: any TimeSource
  ) {
    self.cloud = cloud
    calls = MetadataCalls(base, over: transport)
    named = node
    self.time = time
    // The server makes us wait; the pause bounds what one that does not can cost.
    board = NoticeBoard(every: .seconds(1), time: time)
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    let last = tag.withLock(\.self)
    var path = "/computeMetadata/v1/instance/?recursive=true&alt=json"
    if let last { path += "&wait_for_change=true&timeout_sec=\(Self.wait)&last_etag=\(last)" }
    let reply = try await calls.send(
      path, [HTTPField("Metadata-Flavor", "Google")], limit: .seconds(Self.wait + 10))
    guard reply.status == 200 else { throw MetadataCalls.unexpected(path, reply) }
    guard let seen = Self.read(reply.body, named, cloud, at: time.now()) else {
      throw MetadataCalls.unreadable("the instance's metadata")
    }
    let etag = reply.header("ETag").flatMap { $0.utf8.allSatisfy(Self.isPlain) ? $0 : nil }
    // What is not acknowledged is given again, so the next look must not wait for a change.
    let news = board.news(in: seen)
    tag.withLock { $0 = news.isEmpty ? etag : nil }
    return news
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension GCPMetadata {
  private struct Document: Decodable {
    var id: UInt64
    var zone: String
    var preempted: String?
    var maintenanceEvent: String?
  }

  /// nil when it is not an instance's metadata.
  static func read(
    _ body: [UInt8], _ named: NodeID?, _ cloud: CloudName, at now: Timestamp
  ) -> [Interruption]? {
    guard let told = try? JSONDecoder().decode(Document.self, from: Data(body)) else { return nil }
    let zone = told.zone.split(separator: "/").last.map(String.init) ?? told.zone
    let node = named ?? NodeID("\(zone)/\(told.id)")
    func notice(_ kind: Interruption.Kind) -> Interruption {
      Interruption(kind, of: node, in: cloud, noticedAt: now, path: path)
    }
    var found: [Interruption] = []
    if told.preempted == "TRUE" { found.append(notice(.preemption)) }
    switch told.maintenanceEvent {
    case "TERMINATE_ON_HOST_MAINTENANCE": found.append(notice(.maintenance))
    // It moves while it runs: slower for a moment, and nothing ends.
    case "MIGRATE_ON_HOST_MAINTENANCE": found.append(notice(.rebalance))
    default: break
    }
    return found
  }
}
