import Testing

@testable import InferenceBench

struct SSEParserTests {
  /// Comments, other fields, all three line ends, no space after the colon, two data lines in one
  /// event, letters of several bytes, an empty payload and no last empty line.
  private static let stream =
    ": hello\n\ndata: {\"a\":1}\n\nevent: x\r\nid: 7\r\ndata:two\r\ndata: lines\r\n\r\n"
    + "data: wörd 🌳\r\rdata\n\ndataset: no\n\nretry: 5\n\ndata:  spaced\n\ndata: [DONE]"
  private static let payloads = [
    "{\"a\":1}", "two\nlines", "wörd 🌳", "", " spaced", "[DONE]",
  ]

  private static func payloads(_ chunks: [ArraySlice<UInt8>]) throws -> [String] {
    var parser = SSEParser()
    var found: [String] = []
    for chunk in chunks {
      try parser.feed(chunk) { payload throws(AnswerError) in
        found.append(String(decoding: payload, as: UTF8.self))
      }
    }
    try parser.finish { payload throws(AnswerError) in
      found.append(String(decoding: payload, as: UTF8.self))
    }
    return found
  }

  @Test func `Every cut into two gives the same events`() throws {
    let bytes = Array(Self.stream.utf8)
    for cut in 0...bytes.count {
      #expect(try Self.payloads([bytes[..<cut], bytes[cut...]]) == Self.payloads, "cut at \(cut)")
    }
  }

  @Test(arguments: 1...9)
  func `Pieces of any one size give the same events`(size: Int) throws {
    let bytes = Array(Self.stream.utf8)
    let chunks = stride(from: 0, to: bytes.count, by: size)
      .map { bytes[$0..<min($0 + size, bytes.count)] }
    #expect(try Self.payloads(chunks) == Self.payloads)
  }

  @Test func `A thousand random cuttings give the same events`() throws {
    let bytes = Array(Self.stream.utf8)
    var random = SplitMix64(seed: 11)
    for _ in 0..<1000 {
      var chunks: [ArraySlice<UInt8>] = []
      var at = 0
      while at < bytes.count {
        let end = min(bytes.count, at + Int.random(in: 0...40, using: &random))
        chunks.append(bytes[at..<end])
        at = end
      }
      #expect(try Self.payloads(chunks) == Self.payloads)
    }
  }

  @Test func `A byte order mark at the start is passed over`() throws {
    let bytes: [UInt8] = [0xef, 0xbb, 0xbf] + Array("data: a\n\n".utf8)
    #expect(try Self.payloads([bytes[...]]) == ["a"])
  }

  @Test(arguments: [(0, true), (1, false)])
  func `A line is taken up to its limit and not beyond`(over: Int, fits: Bool) throws {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: SSEParser.longestLine + over)
    var parser = SSEParser()
    if fits {
      try parser.feed(line[...]) { _ throws(AnswerError) in Issue.record("no event is there") }
    } else {
      #expect(throws: AnswerError.tooLong) {
        try parser.feed(line[...]) { _ throws(AnswerError) in }
      }
    }
  }
}
