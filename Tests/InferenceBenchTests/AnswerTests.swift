import Testing

@testable import InferenceBench

struct AnswerPieceTests {
  private static func piece(_ json: String) throws(AnswerError) -> AnswerPiece {
    try AnswerPiece(Array(json.utf8)[...])
  }

  @Test(arguments: [
    (#"{"choices":[{"delta":{"content":"a"}}]}"#, true),
    (#"{"choices":[{"delta":{"content":""}}]}"#, false),
    (#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#, false),
    (#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, true),
    (#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#, true),
    (#"{"choices":[{"delta":{"tool_calls":[]}}]}"#, false),
    (#"{"choices":[{"text":"a"}]}"#, true),
    (#"{"choices":[{"message":{"content":"a \" ] } b"}}]}"#, true),
    (#"{"choices":[]}"#, false),
    (#"{"content":"not in a choice"}"#, false),
  ])
  func `Generated text is found where servers put it`(json: String, hasText: Bool) throws {
    #expect(try Self.piece(json).hasText == hasText)
  }

  @Test func `Usage and the finish reason are read, and null is not a reason`() throws {
    let last = try Self.piece(
      #" {"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"#
        + #""completion_tokens":50,"prompt_tokens_details":{"cached_tokens":9}}} "#)
    #expect(last.isFinished && last.promptTokens == 3 && last.completionTokens == 50)
    let other = try Self.piece(#"{"choices":[{"finish_reason":null}],"usage":null,"error":null}"#)
    #expect(!other.isFinished && other.promptTokens == nil)
  }

  @Test(arguments: [
    #"{"usage":{"completion_tokens":-1}}"#, #"{"usage":{"completion_tokens":1.5}}"#,
  ])
  func `A count that is not a whole number from 0 is not taken`(json: String) throws {
    #expect(try Self.piece(json).completionTokens == nil)
  }

  @Test(arguments: [
    "", "{", "}", "nul", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1", "\"a", "{\"a\":1}x",
    "{a:1}", "01a", "-", "<html>", "{\"a\":\"\n\"}", "{\"a\":\"\\",
  ])
  func `What is not JSON is refused`(text: String) {
    #expect(throws: AnswerError.json) { try Self.piece(text) }
  }

  @Test(arguments: [(JSONCursor.deepest, true), (JSONCursor.deepest + 1, false)])
  func `Nesting is followed to its limit and not beyond`(depth: Int, fits: Bool) throws {
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    if fits {
      #expect(try !Self.piece(text).hasText)
    } else {
      #expect(throws: AnswerError.json) { try Self.piece(text) }
    }
  }

  /// Cut anywhere, or with any one byte another, a text is read or refused; it never traps.
  @Test func `A damaged text never stops the program`() throws {
    let bytes = Array((Wire.token(0) + Wire.whole(Behaviour())).utf8)
    for cut in 0..<bytes.count { _ = try? AnswerPiece(bytes[..<cut]) }
    let whole = Array(Wire.whole(Behaviour()).utf8)
    #expect(try AnswerPiece(whole[...]).isFinished)
    var read = 0
    for at in whole.indices {
      for byte in UInt8.min...UInt8.max {
        var damaged = whole
        damaged[at] = byte
        if (try? AnswerPiece(damaged[...])) != nil { read += 1 }
      }
    }
    #expect(read >= whole.count && read < whole.count * 256)
  }
}

struct AnswerReaderTests {
  private static let answer = Wire.token(0) + Wire.token(1) + Wire.last(Behaviour(tokens: 2))

  @Test func `Every cut of an answer gives the same tokens and the same ending`() throws {
    let bytes = Array(Self.answer.utf8)
    for cut in 0...bytes.count {
      var reader = AnswerReader()
      reader.head(status: 200, contentType: "text/event-stream", at: 1)
      try reader.body(bytes[..<cut], at: 2)
      try reader.body(bytes[cut...], at: 3)
      #expect(try reader.end(at: 4) == .complete)
      #expect(reader.tokenMoments.count == 2)
      #expect(reader.tokenMoments.allSatisfy { $0 == 2 || $0 == 3 })
      #expect(reader.promptTokens == 11 && reader.completionTokens == 2)
    }
  }

  @Test func `Tokens of one read have one moment`() throws {
    var reader = AnswerReader()
    reader.head(status: 200, contentType: "text/event-stream", at: 5)
    try reader.body(Array(Self.answer.utf8)[...], at: 9)
    #expect(reader.firstByte == 5 && reader.tokenMoments == [9, 9])
  }

  @Test func `An answer longer than its limit is refused`() throws {
    var reader = AnswerReader()
    reader.head(status: 200, contentType: "application/json", at: 0)
    let half = [UInt8](repeating: 0x20, count: AnswerReader.longestAnswer / 2)
    try reader.body(half[...], at: 1)
    try reader.body(half[...], at: 1)
    #expect(throws: AnswerError.tooLong) { try reader.body([0x20], at: 1) }
  }
}
