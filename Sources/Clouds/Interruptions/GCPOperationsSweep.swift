public import FleetModel
import Foundation
import Planner
public import Ports

/// What Compute Engine's own operations in a zone say of instances it ended: preempted, host error,
/// maintenance. After the fact, for machines whose metadata nobody reads.
public struct GCPOperationsSweep: InterruptionSource {
  public let cloud: CloudName
  private let project: String
  private let zones: [String]
  private let endpoint: String
  private let calls: CloudCalls<Secret>
  private let board: NoticeBoard
  private let time: any TimeSource

  static let path = "sweep"
  static let pause = Duration.seconds(15)
  static let operation = "compute.zoneOperations.list"
  private static let mostPages = 20

  static let kinds: [String: Interruption.Kind] = [
    "compute.instances.preempted": .preemption,
    "compute.instances.hostError": .stopped,
    "compute.instances.terminateOnHostMaintenance": .maintenance,
    "compute.instances.guestTerminate": .stopped,
  ]

  /// - Parameters:
  ///   - zones: "us-central1-a"; one call each every 15 s.
  ///   - endpoint: without a path; Google's own when not given.
  ///   - token: an access token with the scope compute.readonly.
  ///   - time: paces, and decides what is too old to tell.
  ///   - wallClock: the real time; `time` when that is real.
  public init(
    cloud: CloudName, project: String, zones: [String],
    endpoint: String = "https://compute.googleapis.com",
    token: @escaping @Sendable () async throws(ActuateError) -> Issued<Secret>,
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil
  ) {
    self.cloud = cloud
    self.project = project
    self.zones = zones
    self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    self.time = time
    board = NoticeBoard(every: Self.pause, time: time)
    calls = CloudCalls(
      transport: transport, credentials: CredentialCache(time: time, fetch: token), time: time,
      wallClock: wallClock ?? time, jitter: Jitter(SystemRandomNumberGenerator()),
      budgets: CallBudgets(time: time),
      sign: { call, token in
        var request = call.request
        request.headers.append(HTTPField("Authorization", "Bearer " + token.reveal()))
        return request
      },
      fault: { _ in nil })
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    var seen: [Interruption] = []
    for zone in zones { seen += try await notices(in: zone) }
    return board.news(in: Interruption.once(seen))
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }

  private func notices(in zone: String) async throws(ActuateError) -> [Interruption] {
    let now = time.now()
    var found: [Interruption] = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let page = try await calls.send(
        Self.list(project, zone, after: token, at: endpoint), as: OperationPage.self
      ).value
      found += page.notices(of: zone, in: cloud, at: now)
      // The newest come first: once they are too old to tell, so is the rest.
      guard let next = page.nextPageToken, !next.isEmpty, next != token, !page.isOld(at: now)
      else { break }
      token = next
    }
    return found.filter { !$0.isLate(at: now) }
  }

  static func list(
    _ project: String, _ zone: String, after token: String?, at endpoint: String
  ) -> CloudCall {
    let filter = kinds.keys.sorted().map { "(operationType=\"\($0)\")" }.joined(separator: " OR ")
    var query = "filter=\(escaped(filter))&maxResults=500"
    query += "&orderBy=\(escaped("creationTimestamp desc"))"
    if let token { query += "&pageToken=\(escaped(token))" }
    let path = "/compute/v1/projects/\(escaped(project))/zones/\(escaped(zone))/operations"
    return CloudCall(operation, url: endpoint + path + "?" + query)
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", ".", "~"]))
      ?? ""
  }
}

struct OperationPage: Decodable, Sendable {
  var items: [Operation]?
  var nextPageToken: String?

  struct Operation: Decodable, Sendable {
    var operationType: String?
    var targetId: String?
    var insertTime: String?
    var endTime: String?
  }

  func notices(of zone: String, in cloud: CloudName, at now: Timestamp) -> [Interruption] {
    (items ?? []).compactMap { operation in
      guard let kind = operation.operationType.flatMap({ GCPOperationsSweep.kinds[$0] }),
        let number = operation.targetId.flatMap({ UInt64($0) })
      else { return nil }
      let said = operation.insertTime.flatMap(Timestamp.init(noticeTime:)) ?? now
      return Interruption(
        kind, of: NodeID("\(zone)/\(number)"), in: cloud,
        endsAt: operation.endTime.flatMap(Timestamp.init(noticeTime:)) ?? said, noticedAt: said,
        path: GCPOperationsSweep.path)
    }
  }

  func isOld(at now: Timestamp) -> Bool {
    guard let last = items?.last?.insertTime.flatMap(Timestamp.init(noticeTime:)) else {
      return false
    }
    return now >= last.advanced(by: Interruption.lifetime)
  }
}
