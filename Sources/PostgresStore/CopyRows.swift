/// Rows in PostgreSQL's binary COPY format (its manual, "COPY", File Formats).
struct CopyRows {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  /// Signature, no flags, no extension.
  init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
    bytes += Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]
    append(Int32(0))
    append(Int32(0))
  }

  mutating func startRow(columns: Int16) {
    append(columns)
    count += 1
  }

  mutating func null() { append(Int32(-1)) }

  mutating func value(_ number: some FixedWidthInteger) {
    append(Int32(number.bitWidth / 8))
    append(number)
  }

  mutating func value(_ number: Float) { value(number.bitPattern) }

  mutating func value(_ text: String) {
    append(Int32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// The mark that nothing follows.
  consuming func finished() -> [UInt8] {
    append(Int16(-1))
    return bytes
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    var shift = Number.bitWidth
    while shift > 0 {
      shift -= 8
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
