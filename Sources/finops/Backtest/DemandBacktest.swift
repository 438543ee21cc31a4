public import ArgumentParser
import DemoFleet
import FleetModel
import Foundation
import Reports
public import Simulator

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
        finops backtest demand … --policy mine.yaml         a policy of your own
        finops backtest demand … --perturb 200 --seed 1     the same on 200 varied copies

      FILES (CSV with a header line; .gz too; further columns do not matter)
        counts     t_s,requests         requests in the step that begins at t_s
        rate       t_s,requests_per_s   held until the next row
        requests   t_s[,exec_s]         one row a request; with exec_s its run time

      POLICIES
        \(DemandPolicies.all.map(\.name).joined(separator: ", "))
        or a file: a small one with version and policy, or a finops.yaml with --pool
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
  @OptionGroup var choice: PolicyChoice
  @Flag(help: "The shipped policy and every baseline beside the policy.")
  var compare = false
  @Option(help: "Try on this many perturbed copies of the demand too.")
  var perturb = 0
  @Option(help: "Seed of the copies.")
  var seed: UInt64 = 1
  @OptionGroup var answer: BacktestOutput

  func run() async throws {
    let chosen = try DemandPolicies.chosen(choice)
    let model = try model(try trace(), conditions())
    let others = compare ? DemandPolicies.beside(chosen) : []
    let results = ([chosen] + others).map { $0.run(model) }
    let report = DemandReport(
      source: (file as NSString).lastPathComponent, kind: kind, model: model, results: results,
      copies: perturb > 0 ? try await copies(chosen, model) : nil)
    try answer.write(
      table: { report.table(width: $0, style: $1) }, json: { report.json() },
      html: { report.html() })
  }

  func validate() throws {
    guard perturb >= 0 && perturb <= 100_000 else {
      throw ValidationError("--perturb takes a count of copies, 0 to 100000")
    }
    if let ticks, !(1...DemandTrace.mostTicks).contains(ticks) {
      throw ValidationError("--ticks takes a count from 1 to \(DemandTrace.mostTicks)")
    }
  }

  private func trace() throws -> DemandTrace {
    let tick = try time("--tick", tick, from: .milliseconds(1))
    let content: [UInt8]
    do throws(RecordedFile.Unreadable) {
      content = try RecordedFile.content(of: file)
    } catch {
      throw failure("\(error)")
    }
    let reading = DemandReading(kind: kind, tick: tick, capacity: capacity, ticks: ticks)
    switch DemandTrace.parse(csv: content, as: reading) {
    case .success(let trace): return trace
    case .failure(let error) where error.isUsage: throw refusal(error.description)
    case .failure(let error):
      throw failure("\(file): \(error)")
    }
  }

  private func conditions() throws -> DemandConditions {
    DemandConditions(
      serviceTime: try time("--service-time", serviceTime, from: .milliseconds(1)),
      longestWait: try time("--slo-wait", sloWait), coldStart: try time("--cold-start", coldStart),
      price: try hourlyRate(price), start: startFrom)
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

  /// The rules on copies: the chosen one, the shipped one and every baseline that is not perfect by
  /// definition. The baselines are held against the chosen one unless it is one of them.
  private func copies(
    _ chosen: DemandPolicy, _ model: DemandModel
  ) async throws -> DemandReport.Copies {
    let others = DemandPolicies.beside(chosen).filter {
      $0.name != DemandBaseline.clairvoyant.rawValue
    }
    let isBaseline = DemandBaseline(rawValue: chosen.name) != nil
    let study = PerturbationStudy(
      policies: [chosen] + others, model: model, perturbation: Perturbation(seed: seed))
    let isShown = isatty(STDERR_FILENO) == 1
    let results = try await study.run(perturb) { done in
      guard isShown else { return }
      FileHandle.standardError.write(Data("\r\(done) of \(perturb) copies".utf8))
    }
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    return DemandReport.Copies(
      seed: seed, card: Scorecard(results, ours: isBaseline ? "default" : chosen.name))
  }
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
