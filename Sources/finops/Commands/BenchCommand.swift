public import ArgumentParser
import Controller
import CostModel
import FleetModel
import Foundation
import InferenceBench
import Ports
import PostgresStore
import Settings

/// `finops bench load`: what a server does under open-loop load, and what its tokens cost.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure an inference server.", subcommands: [Load.self])

  struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open-loop load on an OpenAI-compatible server; latency from the intended time.",
      discussion: """
        EXAMPLES
          finops bench load http://127.0.0.1:8000 --model llama --rate 4 --for 60s --price 1.861
          finops bench load http://10.0.0.7:8000 --model llama --rate 8 --for 5m \\
            --node-type g6e.xlarge --config finops.yaml --store
        """)

    @Argument(help: "The server, http://host:port.")
    var url: String
    @Option(help: "The model to ask for.")
    var model: String
    @Option(help: "Requests a second.")
    var rate: Double
    @Option(name: .customLong("for"), help: "How long: 30s, 5m.")
    var duration: String
    @Option(help: "poisson or constant.")
    var arrivals: Arrivals = .poisson
    @Option(help: "Seed of the arrival times.")
    var seed: UInt64 = 1
    @Option(help: "Tokens asked for per request.")
    var maxTokens = 64
    @Option(help: "Requests under way at once; beyond it waiting counts as latency.")
    var maxInFlight = 256
    @Option(help: "What the server runs on.")
    var nodeType = "unknown"
    @Option(help: "Dollars an hour; looked up for --node-type when not given.")
    var price: String?
    @Option(help: "Environment variable that holds the bearer token.")
    var tokenEnv: String?
    @Option(name: [.short, .long], help: "The settings file, for --store.")
    var config = "finops.yaml"
    @Flag(help: "Keep the result as the node type's capability.")
    var store = false

    func run() async throws {
      let plan = try plan()
      let result: LoadResult
      do throws(LoadError) {
        result = try await LoadRun.run(plan, measuredAt: SystemTime().now()) { progress in
          tell(
            "\(progress.elapsed.brief) of \(progress.of.brief): \(progress.answered) answered, "
              + "\(progress.inFlight) under way, \(progress.failed) failed")
        }
      } catch {
        tell("finops: \(error)")
        throw Exit.failed
      }
      print(result.table())
      if store { try await keep(result) }
      if result.answered == 0 { throw Exit.failed }
    }

    private func plan() throws -> LoadPlan {
      guard let length = Duration(words: duration), length > .zero else {
        throw ValidationError("--for takes a time with its unit, such as 30s or 5m")
      }
      var plan = LoadPlan(url: url, model: model, rate: rate, duration: length)
      plan.arrivals = arrivals
      plan.seed = seed
      plan.maxTokens = maxTokens
      plan.maxInFlight = maxInFlight
      plan.node = InstanceType(nodeType)
      plan.price = try hourly()
      if let tokenEnv {
        guard let token = ProcessInfo.processInfo.environment[tokenEnv] else {
          throw ValidationError("--token-env \(tokenEnv): no such environment variable")
        }
        plan.bearer = Secret(token)
      }
      return plan
    }

    private func hourly() throws -> HourlyRate {
      if let price {
        guard let money = Money(decimal: price), money >= .zero else {
          throw ValidationError("--price takes dollars an hour, such as 1.861")
        }
        return HourlyRate(perHour: money)
      }
      let known = PriceTable.embedded.first { $0.type.rawValue == nodeType }
      guard let known else {
        throw ValidationError("no price is known for '\(nodeType)': give --price DOLLARS_AN_HOUR")
      }
      return known.hourly
    }

    private func keep(_ result: LoadResult) async throws {
      guard let capability = result.capability else {
        tell("finops: nothing was answered, so there is nothing to keep")
        throw Exit.failed
      }
      let database = try await Doors.open(try SettingsFile.parse(["--config", config]).load())
      try await database.store.store(capability)
      await database.close()
      print("kept as the capability of \(nodeType) with \(model)")
    }
  }
}

extension Arrivals: ExpressibleByArgument {}
