import FleetModel
import Planner
import Ports

/// One call of EC2's Query protocol as a value: the same value gives the same bytes.
struct EC2Call: Sendable, Hashable {
  /// The API version every call names (ec2.2016-11-15.service-2).
  static let version = "2016-11-15"

  var action: String
  /// Lists are already flattened, "InstanceId.1"; the order is the order on the wire.
  var parameters: [Parameter]

  struct Parameter: Sendable, Hashable {
    var name: String
    var value: String
  }

  /// The call may change something: it is sent once and never repeated in place.
  var mutates: Bool { !action.hasPrefix("Describe") }
}

extension EC2Call {
  /// EC2 allows 5 to 1000 a page; large pages make few calls.
  static let pageSize = 1000

  /// All instances that carry all of these tags, terminated ones included while EC2 lists them.
  static func describeInstances(tags: [String: String], after token: String?) -> EC2Call {
    var parameters: [Parameter] = []
    for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
      parameters.append(Parameter(name: "Filter.\(index + 1).Name", value: "tag:\(tag.key)"))
      parameters.append(Parameter(name: "Filter.\(index + 1).Value.1", value: tag.value))
    }
    parameters.append(Parameter(name: "MaxResults", value: String(pageSize)))
    if let token { parameters.append(Parameter(name: "NextToken", value: token)) }
    return EC2Call(action: "DescribeInstances", parameters: parameters)
  }

  /// One instance by its id; MaxResults is not allowed beside ids.
  static func describeInstance(_ node: NodeID) -> EC2Call {
    EC2Call(action: "DescribeInstances", parameters: list("InstanceId", [node.rawValue]))
  }

  /// At most 100 types a call. Never without names: unfiltered, moto answers 1,263 types in 6 s.
  static func describeInstanceTypes(_ types: [InstanceType]) -> EC2Call {
    EC2Call(
      action: "DescribeInstanceTypes", parameters: list("InstanceType", types.map(\.rawValue)))
  }

  static func startInstance(_ node: NodeID) -> EC2Call {
    EC2Call(action: "StartInstances", parameters: list("InstanceId", [node.rawValue]))
  }

  static func stopInstance(_ node: NodeID) -> EC2Call {
    EC2Call(action: "StopInstances", parameters: list("InstanceId", [node.rawValue]))
  }

  static func terminateInstance(_ node: NodeID) -> EC2Call {
    EC2Call(action: "TerminateInstances", parameters: list("InstanceId", [node.rawValue]))
  }

  private static func list(_ name: String, _ values: [String]) -> [Parameter] {
    values.enumerated().map { Parameter(name: "\(name).\($0.offset + 1)", value: $0.element) }
  }
}

extension EC2Call {
  /// Exactly one instance; `token` makes a repeat give the same one.
  static func runInstance(_ spec: LaunchSpec, token: String, tags: [String: String]) -> EC2Call {
    var parameters = [
      Parameter(name: "ImageId", value: spec.image),
      Parameter(name: "InstanceType", value: spec.type.rawValue),
      Parameter(name: "MinCount", value: "1"),
      Parameter(name: "MaxCount", value: "1"),
      Parameter(name: "ClientToken", value: token),
    ]
    if let subnet = spec.subnet { parameters.append(Parameter(name: "SubnetId", value: subnet)) }
    if let zone = spec.zone {
      parameters.append(Parameter(name: "Placement.AvailabilityZone", value: zone))
    }
    parameters += market(spec.capacity)
    for (index, kind) in ["instance", "volume"].enumerated() {
      parameters += tagSpecification(index + 1, resource: kind, tags: tags)
    }
    return EC2Call(action: "RunInstances", parameters: parameters)
  }

  private static func market(_ capacity: CapacityType) -> [Parameter] {
    switch capacity {
    case .onDemand: []
    case .spot: [Parameter(name: "InstanceMarketOptions.MarketType", value: "spot")]
    case .reserved:
      [
        Parameter(
          name: "CapacityReservationSpecification.CapacityReservationPreference",
          value: "capacity-reservations-only")
      ]
    }
  }

  private static func tagSpecification(
    _ index: Int, resource: String, tags: [String: String]
  ) -> [Parameter] {
    let prefix = "TagSpecification.\(index)"
    var parameters = [Parameter(name: "\(prefix).ResourceType", value: resource)]
    for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
      parameters.append(Parameter(name: "\(prefix).Tag.\(index + 1).Key", value: tag.key))
      parameters.append(Parameter(name: "\(prefix).Tag.\(index + 1).Value", value: tag.value))
    }
    return parameters
  }
}

extension EC2Call {
  /// The form on the wire, as botocore writes it: Action and Version first, space as "+".
  var body: [UInt8] {
    var bytes: [UInt8] = []
    let head = [
      Parameter(name: "Action", value: action), Parameter(name: "Version", value: Self.version),
    ]
    for parameter in head + parameters {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      Self.escape(parameter.name, into: &bytes)
      bytes.append(UInt8(ascii: "="))
      Self.escape(parameter.value, into: &bytes)
    }
    return bytes
  }

  /// A POST to "/": the only shape whose signature by libcurl is known to be right (DECISIONS 9).
  func request(
    to endpoint: String, region: Region, credentials: AWSCredentials
  ) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: endpoint,
      headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: body,
      // A page of 1000 instances is about 8 MB of XML.
      limits: HTTPLimits(total: .seconds(30), connect: .seconds(3), decodedBytes: 32 << 20),
      signing: .awsSigV4(service: "ec2", region: region, credentials: credentials))
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// RFC 3986 unreserved characters stay as they are.
  private static func escape(_ text: String, into bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        bytes.append(byte)
      case UInt8(ascii: " "):
        bytes.append(UInt8(ascii: "+"))
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexadecimal[Int(byte >> 4)])
        bytes.append(hexadecimal[Int(byte & 15)])
      }
    }
  }
}
