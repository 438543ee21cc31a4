import FleetModel

/// The seasonal floor (SEMANTICS 4.9): what this hour of the week usually needs, ready in time.
///
/// Only ever raises the floor, and only when the pool asks for it. It looks one start and one slot
/// ahead, and keeps the most that any slot until then usually needs.
struct Forecast: Policy {
  static let name = "forecast"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    guard let rules = pool.rules.forecast, let memory = pool.memory.forecast,
      memory.days(at: fleet.now) >= rules.daysNeeded
    else { return }
    let record = memory.record
    guard record.isTrusted(below: rules.largestError) else {
      // Said as a floor of nothing, so that `explain` shows why the season is not heeded.
      return sizing.raiseFloor(to: 0, by: Self.name, .forecastOff(error: record.shownError))
    }
    let lead = pool.expectedStart + ForecastMemory.slot
    guard
      let level = memory.level(
        from: fleet.now, until: fleet.now.advanced(by: lead), quantile: rules.quantile)
    else { return }
    // A millionth of a replica is arithmetic, not demand.
    let floor = Int((level - 1e-6).rounded(.up))
    guard floor > 0 else { return }
    sizing.raiseFloor(
      to: floor, by: Self.name, .forecastFloor(floor: floor, error: record.shownError))
  }
}
