import Synchronization

/// A gzip body of zeros: about a thousandth of what it decodes to.
///
/// Made by hand so that no 200 MB are ever held: deflate's fixed Huffman code says "258 more of
/// the same" in 13 bits (RFC 1951 3.2.6), and the checksum of zeros follows from its length.
enum Zeros {
  private static let made = Mutex<[Int: [UInt8]]>([:])

  static func answer(megabytes: Int) async throws -> Answer {
    let body = made.withLock { made in
      let body = made[megabytes] ?? gzip(count: megabytes << 20)
      made[megabytes] = body
      return body
    }
    return Answer(
      contentType: "text/plain; version=0.0.4; charset=utf-8", body: body,
      headers: [("Content-Encoding", "gzip")])
  }

  /// `count` zero bytes, compressed. The count is at least 1.
  static func gzip(count: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var bits = BitWriter()
    bits.put(0b011, count: 3)  // the last block, fixed Huffman codes
    let (runs, rest) = (max(0, count - 1) / 258, max(0, count - 1) % 258)
    bits.putCode(0x30, count: 8)  // literal 0
    for _ in 0..<runs {
      bits.putCode(0b1100_0101, count: 8)  // length 258
      bits.putCode(0, count: 5)  // distance 1
    }
    for _ in 0..<rest { bits.putCode(0x30, count: 8) }
    bits.putCode(0, count: 7)  // end of block
    bytes += bits.finish()
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: crc(count) >> shift)) }
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    return bytes
  }

  /// CRC-32 of `count` zero bytes: one zero byte is a linear map of the register's 32 bits, so the
  /// map is squared instead of applied `count` times (as zlib's crc32_combine does).
  private static func crc(_ count: Int) -> UInt32 {
    var register: UInt32 = 0xFFFF_FFFF
    var power: [UInt32] = (0..<32).map { bit in
      (0..<8).reduce(UInt32(1) << bit) { value, _ in
        value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
      }
    }
    var left = count
    while left > 0 {
      if left & 1 == 1 { register = apply(power, to: register) }
      power = power.map { apply(power, to: $0) }
      left >>= 1
    }
    return register ^ 0xFFFF_FFFF
  }

  private static func apply(_ matrix: [UInt32], to vector: UInt32) -> UInt32 {
    (0..<32).reduce(0) { sum, bit in vector >> bit & 1 == 1 ? sum ^ matrix[bit] : sum }
  }
}

private struct BitWriter {
  private var bytes: [UInt8] = []
  private var held: UInt32 = 0
  private var count = 0

  /// The lowest bit first, as deflate packs numbers.
  mutating func put(_ value: UInt32, count: Int) {
    held |= value << self.count
    self.count += count
    while self.count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: held))
      held >>= 8
      self.count -= 8
    }
  }

  /// The highest bit first, as deflate packs Huffman codes.
  mutating func putCode(_ code: UInt32, count: Int) {
    for bit in stride(from: count - 1, through: 0, by: -1) {
      put(code >> UInt32(bit) & 1, count: 1)
    }
  }

  mutating func finish() -> [UInt8] {
    if count > 0 { put(0, count: 8 - count) }
    return bytes
  }
}
