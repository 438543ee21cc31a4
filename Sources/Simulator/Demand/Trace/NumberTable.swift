/// Named columns of numbers from a CSV text, read byte by byte.
///
/// Cells may be quoted; a quoted cell does not span lines. Blank lines are passed over and counted.
struct NumberTable {
  /// The values, column by column in the order asked for; NaN for an empty cell that may be empty.
  private(set) var columns: [[Double]]
  /// The line each row stands in.
  private(set) var lines: [Int32] = []
  let names: [String]

  /// - Parameter mayBeEmpty: the columns in which an empty cell is no fault.
  init(
    csv bytes: [UInt8], columns names: [String], mayBeEmpty: Set<String> = []
  ) throws(DemandTraceError) {
    self.names = names
    var cursor = CellCursor(bytes)
    let header = cursor.header()
    guard !header.isEmpty else { throw .empty }
    var targets = [Int](repeating: -1, count: header.count)
    for (index, name) in names.enumerated() {
      guard let place = header.firstIndex(of: name) else {
        throw .missingColumn(name, found: header)
      }
      targets[place] = index
    }
    columns = names.map { _ in [] }
    let empties = names.map { mayBeEmpty.contains($0) }
    while cursor.nextRow() { try read(&cursor, into: targets, empties) }
    guard !lines.isEmpty else { throw .empty }
  }

  private mutating func read(
    _ cursor: inout CellCursor, into targets: [Int], _ mayBeEmpty: [Bool]
  ) throws(DemandTraceError) {
    var left = names.count
    var place = 0
    while left > 0, let cell = cursor.nextCell() {
      let target = place < targets.count ? targets[place] : -1
      place += 1
      guard target >= 0 else { continue }
      left -= 1
      guard !(cell.isEmpty && mayBeEmpty[target]) else {
        columns[target].append(.nan)
        continue
      }
      guard let value = decimal(cursor.bytes, cell) else {
        throw .notANumber(row: cursor.line, column: names[target], text: cursor.text(cell))
      }
      guard value.isFinite else {
        throw .notFinite(row: cursor.line, column: names[target], text: cursor.text(cell))
      }
      columns[target].append(value)
    }
    lines.append(Int32(truncatingIfNeeded: cursor.line))
    for (index, column) in columns.enumerated() where column.count < lines.count {
      throw .missingCell(row: cursor.line, column: names[index])
    }
    cursor.skipLine()
  }

  func line(_ row: Int) -> Int { Int(lines[row]) }

  static func header(of bytes: [UInt8]) -> [String] {
    var cursor = CellCursor(bytes)
    return cursor.header()
  }
}

/// A place in a CSV text.
private struct CellCursor {
  let bytes: [UInt8]
  private(set) var line = 0
  private var at = 0
  private var end = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { end = 3 }
  }

  mutating func header() -> [String] {
    guard nextRow() else { return [] }
    var names: [String] = []
    while let cell = nextCell() { names.append(text(cell)) }
    return names
  }

  /// Goes to the next line that is not blank; false at the end.
  mutating func nextRow() -> Bool {
    while end < bytes.count {
      at = line == 0 ? end : end + 1
      line += 1
      end = at
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      if at < end, !(end == at + 1 && bytes[at] == UInt8(ascii: "\r")) { return true }
    }
    return false
  }

  mutating func skipLine() { at = end + 1 }

  /// The next cell of this line without blanks and quotes around it; nil behind the last one.
  mutating func nextCell() -> Range<Int>? {
    guard at <= end else { return nil }
    var from = at
    if from < end, bytes[from] == UInt8(ascii: "\"") {
      from += 1
      at = from
      while at < end, bytes[at] != UInt8(ascii: "\"") { at += 1 }
      let cell = from..<at
      while at < end, bytes[at] != UInt8(ascii: ",") { at += 1 }
      at += 1
      return cell
    }
    while at < end, bytes[at] != UInt8(ascii: ",") { at += 1 }
    var until = at
    at += 1
    while until > from, Self.isBlank(bytes[until - 1]) { until -= 1 }
    while from < until, Self.isBlank(bytes[from]) { from += 1 }
    return from..<until
  }

  func text(_ cell: Range<Int>) -> String {
    String(decoding: bytes[cell].prefix(40), as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 9 }
}

/// The number in these bytes; nil when they are none. May be infinite or NaN where that is written.
private func decimal(_ bytes: [UInt8], _ cell: Range<Int>) -> Double? {
  var digits: UInt64 = 0
  var count = 0
  var decimals = -1
  for index in cell {
    let byte = bytes[index]
    if byte >= 0x30 && byte <= 0x39 && count < 15 {
      digits = digits * 10 + UInt64(byte - 0x30)
      count += 1
      if decimals >= 0 { decimals += 1 }
    } else if byte == UInt8(ascii: "."), decimals < 0 {
      decimals = 0
    } else {
      // Signs, exponents and long numbers are rare.
      return Double(String(decoding: bytes[cell], as: UTF8.self))
    }
  }
  guard count > 0 else { return nil }
  // Both are exact (below 2^53, powers of ten to 10^22), so the quotient is rounded once.
  return decimals > 0 ? Double(digits) / powersOfTen[decimals] : Double(digits)
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
