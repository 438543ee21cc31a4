import FleetModel

/// A statement that was written in this program; values never become part of its text.
struct SQL: ExpressibleByStringLiteral, Sendable {
  let text: String
  init(stringLiteral value: StaticString) { text = String(describing: value) }
}

/// A value that goes beside a statement.
enum Parameter: Sendable {
  /// Its type is what the statement makes of it.
  case text(String)
  case optionalText(String?)
  case integer(Int64)
  case optionalInteger(Int64?)
  case boolean(Bool)
  case moment(Timestamp)
  case bytes([UInt8])

  /// The type's oid, as pg_type.dat numbers it; 0 lets the server decide.
  var type: UInt32 {
    switch self {
    case .text, .optionalText: 0
    case .integer, .optionalInteger: 20
    case .boolean: 16
    case .moment: 1184
    case .bytes: 17
    }
  }

  /// Text goes as text, everything else in the binary form; nil is NULL.
  var isBinary: Bool {
    switch self {
    case .text, .optionalText: false
    default: true
    }
  }

  /// The bytes on the wire; text carries its closing zero.
  var wire: [UInt8]? {
    switch self {
    case .text(let text): Array(text.utf8) + [0]
    case .optionalText(let text): text.map { Array($0.utf8) + [0] }
    case .integer(let number): number.networkBytes
    case .optionalInteger(let number): number?.networkBytes
    case .boolean(let flag): [flag ? 1 : 0]
    case .moment(let moment): moment.wire.networkBytes
    case .bytes(let bytes): bytes
    }
  }
}

extension FixedWidthInteger {
  /// Most significant byte first.
  var networkBytes: [UInt8] {
    (0..<Self.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}

extension Timestamp {
  /// PostgreSQL counts microseconds from 2000-01-01T00:00:00Z.
  private static let wireEpoch: Int64 = 946_684_800_000_000
  var wire: Int64 { microseconds - Self.wireEpoch }
  init(wire: Int64) { self.init(microseconds: wire + Self.wireEpoch) }
}
