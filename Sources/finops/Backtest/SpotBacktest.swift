import ArgumentParser
import DemoFleet
import FleetModel
import Foundation
import Reports
import Simulator

/// `finops backtest spot`: policies on recorded spot capacity.
struct SpotBacktest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spot",
    abstract: "A spot policy on recorded capacity: cost, missing replicas, preemptions.",
    discussion: """
      EXAMPLES
        finops backtest spot --file spot.csv.gz --campaign aws-02-15-2023 --compare
        finops backtest spot … --zones us-east-1c,us-west-2b --notice 0.9     nine in ten announced
        finops backtest spot … --jitter 38 --format html --output spot.html

      FILE (CSV with a header line; .gz too; further columns do not matter)
        campaign,kind,zone,start_s,end_s,nodes_available   kind is availability

      POLICIES
        \(SpotPolicies.all.map(\.name).joined(separator: ", "))
        or a file: a small one with version and policy, or a finops.yaml with --pool
      """)

  @Option(help: "The recorded capacity, as CSV.")
  var file: String
  @Option(help: "The recording to take, of those in the file.")
  var campaign: String
  @Option(help: "Zones to buy in, with commas between; all of the campaign when not given.")
  var zones: String?
  @Option(help: "Days from the campaign's start.")
  var days = 30
  @Option(help: "Replicas that are needed at all times.")
  var replicas = 4
  @Option(help: "From the launch of a replica to its first work.")
  var coldStart = "120s"
  @Option(help: "The share of losses announced 120 s ahead, 0 to 1; none when not given.")
  var notice: Double?
  @Option(help: "Every change comes 0 to so many ticks earlier, at random: 38 or 0..38.")
  var jitter: String?
  @Option(help: "Runs to take the mean of, where chance plays a part.")
  var seeds = 6
  @Option(help: "The first run's seed; the others follow it.")
  var seed: UInt64 = 1
  @Option(help: "What spot costs, as a share of on-demand.")
  var spotPrice = "0.29"
  @Option(help: "Dollars an hour of a replica on demand.")
  var price = "3.06"
  @Option(help: "The step of the model, in whole seconds.")
  var tick = "15s"
  @OptionGroup var choice: PolicyChoice
  @Flag(help: "The shipped policy and every baseline beside the policy.")
  var compare = false
  @OptionGroup var answer: BacktestOutput

  func run() async throws {
    let chosen = try SpotPolicies.chosen(choice)
    let shift = try shift()
    let setup = try setup(try trace())
    let seeds = drawn(shift)
    let study = SpotStudy(
      policies: [chosen] + (compare ? SpotPolicies.beside(chosen) : []),
      setups: seeds.map { setup.seeded($0, shift) })
    let report = SpotReport(
      source: (file as NSString).lastPathComponent, campaign: campaign, setup: setup, jitter: shift,
      seeds: seeds, scores: await study.run())
    try answer.write(
      table: { report.table(width: $0, style: $1) }, json: { report.json() },
      html: { report.html() })
  }

  func validate() throws {
    // Placing many replicas is weighed in every combination; a real pool splits long before.
    guard (1...100).contains(replicas) else {
      throw ValidationError("--replicas takes a count from 1 to 100")
    }
    guard (1...1000).contains(seeds), seed < .max - 1000 else {
      throw ValidationError("--seeds takes a count from 1 to 1000")
    }
    if let notice, !(0...1).contains(notice) {
      throw ValidationError("--notice takes a share from 0 to 1, such as 0.9")
    }
  }

  /// One seed is enough where nothing is drawn: no change is moved, and all or no losses announced.
  private func drawn(_ shift: ClosedRange<Int>?) -> ClosedRange<UInt64> {
    let isDrawn = shift.map { $0.lowerBound < $0.upperBound } ?? false
    let isPartly = notice.map { $0 > 0 && $0 < 1 } ?? false
    return isDrawn || isPartly ? seed...(seed + UInt64(seeds) - 1) : seed...seed
  }

  private func shift() throws -> ClosedRange<Int>? {
    guard let jitter else { return nil }
    let parts = jitter.components(separatedBy: "..")
    let bounds = parts.compactMap { Int($0) }
    guard bounds.count == parts.count, let most = bounds.last, (0...100_000).contains(most),
      case let least = bounds.count == 2 ? bounds[0] : 0, bounds.count <= 2,
      (0...most).contains(least)
    else { throw refusal("--jitter takes ticks, such as 38 or 0..38, not '\(jitter)'") }
    return least...most
  }

  private func trace() throws -> SpotTrace {
    let tick = try time("--tick", tick, from: .seconds(1))
    let names = (zones ?? "").split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard zones == nil || !names.isEmpty else { throw refusal("--zones names no zone") }
    guard Set(names).count == names.count else { throw refusal("--zones names a zone twice") }
    let content: [UInt8]
    do throws(RecordedFile.Unreadable) {
      content = try RecordedFile.content(of: file)
    } catch {
      throw failure("\(error)")
    }
    do throws(SpotTraceError) {
      return try SpotTrace.parse(
        csv: content, campaign: campaign, zones: names, days: days, tick: tick)
    } catch {
      throw error.isUsage ? refusal("\(error)") : failure("\(file): \(error)")
    }
  }

  private func setup(_ trace: SpotTrace) throws -> SpotSetup {
    let onDemand = try hourlyRate(price)
    guard let share = Money(decimal: spotPrice), share > .zero, share <= .dollars(10),
      let spot = onDemand.times(share)
    else {
      throw refusal("--spot-price takes a share of on-demand, such as 0.29, not '\(spotPrice)'")
    }
    return SpotSetup(
      trace: trace, replicas: replicas, coldStart: try time("--cold-start", coldStart),
      onDemand: onDemand, spot: trace.zones.map { _ in spot },
      notice: notice.map { SpotNotice(share: $0, seed: seed) })
  }
}

extension SpotTraceError {
  /// An option is at fault, not the file.
  fileprivate var isUsage: Bool {
    switch self {
    case .request, .unknownCampaign, .unknownZone: true
    default: false
    }
  }
}

extension SpotSetup {
  /// The same, with what is drawn under this seed.
  fileprivate func seeded(_ seed: UInt64, _ shift: ClosedRange<Int>?) -> SpotSetup {
    var setup = self
    setup.notice?.seed = seed
    if let shift { setup.trace = setup.trace.jittered(shift, seed: seed) }
    return setup
  }
}

extension HourlyRate {
  /// So many times the rate, to the nano-dollar; nil where it is more than an amount can hold.
  fileprivate func times(_ factor: Money) -> HourlyRate? {
    let product = Int128(perHour.nanos) * Int128(factor.nanos)
    return Int64(exactly: (product + 500_000_000) / 1_000_000_000).map {
      HourlyRate(perHour: Money(nanos: $0))
    }
  }
}
