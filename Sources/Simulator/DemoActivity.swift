public import FleetModel

/// What the demonstration fleet's users do: a seeded function of node, accelerator and time.
///
/// Facts it is shaped by (measured on public traces, design notes of this project): daily peak to
/// mean of demand about 3, arrivals far burstier than Poisson; development GPUs 7 % mean duty with
/// 64 % of samples exactly zero; model loads p50 23 s, p90 42 s.
public struct DemoActivity: ActivitySource {
  public var shape: DemoFleetShape
  public var seed: UInt64

  public init(shape: DemoFleetShape = .standard, seed: UInt64) {
    self.shape = shape
    self.seed = seed
  }

  public func activity(
    node: Int, accelerator: Int, at moment: Timestamp
  ) -> DeviceActivity? {
    guard let (pool, index) = shape.place(of: node), accelerator < pool.parts else {
      return nil
    }
    let clock = Clock(moment)
    guard index < pool.nodes - pool.forgotten else { return forgotten(pool) }
    var activity =
      switch pool.kind {
      case .serving: serving(pool, index, node, accelerator, clock)
      case .batch, .training: batch(pool, node, accelerator, clock)
      case .dev, .unlabelled: notebook(pool, node, accelerator, clock)
      }
    // A slice has its share of the memory.
    activity.memoryUsed = activity.memoryUsed.map { $0 / Double(max(1, pool.cut.slices)) }
    return activity
  }

  /// A process that somebody left behind: memory held, nothing done.
  private func forgotten(_ pool: DemoFleetShape.Pool) -> DeviceActivity {
    DeviceActivity(duty: 0, memoryUsed: (pool.profile.memoryMiB * 0.4).rounded())
  }

  private func chance(_ parts: Int...) -> Double {
    var hash = seed
    for part in parts { hash = SplitMix64.hash(hash, part) }
    return SplitMix64.unit(hash)
  }

  // MARK: Serving

  /// Demand fills the nodes one after the other: the first is always asked, the last at peaks.
  private func serving(
    _ pool: DemoFleetShape.Pool, _ index: Int, _ node: Int, _ accelerator: Int, _ clock: Clock
  ) -> DeviceActivity {
    let load = demand(clock) * Double(pool.nodes - pool.forgotten)
    let share = min(max(load - Double(index), 0), 1)
    let weights = (pool.profile.memoryMiB * 0.85).rounded()
    guard share > 0.05 else { return DeviceActivity(duty: 0, memoryUsed: weights) }
    let jitter = 0.85 + 0.3 * chance(11, node, accelerator, clock.minute)
    return DeviceActivity(duty: min(0.97, share * 0.8 * jitter), memoryUsed: weights)
  }

  /// 0…1, its daily peak about three times its mean, half of it on weekends, with bursts.
  func demand(_ clock: Clock) -> Double {
    let fromPeak = (clock.hourOfDay - 14.5) / 6.5
    let bell = max(0, 1 - fromPeak * fromPeak)
    let daily = 0.08 + 0.82 * bell * bell
    let weekly = clock.isWeekend ? 0.5 : 1
    let day = 0.9 + 0.2 * chance(21, clock.day)
    // One five-minute slot in twenty is a burst of up to half as much again.
    let burst = chance(22, clock.minute / 5)
    let bursts = burst > 0.95 ? 1.15 + (burst - 0.95) * 7 : 1
    return min(1, daily * weekly * day * bursts)
  }

  // MARK: Batch

  /// Each node works through jobs: a job or none in every third of a day, fewer on weekends.
  private func batch(
    _ pool: DemoFleetShape.Pool, _ node: Int, _ accelerator: Int, _ clock: Clock
  ) -> DeviceActivity {
    let slot = clock.second / 28_800
    let inSlot = clock.second % 28_800
    guard chance(31, node, slot) < (clock.isWeekend ? 0.35 : 0.75) else { return .off }
    let start = Int(chance(32, node, slot) * 7200)
    let length = 7200 + Int(chance(33, node, slot) * 14_000)
    guard inSlot >= start, inSlot < start + length else { return .off }
    let model = (pool.profile.memoryMiB * 0.8).rounded()
    let loading = loadSeconds(node, slot)
    if inSlot - start < loading {
      let done = Double(inSlot - start) / Double(loading)
      return DeviceActivity(duty: 0, memoryUsed: (model * done).rounded(), loading: true)
    }
    let duty = 0.82 + 0.15 * chance(34, node, accelerator, clock.minute)
    return DeviceActivity(duty: duty, memoryUsed: model)
  }

  /// p50 23 s, p90 42 s: two straight pieces through those points, up to 55 s.
  func loadSeconds(_ node: Int, _ slot: Int) -> Int {
    let rank = chance(35, node, slot)
    if rank < 0.5 { return Int(12 + 22 * rank) }
    if rank < 0.9 { return Int(23 + (rank - 0.5) * 47.5) }
    return Int(42 + (rank - 0.9) * 130)
  }

  // MARK: Notebooks

  /// People come and go by the hour; of a session's GPUs most do something now and then.
  private func notebook(
    _ pool: DemoFleetShape.Pool, _ node: Int, _ accelerator: Int, _ clock: Clock
  ) -> DeviceActivity {
    let held = (pool.profile.memoryMiB * 0.45).rounded()
    let isOpen = chance(41, node, clock.second / 3600) < presence(clock)
    guard isOpen else {
      // Kernels stay up in working hours, and hold their memory.
      return clock.isWorkingTime ? DeviceActivity(duty: 0, memoryUsed: held) : .off
    }
    guard chance(42, node, accelerator, clock.second / 600) < 0.9 else {
      return DeviceActivity(duty: 0, memoryUsed: held)
    }
    // The square makes small values common: a mean of a fifth.
    let draw = chance(43, node, accelerator, clock.second / 120)
    return DeviceActivity(duty: 0.01 + 0.57 * draw * draw, memoryUsed: held)
  }

  private func presence(_ clock: Clock) -> Double {
    if clock.isWeekend { return clock.hourOfDay >= 9 && clock.hourOfDay < 23 ? 0.3 : 0.05 }
    if clock.isWorkingTime { return 0.88 }
    return clock.hourOfDay >= 18 ? 0.45 : 0.12
  }
}

/// A moment, as people's habits see it; UTC.
struct Clock {
  var second: Int

  init(_ moment: Timestamp) { second = Int(moment.microseconds / 1_000_000) }

  var minute: Int { second / 60 }
  var day: Int { second / 86_400 }
  var hourOfDay: Double { Double(second % 86_400) / 3600 }
  /// 1970-01-01 was a Thursday.
  var isWeekend: Bool { (day + 3) % 7 >= 5 }
  var isWorkingTime: Bool { !isWeekend && hourOfDay >= 9 && hourOfDay < 18 }
}
