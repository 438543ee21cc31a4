import FleetModel

/// One accelerator's fields of one scrape, with what the server beside it said.
struct Sample {
  var engine: Double?
  var utilization: Double?
  var tensor: Double?
  var dram: Double?
  var pcie: Double?
  var energy: Double?
  var power: Double?
  var memory: Double?
  var broken: Bool
  var demand: Demand
  /// Requests are being worked on right now.
  var running: Bool
  var counterReset = false
  /// The machine around it is at work: nothing on it is idle.
  var isHostBusy = false
  var at: Timestamp
  /// The counter of energy is there, its own or that of the GPU it is a slice of.
  var hasEnergy: Bool
  var powerLimit: Double?
  var smClock: Double?
  /// How many rows the exporter lists of its GPU, and MiB in use in all of them; nil: not known.
  var rowsOfDevice = 1
  var memoryOfDevice: Double?
  /// Another slice of its GPU shows life.
  var isSiblingActive = false
  /// When it was last listed, and how far `at` may be off.
  var previousAt: Timestamp?
  var halfExchange = Duration.zero

  init(_ fields: DeviceReading, demand: Demand, running: Bool, at moment: Timestamp) {
    engine = fields[.engineActive]
    utilization = fields[.gpuUtilization]
    tensor = fields[.tensorActive]
    dram = fields[.dramActive]
    energy = fields[.totalEnergy]
    power = fields[.powerUsage]
    memory = fields[.memoryUsed]
    memoryOfDevice = memory
    hasEnergy = energy != nil
    powerLimit = fields[.powerLimit]
    smClock = fields[.smClock]
    let sent = fields[.pcieTransmit]
    let received = fields[.pcieReceive]
    pcie = sent == nil && received == nil ? nil : (sent ?? 0) + (received ?? 0)
    broken =
      (fields[.rowRemapFailure] ?? 0) > 0
      || Self.brokenCodes.contains(Int(fields[.xidErrors] ?? 0))
    self.demand = demand
    self.running = running
    at = moment
  }

  /// XIDs after which NVIDIA's catalogue asks for a reset or a replacement: 48 double-bit ECC,
  /// 64 row-remapper failure, 79 fallen off the bus, 95 uncontained ECC. Errors that programs cause
  /// (13, 31, 43, 45) are not among them: the field keeps its last value for ever
  /// (dcgm-exporter#500).
  private static let brokenCodes: Set<Int> = [48, 64, 79, 95]

  /// The share of time at work, by the best field there is; nil when there is none.
  var load: Double? { engine ?? utilization.map { $0 / 100 } }

  /// Which rules had something to look at (docs/decisions/0002-confidence.md).
  var confidence: Confidence {
    guard demand.isHeard else { return .low }
    return engine != nil && hasEnergy ? .high : .medium
  }

  /// High load of which neither tensor cores nor memory know anything, and nobody asked.
  func spins(_ limits: Thresholds) -> Bool {
    guard let load, load >= limits.spinning, let tensor, let dram else { return false }
    return tensor <= limits.tensorIdle && dram <= limits.dramIdle && demand.isQuiet
  }

  /// What shows work; nil when nothing does.
  ///
  /// - Parameters:
  ///   - least: the least power it can have drawn lately; nil: not known.
  ///   - ceiling: the most an idle device draws; nil: not known.
  ///   - rise: MiB by which the memory in use has grown.
  func activity(_ limits: Thresholds, least: Double?, ceiling: Double?, rise: Double) -> Activity? {
    if let activity = ownActivity(limits, rise: rise) { return activity }
    guard !isSiblingActive, let least, let ceiling, least > ceiling else { return nil }
    return .power
  }

  /// The same without power.
  func ownActivity(_ limits: Thresholds, rise: Double) -> Activity? {
    if case .some = demand { return .requests }
    if let engine, engine >= limits.engineBusy { return .engine }
    if engine == nil, let utilization, utilization > limits.utilizationIdle { return .utilization }
    if let tensor, tensor > limits.tensorIdle { return .tensor }
    if let dram, dram > limits.dramIdle { return .dram }
    if rise >= limits.loadingRise { return .loading }
    if let pcie, pcie > limits.pcieIdle { return .pcie }
    if engine == 0, let utilization, utilization >= 5 { return .utilization }
    return nil
  }

  /// Engine says nothing happens while something else says the contrary (SEMANTICS 4.1). Power says
  /// so by spans, not by samples (`PowerMemory.hotSpans`).
  var contradicts: Bool {
    guard engine == 0 else { return false }
    return (utilization ?? 0) >= 5 || running
  }
}

extension Demand {
  var isHeard: Bool { if case .missing = self { false } else { true } }
  var isQuiet: Bool { if case .some = self { false } else { true } }
}
