import Testing

@testable import Collectors

@Suite struct ExpositionParserTests {
  @Test(
    "every legal way to write a sample is read",
    arguments: [
      ("a 1\n", [["a"]]),
      ("a{} 1\n", [["a"]]),
      ("a {b=\"c\"} 1\n", [["a"], ["b", "c"]]),
      ("a{b=\"c\"}1\n", [["a"], ["b", "c"]]),
      ("a{b=\"c\",} 1\n", [["a"], ["b", "c"]]),
      ("a{ b = \"c\" , d = \"e\" } 1\n", [["a"], ["b", "c"], ["d", "e"]]),
      ("\t a\t1 \n", [["a"]]),
      ("a{b=\"c\"} 1\r\n", [["a"], ["b", "c"]]),
      ("a{b=\"}\"} 1\n", [["a"], ["b", "}"]]),
      ("a{b=\"x\\\"y\\\\\"} 1\n", [["a"], ["b", "x\"y\\"]]),
      ("a{b=\"x\\ny\\q\"} 1\n", [["a"], ["b", "x\ny\\q"]]),
      ("a{b=\"\"} 1\n", [["a"], ["b", ""]]),
      ("a 1 1700000000000\n", [["a"]]),
      ("a 1 1700000000.25\n", [["a"]]),
      ("a_total{b=\"c\"} 1 # {trace=\"x\"} 0.5 1700000000.1\n", [["a_total"], ["b", "c"]]),
      ("a 1 1700000000 # {} 1\n", [["a"]]),
      (":a:b_9 1\n", [[":a:b_9"]]),
    ])
  func legal(text: String, wanted: [[String]]) throws {
    let samples = try Recorder.samples(in: text)
    #expect(samples.map { [[$0.name]] + $0.labels } == [wanted])
    #expect(samples.first?.value == 1)
  }

  @Test("comments, empty lines and the end mark are stepped over, also without HELP")
  func comments() throws {
    let text = """
      # HELP a Words with "quotes" and \\n and {braces} 1
      # TYPE a gauge
      # UNIT a seconds

        # a remark
      a 1
      b_total 2
      b_created 3
      # EOF
      """
    #expect(try Recorder.samples(in: text).map(\.name) == ["a", "b_total", "b_created"])
  }

  @Test(
    "what is not the format is refused with its line",
    arguments: [
      ("ok 1\n9a 1\n", 2, ExpositionError.Fault.unexpectedByte(0x39, wanted: "a name")),
      ("a\n", 1, .unexpectedEnd(wanted: "a blank or “{”")),
      ("a \n", 1, .notANumber),
      ("a x\n", 1, .notANumber),
      ("a-1\n", 1, .unexpectedByte(0x2d, wanted: "a blank or “{”")),
      ("a 1 x\n", 1, .notANumber),
      ("a 1 2 3\n", 1, .unexpectedByte(0x33, wanted: "an exemplar or the line's end")),
      ("a 1 # x\n", 1, .unexpectedByte(0x78, wanted: "the exemplar's “{”")),
      ("a{b} 1\n", 1, .unexpectedByte(0x7d, wanted: "“=”")),
      ("a{b=c} 1\n", 1, .unexpectedByte(0x63, wanted: "a quote")),
      ("a{b=\"c} 1\n", 1, .unexpectedEnd(wanted: "a closing quote")),
      ("a{b=\"c\\\"} 1\n", 1, .unexpectedEnd(wanted: "a closing quote")),
      ("a{b=\"c\" d=\"e\"} 1\n", 1, .unexpectedByte(0x64, wanted: "“,” or “}”")),
      ("a{b=\"c\",,} 1\n", 1, .unexpectedByte(0x2c, wanted: "a name")),
      ("a{b=\"c\"\n", 1, .unexpectedEnd(wanted: "“,” or “}”")),
      ("a{b:c=\"d\"} 1\n", 1, .unexpectedByte(0x3a, wanted: "“=”")),
      ("ok 1\nok 2\na 12", 3, .cutOff),
      ("\u{e9}a 1\n", 1, .unexpectedByte(0xc3, wanted: "a name")),
    ])
  func illegal(text: String, line: Int, fault: ExpositionError.Fault) {
    #expect(throws: ExpositionError(line: line, fault: fault)) {
      try Recorder.samples(in: text)
    }
  }

  @Test("a NUL byte is refused with its line, wherever it stands")
  func nul() {
    #expect(throws: ExpositionError(line: 2, fault: .nul)) {
      try Recorder.samples(in: "a 1\nb{c=\"\u{0}\"} 1\n")
    }
  }

  @Test("invalid UTF-8 in a name is refused, in a label value it is replaced")
  func invalidUTF8() throws {
    #expect(throws: ExpositionError.self) {
      try Recorder.samples(in: [0x61, 0xff, 0x20, 0x31, 0x0a])
    }
    let value = try Recorder.samples(in: Array("a{b=\"".utf8) + [0xff] + Array("\"} 1\n".utf8))
    #expect(value.first?.labels == [["b", "\u{fffd}"]])
  }

  @Test("each limit holds at its value and refuses one more")
  func limits() throws {
    let limits = ExpositionLimits(bytes: 200, samples: 3, labels: 2, textBytes: 8)
    #expect(try Recorder.samples(in: "a 1\na 1\na 1\n", limits: limits).count == 3)
    #expect(throws: ExpositionError(line: 4, fault: .tooManySamples(limit: 3))) {
      try Recorder.samples(in: "a 1\na 1\na 1\na 1\n", limits: limits)
    }
    #expect(try Recorder.samples(in: "a{b=\"\",c=\"\"} 1\n", limits: limits).count == 1)
    #expect(throws: ExpositionError(line: 1, fault: .tooManyLabels(limit: 2))) {
      try Recorder.samples(in: "a{b=\"\",c=\"\",d=\"\"} 1\n", limits: limits)
    }
    #expect(try Recorder.samples(in: "abcdefgh{b=\"12345678\"} 1\n", limits: limits).count == 1)
    for text in ["abcdefghi 1\n", "a{b=\"123456789\"} 1\n"] {
      #expect(throws: ExpositionError(line: 1, fault: .textTooLong(limit: 8))) {
        try Recorder.samples(in: text, limits: limits)
      }
    }
    let comment = "#" + String(repeating: "x", count: 198) + "\n"
    #expect(try Recorder.samples(in: comment, limits: limits).isEmpty)
    #expect(throws: ExpositionError(line: 1, fault: .tooLarge(limit: 200))) {
      try Recorder.samples(in: comment + "\n", limits: limits)
    }
  }

  @Test("any bytes at all are answered, never a crash", arguments: 0..<40)
  func anyBytes(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let alphabet = Array("a_:9{}=\",\\ \n\r#+-.eInfNa\u{0}\u{ff}".utf8)
    for _ in 0..<500 {
      let length = Int(random.next() % 40)
      let body = (0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      let samples = try? Recorder.samples(in: body)
      #expect((samples?.count ?? 0) <= body.count)
    }
  }

  @Test("a legal body with one byte changed gives samples or an error with a line in it")
  func mutations() {
    let body = Bodies.bytes(Bodies.node(gpus: 1))
    let lines = body.count { $0 == 0x0a }
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      var changed = body
      changed[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next())
      do throws(ExpositionError) {
        #expect(try Recorder.samples(in: changed).count <= 26)
      } catch {
        #expect((1...lines + 1).contains(error.line))
      }
    }
  }
}

/// Sebastiano Vigna's SplitMix64: a small seeded source for tests.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
