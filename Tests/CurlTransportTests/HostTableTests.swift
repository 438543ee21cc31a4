import Testing

@testable import CurlTransport

@Suite struct HostTableTests {
  let start = ContinuousClock().now

  @Test("a host keeps its loop, and no loop gets more than its share")
  func share() {
    var table = HostTable(hostsPerLoop: 256, maximumLoops: 64)
    var counts: [Int: Int] = [:]
    for host in 0..<4000 { counts[table.loop(for: "h\(host)", at: start), default: 0] += 1 }
    #expect(table.loopCount == 16 && counts.values.allSatisfy { $0 <= 256 })
    #expect(table.loop(for: "h0", at: start) == 0)
    #expect(table.loop(for: "h3999", at: start) == 15)
  }

  @Test("past the last loop hosts are shared out evenly, and the long unused give way")
  func full() {
    var table = HostTable(hostsPerLoop: 2, maximumLoops: 2)
    let loops = (0..<6).map { table.loop(for: "h\($0)", at: start) }
    #expect(loops == [0, 0, 1, 1, 0, 1])
    let later = start.advanced(by: .seconds(600))
    #expect(table.loop(for: "h5", at: later) == 1)
    // Only h5 has been asked for in the last 10 minutes; the others begin again.
    let last = later.advanced(by: .seconds(1))
    #expect((0..<3).map { table.loop(for: "new\($0)", at: last) } == [0, 0, 1])
    #expect(table.loop(for: "h5", at: last) == 1)
  }

  @Test(
    "a URL's authority is found, lower case and with its port",
    arguments: [
      ("http://A.example/x", "a.example:80", "/x"), ("https://a", "a:443", ""),
      ("HTTP://[::1]:9/?q#f", "[::1]:9", "/?q#f"), ("http://a?b", "a:80", "?b"),
    ])
  func authority(url: String, key: String, path: String) throws {
    let authority = try #require(Authority(url: url))
    #expect(authority.key == key && authority.path == path)
  }
}
