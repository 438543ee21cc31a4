import FleetModel
import Planner

/// Limits of one pool that contradict its own maximum, which always stands.
extension Builder {
  mutating func checkBase(of pool: PoolRules, _ part: Part) {
    guard let spot = part.part("spot"), let base = spot.integer("base_on_demand"),
      let most = pool.maximumNodes, base > most
    else { return }
    complain(
      at: spot.place(of: "base_on_demand"),
      "'base_on_demand: \(base)' is above the pool's maximum of \(most)",
      hint: "write at most \(most), or raise 'nodes'", key: "pools.spot.base_on_demand")
  }

  mutating func checkSchedules(of pool: PoolRules, _ part: Part) {
    let schedules = part.parts("schedule")
    checkUnique(schedules, "schedule")
    guard let most = pool.maximumNodes else { return }
    for schedule in schedules {
      guard let least = schedule.range("nodes")?.0, least > most else { continue }
      complain(
        at: schedule.place(of: "nodes"),
        "the schedule's minimum of \(least) is above the pool's maximum of \(most)",
        hint: "the pool's 'nodes' bind always: raise them", key: "pools.schedule.nodes")
    }
  }

  mutating func checkEmptyLadder(of pool: PoolRules, _ part: Part) {
    guard pool.kind != .training, part.part("ladder")?.members.isEmpty == true else { return }
    complain(
      .warning, at: part.place(of: "ladder"), "'ladder' has no effect: it has no steps",
      hint: "add 'notify: 10m', or remove it", key: "pools.ladder")
  }

  /// Prices of nothing, which are easily written for "no limit".
  mutating func checkCap(_ cap: HourlyRate, at place: Place, costing least: Money) {
    if cap == .zero {
      complain(
        .warning, at: place, "a cap of nothing: no pool can grow",
        hint: "without a cap, remove it", key: "spend.hourly_cap")
    } else if least > cap.perHour {
      complain(
        .warning, at: place,
        "the pools' minimum costs \(written(least))/h, above the cap of \(written(cap.perHour))/h",
        hint: "they cannot all be kept", key: "spend.hourly_cap")
    }
  }
}
