import Foundation
import Testing

/// `finops backtest spot` as a person uses it: a file in, figures or one clear line out.
@Suite(.serialized)
struct SpotCommandTests {
  /// Two zones over two days: one that goes down for an hour, and one that stays.
  static let capacity = """
    campaign,kind,zone,start_s,end_s,nodes_available
    c,availability,a-1a,0,40000,1
    c,availability,a-1a,40000,43600,0
    c,availability,a-1a,43600,172800,1
    c,availability,b-1a,0,172800,1

    """

  struct Figures: Decodable {
    var policy, costUSD, clairvoyantUSD: String
    var costRatio, missingShare, timeShort, preemptions, launches: Double
    var onDemandHours, spotHours: Double
  }

  struct Answer: Decodable {
    var policy, costUSD: String
    var policies: [Figures]
    var conditions: Conditions
    struct Conditions: Decodable {
      var seeds: Int
      var spotHourlyUSD: String
    }
  }

  private func run(
    _ arguments: [String], on capacity: String = capacity, policy: String? = nil
  ) async throws -> (code: Int32?, output: String) {
    let workshop = try Workshop()
    _ = try workshop.write(capacity, to: "spot.csv")
    if let policy { _ = try workshop.write(policy, to: "mine.yaml") }
    return try await FinopsProcess.run(
      ["backtest", "spot", "--file", "spot.csv", "--campaign", "c", "--days", "2"] + arguments,
      in: workshop.folder)
  }

  private func answer(_ arguments: [String], policy: String? = nil) async throws -> Answer {
    let (code, output) = try await run(arguments + ["-o", "json"], policy: policy)
    #expect(code == 0, "\(output)")
    return try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
  }

  @Test("JSON has ours beside every baseline, and the bill of one zone is exact")
  func json() async throws {
    let answer = try await answer(["--policy", "pack", "--zones", "b-1a", "--compare"])
    #expect(
      answer.policies.map(\.policy) == [
        "pack", "default", "on-demand-only", "spread", "spread-fallback", "spothedge-1",
        "spothedge-2", "two-per-zone", "two-per-zone-2", "one-per-zone-1",
      ])
    #expect(answer.conditions.spotHourlyUSD == "0.887400000")
    // Four replicas of $0.8874 from the second of 11,520 ticks of 15 s: 4 × 11,519 ÷ 240 h.
    #expect(answer.costUSD == "170.366010000", "\(answer.costUSD)")
    #expect(abs(answer.policies[0].spotHours - 4 * 11_519.0 / 240) < 1e-6)
    #expect(answer.policies[0].launches == 4 && answer.policies[0].onDemandHours == 0)
    #expect(answer.policies[1].missingShare < 0.002)
  }

  @Test("several seeds are run only where chance plays a part")
  func seeds() async throws {
    #expect(try await answer(["--policy", "pack"]).conditions.seeds == 1)
    #expect(try await answer(["--policy", "pack", "--notice", "1"]).conditions.seeds == 1)
    #expect(try await answer(["--policy", "pack", "--notice", "0.9"]).conditions.seeds == 6)
    let jittered = try await answer(["--policy", "pack", "--jitter", "0..38", "--seeds", "3"])
    #expect(jittered.conditions.seeds == 3)
    #expect(
      try await answer(["--policy", "pack", "--jitter", "38", "--seeds", "3"]).costUSD
        == jittered.costUSD)
  }

  @Test("a policy file is tried under its name, and its faults are told by line and column")
  func file() async throws {
    let mine = try await answer(
      ["--policy", "mine.yaml"],
      policy: "version: 1\nname: careful\npolicy:\n  spot: {base_on_demand: 1}\n")
    #expect(mine.policy == "careful" && mine.policies[0].onDemandHours > 47)
    let faulty = try await run(
      ["--policy", "mine.yaml"], policy: "version: 1\npolicy:\n  spott: {}\n")
    #expect(faulty.code == 78)
    #expect(faulty.output.contains("mine.yaml:3:3: error:"), "\(faulty.output)")
    let absent = try await run(["--policy", "./none.yaml"])
    #expect(absent.code == 78 && absent.output.contains("./none.yaml can not be read"))
  }

  @Test("a page and a table are made")
  func pageAndTable() async throws {
    let page = try await run(["--policy", "pack", "--format", "html"])
    #expect(page.code == 0 && page.output.hasPrefix("<!DOCTYPE html>"))
    let table = try await run(["--policy", "pack", "--width", "100"])
    #expect(table.code == 0 && table.output.contains("MISSING %"))
  }

  @Test("a bad row is named with its file and the fix; exit 1")
  func badRow() async throws {
    let (code, output) = try await run(
      ["--policy", "pack"],
      on: Self.capacity.replacing("40000,43600,0", with: "41000,43600,0"))
    #expect(code == 1)
    #expect(output.hasPrefix("finops: spot.csv: row 3: start_s 41000 of a-1a leaves a gap"))
  }

  @Test(
    "an option that can not be is refused as usage, with its name; exit 64",
    arguments: [
      (["--policy", "nobody"], "--policy: there is no policy 'nobody': choose one of"),
      (["--zones", "a-1a,z"], "there is no zone \"z\" in the campaign; it may be a-1a, b-1a"),
      (["--notice", "1.5"], "--notice takes a share from 0 to 1"),
      (["--jitter", "3..1"], "--jitter takes ticks, such as 38 or 0..38, not '3..1'"),
      (["--jitter", "-1"], "--jitter"), (["--seeds", "0"], "--seeds takes a count"),
      (["--spot-price", "0"], "--spot-price takes a share of on-demand"),
      (["--replicas", "101"], "--replicas takes a count from 1 to 100"),
      (["--tick", "1.5s"], "the tick can not be"), (["--days", "3"], "days can not be 3"),
      (["--pool", "a"], "--pool is for policy files"),
    ])
  func usage(arguments: [String], text: String) async throws {
    let (code, output) = try await run(arguments)
    #expect(code == 64)
    #expect(output.contains(text), "\(output)")
  }
}
