import Testing

/// What others learned the hard way has a test here that says so by its name.
@Suite("Incidents and fixtures")
struct NamedTests {
  /// What tests show as their names: `@Test("…")` and functions with a sentence for a name.
  static func names(in text: String) -> [String] {
    text.matches(of: /@Test\(\s*"([^"]+)"/).map { String($0.1) }
      + text.matches(of: /func `([^`]+)`/).map { String($0.1) }
  }

  static let all = House.tests.filter { $0.room != "HouseTests" }.flatMap { names(in: $0.text) }

  /// Those of SEMANTICS 4.21 that have a test so far stand after the first twenty-four.
  private static let incidents = Array(1...24) + [28, 29, 31, 32, 33, 34]

  @Test("every incident is named by a test, and says what must not happen", arguments: incidents)
  func incident(number: Int) {
    let tests = Self.all.filter { $0.hasPrefix("I\(number): ") }
    #expect(!tests.isEmpty, "no test begins with \"I\(number): \"")
    #expect(tests.allSatisfy { $0.split(separator: " ").count > 4 })
  }

  @Test(
    "every reported failure is a fixture named by a test",
    arguments: [
      "busy fleet with engine=0", "exporter gone", "one GPU of eight quiet",
      "model loading 6 min at 0 %", "server spinning at 100 % with 0 requests",
      "1 % duty burst job", "CPU preprocessing for 20 min",
      "job arrives between decision and call", "counter reset",
      "pending replicas not reporting (2->4->8->16)", "spot dies 3x in an hour", "quota error",
      "stop then ICE on start", "protection expires mid-drain", "DST night",
      "commitment-covered idle node", "MIG 1g+2g+4g sum to the bill",
      "budget hit while queue grows", "two controllers, one leader",
      "approval clicked after the node became busy",
    ])
  func fixture(words: String) {
    #expect(Self.all.contains { $0.hasPrefix("fixture: \(words)") }, "no test is called so")
  }

  @Test("no test claims a number there is not, or a fixture that is not in the list")
  func known() {
    let claims = Self.all.compactMap { $0.prefixMatch(of: #/I(\d+): /#)?.1 }
    #expect(claims.allSatisfy { Int($0).map((1...36).contains) ?? false })
    #expect(Set(Self.all.filter { $0.hasPrefix("fixture: ") }).count == 20)
  }

  @Test("names are found in both ways to write them")
  func readsNames() {
    let text = """
      @Test("I1: a") func a() {}
      @Test(
        "fixture: b", arguments: [1])
      @Test func `I2: c`() {}
      """
    #expect(Self.names(in: text) == ["I1: a", "fixture: b", "I2: c"])
  }
}
