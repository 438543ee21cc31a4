/// Many levels of demand in two bytes each, known or not; the newest overwrite the oldest.
///
/// A level is the upper half of a Float: 8 significant bits, so within 0.4 % of the truth and
/// exact for whole numbers to 256. Encoded as one string of base-64 digits, three for a level,
/// because half a megabyte of commas is no way to keep a number.
struct LevelRing: Sendable, Hashable {
  private var words: [UInt16]

  init(count: Int) { words = Array(repeating: .unknown, count: max(1, count)) }

  var count: Int { words.count }

  subscript(number: Int64) -> Double? {
    get { words[place(of: number)].level }
    set { words[place(of: number)] = UInt16(level: newValue) }
  }

  private func place(of number: Int64) -> Int {
    let length = Int64(words.count)
    let rest = number % length
    return Int(rest < 0 ? rest + length : rest)
  }
}

extension LevelRing: CustomStringConvertible {
  /// Not the levels: there are thousands.
  var description: String { "\(words.count { $0 != .unknown }) of \(words.count) levels" }
}

extension UInt16 {
  /// Not a number, as a Float's upper half.
  fileprivate static let unknown: UInt16 = 0xFFFF

  fileprivate init(level: Double?) {
    guard let level, level.isFinite, level >= 0 else {
      self = .unknown
      return
    }
    let bits = Float(Swift.min(level, 1e30)).bitPattern
    self = UInt16(truncatingIfNeeded: (bits + 0x8000) >> 16)
  }

  fileprivate var level: Double? {
    self == .unknown ? nil : Double(Float(bitPattern: UInt32(self) << 16))
  }
}

extension LevelRing: Codable {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = Array(try container.decode(String.self).utf8)
    var values = [UInt16](repeating: 64, count: 256)
    for (value, digit) in Self.digits.enumerated() { values[Int(digit)] = UInt16(value) }
    guard !text.isEmpty, text.count % 3 == 0,
      text.allSatisfy({ values[Int($0)] < 64 }),
      text.indices.allSatisfy({ index in
        index % 3 != 0 || values[Int(text[index])] < 16
      })
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "levels are three digits each")
    }
    words = stride(from: 0, to: text.count, by: 3).map { index in
      values[Int(text[index])] << 12 | values[Int(text[index + 1])] << 6
        | values[Int(text[index + 2])]
    }
  }

  func encode(to encoder: any Encoder) throws {
    var text: [UInt8] = []
    text.reserveCapacity(words.count * 3)
    for word in words {
      for shift in [12, 6, 0] { text.append(Self.digits[Int(word >> UInt16(shift)) & 63]) }
    }
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: text, as: UTF8.self))
  }
}
