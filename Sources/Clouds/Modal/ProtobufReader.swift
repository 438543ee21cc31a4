/// The fields of one protobuf message as they stand on the wire (protobuf.dev, Encoding).
///
/// Nothing is trusted: what is cut short, too long, or of a wire type that is not in use gives no
/// message. A field of another wire type than is asked for counts as one that is not known.
struct ProtobufMessage: Sendable {
  enum Value: Sendable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private let fields: [(number: UInt64, value: Value)]

  /// More fields than any answer that is read here has.
  static let maximumFields = 100_000

  init?(_ bytes: ArraySlice<UInt8>) {
    var reader = ProtobufReader(bytes)
    var fields: [(number: UInt64, value: Value)] = []
    while !reader.isAtEnd {
      guard fields.count < Self.maximumFields, let field = reader.field() else { return nil }
      fields.append(field)
    }
    self.fields = fields
  }

  /// The numbers of the fields there are, in their order, each as often as it is there.
  var numbers: [UInt64] { fields.map(\.number) }

  /// A uint32, cut to 32 bits as every reader does; nil when it is not there. The last one counts.
  func uint32(_ number: UInt64) -> Int? {
    for case (number, .varint(let value)) in fields.reversed() {
      return Int(UInt32(truncatingIfNeeded: value))
    }
    return nil
  }

  /// An int64; nil when it is not there.
  func int64(_ number: UInt64) -> Int64? {
    for case (number, .varint(let value)) in fields.reversed() {
      return Int64(bitPattern: value)
    }
    return nil
  }

  func float(_ number: UInt64) -> Float? {
    for case (number, .fixed32(let bits)) in fields.reversed() { return Float(bitPattern: bits) }
    return nil
  }

  func bytes(_ number: UInt64) -> ArraySlice<UInt8>? { all(number).last }

  /// A text; nil when it is not there, or no UTF-8.
  func string(_ number: UInt64) -> String? {
    bytes(number).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// A message; nil when it is not there or can not be read. Several are one, each adding to the
  /// one before it.
  func message(_ number: UInt64) -> ProtobufMessage? {
    let parts = all(number)
    guard parts.count > 1 else { return parts.first.flatMap { ProtobufMessage($0) } }
    return ProtobufMessage(Array(parts.joined())[...])
  }

  /// Every one of a repeated message; nil when one of them can not be read.
  func messages(_ number: UInt64) -> [ProtobufMessage]? {
    let parts = all(number)
    let messages = parts.compactMap { ProtobufMessage($0) }
    return messages.count == parts.count ? messages : nil
  }

  /// A map<string, string>; nil when an entry can not be read.
  func map(_ number: UInt64) -> [String: String]? {
    guard let entries = messages(number) else { return nil }
    return Dictionary(
      entries.map { ($0.string(1) ?? "", $0.string(2) ?? "") }, uniquingKeysWith: { $1 })
  }

  private func all(_ number: UInt64) -> [ArraySlice<UInt8>] {
    fields.compactMap { field in
      guard field.number == number, case .bytes(let bytes) = field.value else { return nil }
      return bytes
    }
  }
}

/// Takes one field after the other from bytes.
private struct ProtobufReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func field() -> (number: UInt64, value: ProtobufMessage.Value)? {
    guard let tag = varint(), (1...0x1FFF_FFFF).contains(tag >> 3) else { return nil }
    return value(ofWireType: tag & 7).map { (tag >> 3, $0) }
  }

  /// 3 and 4, groups, are in no message that is read here.
  private mutating func value(ofWireType type: UInt64) -> ProtobufMessage.Value? {
    switch type {
    case 0: return varint().map { .varint($0) }
    case 1: return fixed(8).map { .fixed64($0) }
    case 2:
      guard let length = varint(), length <= UInt64(rest.count) else { return nil }
      defer { rest = rest.dropFirst(Int(length)) }
      return .bytes(rest.prefix(Int(length)))
    case 5: return fixed(4).map { .fixed32(UInt32(truncatingIfNeeded: $0)) }
    default: return nil
    }
  }

  /// Seven bits a byte, the least first, at most ten bytes.
  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func fixed(_ count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
