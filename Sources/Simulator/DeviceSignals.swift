public import FleetModel

/// Turns what a GPU does into what its exporter says: all 25 default fields, consistent.
///
/// A reading speaks of the time since the one before, as DCGM's profiling fields do: the energy
/// counter grows by the activity's watts over that time. Fields of a recording that does not know
/// its memory are absent.
public struct DeviceSignals: Sendable, Hashable {
  public var profile: DeviceProfile
  /// Millijoules.
  public private(set) var energy: Double
  /// Watts more than the profile says just now: rest wanders with the air in the rack.
  public var drift = 0.0
  private var lastAt: Timestamp?

  /// `energy` is where the counter starts; a driver that has run for a while is not at zero.
  public init(profile: DeviceProfile, energy: Double = 0) {
    self.profile = profile
    self.energy = energy
  }

  /// Times must not go back; a reading at the same moment repeats the counter.
  public mutating func reading(of activity: DeviceActivity, at moment: Timestamp) -> DeviceReading {
    let watts = profile.watts(activity) + drift
    run(at: watts, until: moment)
    var reading = DeviceReading()
    let duty = min(max(activity.duty, 0), 1)
    setLoad(of: &reading, duty: duty, activity)
    setMemory(of: &reading, used: activity.memoryUsed)
    reading[.powerUsage] = watts
    reading[.powerLimit] = profile.peakWatts
    reading[.totalEnergy] = energy.rounded()
    let heat = (watts - profile.idleWatts) / (profile.peakWatts - profile.idleWatts)
    reading[.gpuTemperature] = (31 + 42 * heat).rounded()
    reading[.memoryTemperature] = (34 + 48 * heat).rounded()
    for field in [
      DeviceField.pcieReplays, .xidErrors, .vgpuLicense, .uncorrectableRemappedRows,
      .correctableRemappedRows, .rowRemapFailure, .encoderUtilization, .decoderUtilization,
    ] { reading[field] = 0 }
    return reading
  }

  /// The counter goes on at so many watts, without anybody looking.
  private mutating func run(at watts: Double, until moment: Timestamp) {
    if let lastAt { energy += watts * 1000 * max(0, moment.duration(since: lastAt).inSeconds) }
    lastAt = max(lastAt ?? moment, moment)
  }

  private func setLoad(
    of reading: inout DeviceReading, duty: Double, _ activity: DeviceActivity
  ) {
    let loading = activity.loading
    // With a process there the clock stays up, also while it does nothing (sglang#27567).
    reading[.smClock] = activity.holdsDevice ? profile.clockMHz : profile.restingClockMHz
    reading[.memoryClock] = profile.memoryClockMHz
    // A whole percent, rounded up: a device that did anything is not at zero.
    reading[.gpuUtilization] = (duty * 100).rounded(.up)
    reading[.memoryCopyUtilization] = (duty * 45).rounded()
    reading[.engineActive] = duty
    reading[.tensorActive] = duty * 0.6
    reading[.dramActive] = duty * 0.45
    // Loading from disk or network fills about a tenth of a PCIe 5 link; idle links only tick.
    reading[.pcieReceive] = loading ? 6_000_000_000 : 20_000 + duty * 900_000_000
    reading[.pcieTransmit] = loading ? 30_000_000 : 15_000 + duty * 400_000_000
    reading[.nvlinkBandwidth] = (duty * 120_000).rounded()
  }

  private func setMemory(of reading: inout DeviceReading, used: Double?) {
    guard let used else { return }
    // What the driver keeps for itself.
    let reserved = (profile.memoryMiB * 0.008).rounded()
    let taken = min(max(used, 0), profile.memoryMiB - reserved)
    reading[.memoryUsed] = taken
    reading[.memoryReserved] = reserved
    reading[.memoryFree] = profile.memoryMiB - reserved - taken
  }
}
