import Planner
import Testing

@testable import Settings

@Suite("Files made to hurt")
struct LimitTests {
  /// Nine levels of nine aliases each: 387 million values from a few hundred bytes.
  static let bomb: String = {
    var lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for (name, before) in zip("bcdefgh", "abcdefg") {
      lines.append(
        "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ",")
          + "]")
    }
    return lines.joined(separator: "\n")
  }()

  @Test("a bomb of about 300 bytes is refused at once")
  func aliases() {
    #expect((250...320).contains(Self.bomb.utf8.count))
    expectRefused(Self.bomb, "anchors")
  }

  @Test("aliases hidden as keys are refused too")
  func aliasKeys() { expectRefused("? &a [x]\n: 1\n? [*a, *a]\n: 2\n", "anchors") }

  @Test("a star or ampersand inside words and quotes is just that")
  func innocent() throws {
    let text = """
      version: 1
      fleet: {name: prod}   # rock & roll *here*
      pools: [{name: a, kind: dev, match: {tags: {note: "a & b", who: 'x *y', mail: r&d}}}]
      """
    #expect(
      try settings(text).pools[0].match.tags == ["note": "a & b", "who": "x *y", "mail": "r&d"])
  }

  @Test("a file over 1 MiB is refused, one of 1 MiB is read")
  func size() throws {
    let rest = SourceLimits.bytes - smallest.utf8.count
    let full = smallest + "#" + String(repeating: "x", count: rest - 1)
    #expect(full.utf8.count == SourceLimits.bytes)
    #expect(try settings(full).fleet.name == "prod")
    expectRefused(full + "x", "at most 1048576")
  }

  @Test("deep nesting is refused", arguments: [33, 5000])
  func depth(levels: Int) {
    let flow = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    expectRefused(smallest + "x: " + flow, "32 levels")
  }

  @Test("deep nesting in block style is refused")
  func blockDepth() {
    let nested = (0..<2000).map { String(repeating: " ", count: $0) + "a:" }
    expectRefused(nested.joined(separator: "\n"), "error")
    expectRefused(smallest + String(repeating: "- ", count: 3000) + "x", "error")
  }

  @Test("too many values are refused")
  func values() {
    let regions = Array(repeating: "r", count: 60_000).joined(separator: ",")
    let text = smallest + "clouds: {aws: {type: aws, regions: [\(regions)]}}"
    expectRefused(text, "too many values")
  }

  @Test("bytes that are no text are refused", arguments: ["\u{0}", "a: \u{1}", "\u{FFFE}"])
  func noText(text: String) { expectRefused(text, "error") }

  @Test("a key that is no word is refused")
  func complexKey() { expectRefused(smallest + "? [a, b]\n: x\n", "a key must be a word") }

  private func expectRefused(_ text: String, _ words: String) {
    var said: SettingsErrors?
    if case .failure(let errors) = Settings.parse(text: text) { said = errors }
    #expect(said?.description.contains(words) == true, "\(said?.description ?? "it was accepted")")
  }
}
