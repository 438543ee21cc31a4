import Ports

/// One operation of an AWS service as a value: the same value gives the same bytes.
struct AWSCall: Sendable, Hashable {
  /// As the service names it, "DescribeInstances".
  var operation: String
  var effect: CloudCall.Effect
  var body: Body

  enum Body: Sendable, Hashable {
    /// Lists are already numbered; the order is the order on the wire.
    case form([AWSParameter])
    case json(AWSJSON)
  }

  init(_ operation: String, _ effect: CloudCall.Effect = .look, form: [AWSParameter] = []) {
    self.operation = operation
    self.effect = effect
    body = .form(form)
  }

  init(_ operation: String, _ effect: CloudCall.Effect = .look, json: AWSJSON) {
    self.operation = operation
    self.effect = effect
    body = .json(json)
  }
}

/// One field of a Query protocol form.
struct AWSParameter: Sendable, Hashable {
  var name: String
  var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// EC2's lists: NAME.1, NAME.2 …
  static func list(_ name: String, _ values: [String]) -> [AWSParameter] {
    values.enumerated().map { AWSParameter("\(name).\($0.offset + 1)", $0.element) }
  }

  /// The other services' lists: NAME.member.1, NAME.member.2 …
  static func members(_ name: String, _ values: [String]) -> [AWSParameter] {
    list(name + ".member", values)
  }

  /// A form on the wire, as botocore writes it: space as "+".
  static func form(_ parameters: [AWSParameter]) -> [UInt8] {
    var bytes: [UInt8] = []
    for parameter in parameters {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      escape(parameter.name, into: &bytes)
      bytes.append(UInt8(ascii: "="))
      escape(parameter.value, into: &bytes)
    }
    return bytes
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

extension AWSService {
  /// The request itself, without proof of who asks.
  func call(_ call: AWSCall, to url: String) -> CloudCall {
    CloudCall(
      "\(name):\(call.operation)", "POST", url: url, headers: headers(of: call),
      body: bytes(of: call), effect: call.effect)
  }

  private func headers(of call: AWSCall) -> [HTTPField] {
    switch wire {
    case .query:
      [HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    case .json(let version, let target):
      [
        HTTPField("Content-Type", "application/x-amz-json-\(version)"),
        HTTPField("X-Amz-Target", "\(target).\(call.operation)"),
      ]
    }
  }

  private func bytes(of call: AWSCall) -> [UInt8] {
    switch (wire, call.body) {
    case (.query(let version), .form(let parameters)):
      AWSParameter.form(
        [AWSParameter("Action", call.operation), AWSParameter("Version", version)] + parameters)
    case (_, .form(let parameters)): AWSParameter.form(parameters)
    case (_, .json(let value)): value.bytes
    }
  }
}
