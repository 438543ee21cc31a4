import TestSupport
import Testing

/// Replies spoilt in every way we know of, through everything that reads a reply.
@Suite struct FuzzTests {
  /// Replies for each list.
  private static let rounds = 2_100

  @Test(.timeLimit(.minutes(6))) func `No reply of any cloud crashes or holds what reads it`()
    async throws
  {
    try await withFolder { home in
      var total = 0
      for (index, cloud) in try await FuzzedCloud.all(home: home).enumerated() {
        #expect(cloud.parsers.count >= 5 && cloud.seeds.count >= 4, "\(cloud.name)")
        var mutator = Mutator(cloud.seeds, seed: 20_261_126 + UInt64(index))
        let start = ContinuousClock.now
        var count = 0
        for round in 0..<Self.rounds {
          let reply = mutator.next(round)
          for parser in cloud.parsers { await parser.parse(reply) }
          count += 1
        }
        #expect(count >= 500)
        total += count
        print(
          "fuzz: \(cloud.name): \(count) replies through \(cloud.parsers.count) parsers,",
          ContinuousClock.now - start)
      }
      print("fuzz: \(total) replies in all")
      #expect(total >= 10_000)
    }
  }

  @Test func `The same seed makes the same replies, and they differ`() {
    let seeds = [Array("{\"a\":[1,2.5],\"b\":\"c\"}".utf8), Array("<a><b>1</b></a>".utf8)]
    let runs = (0..<2).map { _ in
      var mutator = Mutator(seeds, seed: 1)
      return (0..<500).map { mutator.next($0) }
    }
    #expect(runs[0] == runs[1])
    #expect(Set(runs[0]).count > 300)
    #expect(runs[0].contains { String(validating: $0, as: UTF8.self) == nil })
    #expect(runs[0].contains { $0.count > 50_000 } && runs[0].contains { $0.contains(0) })
  }
}
