/// Reads one HTTP answer as it comes in and keeps the moments of its tokens.
///
/// Pure: bytes and moments go in. Moments are nanoseconds of any one clock. Tokens that came in one
/// read have one moment, since nothing finer is known of them.
struct AnswerReader {
  /// 16 MiB: a million tokens of text, so a longer answer is a fault and not an answer.
  static let longestAnswer = 16 << 20

  private(set) var status = 0
  private(set) var isStream = false
  private(set) var firstByte: Int64?
  /// One moment for each event with text; for an answer that was not streamed, its last read.
  private(set) var tokenMoments: [Int64] = []
  private(set) var promptTokens: Int?
  private(set) var completionTokens: Int?

  private var parser = SSEParser()
  private var whole: [UInt8] = []
  private var received = 0
  private var isFinished = false

  mutating func head(status: Int, contentType: String?, at moment: Int64) {
    self.status = status
    isStream = contentType?.lowercased().hasPrefix("text/event-stream") ?? false
    firstByte = moment
  }

  mutating func body(_ bytes: ArraySlice<UInt8>, at moment: Int64) throws(AnswerError) {
    received += bytes.count
    guard received <= Self.longestAnswer else { throw .tooLong }
    guard status == 200 else { return }
    guard isStream else { return whole.append(contentsOf: bytes) }
    var parser = SSEParser()
    swap(&parser, &self.parser)
    try parser.feed(bytes) { payload throws(AnswerError) in try event(payload, at: moment) }
    swap(&parser, &self.parser)
  }

  /// The answer is over; says how it went.
  mutating func end(at moment: Int64) throws(AnswerError) -> Ending {
    guard status == 200 else { return .refused(status) }
    if isStream {
      var parser = SSEParser()
      swap(&parser, &self.parser)
      try parser.finish { payload throws(AnswerError) in try event(payload, at: moment) }
    } else {
      try note(AnswerPiece(whole[...]), at: moment)
    }
    return isFinished ? .complete : .cutShort
  }

  enum Ending: Hashable {
    case complete
    /// No `[DONE]` and no finish reason: the server gave up in the middle.
    case cutShort
    case refused(Int)
  }

  private mutating func event(
    _ payload: ArraySlice<UInt8>, at moment: Int64
  ) throws(AnswerError) {
    guard !payload.elementsEqual(done) else {
      isFinished = true
      return
    }
    try note(AnswerPiece(payload), at: moment)
  }

  private mutating func note(_ piece: AnswerPiece, at moment: Int64) {
    if piece.hasText { tokenMoments.append(moment) }
    if piece.isFinished { isFinished = true }
    // Some servers repeat a running usage in every event; the last one counts.
    promptTokens = piece.promptTokens ?? promptTokens
    completionTokens = piece.completionTokens ?? completionTokens
  }
}

private let done = Array("[DONE]".utf8)
