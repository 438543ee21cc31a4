/// Writes the fields of one protobuf message; in the order of their numbers, the bytes are those
/// every other writer makes.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// proto3: an empty text is not written.
  mutating func string(_ number: UInt64, _ text: String) {
    if !text.isEmpty { block(number, Array(text.utf8)) }
  }

  /// A field with presence: nil is not written, zero is.
  mutating func uint32(_ number: UInt64, _ value: Int?) {
    guard let value else { return }
    varint(number << 3)
    varint(UInt64(UInt32(clamping: value)))
  }

  /// A field without presence: zero is not written.
  mutating func int64(_ number: UInt64, _ value: Int64) {
    guard value != 0 else { return }
    varint(number << 3)
    varint(UInt64(bitPattern: value))
  }

  /// Written even when it is empty: that it is there says something.
  mutating func message(_ number: UInt64, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    block(number, inner.bytes)
  }

  private mutating func block(_ number: UInt64, _ content: [UInt8]) {
    varint(number << 3 | 2)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension ProtobufWriter {
  /// One message.
  static func message(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    write(&writer)
    return writer.bytes
  }
}
