import FleetModel
import Planner
import Simulator

/// One machine of the month as it stands: its GPUs, its exporter, and what it was found doing.
struct MonthMachine: Sendable {
  let plan: MonthNode
  let number: Int
  let work: MonthWork
  var node: Node
  private var signals: NodeSignals
  private var collectedAt: Timestamp?
  private var page: [DeviceReading?] = []
  private var identities: [AcceleratorID] = []
  private var starts = 0
  private var asked = 0
  private let seed: UInt64

  init(_ plan: MonthNode, number: Int, in range: Range<Timestamp>, seed: UInt64) {
    self.plan = plan
    self.number = number
    self.seed = seed
    work = MonthWork(plan, number: number, in: range, seed: seed)
    node = Node(
      id: NodeID("i-\(100 + number)"), cloud: "aws", region: "us-east-1", type: plan.type,
      state: .running, launchedAt: range.lowerBound.advanced(by: .zero - .days(1)),
      tags: [Tag.fleet: "month", Tag.pool: plan.name], acceleratorCount: plan.gpus)
    signals = NodeSignals([])
    boot(at: node.launchedAt)
  }

  var target: Target { Target("10.1.0.\(number):9400") }

  /// On, with the GPUs of another host: other UUIDs, counters at zero, each board a little different:
  /// by 5 % at rest, by 10 % in what a context adds. A board that draws more than a tenth above its
  /// type cannot be told from one that works 5 % of the time (docs/decisions/0009).
  mutating func boot(at moment: Timestamp) {
    starts += 1
    node.state = .running
    node.launchedAt = moment
    collectedAt = nil
    signals = NodeSignals(
      (0..<plan.gpus).map { gpu in
        var profile = plan.profile
        profile.idleWatts *= 0.95 + 0.1 * chance(1, starts, gpu)
        profile.contextWatts *= 0.9 + 0.2 * chance(2, starts, gpu)
        return DeviceSignals(profile: profile)
      }, cut: plan.cut)
    identities = signals.rows.map { row in
      let whole = "GPU-\(number)-\(starts)-\(row.gpu)"
      return AcceleratorID(row.slice.map { "\(whole)/\($0)" } ?? whole)
    }
  }

  func chance(_ parts: Int...) -> Double {
    var hash = SplitMix64.hash(seed, number, 77)
    for part in parts { hash = SplitMix64.hash(hash, part) }
    return SplitMix64.unit(hash)
  }

  /// What a scrape at `moment` brings. `clock` is how far the controller's clock is off; readings
  /// are stamped by it, in the middle of the exchange.
  mutating func scrape(at moment: Timestamp, clock: Duration) -> (
    reading: NodeReading, took: Duration
  ) {
    asked += 1
    let delay = plan.lateness.delay(chance(3, asked))
    let speaksOf = plan.lateness.moment(asked: moment, delay: delay)
    collect(before: speaksOf)
    let devices = zip(identities, page).compactMap { id, fields in
      fields.map { AcceleratorReading(id: id, model: plan.profile.model, fields: $0) }
    }
    let reading = NodeReading(
      target: target, receivedAt: moment.advanced(by: delay / 2 + clock),
      accelerators: devices.sorted { $0.id < $1.id }, halfExchange: delay / 2)
    return (reading, delay)
  }

  /// The exporter's own look at its devices, if one is due since the last.
  private mutating func collect(before moment: Timestamp) {
    let due = plan.rhythm.collection(before: moment)
    guard due > collectedAt ?? Timestamp(microseconds: .min) else { return }
    let since = collectedAt ?? due
    var index = work.index(at: since)
    while work.end(of: index) < due {
      // The meters never miss what happened between two looks.
      let what = work.spells[index].what
      _ = signals.readings(at: work.end(of: index)) { part in
        MonthWork.activity(what, part: part, of: plan.profile, in: plan.cut)
      }
      index += 1
    }
    let what = work.spells[index].what
    // Rest wanders by a watt and a half with the air in the rack.
    let minute = Int(due.microseconds / 60_000_000)
    signals.setDrift(3 * chance(4, minute) - 1.5)
    page = signals.readings(at: due) { part in
      MonthWork.activity(what, part: part, of: plan.profile, in: plan.cut)
    }
    collectedAt = due
  }
}
