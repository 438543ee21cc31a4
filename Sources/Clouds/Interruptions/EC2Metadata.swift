public import FleetModel
import Foundation
import Planner
public import Ports
import Synchronization

/// What an EC2 instance's own metadata service (IMDSv2) says of its end.
///
/// "Not found" means that nothing is announced. A spot interruption stands there two minutes ahead.
public final class EC2Metadata: InterruptionSource {
  public let cloud: CloudName
  private let calls: MetadataCalls
  private let time: any TimeSource
  private let board: NoticeBoard
  private let state: Mutex<State>

  private struct State {
    var node: NodeID?
    var token: String?
    var renewAt: Timestamp?
  }

  static let path = "imds"
  /// AWS's own advice for spot notices.
  static let pause = Duration.seconds(5)
  /// Six hours is the longest a token may live; it is renewed at half.
  static let tokenLife: Int64 = 21_600

  enum Place {
    static let token = "/latest/api/token"
    static let node = "/latest/meta-data/instance-id"
    static let action = "/latest/meta-data/spot/instance-action"
    static let termination = "/latest/meta-data/spot/termination-time"
    static let rebalance = "/latest/meta-data/events/recommendations/rebalance"
    static let maintenance = "/latest/meta-data/events/maintenance/scheduled"
  }

  /// - Parameters:
  ///   - base: the service on this machine, or an agent's URL that passes requests on to it.
  ///   - node: whose metadata it is; nil: it is asked.
  ///   - time: paces the looks, and says when a notice was seen first.
  public init(
    cloud: CloudName, base: String = "http://169.254.169.254", node: NodeID? = nil,
    transport: any HTTPTransport, time: any TimeSource
  ) {
    self.cloud = cloud
    calls = MetadataCalls(base, over: transport)
    self.time = time
    board = NoticeBoard(every: Self.pause, time: time)
    state = Mutex(State(node: node))
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    let node = try await node()
    var seen: [Interruption] = []
    let action = try await document(Place.action)
    let end = try await document(Place.termination)
    let now = time.now()
    seen += Self.spot(action: action, termination: end, node, cloud, at: now)
    seen += Self.rebalance(try await document(Place.rebalance), node, cloud, at: now)
    seen += try Self.maintenance(try await document(Place.maintenance), node, cloud, at: now)
    return board.news(in: seen.filter { !$0.isLate(at: now) })
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }

  private func node() async throws(ActuateError) -> NodeID {
    if let known = state.withLock(\.node) { return known }
    guard let text = try await document(Place.node).map({ String(decoding: $0, as: UTF8.self) }),
      let node = AWSEvent.node(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { throw MetadataCalls.unreadable(Place.node) }
    state.withLock { $0.node = node }
    return node
  }

  /// What stands at a place; nil for nothing.
  private func document(_ path: String) async throws(ActuateError) -> [UInt8]? {
    var reply = try await ask(path, token: try await token())
    if reply.status == 401 {
      state.withLock { $0.token = nil }
      reply = try await ask(path, token: try await token())
    }
    switch reply.status {
    case 200: return reply.body
    case 404: return nil
    default: throw MetadataCalls.unexpected(path, reply)
    }
  }

  private func ask(_ path: String, token: String) async throws(ActuateError) -> HTTPResponse {
    try await calls.send(path, [HTTPField("X-aws-ec2-metadata-token", token)])
  }

  private func token() async throws(ActuateError) -> String {
    let now = time.now()
    let held = state.withLock { state -> String? in
      guard let renewAt = state.renewAt, now < renewAt else { return nil }
      return state.token
    }
    if let held { return held }
    let reply = try await calls.send(
      Place.token,
      [HTTPField("X-aws-ec2-metadata-token-ttl-seconds", String(Self.tokenLife))], method: "PUT")
    let token = String(decoding: reply.body, as: UTF8.self)
    guard reply.status == 200, !token.isEmpty, token.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw MetadataCalls.unexpected(Place.token, reply)
    }
    state.withLock { state in
      state.token = token
      state.renewAt = now.advanced(by: .seconds(Self.tokenLife / 2))
    }
    return token
  }
}

extension EC2Metadata {
  private struct Action: Decodable {
    var action: String
    var time: String
  }

  private struct Rebalance: Decodable { var noticeTime: String }

  private struct Event: Decodable {
    var Code: String
    var NotBefore: String
    var State: String?
    var Description: String?
  }

  /// The older place says when, and only of a termination; its text may be anything until it is a
  /// time.
  static func spot(
    action: [UInt8]?, termination: [UInt8]?, _ node: NodeID, _ cloud: CloudName,
    at now: Timestamp
  ) -> [Interruption] {
    let told = action.flatMap { try? JSONDecoder().decode(Action.self, from: Data($0)) }
    let end = [told?.time, termination.map { String(decoding: $0, as: UTF8.self) }]
      .compactMap { $0.flatMap { Timestamp(noticeTime: $0) } }.first
    guard told != nil || end != nil else { return [] }
    return [
      Interruption(.preemption, of: node, in: cloud, endsAt: end, noticedAt: now, path: path)
    ]
  }

  static func rebalance(
    _ body: [UInt8]?, _ node: NodeID, _ cloud: CloudName, at now: Timestamp
  ) -> [Interruption] {
    guard let body, let told = try? JSONDecoder().decode(Rebalance.self, from: Data(body)),
      let said = Timestamp(noticeTime: told.noticeTime)
    else { return [] }
    return [Interruption(.rebalance, of: node, in: cloud, noticedAt: min(said, now), path: path)]
  }

  /// Finished and cancelled events stay in the list for a while.
  static func maintenance(
    _ body: [UInt8]?, _ node: NodeID, _ cloud: CloudName, at now: Timestamp
  ) throws(ActuateError) -> [Interruption] {
    guard let body else { return [] }
    guard let events = try? JSONDecoder().decode([Event].self, from: Data(body)) else {
      throw MetadataCalls.unreadable(Place.maintenance)
    }
    let begins = events.filter { ($0.State ?? "active") == "active" }
      .compactMap { Timestamp(noticeTime: $0.NotBefore) }.min()
    guard let begins else { return [] }
    return [
      Interruption(.maintenance, of: node, in: cloud, endsAt: begins, noticedAt: now, path: path)
    ]
  }
}
