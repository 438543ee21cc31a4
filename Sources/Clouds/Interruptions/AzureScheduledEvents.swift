public import FleetModel
import Foundation
import Planner
public import Ports
import Synchronization

/// What Azure's metadata service says is to happen to a machine, and to the others of its set: taken
/// back (spot, 30 s ahead), ended, moved, rebooted, or paused for a moment.
///
/// Any machine of an availability set or scale set may ask for all of them. An event waits for its
/// time unless it is approved; we approve it for machines that are drained, and for no others.
public final class AzureScheduledEvents: InterruptionSource {
  public let cloud: CloudName
  private let calls: MetadataCalls
  private let time: any TimeSource
  private let board: NoticeBoard
  private let node: @Sendable (String) async -> NodeID?
  private let isDrained: @Sendable (NodeID) async -> Bool
  /// The events that stand there, by id, and the machines of each.
  private let standing = Mutex<[String: [NodeID]]>([:])

  static let path = "scheduled-events"
  static let document = "/metadata/scheduledevents?api-version=2020-07-01"
  /// The notice of a spot machine is 30 s; Microsoft advises a look a second.
  static let pause = Duration.seconds(1)

  /// - Parameters:
  ///   - base: the service on this machine, or an agent's URL that passes requests on to it.
  ///   - node: the node of a machine's name; nil when it is not ours.
  ///   - isDrained: whether nothing runs there any more, so that the event may begin at once.
  ///   - time: paces the looks, and says when a notice was seen first.
  public init(
    cloud: CloudName, base: String = "http://169.254.169.254",
    node: @escaping @Sendable (String) async -> NodeID?,
    isDrained: @escaping @Sendable (NodeID) async -> Bool = { _ in false },
    transport: any HTTPTransport, time: any TimeSource
  ) {
    self.cloud = cloud
    calls = MetadataCalls(base, over: transport)
    self.time = time
    self.node = node
    self.isDrained = isDrained
    board = NoticeBoard(every: Self.pause, time: time)
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    // The first look after a machine's start switches the service on, which takes up to two minutes.
    let reply = try await calls.send(Self.document, Self.headers, limit: .seconds(130))
    guard reply.status == 200 else { throw MetadataCalls.unexpected(Self.document, reply) }
    guard let events = Self.read(reply.body) else {
      throw MetadataCalls.unreadable(Self.document)
    }
    let now = time.now()
    var seen: [Interruption] = []
    var machines: [String: [NodeID]] = [:]
    for event in events {
      for name in event.Resources ?? [] {
        guard let node = await node(name) else { continue }
        if event.EventStatus == "Scheduled" { machines[event.EventId, default: []].append(node) }
        guard let kind = event.kind else { continue }
        seen.append(
          Interruption(
            kind, of: node, in: cloud, endsAt: event.begins, noticedAt: now, path: Self.path))
      }
    }
    standing.withLock { $0 = machines }
    try await approveDrained()
    return board.news(in: Self.once(seen))
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }

  /// Lets events begin whose every machine is drained; an event of a whole set ends all of them.
  private func approveDrained() async throws(ActuateError) {
    var ready: [String] = []
    for (id, nodes) in standing.withLock(\.self).sorted(by: { $0.key < $1.key }) {
      var drained = !nodes.isEmpty
      for node in nodes where drained { drained = await isDrained(node) }
      if drained { ready.append(id) }
    }
    guard !ready.isEmpty else { return }
    let body: AWSJSON = ["StartRequests": .list(ready.map { ["EventId": .text($0)] })]
    let reply = try await calls.send(
      Self.document, Self.headers + [HTTPField("Content-Type", "application/json")],
      method: "POST", body: body.bytes)
    guard reply.status == 200 else { throw MetadataCalls.unexpected(Self.document, reply) }
  }

  private static let headers = [HTTPField("Metadata", "true")]

  /// A machine of two events has one notice; one that names a time goes first.
  private static func once(_ notices: [Interruption]) -> [Interruption] {
    Interruption.once(
      notices.filter { $0.endsAt != nil } + notices.filter { $0.endsAt == nil })
  }
}

extension AzureScheduledEvents {
  struct Document: Decodable, Sendable { var Events: [Event] }

  struct Event: Decodable, Sendable {
    var EventId: String
    var EventType: String
    var EventStatus: String?
    var Resources: [String]?
    /// Empty once it has begun.
    var NotBefore: String?

    var kind: Interruption.Kind? {
      switch EventType {
      case "Preempt": .preemption
      case "Terminate": .stopped
      case "Redeploy", "Reboot": .maintenance
      // Memory stays, and it goes on within seconds: nothing ends.
      case "Freeze": .rebalance
      default: nil
      }
    }

    var begins: Timestamp? { NotBefore.flatMap(Timestamp.init(noticeTime:)) }
  }

  /// nil when it is not a document of events.
  static func read(_ body: [UInt8]) -> [Event]? {
    (try? JSONDecoder().decode(Document.self, from: Data(body)))?.Events
  }
}
