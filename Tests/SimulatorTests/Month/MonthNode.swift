import FleetModel
import Planner
import Simulator

/// One machine of the simulated month: what it is, how its exporter behaves, and what becomes of it.
struct MonthNode: Sendable {
  var name: String
  var profile: DeviceProfile
  var type: InstanceType
  var kind: PoolKind
  var gpus = 2
  var cut = GPUCut.whole
  var rhythm: ExporterRhythm
  var lateness: AnswerLateness
  /// Its users come and go; else somebody's process holds it and does nothing, for ever.
  var hasShifts = true
  /// It is switched off when it idles, and comes back with other GPUs, as on EC2, where a started
  /// machine is on another host. Else it is only watched, and stays.
  var isActedOn: Bool

  /// Parts that can work by themselves.
  var parts: Int { gpus * max(1, cut.slices) }

  /// The idle time that is asked of its kind by default.
  var window: Duration { kind == .batch ? .minutes(10) : .minutes(30) }

  /// An idle time counts as found in time up to here: its window, and what nobody can know sooner.
  /// The exporter's last look may be one interval old at each end, and a plan comes every 30 s.
  var found: Duration { window + rhythm.interval * 2 + .seconds(60) }

  /// How long a job may have run before an exporter of this rhythm can tell anybody.
  var blindness: Duration { rhythm.interval + .seconds(20) }
}

extension MonthNode {
  /// Exporter intervals, each with a phase of its own: dcgm-exporter's default of 30 s, people's 1,
  /// 15 and 60 s, and clocks that drift against ours by a three-hundredth.
  static let intervals: [Duration] = [
    .seconds(15), .milliseconds(15_050), .seconds(30), .milliseconds(30_050), .seconds(60),
    .seconds(1),
  ]

  /// H100, A100 and L40S at every rhythm, a node of 16 slices, and one of each type that is held
  /// for ever: 22 machines.
  static let mixed: [MonthNode] = {
    let models: [(String, DeviceProfile, InstanceType)] = [
      ("h100", .h100, "p5.48xlarge"), ("a100", .a100, "p4d.24xlarge"),
      ("l40s", .l40s, "g6e.48xlarge"),
    ]
    var nodes: [MonthNode] = []
    for (name, profile, type) in models {
      for (number, interval) in intervals.enumerated() {
        nodes.append(
          MonthNode(
            name: "\(name)-\(number)", profile: profile, type: type,
            kind: number % 2 == 0 ? .batch : .dev,
            rhythm: ExporterRhythm(every: interval, phase: .milliseconds(Int64(number) * 2_370)),
            lateness: AnswerLateness(upTo: .seconds(5), readsLast: number % 3 == 0),
            isActedOn: number % 3 == 2))
      }
      nodes.append(
        MonthNode(
          name: "\(name)-held", profile: profile, type: type, kind: .dev,
          rhythm: ExporterRhythm(every: .seconds(30), phase: .seconds(7)),
          lateness: AnswerLateness(upTo: .seconds(5)), hasShifts: false, isActedOn: false))
    }
    nodes.append(
      MonthNode(
        name: "a100-slices", profile: .a100, type: "p4d.24xlarge", kind: .batch, gpus: 8,
        cut: .halves, rhythm: ExporterRhythm(every: .seconds(30), phase: .seconds(11)),
        lateness: AnswerLateness(upTo: .seconds(5)), isActedOn: false))
    return nodes
  }()
}
