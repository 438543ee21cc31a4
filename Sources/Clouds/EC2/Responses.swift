import FleetModel
import Foundation
import Ports
import XMLCoder

/// What EC2's XML says, as values. Nothing here trusts the bytes: what is not the expected
/// document is `nil`, whether it is HTML, cut short, or another service's envelope.
enum EC2Document {
  static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) -> Value? {
    guard looksLikeXML(body) else { return nil }
    let decoder = XMLDecoder()
    decoder.shouldProcessNamespaces = true
    return try? decoder.decode(type, from: Data(body))
  }

  /// The error an envelope carries; EC2's `<Response><Errors>` and the other services'
  /// `<ErrorResponse><Error>` are both understood.
  static func fault(in body: [UInt8]) -> EC2Fault? {
    if let reply = decode(ResponseEnvelope.self, from: body), let first = reply.errors.error.first {
      return EC2Fault(
        code: first.code, message: first.message ?? "", requestID: reply.requestID ?? "")
    }
    guard let reply = decode(ErrorResponseEnvelope.self, from: body) else { return nil }
    return EC2Fault(
      code: reply.error.code, message: reply.error.message ?? "",
      requestID: reply.requestID ?? "")
  }

  /// A document type is never sent by EC2: it is a proxy's page, or an entity bomb.
  private static func looksLikeXML(_ body: [UInt8]) -> Bool {
    let head = String(decoding: body.prefix(512), as: UTF8.self).lowercased()
    let start = head.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return start.first == "<" && !head.contains("<!doctype") && !head.contains("<html")
  }
}

struct EC2Fault: Sendable, Hashable {
  var code: String
  var message: String
  var requestID: String
}

private struct ResponseEnvelope: Decodable {
  var errors: List
  var requestID: String?

  struct List: Decodable {
    var error: [Entry]
    enum CodingKeys: String, CodingKey { case error = "Error" }
  }

  enum CodingKeys: String, CodingKey {
    case errors = "Errors"
    case requestID = "RequestID"
  }
}

private struct ErrorResponseEnvelope: Decodable {
  var error: Entry
  var requestID: String?

  enum CodingKeys: String, CodingKey {
    case error = "Error"
    case requestID = "RequestId"
  }
}

private struct Entry: Decodable {
  var code: String
  var message: String?

  enum CodingKeys: String, CodingKey {
    case code = "Code"
    case message = "Message"
  }
}

/// EC2 wraps every list in `<item>`; an empty element and no element are both an empty list.
struct EC2List<Item: Decodable & Sendable>: Decodable, Sendable {
  var item: [Item]?
  var items: [Item] { item ?? [] }
}

struct DescribeInstancesReply: Decodable, Sendable {
  var reservationSet: EC2List<Reservation>
  var nextToken: String?
  var requestId: String

  struct Reservation: Decodable, Sendable { var instancesSet: EC2List<EC2Instance>? }

  var instances: [EC2Instance] { reservationSet.items.flatMap { $0.instancesSet?.items ?? [] } }
}

struct RunInstancesReply: Decodable, Sendable {
  var instancesSet: EC2List<EC2Instance>
  var requestId: String
}

struct StateChangeReply: Decodable, Sendable {
  var instancesSet: EC2List<Change>
  var requestId: String

  struct Change: Decodable, Sendable {
    var instanceId: String
    var currentState: EC2Instance.State
  }
}

struct DescribeInstanceTypesReply: Decodable, Sendable {
  var instanceTypeSet: EC2List<Facts>
  var requestId: String

  struct Facts: Decodable, Sendable {
    var instanceType: String
    var gpuInfo: Accelerators?
  }

  struct Accelerators: Decodable, Sendable { var gpus: EC2List<Accelerator>? }
  struct Accelerator: Decodable, Sendable { var count: Int? }

  /// The GPUs of each type; a type without gpuInfo has none.
  var counts: [InstanceType: Int] {
    Dictionary(
      instanceTypeSet.items.map { facts in
        let counts = (facts.gpuInfo?.gpus?.items ?? []).map { $0.count ?? 0 }
        return (InstanceType(facts.instanceType), counts.reduce(0, +))
      }, uniquingKeysWith: { first, _ in first })
  }
}

struct EC2Instance: Decodable, Sendable {
  var instanceId: String
  var instanceType: String
  var instanceState: State
  var launchTime: String
  var placement: Placement?
  var instanceLifecycle: String?
  var capacityReservationId: String?
  var privateIpAddress: String?
  var tagSet: EC2List<Tag>?

  struct State: Decodable, Sendable { var name: String }
  struct Placement: Decodable, Sendable { var availabilityZone: String? }
  struct Tag: Decodable, Sendable {
    var key: String
    var value: String?
  }

  /// The node as the fleet knows it; nil when a state or time is not one we can read.
  func node(cloud: CloudName, region: Region) -> Node? {
    guard let state = InstanceState(rawValue: instanceState.name),
      let launchedAt = Timestamp(rfc3339: launchTime)
    else { return nil }
    return Node(
      id: NodeID(instanceId), cloud: cloud, region: region,
      zone: placement?.availabilityZone ?? "", type: InstanceType(instanceType),
      capacity: capacity, state: state, launchedAt: launchedAt,
      tags: Dictionary(
        (tagSet?.items ?? []).map { ($0.key, $0.value ?? "") },
        uniquingKeysWith: { first, _ in first }),
      privateAddress: privateIpAddress)
  }

  private var capacity: CapacityType {
    if instanceLifecycle == "spot" { return .spot }
    if instanceLifecycle == "capacity-block" { return .reserved }
    return capacityReservationId.map { !$0.isEmpty } == true ? .reserved : .onDemand
  }
}
