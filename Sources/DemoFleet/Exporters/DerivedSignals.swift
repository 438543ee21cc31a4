import FleetModel
import Simulator

/// Turns what a GPU truly does into the fields its exporter shows, all from the one duty, so that
/// no two of them contradict each other. Counters grow with the time between two readings.
struct DerivedSignals: Sendable {
  private let model: DeviceModel
  private var energy = 0.0
  private var nvlink = 0.0
  private var last: (at: Timestamp, power: Double)?

  init(_ model: DeviceModel) { self.model = model }

  /// Bytes a second of a model being loaded from disk over PCIe, and of ordinary work.
  private static let loadingBytes = 12_000_000_000.0
  private static let workBytes = 900_000_000.0

  mutating func reading(of activity: DeviceActivity, at moment: Timestamp) -> DeviceReading {
    let duty = min(1, max(0, activity.duty))
    // Clocks and the rest of the board cost power as soon as anything runs.
    let power = model.idlePower + (model.fullPower - model.idlePower) * (duty * 0.85)
    accumulate(power: power, duty: duty, until: moment)
    let used = min(model.memory, activity.memoryUsed ?? (duty > 0 ? model.memory * 0.6 : 0))
    var reading = DeviceReading()
    reading[.smClock] = duty > 0 ? model.fullClock : model.idleClock
    reading[.memoryClock] = model.memoryClock
    reading[.gpuTemperature] = (28 + 42 * duty).rounded()
    reading[.memoryTemperature] = (34 + 44 * duty).rounded()
    reading[.powerUsage] = power
    reading[.totalEnergy] = energy.rounded(.down)
    reading[.gpuUtilization] = (duty * 100).rounded()
    reading[.memoryCopyUtilization] = (duty * 55).rounded()
    reading[.memoryUsed] = used.rounded()
    reading[.memoryFree] = (model.memory - used).rounded()
    reading[.memoryReserved] = 512
    reading[.nvlinkBandwidth] = nvlink.rounded(.down)
    reading[.engineActive] = duty
    reading[.tensorActive] = duty * 0.55
    reading[.dramActive] = duty * 0.45
    let bytes = activity.loading ? Self.loadingBytes : duty * Self.workBytes
    reading[.pcieReceive] = bytes.rounded()
    reading[.pcieTransmit] = (bytes * 0.3).rounded()
    for field in Self.quiet { reading[field] = 0 }
    return reading
  }

  /// Fields that stay zero on a healthy card that neither encodes nor decodes video.
  private static let quiet: [DeviceField] = [
    .pcieReplays, .encoderUtilization, .decoderUtilization, .xidErrors, .vgpuLicense,
    .uncorrectableRemappedRows, .correctableRemappedRows, .rowRemapFailure,
  ]

  /// Energy in millijoules, by the mean of the two readings' power. Time that goes back, or a
  /// second reading of the same moment, adds nothing.
  private mutating func accumulate(power: Double, duty: Double, until moment: Timestamp) {
    defer { if last.map({ $0.at < moment }) ?? true { last = (moment, power) } }
    guard let last, last.at < moment else { return }
    let seconds = moment.duration(since: last.at).inSeconds
    energy += seconds * (last.power + power) / 2 * 1000
    nvlink += seconds * duty * 40_000
  }
}
