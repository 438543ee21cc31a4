import FleetModel
import Planner
import Ports
import Synchronization

/// Stop and termination protection, which no listing shows: asked of one machine at a time, two calls.
///
/// Only machines that are looked at singly are asked, which are those an act is meant for: a thousand
/// machines every half minute would be two thousand calls. What was heard stands beside the machine
/// in the listings that follow, until it is too old.
final class EC2Protections: Sendable {
  private struct Entry {
    var hindrances: [ActHindrance]
    var until: Timestamp
  }

  private let entries = Mutex<[NodeID: Entry]>([:])
  private let calls: AWSCalls
  private let time: any TimeSource

  /// EC2 itself refuses what is protected, so an old answer costs a refusal and no machine; a person
  /// who lifts the protection waits so long.
  static let lifetime = Duration.minutes(10)

  init(calls: AWSCalls, time: any TimeSource) {
    self.calls = calls
    self.time = time
  }

  /// Asks, unless it was answered lately. What can not be asked is not known: EC2 has the last word.
  func hindrances(of node: NodeID) async -> [ActHindrance] {
    if let known = remembered(of: node) { return known }
    var found: [ActHindrance] = []
    for attribute in EC2ProtectionAttribute.allCases where await isSet(attribute, on: node) {
      found.append(attribute.hindrance)
    }
    let entry = Entry(hindrances: found, until: time.now().advanced(by: Self.lifetime))
    entries.withLock { $0[node] = entry }
    return found
  }

  /// What was heard lately; nil: nothing was asked.
  func remembered(of node: NodeID) -> [ActHindrance]? {
    let now = time.now()
    return entries.withLock { entries in
      entries = entries.filter { $0.value.until > now }
      return entries[node]?.hindrances
    }
  }

  private func isSet(_ attribute: EC2ProtectionAttribute, on node: NodeID) async -> Bool {
    do throws(ActuateError) {
      let call = AWSCall.describeAttribute(attribute.rawValue, of: node)
      let reply = try await calls.send(call, as: DescribeInstanceAttributeReply.self).value
      return attribute == .stop
        ? reply.disableApiStop?.value == true : reply.disableApiTermination?.value == true
    } catch { return false }
  }
}

/// As DescribeInstanceAttribute names them.
enum EC2ProtectionAttribute: String, CaseIterable, Sendable {
  case stop = "disableApiStop"
  case termination = "disableApiTermination"

  var hindrance: ActHindrance {
    switch self {
    case .stop:
      ActHindrance(
        .stop, .protected, because: "its stop protection is on",
        remedy: "set disableApiStop to false to let it stop")
    case .termination:
      ActHindrance(
        .terminate, .protected, because: "its termination protection is on",
        remedy: "set disableApiTermination to false to let it go")
    }
  }
}

struct DescribeInstanceAttributeReply: Decodable, Sendable {
  var disableApiStop: Flag?
  var disableApiTermination: Flag?
  var requestId: String

  struct Flag: Decodable, Sendable { var value: Bool? }
}
