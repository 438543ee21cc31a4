public import ArgumentParser
import DemoFleet
import FleetModel
import Foundation
import Reports
public import Simulator

/// How a backtest is written.
enum BacktestFormat: String, ExpressibleByArgument, CaseIterable { case table, json, html }

extension DemandKind: ExpressibleByArgument {}
extension DemandConditions.Start: ExpressibleByArgument {}

/// `finops backtest demand`: rules of scaling on a trace of demand.
struct DemandBacktest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demand",
    abstract: "A scaling policy on recorded demand: cost, lateness, replicas.",
    discussion: """
      EXAMPLES
        finops backtest demand --file week.csv.gz --kind counts --capacity 16 \\
          --service-time 10s --slo-wait 10s --price 1.861 --compare
        finops backtest demand --file jobs.csv --kind requests --service-time 28.7s \\
          --slo-wait 60s --price 0.8048 --policy idle-timeout --format html --output jobs.html
        finops backtest demand … --perturb 200 --seed 1     the same on 200 varied copies

      FILES (CSV with a header line; .gz too; further columns do not matter)
        counts     t_s,requests         requests in the step that begins at t_s
        rate       t_s,requests_per_s   held until the next row
        requests   t_s[,exec_s]         one row a request; with exec_s its run time

      POLICIES
        \((DemandPolicies.ours + DemandPolicies.baselines).map(\.name).joined(separator: ", "))
      """)

  @Option(help: "The demand, as CSV.")
  var file: String
  @Option(help: "counts, rate or requests.")
  var kind: DemandKind
  @Option(help: "Requests a second one replica serves; not needed with run times.")
  var capacity: Double?
  @Option(help: "How long a request takes on a replica: 10s, 28.7s, 800ms.")
  var serviceTime: String
  @Option(help: "The longest a request may wait before it is late.")
  var sloWait: String
  @Option(help: "From the order of a replica to its first work.")
  var coldStart = "120s"
  @Option(help: "The step of the model; rules are asked once a tick.")
  var tick = "5s"
  @Option(help: "Dollars an hour of a replica.")
  var price: String
  @Option(help: "Replicas at the beginning: init (enough for the first minute) or zero.")
  var startFrom: DemandConditions.Start = .initial
  @Option(help: "Ticks to take; the whole file when not given.")
  var ticks: Int?
  @Option(help: "The policy's name, or a settings file.")
  var policy = "default"
  @Option(name: [.customShort("o"), .customLong("format")], help: "table, json or html.")
  var format: BacktestFormat = .table
  @Option(help: "Write there instead of to standard output.")
  var output: String?
  @Flag(help: "Every baseline beside the policy.")
  var compare = false
  @Option(help: "Try on this many perturbed copies of the demand too.")
  var perturb = 0
  @Option(help: "Seed of the copies.")
  var seed: UInt64 = 1
  @OptionGroup var look: Look

  func run() async throws {
    let chosen = try chosen()
    let model = try model(try trace(), conditions())
    let others = compare ? DemandPolicies.baselines.filter { $0.name != chosen.name } : []
    let results = ([chosen] + others).map { $0.run(model) }
    let report = DemandReport(
      source: (file as NSString).lastPathComponent, kind: kind, model: model, results: results,
      copies: perturb > 0 ? try await copies(chosen, model) : nil)
    try write(text(of: report))
  }

  func validate() throws {
    guard perturb >= 0 && perturb <= 100_000 else {
      throw ValidationError("--perturb takes a count of copies, 0 to 100000")
    }
    if let ticks, !(1...DemandTrace.mostTicks).contains(ticks) {
      throw ValidationError("--ticks takes a count from 1 to \(DemandTrace.mostTicks)")
    }
  }

  private func chosen() throws -> DemandPolicy {
    do throws(DemandPolicies.UnknownPolicy) {
      return try DemandPolicies.named(policy)
    } catch {
      throw refusal("--policy: \(error)")
    }
  }

  private func trace() throws -> DemandTrace {
    let tick = try time("--tick", tick, from: .milliseconds(1))
    let content: [UInt8]
    do throws(RecordedFile.Unreadable) {
      content = try RecordedFile.content(of: file)
    } catch {
      tell("finops: \(error)")
      throw Exit.failed
    }
    let reading = DemandReading(kind: kind, tick: tick, capacity: capacity, ticks: ticks)
    switch DemandTrace.parse(csv: content, as: reading) {
    case .success(let trace): return trace
    case .failure(let error) where error.isUsage: throw refusal(error.description)
    case .failure(let error):
      tell("finops: \(file): \(error)")
      throw Exit.failed
    }
  }

  private func conditions() throws -> DemandConditions {
    guard let money = Money(decimal: price), money >= .zero else {
      throw refusal("--price takes dollars an hour, such as 1.861, not '\(price)'")
    }
    return DemandConditions(
      serviceTime: try time("--service-time", serviceTime, from: .milliseconds(1)),
      longestWait: try time("--slo-wait", sloWait), coldStart: try time("--cold-start", coldStart),
      price: HourlyRate(perHour: money), start: startFrom)
  }

  private func model(
    _ trace: DemandTrace, _ conditions: DemandConditions
  ) throws -> DemandModel {
    do throws(DemandTooDear) {
      return try DemandModel(trace, under: conditions)
    } catch {
      throw refusal(error.description)
    }
  }

  /// At most a month: beyond it a unit is likely wrong.
  private func time(
    _ option: String, _ text: String, from least: Duration = .zero
  ) throws -> Duration {
    guard let time = Duration(option: text), time >= least, time <= .days(31) else {
      throw refusal(
        "\(option) takes a time with its unit, such as 10s, 28.7s or 2m, up to 31d, not '\(text)'")
    }
    return time
  }

  /// The rules on copies: the chosen one and every baseline that is not perfect by definition.
  private func copies(
    _ chosen: DemandPolicy, _ model: DemandModel
  ) async throws -> DemandReport.Copies {
    let others = DemandPolicies.baselines.filter {
      $0.name != chosen.name && $0.name != DemandBaseline.clairvoyant.rawValue
    }
    let study = PerturbationStudy(
      policies: [chosen] + others, model: model, perturbation: Perturbation(seed: seed))
    let isShown = isatty(STDERR_FILENO) == 1
    let results = try await study.run(perturb) { done in
      guard isShown else { return }
      FileHandle.standardError.write(Data("\r\(done) of \(perturb) copies".utf8))
    }
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    return DemandReport.Copies(seed: seed, card: Scorecard(results, ours: chosen.name))
  }

  private func text(of report: DemandReport) -> String {
    switch format {
    case .table: report.table(width: look.columns, style: look.style)
    case .json: report.json()
    case .html: report.html()
    }
  }

  private func write(_ text: String) throws {
    guard let output, output != "-" else {
      FileHandle.standardOutput.write(Data(text.utf8))
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: output))
    } catch {
      tell("finops: \(output) can not be written: \(error.localizedDescription)")
      throw Exit.failed
    }
    tell("written to \(output)")
  }
}

/// Says in one line which option can not be, and ends as wrong usage.
private func refusal(_ text: String) -> ExitCode {
  tell("finops: \(text)")
  return Exit.usage
}

extension DemandTraceError {
  /// An option is at fault, not the file.
  var isUsage: Bool {
    switch self {
    case .needsCapacity, .badCapacity, .beyondEnd: true
    default: false
    }
  }
}

extension Duration {
  /// Reads what `words` reads, and one number with decimals such as "28.7s" or "0.5h".
  init?(option text: String) {
    if let whole = Duration(words: text) {
      self = whole
      return
    }
    let units: [(String, Double)] = [
      ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3600e6), ("d", 86_400e6),
    ]
    guard let (unit, length) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count)), number >= 0, number * length < 1e15
    else { return nil }
    self = .microseconds(Int64((number * length).rounded()))
  }
}
