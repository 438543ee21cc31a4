import Crypto
import FleetModel
import Foundation

/// How our names and tags are written where Google allows fewer characters.
enum GCPName {
  /// A name for the machine that a launch makes: RFC 1035, at most 63 characters, the same for the
  /// same token. A second machine of that name in the zone is refused by the cloud.
  static func instance(token: String) -> String {
    let legal = token.utf8.allSatisfy(isNameByte) && token.utf8.last != UInt8(ascii: "-")
    if legal, (1...56).contains(token.utf8.count) { return "finops-" + token }
    return "finops-" + digest(token, letters: 52)
  }

  /// The token as a UUID, which is what `requestId` takes: the first 16 bytes of its SHA-256, marked
  /// as version 8 (RFC 9562 5.8). Google remembers it for at least an hour.
  static func requestID(token: String) -> String {
    var bytes = Array(SHA256.hash(data: Array(token.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let text = bytes.map(hex).joined()
    var parts: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  /// A legal label value (lower case letters, digits, "_" and "-", at most 63): the text itself where
  /// it is one, else what is left of it and a digest, so that two texts do not become one.
  static func label(_ text: String) -> String {
    if isLabel(text) { return text }
    let kept = text.lowercased().utf8.prefix(50).map { isLabelByte($0) ? $0 : UInt8(ascii: "_") }
    return String(decoding: kept, as: UTF8.self) + "-" + digest(text, letters: 8)
  }

  static func isLabel(_ text: String) -> Bool {
    text.utf8.count <= 63 && text.utf8.allSatisfy(isLabelByte)
  }

  /// A label's key begins with a letter.
  static func isLabelKey(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLabel(text) else { return false }
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
  }

  /// "us-central1" of "us-central1-a".
  static func region(ofZone zone: String) -> Region {
    guard let dash = zone.lastIndex(of: "-") else { return Region(zone) }
    return Region(String(zone[..<dash]))
  }

  /// The last part of a resource's URL, whole or partial.
  static func last(_ url: String) -> String {
    url.split(separator: "/").last.map(String.init) ?? url
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isLabelByte(byte) && byte != UInt8(ascii: "_")
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// Hexadecimal, so that it is legal in every name.
  private static func digest(_ text: String, letters: Int) -> String {
    String(SHA256.hash(data: Array(text.utf8)).map(hex).joined().prefix(letters))
  }
}

/// A node's id: the zone and the number Google gave the machine, "us-central1-a/6105395321733014149".
/// Not its name: a name comes again when a group makes a machine anew.
struct GCPNode: Hashable {
  var zone: String
  /// The number; the API takes it where it takes a name.
  var number: String

  init(zone: String, number: String) {
    self.zone = zone
    self.number = number
  }

  /// nil for an id that is not Google's.
  init?(_ id: NodeID) {
    let parts = id.rawValue.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, GCPName.isLabelKey(String(parts[0])),
      let number = UInt64(parts[1]), number > 0
    else { return nil }
    self.init(zone: String(parts[0]), number: String(parts[1]))
  }

  var id: NodeID { NodeID("\(zone)/\(number)") }
}

/// A managed instance group: "mig/ZONE/NAME", or "mig/REGION/NAME" for a regional one.
struct GCPGroup: Hashable {
  var scope: GCPScope
  var name: String

  init(scope: GCPScope, name: String) {
    self.scope = scope
    self.name = name
  }

  /// nil for a workload of another kind.
  init?(_ id: WorkloadID) {
    let parts = id.parts
    guard parts.count == 3, parts[0] == "mig", GCPName.isLabelKey(parts[1]),
      GCPName.isLabelKey(parts[2])
    else { return nil }
    self.init(scope: GCPScope(place: parts[1]), name: parts[2])
  }

  /// The group a member says it was made by; nil for anything else.
  init?(url: String) {
    let parts = url.split(separator: "/").map(String.init)
    guard parts.count >= 4, parts[parts.count - 2] == "instanceGroupManagers" else { return nil }
    let place = parts[parts.count - 3]
    switch parts[parts.count - 4] {
    case "zones": self.init(scope: .zone(place), name: parts[parts.count - 1])
    case "regions": self.init(scope: .region(place), name: parts[parts.count - 1])
    default: return nil
    }
  }

  var id: WorkloadID { WorkloadID("mig/\(scope.place)/\(name)") }
}

/// Where a resource lives, as it stands in its URL.
enum GCPScope: Hashable, Sendable {
  case zone(String)
  case region(String)

  /// "us-central1-a" is a zone and "us-central1" a region: a zone's name has one part more.
  init(place: String) {
    self = place.split(separator: "-").count > 2 ? .zone(place) : .region(place)
  }

  var place: String {
    switch self {
    case .zone(let name), .region(let name): name
    }
  }

  var path: String {
    switch self {
    case .zone(let name): "zones/\(name)"
    case .region(let name): "regions/\(name)"
    }
  }

  var region: Region {
    switch self {
    case .zone(let name): GCPName.region(ofZone: name)
    case .region(let name): Region(name)
    }
  }
}
