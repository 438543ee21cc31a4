/// Reads a number as the exposition formats write it.
///
/// Digits with at most 19 significant places and no exponent, which is all that exporters print in
/// practice, are converted here without rounding error: an integer below 2^64 converts rounding
/// once, and m / 10^n rounds once where m ≤ 2^53 and n ≤ 22, both being exact (W. D. Clinger, "How
/// to read floating point numbers accurately", 1990). All else goes to the standard library's
/// conversion, after its form has been checked.
enum ExpositionNumber {
  /// The number at `position`, which is moved past it; nil when there is none. A number ends at a
  /// blank or at `end`.
  @inline(__always)
  static func read(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Double? {
    var cursor = unsafe position
    guard unsafe cursor < end else { return nil }
    let negative = unsafe cursor.pointee == 0x2d
    if unsafe negative || cursor.pointee == 0x2b { unsafe cursor += 1 }
    var mantissa: UInt64 = 0
    var significant = 0
    var digits = 0
    var decimals = 0
    var afterPoint = false
    while unsafe cursor < end {
      let digit = unsafe cursor.pointee &- 0x30
      if digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        significant += mantissa == 0 ? 0 : 1
        digits += 1
        decimals += afterPoint ? 1 : 0
      } else if unsafe cursor.pointee == 0x2e && !afterPoint {
        afterPoint = true
      } else {
        break
      }
      unsafe cursor += 1
    }
    let ended = unsafe cursor == end || isBlank(cursor.pointee)
    guard ended, digits > 0, significant <= 19, let size = scaled(mantissa, decimals) else {
      return unsafe readSlowly(&position, end)
    }
    unsafe position = cursor
    return negative ? -size : size
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// mantissa / 10^decimals where that is exact but for one rounding; nil elsewhere.
  @inline(__always)
  private static func scaled(_ mantissa: UInt64, _ decimals: Int) -> Double? {
    if decimals == 0 { return Double(mantissa) }
    guard mantissa <= 1 << 53, decimals <= 22 else { return nil }
    // dcgm-exporter prints every float with six decimals (%f).
    if decimals == 6 { return Double(mantissa) / 1e6 }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return Double(mantissa) / power
  }

  @inline(never)
  private static func readSlowly(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Double? {
    var cursor = unsafe position
    while unsafe cursor < end && !isBlank(cursor.pointee) { unsafe cursor += 1 }
    let word = unsafe BodyText(position, cursor)
    // The longest exact decimal of a double has 1,077 characters or so.
    guard word.count <= 1200, let value = value(of: word.unescaped) else { return nil }
    unsafe position = cursor
    return value
  }

  private static func value(of word: String) -> Double? {
    let unsigned = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
    let sign: Double = word.hasPrefix("-") ? -1 : 1
    switch unsigned.lowercased() {
    case "nan": return .nan
    case "inf", "infinity": return sign * .infinity
    default: return isDecimal(unsigned.utf8) ? Double(word) : nil
    }
  }

  /// digits [. digits] [e [sign] digits], with a digit before the exponent: no hexadecimal, no
  /// underscores.
  private static func isDecimal(_ word: Substring.UTF8View) -> Bool {
    let parts = word.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 | 0x20 == 0x65 })
    guard let number = parts.first else { return false }
    let halves = number.split(separator: 0x2e, omittingEmptySubsequences: false)
    let digits = halves.reduce(0) { $0 + $1.count }
    guard halves.count <= 2, digits > 0, halves.allSatisfy({ $0.allSatisfy(isDigit) }) else {
      return false
    }
    guard parts.count == 2 else { return true }
    let signed = parts[1].first == 0x2b || parts[1].first == 0x2d
    let exponent = signed ? parts[1].dropFirst() : parts[1]
    return !exponent.isEmpty && exponent.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
