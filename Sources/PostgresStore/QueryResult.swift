import CLibPQ
import FleetModel

/// One libpq result in binary form; freed when it goes out of scope, and never copied.
@safe struct QueryResult: ~Copyable {
  private let raw: OpaquePointer

  @unsafe init(adopting raw: OpaquePointer) { unsafe self.raw = raw }
  deinit { unsafe PQclear(raw) }

  var rowCount: Int { unsafe Int(PQntuples(raw)) }

  /// How many rows an INSERT, UPDATE, DELETE or COPY touched.
  var affected: Int {
    guard let text = unsafe PQcmdTuples(raw) else { return 0 }
    return unsafe Int(String(cString: text)) ?? 0
  }

  func optionalInteger(_ row: Int, _ column: Int) throws(Failure) -> Int64? {
    guard let bytes = bytes(row, column) else { return nil }
    guard [1, 2, 4, 8].contains(bytes.count) else {
      throw .malformed("column \(column) is no integer")
    }
    let negative = bytes.count > 1 && bytes[0] & 0x80 != 0
    return bytes.reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) }
  }

  func integer(_ row: Int, _ column: Int) throws(Failure) -> Int64 {
    try present(try optionalInteger(row, column), column)
  }

  func boolean(_ row: Int, _ column: Int) throws(Failure) -> Bool {
    try integer(row, column) != 0
  }

  func optionalMoment(_ row: Int, _ column: Int) throws(Failure) -> Timestamp? {
    try optionalInteger(row, column).map { Timestamp(wire: $0) }
  }

  func moment(_ row: Int, _ column: Int) throws(Failure) -> Timestamp {
    try present(try optionalMoment(row, column), column)
  }

  func optionalText(_ row: Int, _ column: Int) -> String? {
    bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  func text(_ row: Int, _ column: Int) throws(Failure) -> String {
    try present(optionalText(row, column), column)
  }

  /// A real or double precision.
  func optionalNumber(_ row: Int, _ column: Int) throws(Failure) -> Double? {
    guard let bytes = bytes(row, column) else { return nil }
    let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch bytes.count {
    case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case 8: return Double(bitPattern: bits)
    default: throw .malformed("column \(column) is no number")
    }
  }

  /// The value's bytes; nil for NULL.
  func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    guard unsafe PQgetisnull(raw, Int32(row), Int32(column)) == 0,
      let start = unsafe PQgetvalue(raw, Int32(row), Int32(column))
    else { return nil }
    let count = unsafe Int(PQgetlength(raw, Int32(row), Int32(column)))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  private func present<Value>(_ value: Value?, _ column: Int) throws(Failure) -> Value {
    guard let value else { throw .malformed("column \(column) is NULL") }
    return value
  }
}
