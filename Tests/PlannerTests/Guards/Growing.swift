import CostModel
import FleetModel
import Planner
import TestSupport

/// A fleet with one busy node that wants more of them.
enum Growing {
  static let spec = LaunchSpec(
    cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")
  /// What a p4d.24xlarge of the test fleet costs an hour.
  static let price = HourlyRate(perHour: Money(nanos: 21_957_642_000))

  static func cents(_ cents: Int64) -> HourlyRate {
    HourlyRate(perHour: Money(nanos: cents * 10_000_000))
  }

  static func times(_ count: Int64) -> HourlyRate {
    HourlyRate(perHour: Money(nanos: price.perHour.nanos * count))
  }

  /// One node at work, `missing` wanted besides, `stopped` of which can be started.
  static func fleet(missing: Int, stopped: Int = 0) -> TestFleet {
    var fleet = TestFleet(1 + stopped, gpus: 1)
    for node in 0..<stopped { fleet.nodes[1 + node].state = .stopped }
    fleet.rulebook.pools[0].minimumNodes = 1 + missing
    fleet.rulebook.pools[0].launch = spec
    fleet.pass(.minutes(1), .busy)
    return fleet
  }

  /// A pool its cloud counts in replicas that has `have` and wants `want`.
  static func counted(have: Int, want: Int) -> TestFleet {
    var fleet = TestFleet(0, kind: .serving)
    fleet.rulebook.pools[0].launch = spec
    fleet.rulebook.pools[0].minimumNodes = min(have, want)
    fleet.rulebook.pools[0].maximumNodes = want
    if want > have { fleet.rulebook.pools[0].minimumNodes = want }
    fleet.replicas = ["pool": ReplicaCount(ready: have, pending: 0)]
    return fleet
  }
}

extension TestFleet {
  /// The pool's own verdict.
  var poolReason: Reason? { plan.verdicts.first { $0.subject == .pool("pool") }?.reason }

  /// Writes an act's life into the memory; `kinds` after its intent.
  mutating func note(_ decision: Decision, _ kinds: LedgerEvent.Kind...) {
    for kind in [.intended(decision)] + kinds {
      memory.fold(LedgerEvent(at: now, key: decision.key, kind: kind))
    }
  }
}
