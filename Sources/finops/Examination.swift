import Clouds
import Collectors
import Controller
import CostModel
import CurlTransport
import FleetModel
import Logging
import Planner
import Ports
import PostgresStore
import Settings

/// The checks of `finops doctor`: real calls that only read.
struct Examination: Sendable {
  private let settings: Settings
  private let transport = Wiring.transport()

  init(_ settings: Settings) { self.settings = settings }

  /// Runs every check, telling each finding as it is made.
  func run(_ each: (Finding) -> Void) async -> [Finding] {
    var findings: [Finding] = []
    func note(_ found: [Finding]) {
      for finding in found {
        each(finding)
        findings.append(finding)
      }
    }
    note([await database()])
    let (nodes, clouds) = await listed()
    note(clouds)
    note(await exporters(nodes))
    note(prices(nodes))
    note(channels())
    transport.shutdown()
    return findings
  }

  private func database() async -> Finding {
    do {
      let opened = try await Database.open(settings)
      await opened.close()
      return Finding(grade: .good, what: "database", detail: "answers, schema is current")
    } catch {
      return Finding(
        grade: .broken, what: "database", detail: "\(error)",
        fix: databaseFix)
    }
  }

  private var databaseFix: String {
    switch settings.database {
    case .embedded:
      "install it (apt install postgresql), or name your own with database: {url: …}"
    case .url: "database.url: is the server up, and are its name, user and password right?"
    }
  }

  private func listed() async -> (nodes: [Node], findings: [Finding]) {
    var nodes: [Node] = []
    var findings: [Finding] = []
    if settings.clouds.isEmpty {
      findings.append(
        Finding(
          grade: .warning, what: "clouds", detail: "none is configured, so nothing can be acted on",
          fix: "add clouds: {aws: {type: aws, regions: [us-east-1]}}"))
    }
    for account in Wiring.accounts(settings, transport: transport) {
      let look = CloudLook(account: account, settings: settings)
      let (listed, found) = await look.findings()
      nodes += listed
      findings += found
    }
    return (nodes, findings)
  }

  private func exporters(_ nodes: [Node]) async -> [Finding] {
    let watched = await TargetList(settings.collectors, log: Logs.make(level: .error)).current()
    guard !watched.isEmpty else {
      return [
        Finding(
          grade: .warning, what: "exporters", detail: "no targets are configured",
          fix: "add collectors: [{type: dcgm, targets: [host:9400], every: 15s}]")
      ]
    }
    let collector = Wiring.collector(settings, transport: transport)
    var findings: [Finding] = []
    for target in watched.map(\.target) {
      do throws(CollectError) {
        let reading = try await collector.collect(target, at: SystemTime().now())
        findings.append(seen(reading))
      } catch {
        findings.append(
          Finding(
            grade: .broken, what: "exporter \(target)", detail: "\(error)",
            fix: "is dcgm-exporter running there, and the port open? curl http://\(target)/metrics")
        )
      }
    }
    let unmatched = matchTargets(watched, to: nodes).unmatched
    guard !unmatched.isEmpty, !settings.clouds.isEmpty else { return findings }
    return findings + [
      Finding(
        grade: .warning, what: "targets without a node",
        detail: unmatched.map(\.rawValue).joined(separator: ", "),
        fix: "tag the instance \(Tag.target)=host:port, or write instance=ID after the target")
    ]
  }

  private func seen(_ reading: NodeReading) -> Finding {
    let count = reading.accelerators.count
    return Finding(
      grade: count > 0 ? .good : .warning, what: "exporter \(reading.target)",
      detail: "\(count) accelerators, \(reading.rejectedSamples) values that cannot be true",
      fix: count > 0 ? nil : "the exporter lists no GPU: does nvidia-smi work on that node?")
  }

  private func prices(_ nodes: [Node]) -> [Finding] {
    let book = settings.rulebook(embedded: (try? PriceDesk.known(settings)) ?? PriceTable.embedded)
      .prices
    let unpriced = Set(nodes.filter { book.price(of: $0) == nil }.map(\.type)).sorted()
    guard !unpriced.isEmpty else {
      return nodes.isEmpty
        ? [] : [Finding(grade: .good, what: "prices", detail: "known for every node")]
    }
    return [
      Finding(
        grade: .warning, what: "prices",
        detail: "none for \(unpriced.map(\.rawValue).joined(separator: ", "))",
        fix: "add prices: [{cloud: aws, type: \(unpriced[0]), hourly: $…/h}]")
    ]
  }

  private func channels() -> [Finding] {
    settings.channels.map { channel in
      do {
        _ = try Wiring.notifier(channel, transport: transport)
        return Finding(
          grade: .good, what: "alerts to \(channel.name)",
          detail: "secret found; try it with `finops alerts test`")
      } catch {
        return Finding(
          grade: .broken, what: "alerts to \(channel.name)", detail: "\(error)",
          fix: "a Standard Webhooks secret begins with whsec_; name it with secret: {env: NAME}")
      }
    }
  }
}
