import Glibc

/// The grammar of one line.
struct ExpositionLine {
  let limits: ExpositionLimits
  var number = 0

  init(limits: ExpositionLimits) { self.limits = limits }

  func error(_ fault: ExpositionError.Fault) -> ExpositionError {
    ExpositionError(line: number, fault: fault)
  }

  /// True when the line was a sample; false for a comment and an empty line.
  @inline(__always)
  func parse(
    _ start: UnsafePointer<UInt8>, _ lineEnd: UnsafePointer<UInt8>,
    into visitor: inout some ExpositionVisitor
  ) throws(ExpositionError) -> Bool {
    var stop = unsafe lineEnd
    if unsafe stop > start && stop[-1] == 0x0d { unsafe stop -= 1 }
    var cursor = unsafe start
    unsafe skipBlanks(&cursor, stop)
    guard unsafe cursor < stop, unsafe cursor.pointee != 0x23 else { return false }
    let name = try unsafe name(&cursor, stop, allowingColon: true)
    visitor.series(name)
    let tailStart = unsafe cursor
    unsafe skipBlanks(&cursor, stop)
    if unsafe cursor < stop && cursor.pointee == 0x7b {
      try unsafe labels(&cursor, stop, into: &visitor)
      unsafe skipBlanks(&cursor, stop)
    } else if unsafe cursor == tailStart {
      throw unsafe fault(at: cursor, stop, wanted: "a blank or “{”")
    }
    let tail = unsafe BodyText(tailStart, cursor)
    guard let value = unsafe ExpositionNumber.read(&cursor, stop) else { throw error(.notANumber) }
    let isBare = unsafe cursor == stop
    if !isBare { try unsafe afterValue(&cursor, stop) }
    visitor.sample(value, name: name, tail: tail, isBare: isBare)
    return true
  }

  @inline(__always)
  private func skipBlanks(_ cursor: inout UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>) {
    while unsafe cursor < stop && ExpositionNumber.isBlank(cursor.pointee) { unsafe cursor += 1 }
  }

  @inline(__always)
  private func name(
    _ cursor: inout UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, allowingColon: Bool
  ) throws(ExpositionError) -> BodyText {
    let start = unsafe cursor
    while unsafe cursor < stop {
      let byte = unsafe cursor.pointee
      let isLetter = (byte | 0x20) &- 0x61 < 26 || byte == 0x5f
      let isOther = byte &- 0x30 < 10 ? unsafe cursor > start : allowingColon && byte == 0x3a
      guard isLetter || isOther else { break }
      unsafe cursor += 1
    }
    let name = unsafe BodyText(start, cursor)
    guard name.count > 0 else { throw unsafe fault(at: cursor, stop, wanted: "a name") }
    guard name.count <= limits.textBytes else {
      throw error(.textTooLong(limit: limits.textBytes))
    }
    return name
  }

  /// From “{” to past “}”.
  @inline(__always)
  private func labels(
    _ cursor: inout UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>,
    into visitor: inout some ExpositionVisitor
  ) throws(ExpositionError) {
    unsafe cursor += 1
    var count = 0
    unsafe skipBlanks(&cursor, stop)
    while unsafe cursor == stop || cursor.pointee != 0x7d {
      count += 1
      guard count <= limits.labels else { throw error(.tooManyLabels(limit: limits.labels)) }
      let name = try unsafe name(&cursor, stop, allowingColon: false)
      try unsafe expect(0x3d, "“=”", &cursor, stop)
      try unsafe expect(0x22, "a quote", &cursor, stop)
      let value = try unsafe quoted(&cursor, stop)
      visitor.label(name, value)
      unsafe skipBlanks(&cursor, stop)
      if unsafe cursor < stop && cursor.pointee == 0x2c {
        unsafe cursor += 1
        unsafe skipBlanks(&cursor, stop)
      } else if unsafe cursor == stop || cursor.pointee != 0x7d {
        throw unsafe fault(at: cursor, stop, wanted: "“,” or “}”")
      }
    }
    unsafe cursor += 1
  }

  @inline(__always)
  private func expect(
    _ byte: UInt8, _ wanted: StaticString, _ cursor: inout UnsafePointer<UInt8>,
    _ stop: UnsafePointer<UInt8>
  ) throws(ExpositionError) {
    unsafe skipBlanks(&cursor, stop)
    guard unsafe cursor < stop, unsafe cursor.pointee == byte else {
      throw unsafe fault(at: cursor, stop, wanted: wanted.description)
    }
    unsafe cursor += 1
  }

  /// A label value, its first quote already taken; moves past the closing one.
  @inline(__always)
  private func quoted(
    _ cursor: inout UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>
  ) throws(ExpositionError) -> BodyText {
    let start = unsafe cursor
    while let found = unsafe memchr(cursor, 0x22, stop - cursor) {
      let quote = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
      unsafe cursor = quote + 1
      if unsafe quote > start && quote[-1] == 0x5c && isEscaped(quote, from: start) { continue }
      let value = unsafe BodyText(start, quote)
      guard value.count <= limits.textBytes else {
        throw error(.textTooLong(limit: limits.textBytes))
      }
      return value
    }
    throw error(.unexpectedEnd(wanted: "a closing quote"))
  }

  /// An odd number of backslashes before it.
  private func isEscaped(_ quote: UnsafePointer<UInt8>, from start: UnsafePointer<UInt8>) -> Bool {
    var slash = unsafe quote - 1
    var count = 0
    while unsafe slash >= start && slash.pointee == 0x5c {
      count += 1
      unsafe slash -= 1
    }
    return count % 2 == 1
  }

  /// A timestamp, an exemplar, both or blanks.
  @inline(never)
  private func afterValue(
    _ cursor: inout UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>
  ) throws(ExpositionError) {
    unsafe skipBlanks(&cursor, stop)
    if unsafe cursor < stop && cursor.pointee != 0x23 {
      guard unsafe ExpositionNumber.read(&cursor, stop) != nil else { throw error(.notANumber) }
      unsafe skipBlanks(&cursor, stop)
    }
    guard unsafe cursor < stop else { return }
    try unsafe expect(0x23, "an exemplar or the line's end", &cursor, stop)
    unsafe skipBlanks(&cursor, stop)
    guard unsafe cursor < stop, unsafe cursor.pointee == 0x7b else {
      throw unsafe fault(at: cursor, stop, wanted: "the exemplar's “{”")
    }
    var nobody = Nobody()
    try unsafe labels(&cursor, stop, into: &nobody)
    unsafe skipBlanks(&cursor, stop)
    guard unsafe ExpositionNumber.read(&cursor, stop) != nil else { throw error(.notANumber) }
    unsafe skipBlanks(&cursor, stop)
    if unsafe cursor < stop, unsafe ExpositionNumber.read(&cursor, stop) == nil {
      throw error(.notANumber)
    }
  }

  @inline(never)
  private func fault(
    at cursor: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, wanted: String
  ) -> ExpositionError {
    guard unsafe cursor < stop else { return error(.unexpectedEnd(wanted: wanted)) }
    return error(.unexpectedByte(unsafe cursor.pointee, wanted: wanted))
  }

  private struct Nobody: ExpositionVisitor {
    mutating func series(_ name: BodyText) {}
    mutating func label(_ name: BodyText, _ value: BodyText) {}
    mutating func sample(_ value: Double, name: BodyText, tail: BodyText, isBare: Bool) {}
  }
}
