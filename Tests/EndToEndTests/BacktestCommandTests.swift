import FleetModel
import Foundation
import Testing

/// `finops backtest` as a person uses it: files in, figures or one clear line out.
@Suite(.serialized)
struct BacktestCommandTests {
  /// An hour on ticks of five seconds; 40 requests a tick, with 80 in every twelfth.
  static let demand =
    "t_s,requests\n"
    + (0..<720).map { "\($0 * 5),\($0 % 12 == 0 ? 80 : 40)" }.joined(separator: "\n") + "\n"

  static let conditions = [
    "--kind", "counts", "--capacity", "4", "--service-time", "2.5s", "--slo-wait", "10s", "--price",
    "1.861",
  ]

  struct Figures: Decodable {
    var policy, costUSD, clairvoyantUSD: String
    var costRatio, lateShare, replicaHours: Double
    var peakReplicas, starts: Int
  }

  struct Answer: Decodable {
    var policy, costUSD: String
    var policies: [Figures]
  }

  private func run(
    _ arguments: [String], on demand: String = demand, named name: String = "demand.csv",
    policy: String? = nil
  ) async throws -> (code: Int32?, output: String) {
    let workshop = try Workshop()
    _ = try workshop.write(demand, to: name)
    if let policy { _ = try workshop.write(policy, to: "mine.yaml") }
    return try await FinopsProcess.run(
      ["backtest", "demand", "--file", name] + Self.conditions + arguments, in: workshop.folder)
  }

  @Test("JSON has every baseline, and the constant count's bill is exact")
  func json() async throws {
    let (code, output) = try await run(["--policy", "always-on", "--compare", "-o", "json"])
    #expect(code == 0, "\(output)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    #expect(
      answer.policies.map(\.policy) == [
        "always-on", "default", "knative-kpa", "keda-hpa", "skyserve", "idle-timeout",
        "clairvoyant",
      ])
    // Three replicas serve what two let wait for more than two ticks: 3 × $1.861.
    #expect(answer.costUSD == "5.583000000", "\(output)")
    #expect(answer.policies[0].lateShare == 0)
    #expect(answer.policies[0].replicaHours == 3)
    #expect(answer.policies[6].costRatio == 1)
  }

  @Test("ours is what is tried when no policy is named, and stands first")
  func shipped() async throws {
    let (code, output) = try await run(["--compare", "-o", "json"])
    #expect(code == 0, "\(output)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    #expect(answer.policy == "default" && answer.policies.count == 7)
    #expect(answer.policies[0].policy == "default" && answer.policies[0].costUSD == answer.costUSD)
    // Demand that hardly moves: the best constant count is hard to beat, twice as much is wrong.
    #expect((0.9..<1.1).contains(answer.policies[0].costRatio))
  }

  @Test("a policy file is tried under its name; one without a word in it is the shipped policy")
  func file() async throws {
    let plain = try await run(
      ["--policy", "mine.yaml", "--compare", "-o", "json"], policy: "version: 1\npolicy: {}\n")
    #expect(plain.code == 0, "\(plain.output)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(plain.output.utf8))
    #expect(answer.policies.map(\.policy).prefix(2) == ["mine", "default"])
    #expect(answer.policies[0].costUSD == answer.policies[1].costUSD)
  }

  @Test(
    "what is wrong with a policy file is told by line and column, with the fix; exit 78",
    arguments: [
      ("version: 1\npolicy:\n  scalling: {}\n", "mine.yaml:3:3: error:"),
      ("version: 1\npolicy: {kind: batch}\n", "'mine' is a batch pool"),
    ])
  func faultyFile(policy: String, text: String) async throws {
    let (code, output) = try await run(["--policy", "./mine.yaml"], policy: policy)
    #expect(code == 78)
    #expect(output.contains(text), "\(output)")
  }

  @Test("a table and a page are made of the same, on perturbed copies too")
  func tableAndPage() async throws {
    let arguments = ["--policy", "skyserve", "--perturb", "3", "--seed", "4"]
    let table = try await run(arguments + ["--width", "100"])
    #expect(table.code == 0 && table.output.contains("3 perturbed copies (seed 4)"))
    let again = try await run(arguments + ["--width", "100"])
    #expect(again.output == table.output)
    let page = try await run(arguments + ["--format", "html"])
    #expect(page.code == 0 && page.output.hasPrefix("<!DOCTYPE html>"))
  }

  @Test("a bad row is named with its file, column, value and the fix; exit 1")
  func badRow() async throws {
    let (code, output) = try await run(["--policy", "skyserve"], on: "t_s,requests\n0,4\n5,-2\n")
    #expect(code == 1)
    #expect(
      output == "finops: demand.csv: row 3, requests: -2 is negative: it must be 0 or more\n")
    let torn = try await run(["--policy", "skyserve"], on: "not gzip", named: "demand.csv.gz")
    #expect(torn.code == 1)
    #expect(torn.output == "finops: demand.csv.gz is not a whole gzip file\n")
  }

  @Test(
    "an option that can not be is refused as usage, with its name and an example; exit 64",
    arguments: [
      (["--policy", "nobody"], "--policy: there is no policy 'nobody': choose one of"),
      (["--policy", "skyserve", "--tick", "5"], "--tick takes a time with its unit"),
      (["--policy", "skyserve", "--tick", "0s"], "--tick takes a time with its unit"),
      (["--policy", "skyserve", "--price", "$2"], "--price takes dollars an hour, such as 1.861"),
      (["--policy", "skyserve", "--ticks", "721"], "more than the 720 ticks of the file"),
      (["--policy", "skyserve", "--capacity", "0"], "--capacity can not be 0"),
      (["--policy", "skyserve", "--perturb=-1"], "--perturb takes a count of copies"),
    ])
  func usage(arguments: [String], text: String) async throws {
    let (code, output) = try await run(arguments)
    #expect(code == 64)
    #expect(output.contains(text), "\(output)")
  }
}
