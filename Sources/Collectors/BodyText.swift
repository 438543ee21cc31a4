import Glibc

/// A run of bytes inside a body that is being parsed; it must not outlive the parse.
@safe struct BodyText {
  let start: UnsafePointer<UInt8>
  let count: Int

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    unsafe self.start = start
    count = unsafe end - start
  }

  @inline(__always)
  func equals(_ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && (unsafe memcmp(start, word.utf8Start, count)) == 0
  }

  @inline(__always)
  func equals(_ other: BodyText) -> Bool {
    count == other.count && (unsafe memcmp(start, other.start, count)) == 0
  }

  @inline(__always)
  func begins(_ word: StaticString) -> Bool {
    count >= word.utf8CodeUnitCount
      && (unsafe memcmp(start, word.utf8Start, word.utf8CodeUnitCount)) == 0
  }

  /// Printable ASCII without quote or backslash: what an identifier may be made of.
  var isPlain: Bool {
    unsafe bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
  }

  var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: start, count: count) }

  /// The text with its escapes resolved; bytes that are not UTF-8 become U+FFFD.
  var unescaped: String {
    guard unsafe memchr(start, 0x5c, count) != nil else {
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    var result: [UInt8] = []
    var index = 0
    while index < count {
      let byte = unsafe start[index]
      let next = unsafe index + 1 < count ? start[index + 1] : 0
      switch (byte, next) {
      case (0x5c, 0x6e): result.append(0x0a)
      case (0x5c, 0x22), (0x5c, 0x5c): result.append(next)
      default:
        result.append(byte)
        index -= 1
      }
      index += 2
    }
    return String(decoding: result, as: UTF8.self)
  }
}
