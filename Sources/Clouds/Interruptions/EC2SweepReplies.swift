import FleetModel

struct SpotRequestsReply: EC2Page {
  var spotInstanceRequestSet: EC2List<Request>?
  var nextToken: String?

  struct Request: Decodable, Sendable {
    var instanceId: String?
    var status: Status?
  }

  struct Status: Decodable, Sendable {
    var code: String
    var updateTime: String?
  }

  /// A request goes on being listed for hours: what it said long ago is late, and left out by the
  /// caller.
  func notices(in cloud: CloudName, at now: Timestamp) -> [Interruption] {
    (spotInstanceRequestSet?.items ?? []).compactMap { request in
      guard let node = AWSEvent.node(request.instanceId), let status = request.status,
        AWSCall.endingSpotCodes.contains(status.code)
      else { return nil }
      let said = status.updateTime.flatMap(Timestamp.init(noticeTime:))
      return Interruption(
        .preemption, of: node, in: cloud, endsAt: said?.advanced(by: AWSEvent.spotNotice),
        noticedAt: said ?? now, path: EC2Sweep.path)
    }
  }
}

struct EndedInstancesReply: EC2Page {
  var reservationSet: EC2List<Reservation>?
  var nextToken: String?

  struct Reservation: Decodable, Sendable { var instancesSet: EC2List<Instance>? }

  struct Instance: Decodable, Sendable {
    var instanceId: String
    var stateReason: StateReason?
    /// "Server.SpotInstanceTermination (2026-11-21 09:00:00 GMT)" or "… initiated (…)".
    var reason: String?
  }

  struct StateReason: Decodable, Sendable { var code: String }

  func notices(in cloud: CloudName, at now: Timestamp) -> [Interruption] {
    let instances = (reservationSet?.items ?? []).flatMap { $0.instancesSet?.items ?? [] }
    return instances.compactMap { instance in
      guard let node = AWSEvent.node(instance.instanceId), let code = instance.stateReason?.code,
        AWSCall.endingReasons.contains(code)
      else { return nil }
      let kind: Interruption.Kind = code.hasPrefix("Server.Spot") ? .preemption : .stopped
      let ended = instance.reason.flatMap(Self.moment)
      return Interruption(
        kind, of: node, in: cloud, endsAt: ended, noticedAt: ended ?? now, path: EC2Sweep.path)
    }
  }

  /// The time in brackets at the end.
  private static func moment(_ reason: String) -> Timestamp? {
    guard let open = reason.lastIndex(of: "(") else { return nil }
    let words = reason[reason.index(after: open)...].split { " )".contains($0) }
    guard words.count >= 2 else { return nil }
    return Timestamp(rfc3339: "\(words[0])T\(words[1])Z")
  }
}

struct InstanceStatusReply: EC2Page {
  var instanceStatusSet: EC2List<Status>?
  var nextToken: String?

  struct Status: Decodable, Sendable {
    var instanceId: String
    var eventsSet: EC2List<Event>?
  }

  struct Event: Decodable, Sendable {
    var code: String
    var description: String?
    var notBefore: String?

    /// Done with or called off: the description says so first, "[Completed] …".
    var isOver: Bool { description?.hasPrefix("[") == true }
  }

  func notices(in cloud: CloudName, at now: Timestamp) -> [Interruption] {
    (instanceStatusSet?.items ?? []).compactMap { status in
      let begins = (status.eventsSet?.items ?? [])
        .filter { !$0.isOver && AWSCall.plannedCodes.contains($0.code) }
        .compactMap { $0.notBefore.flatMap(Timestamp.init(noticeTime:)) }.min()
      guard let node = AWSEvent.node(status.instanceId), let begins else { return nil }
      return Interruption(
        .maintenance, of: node, in: cloud, endsAt: begins, noticedAt: now, path: EC2Sweep.path)
    }
  }
}
