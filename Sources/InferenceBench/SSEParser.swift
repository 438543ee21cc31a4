/// Cuts a stream of server-sent events into the payloads of its `data` fields.
///
/// Bytes may be cut anywhere: the payloads do not depend on where. Lines end in LF, CRLF or CR;
/// comments and other fields are passed over; several `data` lines of one event are joined by LF.
/// Source: WHATWG HTML, "Server-sent events", parsing an event stream.
struct SSEParser {
  /// The longest line taken: a token event is below 1 kB, so a line of 1 MiB is not one.
  static let longestLine = 1 << 20

  private var line: [UInt8] = []
  private var payload: [UInt8] = []
  private var hasPayload = false
  private var afterCarriageReturn = false
  private var atStart = true

  mutating func feed(
    _ bytes: ArraySlice<UInt8>, event: (ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    var rest = bytes
    if afterCarriageReturn, let first = rest.first {
      afterCarriageReturn = false
      if first == lineFeed { rest = rest.dropFirst() }
    }
    while let end = rest.firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) {
      try take(rest[rest.startIndex..<end], event)
      var next = rest.index(after: end)
      if rest[end] == carriageReturn {
        if next == rest.endIndex {
          afterCarriageReturn = true
        } else if rest[next] == lineFeed {
          next = rest.index(after: next)
        }
      }
      rest = rest[next...]
    }
    guard line.count + rest.count <= Self.longestLine else { throw .tooLong }
    line.append(contentsOf: rest)
  }

  /// Gives what is left when the stream ends without its last empty line; servers do that.
  mutating func finish(
    event: (ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    if !line.isEmpty { try take([], event) }
    try dispatch(event)
  }

  private mutating func take(
    _ end: ArraySlice<UInt8>, _ event: (ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    guard !line.isEmpty else { return try interpret(end, event) }
    line.append(contentsOf: end)
    var whole: [UInt8] = []
    swap(&whole, &line)
    try interpret(whole[...], event)
    whole.removeAll(keepingCapacity: true)
    swap(&whole, &line)
  }

  private mutating func interpret(
    _ found: ArraySlice<UInt8>, _ event: (ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    var text = found
    if atStart {
      atStart = false
      if text.starts(with: byteOrderMark) { text = text.dropFirst(byteOrderMark.count) }
    }
    guard !text.isEmpty else { return try dispatch(event) }
    guard text.starts(with: dataField) else { return }
    text = text.dropFirst(dataField.count)
    if let next = text.first {
      guard next == UInt8(ascii: ":") else { return }
      text = text.dropFirst()
      if text.first == UInt8(ascii: " ") { text = text.dropFirst() }
    }
    if hasPayload { payload.append(lineFeed) }
    guard payload.count + text.count <= Self.longestLine else { throw .tooLong }
    payload.append(contentsOf: text)
    hasPayload = true
  }

  private mutating func dispatch(
    _ event: (ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    guard hasPayload else { return }
    var whole: [UInt8] = []
    swap(&whole, &payload)
    hasPayload = false
    try event(whole[...])
    whole.removeAll(keepingCapacity: true)
    swap(&whole, &payload)
  }
}

/// Why an answer cannot be read.
enum AnswerError: Error, Hashable {
  case json
  /// A line or an answer beyond its limit.
  case tooLong
  /// The server said in its own words that it failed.
  case reported
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let dataField = Array("data".utf8)
private let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
